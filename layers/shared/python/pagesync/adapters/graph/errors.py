"""What Graph's error codes mean to us: decided by code and subcode, never by message, which is localised.

Sources: Meta's "Error Handling", "Rate Limits" and Messenger Platform error pages, and production captures in
airbytehq/airbyte#8773, facebook-python-business-sdk#470 and gitroomhq/postiz-app#2045.
"""

import re
from typing import Any

from pagesync.domain.errors import (
    CursorRejected,
    SourceError,
    SourceForbidden,
    SourceMissing,
    SourceThrottled,
    SourceUnavailable,
    TokenRejected,
    TooMuchData,
)
from pagesync.domain.throttle import Usage

_TOKEN_CODES = {190, 102}
_THROTTLE_CODES = {4, 17, 32, 341, 613, *range(80000, 80015)}
_BLOCKED_CODE = 368
_BLOCKED_SECONDS = 3600
_TRANSIENT_CODES = {-1, -2, 2, 960}
_TOO_MUCH_CODE = 1
"""Comes as "Please reduce the amount of data" and as "An unknown error occurred": a smaller page cures both."""
_INVALID_PARAMETER = 100
_INVALID_CURSOR = 2642
"""Seen on another edge (facebook-java-business-sdk#292); what this edge says of a dead cursor is not documented."""
_GONE_SUBCODE = 33
_TRACE_ID = re.compile(r"[A-Za-z0-9_-]{1,40}")
_ADVANCED_ACCESS = (
    "This app needs Advanced Access to instagram_manage_messages for this account: complete App Review."
)
_GATES = {
    2534041: "Instagram hides its messages: switch on Messages > Connected tools > Allow access to messages there.",
    2534048: _ADVANCED_ACCESS,
    # Looks like a timeout (code -2), but retrying never helps (Meta, Instagram messaging error codes).
    2534084: _ADVANCED_ACCESS,
}


def source_error(  # noqa: PLR0911 - a table
    error: dict[str, Any], *, http_status: int, usage: Usage, with_cursor: bool
) -> SourceError:
    """The exception for an `error` object; `with_cursor` says whether the request continued a list."""
    code, subcode = _number(error.get("code")), _number(error.get("error_subcode"))
    if subcode in _GATES:
        return SourceForbidden(_GATES[subcode])
    if code in _TOKEN_CODES:
        return TokenRejected("Facebook no longer accepts this Page's access token.")
    if code in _THROTTLE_CODES or code == _BLOCKED_CODE:
        seconds = max(usage.regain_seconds, _BLOCKED_SECONDS if code == _BLOCKED_CODE else 0)
        return SourceThrottled("Facebook's request limit is reached.", retry_after_seconds=seconds)
    if code == _TOO_MUCH_CODE:
        return TooMuchData("Facebook asks for smaller pages.")
    if code in _TRANSIENT_CODES or error.get("is_transient") is True or http_status >= 500:
        return SourceUnavailable("Facebook is temporarily unavailable.")
    if code == _INVALID_PARAMETER and subcode == _GONE_SUBCODE:
        return SourceMissing(_advice(code))
    if with_cursor and code in (_INVALID_CURSOR, _INVALID_PARAMETER):
        return CursorRejected("Facebook no longer knows this place in the list.")
    return SourceForbidden(_advice(code))


def _advice(code: int | None) -> str:
    if code == 100:
        return "Facebook does not show this Page to us. Check that it still exists, then reconnect it."
    if code in (3, 10) or (code is not None and 200 <= code <= 299):
        return (
            "Facebook refuses access to this Page's conversations. Reconnect the Page and grant all permissions; "
            "if that does not help, the app lacks Advanced Access."
        )
    return f"Facebook refused the request (code {code}). Try again later; if it stays, contact support."


def told(error: dict[str, Any], *, http_status: int) -> str:
    """For operators and Meta's support: "400 190/463 A12JgDU07Gj", that is status, code/subcode and trace id."""
    code, subcode = _number(error.get("code")), _number(error.get("error_subcode"))
    trace_id = error.get("fbtrace_id")
    is_id = isinstance(trace_id, str) and _TRACE_ID.fullmatch(trace_id) is not None
    return f"{http_status} {code}/{subcode or '-'} {trace_id if is_id else '-'}"


def _number(value: object) -> int | None:
    return value if isinstance(value, int) else None
