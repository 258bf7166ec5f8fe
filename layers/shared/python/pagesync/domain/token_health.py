"""How long a Page's token will do, and what to tell people when it does not."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from pagesync.domain.permissions import INDISPENSABLE_SCOPES

SOON = timedelta(days=7)
"""Time enough for somebody to reconnect before a sync fails."""


class TokenTrouble(StrEnum):
    """Why a Page needs to be reconnected, or soon will."""

    REJECTED = "TOKEN_REJECTED"
    EXPIRED = "TOKEN_EXPIRED"
    PASSWORD_CHANGED = "PASSWORD_CHANGED"
    APP_REMOVED = "APP_REMOVED"
    ROLE_LOST = "ROLE_LOST"
    UNUSED = "UNUSED_FOR_90_DAYS"
    CHECKPOINT = "FACEBOOK_CHECKPOINT"
    PERMISSION_MISSING = "PERMISSION_MISSING"
    ENDS_SOON = "ENDS_SOON"

    @property
    def is_death(self) -> bool:
        """Whether no call gets through any more."""
        return self not in (TokenTrouble.PERMISSION_MISSING, TokenTrouble.ENDS_SOON)

    @property
    def advice(self) -> str:
        return _ADVICE[self]


_ADVICE = {
    TokenTrouble.REJECTED: "Facebook no longer accepts this Page's access. Reconnect the Page.",
    TokenTrouble.EXPIRED: "The access to this Page has run out. Reconnect the Page.",
    TokenTrouble.PASSWORD_CHANGED: (
        "Whoever connected this Page changed their Facebook password or logged out everywhere. Reconnect the Page."
    ),
    TokenTrouble.APP_REMOVED: "Whoever connected this Page removed the app at Facebook. Reconnect the Page.",
    TokenTrouble.ROLE_LOST: (
        "Whoever connected this Page no longer has a role on it. Somebody who has one must reconnect it."
    ),
    TokenTrouble.UNUSED: "Facebook ends access that nobody renewed for 90 days. Reconnect the Page.",
    TokenTrouble.CHECKPOINT: (
        "Facebook wants whoever connected this Page to log in at facebook.com and confirm who they are."
    ),
    TokenTrouble.PERMISSION_MISSING: "A permission was taken back at Facebook. Reconnect the Page and grant all.",
    TokenTrouble.ENDS_SOON: "The access to this Page ends within a week. Reconnect the Page before it does.",
}


@dataclass(frozen=True, slots=True)
class TokenState:
    """What Facebook says of a token. `ends_at` is None where it does not end by itself."""

    trouble: TokenTrouble | None
    ends_at: datetime | None = None
    scopes: frozenset[str] = frozenset()

    def judged(self, now: datetime) -> TokenTrouble | None:
        """What is wrong with it, the worst first."""
        if self.trouble is not None:
            return self.trouble
        if not self.scopes >= INDISPENSABLE_SCOPES:
            return TokenTrouble.PERMISSION_MISSING
        if self.ends_at is not None and self.ends_at - now <= SOON:
            return TokenTrouble.ENDS_SOON
        return None
