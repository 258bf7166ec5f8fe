"""Routes of a function: requests checked, errors turned into answers."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.middlewares.openapi_validation import OpenAPIRequestValidationMiddleware
from aws_lambda_powertools.event_handler.openapi.exceptions import (
    RequestUnsupportedContentType,
    RequestValidationError,
)
from aws_lambda_powertools.utilities.typing import LambdaContext

from pagesync.adapters.telemetry import Metric, telemetry
from pagesync.domain.errors import (
    Conflict,
    Forbidden,
    InvalidRequest,
    LoginFailed,
    LoginRefused,
    NotFound,
    PagesyncError,
    SourceError,
    SourceForbidden,
    TokenRejected,
)
from pagesync.messages.http import ErrorView
from pagesync.runtime.callers import Caller, claims_of, identity
from pagesync.runtime.telling import log, publish, told

_STATUS: dict[type[PagesyncError], int] = {
    LoginRefused: 400,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    # The Page at Facebook is in a state that forbids it; the rest of Facebook's trouble passes.
    TokenRejected: 409,
    SourceForbidden: 409,
    InvalidRequest: 422,
    LoginFailed: 502,
    SourceError: 503,
}
"""The first that fits."""

Page = Callable[[PagesyncError], Response[str]]


def redirect(url: str, **query: str) -> Response[str]:
    """Sends a browser on, with `query` in the address, which no cache and no other site gets to know."""
    headers: dict[str, str | list[str]] = {
        "Location": f"{url}?{urlencode(query)}",
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
    }
    return Response(302, None, "", headers=headers)


MOST_BODY_BYTES = 300_000
"""The largest request of ours is a pipeline: 30 stages of 1,000 characters each, six bytes a character at most."""


def _check_size(event: Any) -> None:
    if len(event.body or "") > MOST_BODY_BYTES:
        raise InvalidRequest(f"The body is larger than {MOST_BODY_BYTES // 1000} kB.", field="body")


class _Strict(OpenAPIRequestValidationMiddleware):
    """Where Powertools is lenient: a filter misspelt would find everybody, and a form is no JSON.

    Not to those whom Facebook sends: it adds parameters of its own to addresses.
    """

    def handler(self, app: Any, next_middleware: Any) -> Any:
        if claims_of(app.current_event["requestContext"]):
            sent = [name for name, _ in parse_qsl(app.current_event.raw_query_string, keep_blank_values=True)]
            for name in sorted(set(sent) - _parameters(app.context["_route"])):
                raise InvalidRequest("There is no such parameter here.", field=name)
            for name, times in Counter(sent).items():
                if times > 1:
                    raise InvalidRequest("Give it once.", field=name)
        return super().handler(app, next_middleware)

    def _get_body(self, app: Any) -> Any:
        media_type = app.current_event.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type not in ("", "application/json"):
            raise RequestUnsupportedContentType(media_type, errors=[])
        _check_size(app.current_event)
        try:
            return app.current_event.json_body
        except (ValueError, RecursionError):  # no JSON, no Unicode, a number or a nesting without end
            raise InvalidRequest("The body is not JSON that can be read.", field="body") from None


def _parameters(route: Any) -> set[str]:
    """Names in the query that a route takes, those of a model among them."""
    names: set[str] = set()
    for each in route.dependant.query_params:
        fields = getattr(each.field_info.annotation, "model_fields", None)
        names |= {field.alias or name for name, field in fields.items()} if fields else {each.alias}
    return names


class HttpApi(Caller, APIGatewayHttpResolver):
    """Routes of one function: requests and answers validated, every error an ErrorView, every answer a log line."""

    def __init__(self) -> None:
        super().__init__(enable_validation=True)
        self._request_validation_middleware = _Strict()
        self._pages: dict[str, Page] = {}
        self.exception_handler(RequestUnsupportedContentType)(self._not_json)
        self.exception_handler(RequestValidationError)(self._malformed)
        self.exception_handler(PagesyncError)(self._refused)
        self.exception_handler(Exception)(self._broken)
        self.not_found(self._no_route)

    def form_field(self, name: str) -> str:
        """Of a body that is a form. Raises InvalidRequest where it has no such field."""
        _check_size(self.current_event)
        try:
            fields = parse_qs(self.current_event.decoded_body or "", max_num_fields=10)
        except ValueError:  # no Base64, no Unicode, or more fields than anybody needs
            fields = {}
        if name not in fields:
            raise InvalidRequest(f"Send a form with {name}.", field=name)
        return fields[name][0]

    def tell_browsers(self, page: Page, *, on: str) -> None:
        """On this path people come by themselves: a browser is shown `page` instead of a refusal in JSON."""
        self._pages[on] = page

    def __call__(self, event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        telemetry.take()
        answer = self.resolve(event, context)
        request, claims = event["requestContext"], claims_of(event["requestContext"])
        caller = {"orgId": claims.get(identity().org_claim), "userId": claims.get("sub")}
        about = {"requestId": request["requestId"], "route": request.get("routeKey"), **caller}
        log("request_answered", about, told(), {"status": answer["statusCode"]})
        return answer

    def _malformed(self, error: RequestValidationError) -> Response[str]:
        first = error.errors()[0]
        field = _field_at(first["loc"])
        return self._answer(422, "INVALID_REQUEST", f"{field}: {first['msg']}.", field=field)

    def _not_json(self, _: Exception) -> Response[str]:
        return self._answer(415, "NOT_JSON", "Send the body as JSON, with Content-Type: application/json.")

    def _refused(self, error: PagesyncError) -> Response[str]:
        status = next((code for kind, code in _STATUS.items() if isinstance(error, kind)), None)
        if status is None:
            return self._broken(error)
        page = self._pages.get(self.current_event.path)
        if page is not None and "text/html" in self.current_event.headers.get("accept", ""):
            publish({Metric.REFUSED_REQUESTS: 1}, code=error.code)
            return page(error)
        about = {"field": getattr(error, "field", None), "current_version": getattr(error, "current_version", None)}
        return self._answer(status, error.code, error.message, **about)

    def _broken(self, error: Exception) -> Response[str]:
        log("request_failed", {"error": type(error).__name__, "requestId": self._request_id})
        return self._answer(
            500, "INTERNAL", "Something went wrong on our side. Try again; if it stays, tell us the requestId."
        )

    def _no_route(self, _: Exception) -> Response[str]:
        return self._answer(404, "NOT_FOUND", "There is no such route.")

    def _answer(self, status: int, code: str, message: str, **about: Any) -> Response[str]:
        if status >= 500:
            telemetry.count(Metric.BROKEN_REQUESTS)
        else:
            publish({Metric.REFUSED_REQUESTS: 1}, code=code)
        view = ErrorView(code=code, message=message, request_id=self._request_id, **about)
        return Response(status, "application/json", view.model_dump_json(by_alias=True, exclude_none=True))

    @property
    def _request_id(self) -> str:
        return self.current_event["requestContext"]["requestId"]


def _field_at(location: Sequence[str | int]) -> str:
    """What is at fault, as the caller knows it; a query's parameters may stand in a model that only we name."""
    where, *names = location
    return str(names[-1]) if where == "query" and names else ".".join(map(str, names)) or str(where)
