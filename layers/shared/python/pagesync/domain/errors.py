"""Every way pagesync can say no, as one tree of types.

PagesyncError
├── Refusal                    the caller asked for something that cannot be given
│   ├── Forbidden              the caller is not who may: no organisation, no owner, not Facebook
│   ├── NotFound               unknown or another organisation's: the two are told alike
│   ├── InvalidRequest         malformed; names the field
│   ├── Conflict               the thing is in a state that forbids it
│   └── LoginRefused           a login at Facebook that leads to no connection; `code` says why
├── LoginFailed                a login that nothing was wrong with; `code` says whose fault it is
├── SourceError                Facebook's side
│   ├── TokenRejected          code 190 or 102: only a person can reconnect
│   ├── SourceThrottled        come back after `retry_after_seconds`, 0 where that was not stated
│   ├── TooMuchData            ask for a smaller page, same cursor
│   ├── CursorRejected         the cursor is no longer valid: walk from the top
│   ├── SourceForbidden        a permission or setting is missing: retrying does not help
│   │   └── SourceMissing      there is no such thing, or Facebook only says so: a few tries tell
│   └── SourceUnavailable      passing trouble: retry later
└── AnalysisFailed             one conversation could not be analysed; its contact is saved anyway

Messages are ours and safe to show: they never quote a token, a person or a message.
"""

from pagesync.domain.insight import TokenUsage


class PagesyncError(Exception):
    """Root of the tree; `code` is what logs, states and API answers carry."""

    code = "INTERNAL"

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if code is not None:
            self.code = code


class Refusal(PagesyncError):
    code = "REFUSED"


class Forbidden(Refusal):
    code = "FORBIDDEN"


class NotFound(Refusal):
    code = "NOT_FOUND"


class InvalidRequest(Refusal):
    code = "INVALID_REQUEST"

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(message)
        self.field = field


class Conflict(Refusal):
    """`current_version` is told where somebody else's change came first."""

    code = "CONFLICT"

    def __init__(self, message: str, *, code: str | None = None, current_version: int | None = None) -> None:
        super().__init__(message, code=code)
        self.current_version = current_version


class LoginRefused(Refusal):
    """`code`: ACCESS_DENIED, STATE_INVALID, STATE_EXPIRED or CODE_INVALID."""

    code = "LOGIN_REFUSED"


class LoginFailed(PagesyncError):
    """`code`: FACEBOOK_UNAVAILABLE, which passes, or APP_MISCONFIGURED, which an operator mends."""

    code = "LOGIN_FAILED"


class SourceError(PagesyncError):
    code = "SOURCE_ERROR"


class TokenRejected(SourceError):
    code = "TOKEN_EXPIRED"


class SourceThrottled(SourceError):
    code = "THROTTLED"

    def __init__(self, message: str, *, retry_after_seconds: int) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class TooMuchData(SourceError):
    code = "TOO_MUCH_DATA"


class CursorRejected(SourceError):
    code = "CURSOR_REJECTED"


class SourceForbidden(SourceError):
    code = "SOURCE_FORBIDDEN"


class SourceMissing(SourceForbidden):
    code = "SOURCE_MISSING"


class SourceUnavailable(SourceError):
    code = "SOURCE_UNAVAILABLE"


class AnalysisFailed(PagesyncError):
    """`code` says why: BLOCKED, BAD_OUTPUT, THROTTLED, QUOTA_EXHAUSTED, UNAVAILABLE or MISCONFIGURED.

    `retry_after_seconds` goes with THROTTLED where the model said when to come back. `usage` is what was billed
    all the same.
    """

    code = "ANALYSIS_FAILED"

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        retry_after_seconds: float | None = None,
        usage: TokenUsage = TokenUsage(),  # noqa: B008 - frozen
    ) -> None:
        super().__init__(message, code=code)
        self.retry_after_seconds = retry_after_seconds
        self.usage = usage
