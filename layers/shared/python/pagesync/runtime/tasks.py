"""A state of the flow as a Lambda handler: message in, message out."""

from collections.abc import Callable
from typing import Any, TypeVar

from aws_lambda_powertools.utilities.typing import LambdaContext

from pagesync.adapters.telemetry import telemetry
from pagesync.domain.errors import PagesyncError
from pagesync.messages.base import Message
from pagesync.runtime.telling import log, told

Handler = Callable[[dict[str, Any], LambdaContext], dict[str, Any]]
Request = TypeVar("Request", bound=Message)


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
                log("task_failed", ids, told(), {"error": type(error).__name__})
                raise _unquoting(error) from None
            log(done, ids, told(answer.measures()), answer.facts())
            return answer.dump()

        return handler

    return decorate


def _unquoting(error: Exception) -> Exception:
    """Ours as it is. A foreign one's message may quote a URL or a row: its type and place alone are kept."""
    if isinstance(error, PagesyncError):
        return error
    kind = type(type(error).__name__, (Exception,), {})
    return kind("What it said is not told: it may quote people.").with_traceback(error.__traceback__)
