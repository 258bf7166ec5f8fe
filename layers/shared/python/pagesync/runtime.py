"""The Lambda side of a handler: logging, metrics, payload checking, and errors turned into answers."""

import os
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlencode

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.middlewares.openapi_validation import OpenAPIRequestValidationMiddleware
from aws_lambda_powertools.event_handler.openapi.exceptions import (
    RequestUnsupportedContentType,
    RequestValidationError,
)
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit
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
from pagesync.domain.organisation import Role
from pagesync.domain.page import OrgId
from pagesync.messages.base import Message
from pagesync.messages.http import ErrorView
from pagesync.settings import IdentitySettings

NAMESPACE = "Pagesync"
"""Of all metrics; infra/operations.py reads them there."""

logger = Logger()

Handler = Callable[[dict[str, Any], LambdaContext], dict[str, Any]]
Request = TypeVar("Request", bound=Message)

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


def redirect(url: str, **told: str) -> Response[str]:
    """Sends a browser on, with `told` in the address, which no cache and no other site gets to know."""
    headers: dict[str, str | list[str]] = {
        "Location": f"{url}?{urlencode(told)}",
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
    }
    return Response(302, None, "", headers=headers)


def task(request: type[Request], *, done: str) -> Callable[[Callable[[Request], Message]], Handler]:
    """Makes a state's verb, message in and message out, a Lambda handler that logs `done` with the answer's facts.

    The flow adds its execution's name to each payload, for the log alone. Exceptions reach the flow's Retry, and so
    the history, the function's log and the queue of what was lost.
    """

    def decorate(verb: Callable[[Request], Message]) -> Handler:
        def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
            telemetry.take()  # An invocation that was killed may have left something.
            payload = {name: value for name, value in event.items() if name != "execution"}
            ids = {name: event[name] for name in ("jobId", "execution") if name in event}
            ids["requestId"] = context.aws_request_id
            try:
                answer = verb(request.model_validate(payload))
            except Exception as error:  # noqa: BLE001 - it is raised again
                _log("task_failed", ids, _told(), {"error": type(error).__name__})
                raise _unquoting(error) from None
            _log(done, ids, _told(answer.measures()), answer.facts())
            return answer.dump()

        return handler

    return decorate


def _unquoting(error: Exception) -> Exception:
    """Ours as it is. A foreign one's message may quote a URL or a row: its type and place alone are kept."""
    if isinstance(error, PagesyncError):
        return error
    kind = type(type(error).__name__, (Exception,), {})
    return kind("What it said is not told: it may quote people.").with_traceback(error.__traceback__)


def _log(event: str, *facts: Mapping[str, Any]) -> None:
    """One line. What stands further right is known better."""
    log = logger.error if event.endswith("_failed") else logger.info
    line: dict[str, Any] = {name: value for some in facts for name, value in some.items()}
    log(event, **line)


def _told(measures: Mapping[Metric, float] | None = None) -> Mapping[str, Any]:
    """Publishes `measures` and what the ports counted. Answers what else they told, for the log."""
    told = telemetry.take()
    _publish({**told.amounts, **(measures or {})})
    return {**told.ids, **({"graphErrors": told.graph_errors} if told.graph_errors else {})}


def _publish(amounts: Mapping[Metric, float], **dimensions: str) -> None:
    """Write them to the log as CloudWatch's embedded metrics.

    Dimensions are few and fixed: never an organisation, a Page, a job or a person.
    """
    if not amounts:
        return
    metrics = EphemeralMetrics(namespace=NAMESPACE)
    for name, value in {"environment": os.environ.get("PAGESYNC_ENVIRONMENT", "none"), **dimensions}.items():
        metrics.add_dimension(name, value)
    for metric, amount in amounts.items():
        metrics.add_metric(metric, _unit(metric), amount)
    metrics.flush_metrics()


def _unit(metric: Metric) -> MetricUnit:
    return MetricUnit.Seconds if metric.endswith("Seconds") else MetricUnit.Count


@cache
def identity() -> IdentitySettings:
    """Which claims say whose a token is."""
    return IdentitySettings()


def _refuse_members(app: "HttpApi", next_middleware: Callable[..., Any]) -> Any:
    if app.role is not Role.OWNER:
        raise Forbidden("Only an owner of the organisation can do this. Ask one of them.", code="OWNER_ONLY")
    return next_middleware(app)


OWNERS_ONLY: Mapping[str, Any] = {"middlewares": [_refuse_members], "openapi_extensions": {"x-role": Role.OWNER}}
"""Of routes that change what concerns the whole organisation: `@routes.patch(..., **OWNERS_ONLY)`."""


class _Caller:
    """Who asks, from the token that the gateway verified."""

    current_event: Any

    @property
    def org_id(self) -> OrgId:
        """The caller's organisation. Raises Forbidden for somebody without one."""
        org_id = self._claims.get(identity().org_claim)
        if not org_id:
            raise Forbidden("This account does not belong to an organisation. Ask its owner to add you.")
        return OrgId(org_id)

    @property
    def role(self) -> Role:
        """The caller's in the organisation; nobody is an owner whose token does not say so."""
        return Role.OWNER if self._claims.get(identity().role_claim) == Role.OWNER else Role.MEMBER

    @property
    def user_id(self) -> str:
        """The caller's id in the user pool."""
        return self._claims["sub"]

    @property
    def _claims(self) -> Mapping[str, str]:
        return _claims(self.current_event["requestContext"])


class Routes(_Caller, APIGatewayHttpRouter):
    """Routes of one topic, for the HttpApi that includes them."""


MOST_BODY_BYTES = 300_000
"""The largest request of ours is a pipeline: 30 stages of 1,000 characters each, six bytes a character at most."""


def _check_size(event: Any) -> None:
    if len(event.body or "") > MOST_BODY_BYTES:
        raise InvalidRequest(f"The body is larger than {MOST_BODY_BYTES // 1000} kB.", field="body")


class _JsonBodies(OpenAPIRequestValidationMiddleware):
    """Reads bodies that are JSON and say so, or say nothing. Powertools would also take a form for one."""

    def _get_body(self, app: Any) -> Any:
        media_type = app.current_event.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type not in ("", "application/json"):
            raise RequestUnsupportedContentType(media_type, errors=[])
        _check_size(app.current_event)
        try:
            return app.current_event.json_body
        except (ValueError, RecursionError):  # no JSON, no Unicode, a number or a nesting without end
            raise InvalidRequest("The body is not JSON that can be read.", field="body") from None


class HttpApi(_Caller, APIGatewayHttpResolver):
    """Routes of one function: requests and answers validated, every error an ErrorView, every answer a log line."""

    def __init__(self) -> None:
        super().__init__(enable_validation=True)
        self._request_validation_middleware = _JsonBodies()
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
        request, claims = event["requestContext"], _claims(event["requestContext"])
        caller = {"orgId": claims.get(identity().org_claim), "userId": claims.get("sub")}
        about = {"requestId": request["requestId"], "route": request.get("routeKey"), **caller}
        _log("request_answered", about, _told(), {"status": answer["statusCode"]})
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
            _publish({Metric.REFUSED_REQUESTS: 1}, code=error.code)
            return page(error)
        about = {"field": getattr(error, "field", None), "current_version": getattr(error, "current_version", None)}
        return self._answer(status, error.code, error.message, **about)

    def _broken(self, error: Exception) -> Response[str]:
        _log("request_failed", {"error": type(error).__name__, "requestId": self._request_id})
        return self._answer(
            500, "INTERNAL", "Something went wrong on our side. Try again; if it stays, tell us the requestId."
        )

    def _no_route(self, _: Exception) -> Response[str]:
        return self._answer(404, "NOT_FOUND", "There is no such route.")

    def _answer(self, status: int, code: str, message: str, **about: Any) -> Response[str]:
        if status >= 500:
            telemetry.count(Metric.BROKEN_REQUESTS)
        else:
            _publish({Metric.REFUSED_REQUESTS: 1}, code=code)
        view = ErrorView(code=code, message=message, request_id=self._request_id, **about)
        return Response(status, "application/json", view.model_dump_json(by_alias=True, exclude_none=True))

    @property
    def _request_id(self) -> str:
        return self.current_event["requestContext"]["requestId"]


def _claims(request: Mapping[str, Any]) -> Mapping[str, Any]:
    return request.get("authorizer", {}).get("jwt", {}).get("claims", {})


def _field_at(location: Sequence[str | int]) -> str:
    """What is at fault, as the caller knows it; a query's parameters may stand in a model that only we name."""
    where, *names = location
    return str(names[-1]) if where == "query" and names else ".".join(map(str, names)) or str(where)
