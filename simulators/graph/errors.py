"""Error answers exactly as the Graph API words them.

Bodies and key order follow captures in public threads: facebook-nodejs-business-sdk#84 (2, 4),
facebook-python-business-sdk#470 and php-graph-sdk#948 (1), bootbot#154 and koala#339 (190), restfb's batch
fixture (100). Statuses: 400 for 190 and 100, 403 for 4 (facebook-android-sdk#582), 500 for 1 and 2.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

Json = dict[str, object]

_RATE_LIMIT_PAGE = "https://developers.facebook.com/docs/graph-api/overview/rate-limiting"
_GRAPH_DOCS = "https://developers.facebook.com/docs/graph-api"
_CODE_TROUBLES = (36007, 36008, 36009)


@dataclass
class GraphError(Exception):
    """An answer with an `error` object. `type=None` is the short form: `code` first, no type or trace id."""

    status: int
    message: str
    code: int
    type: str | None = "OAuthException"
    subcode: int | None = None
    transient: bool | None = None
    headers: dict[str, str] = field(default_factory=dict[str, str])

    def body(self, trace_id: str) -> Json:
        if self.type is None:
            short: Json = {"code": self.code, "message": self.message}
            return {"error": short if self.subcode is None else {**short, "error_subcode": self.subcode}}
        error: Json = {"message": self.message, "type": self.type}
        if self.transient is not None:
            error["is_transient"] = self.transient
        error["code"] = self.code
        if self.subcode is not None:
            error["error_subcode"] = self.subcode
        return {"error": {**error, "fbtrace_id": trace_id}}

    def challenge(self) -> str:
        """The value of `WWW-Authenticate`."""
        reason = "unknown_error" if self.status >= 500 else "invalid_request"
        if self.code in (102, 190):
            reason = "invalid_token"
        if self.subcode in _CODE_TROUBLES:
            reason = "invalid_code"
        plain = "".join(letter if " " <= letter <= "~" else "?" for letter in self.message)
        wording = plain.replace('"', "'")
        return f'OAuth "Facebook Platform" "{reason}" "{wording}"'


def unknown_path(path: str) -> GraphError:
    return GraphError(400, f"Unknown path components: /{path}", 2500)


def unsupported(method: str, object_id: str) -> GraphError:
    message = (
        f"Unsupported {method} request. Object with ID '{object_id}' does not exist, cannot be loaded due to "
        "missing permissions, or does not support this operation. "
        f"Please read the Graph API documentation at {_GRAPH_DOCS}"
    )
    return GraphError(400, message, 100, type="GraphMethodException", subcode=33)


def missing() -> GraphError:
    """Said of things that are there, too, under load (airbytehq/airbyte#4028)."""
    return unsupported("get", "2")


def invalid_parameter(message: str) -> GraphError:
    return GraphError(400, f"(#100) {message}", 100)


def unknown_field(name: str, node_type: str) -> GraphError:
    return invalid_parameter(f"Tried accessing nonexisting field ({name}) on node type ({node_type})")


def invalid_cursor() -> GraphError:
    # The conversations edge documents 100; insights edges use 2642 (facebook-java-business-sdk#292).
    return invalid_parameter("Invalid cursors values")


def invalid_cursor_2642() -> GraphError:
    return GraphError(400, "(#2642) Invalid cursors values", 2642)


def syntax_error(expected: str, position: int, fields: str) -> GraphError:
    return GraphError(400, f'Syntax error "{expected}" at character {position}: {fields}', 2500)


def token_missing() -> GraphError:
    return GraphError(400, "An access token is required to request this resource.", 104)


def token_unreadable() -> GraphError:
    return GraphError(400, "Invalid OAuth access token - Cannot parse access token", 190)


def token_expired(expired_at: int | None = None) -> GraphError:
    """`expired_at` in seconds since the epoch; a while ago unless told."""
    now = datetime.now(UTC)
    then = datetime.fromtimestamp(expired_at, UTC) if expired_at else now - timedelta(hours=1, minutes=17)
    then, today = _pacific(then), _pacific(now)
    message = f"Error validating access token: Session has expired on {then}. The current time is {today}."
    return GraphError(400, message, 190, subcode=463)


def session_invalidated() -> GraphError:
    message = (
        "Error validating access token: The session has been invalidated because the user changed their "
        "password or Facebook has changed the session for security reasons."
    )
    return GraphError(400, message, 190, subcode=460)


def not_authorized() -> GraphError:
    message = "Error validating access token: The user has not authorized application 1500000000000001."
    return GraphError(400, message, 190, subcode=458)


def inactive() -> GraphError:
    message = "Error validating access token: The user hasn't engaged the app in longer than 90 days."
    return GraphError(400, message, 190, subcode=493)


def role_lost() -> GraphError:
    message = "Error validating access token: The user must be an administrator, editor, or moderator of the page."
    return GraphError(400, message, 190, subcode=492)


def too_much_data() -> GraphError:
    message = "Please reduce the amount of data you're asking for, then retry your request"
    return GraphError(500, message, 1, type=None)


def unknown() -> GraphError:
    return GraphError(500, "An unknown error occurred", 1, type=None, subcode=99)


def unavailable() -> GraphError:
    return GraphError(500, "(#2) Service temporarily unavailable", 2, transient=True)


def permission() -> GraphError:
    message = (
        "(#200) App does not have Advanced Access to pages_messaging permission, and recipient user does not "
        "have role on app."
    )
    return GraphError(403, message, 200)


def message_unreadable() -> GraphError:
    return GraphError(400, "(#9000001) This Message has been deleted by the user or the business.", 9000001)


def throttled(code: int) -> GraphError:
    """Any rate-limit error: 4, 17, 32, 341, 613 or a business use case (80001, 80002, 80006)."""
    if code == 4:
        return GraphError(403, "(#4) Application request limit reached", 4, transient=True)
    return GraphError(400, f"(#{code}) {_THROTTLES[code]}", code)


def _too_many_calls(kind: str) -> str:
    return (
        f"There have been too many {kind} to this Page account. Wait a bit and try again. "
        f"For more info, please refer to {_RATE_LIMIT_PAGE}."
    )


_THROTTLES = {
    17: "User request limit reached",
    32: "Page request limit reached",
    341: "Feed action request limit reached",
    613: "Calls to this api have exceeded the rate limit.",
    80001: _too_many_calls("calls"),
    80002: _too_many_calls("instagram api calls"),
    80006: _too_many_calls("messenger api calls"),
}


def _pacific(moment: datetime) -> str:
    return (moment - timedelta(hours=8)).strftime("%A, %d-%b-%y %H:%M:%S PST")
