"""The Lambda side of a handler: logging, payload checking, and errors turned into answers."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from aws_lambda_powertools.utilities.typing import LambdaContext

from pagesync.domain.errors import Conflict, Forbidden, InvalidRequest, NotFound, PagesyncError
from pagesync.domain.page import OrgId
from pagesync.messages.base import Message
from pagesync.messages.http import ErrorView

logger = Logger()

Handler = Callable[[dict[str, Any], LambdaContext], dict[str, Any]]
Request = TypeVar("Request", bound=Message)

_STATUS: dict[type[PagesyncError], int] = {Forbidden: 403, NotFound: 404, Conflict: 409, InvalidRequest: 422}


def task(request: type[Request], *, done: str) -> Callable[[Callable[[Request], Message]], Handler]:
    """Makes a state's verb, message in and message out, a Lambda handler that logs `done` with the answer's facts.

    Exceptions reach the flow's Retry.
    """

    def decorate(verb: Callable[[Request], Message]) -> Handler:
        def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
            logger.set_correlation_id(event.get("jobId", ""))
            logger.append_keys(requestId=context.aws_request_id)
            try:
                answer = verb(request.model_validate(event))
            except Exception as error:
                # The message of a foreign exception may quote a URL or a row: only its type is safe to keep.
                logger.error("task_failed", error=type(error).__name__)
                raise
            logger.info(done, **answer.facts())
            return answer.dump()

        return handler

    return decorate


class _Caller:
    """Who asks, from the token that the gateway verified."""

    current_event: Any

    @property
    def org_id(self) -> OrgId:
        """The caller's organisation. Raises Forbidden for somebody without one."""
        org_id = self._claims.get("custom:org_id")
        if not org_id:
            raise Forbidden("This account does not belong to an organisation. Ask its owner to add you.")
        return OrgId(org_id)

    @property
    def user_id(self) -> str:
        """The caller's id in the user pool."""
        return self._claims["sub"]

    @property
    def _claims(self) -> Mapping[str, str]:
        return self.current_event["requestContext"].get("authorizer", {}).get("jwt", {}).get("claims", {})


class Routes(_Caller, APIGatewayHttpRouter):
    """Routes of one topic, for the HttpApi that includes them."""


class HttpApi(_Caller, APIGatewayHttpResolver):
    """Routes of one function: requests and answers validated, every error an ErrorView."""

    def __init__(self) -> None:
        super().__init__(enable_validation=True)
        self.exception_handler(RequestValidationError)(self._malformed)
        self.exception_handler(PagesyncError)(self._refused)
        self.exception_handler(Exception)(self._broken)
        self.not_found(self._no_route)

    def __call__(self, event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        return self.resolve(event, context)

    def _malformed(self, error: RequestValidationError) -> Response[str]:
        first = error.errors()[0]
        field = _field_at(first["loc"])
        return self._answer(422, "INVALID_REQUEST", f"{field}: {first['msg']}.", field=field)

    def _refused(self, error: PagesyncError) -> Response[str]:
        status = next((code for kind, code in _STATUS.items() if isinstance(error, kind)), None)
        if status is None:
            return self._broken(error)
        about = {"field": getattr(error, "field", None), "current_version": getattr(error, "current_version", None)}
        return self._answer(status, error.code, error.message, **about)

    def _broken(self, error: Exception) -> Response[str]:
        logger.error("request_failed", error=type(error).__name__, requestId=self._request_id)
        return self._answer(
            500, "INTERNAL", "Something went wrong on our side. Try again; if it stays, tell us the requestId."
        )

    def _no_route(self, _: Exception) -> Response[str]:
        return self._answer(404, "NOT_FOUND", "There is no such route.")

    def _answer(self, status: int, code: str, message: str, **about: Any) -> Response[str]:
        view = ErrorView(code=code, message=message, request_id=self._request_id, **about)
        return Response(status, "application/json", view.model_dump_json(by_alias=True, exclude_none=True))

    @property
    def _request_id(self) -> str:
        return self.current_event["requestContext"]["requestId"]


def _field_at(location: Sequence[str | int]) -> str:
    """What is at fault, as the caller knows it; a query's parameters may stand in a model that only we name."""
    where, *names = location
    return str(names[-1]) if where == "query" and names else ".".join(map(str, names)) or str(where)
