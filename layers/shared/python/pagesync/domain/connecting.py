"""Connecting Pages through a person's login at Facebook: what is asked for, and what may be picked afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pagesync.domain.page import OrgId

SUBSCRIBED_FIELDS = (
    "messages",
    "message_echoes",
    "message_deliveries",
    "message_reads",
    "messaging_postbacks",
    "message_reactions",
)
"""What Facebook is to tell us of a Page. Instagram's own fields are refused here (restfb/restfb#1210)."""

LOGIN_LIVES = timedelta(minutes=10)
OFFER_LIVES = timedelta(minutes=30)

_READING_TASKS = frozenset({"MESSAGING", "MODERATE"})


@dataclass(frozen=True, slots=True)
class Login:
    """Somebody who was sent to Facebook's dialog; `state` is what comes back with them."""

    state: str
    org_id: OrgId
    user_id: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a Page cannot be picked, and what to do about it."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Account:
    """A Page as Facebook shows it to whoever logged in. `token` is None where Facebook gives none."""

    page_id: str
    name: str
    tasks: tuple[str, ...] = ()
    token: str | None = None
    is_published: bool = True
    picture_url: str | None = None
    instagram_account_id: str | None = None
    instagram_username: str | None = None

    def __repr__(self) -> str:
        """Without the token."""
        return f"Account({self.page_id})"

    def obstacle(self) -> Obstacle | None:
        if _READING_TASKS.isdisjoint(self.tasks):
            return Obstacle(
                "NO_MESSAGING_TASK",
                "Your role on this Page does not include messages. Ask its admin for the task Messages.",
            )
        if self.token is None:
            return Obstacle("NO_ACCESS", "Facebook gives no access to this Page. Tick it when you log in.")
        if not self.is_published:
            return Obstacle("NOT_PUBLISHED", "This Page is not published: nobody can write to it yet.")
        return None


@dataclass(frozen=True, slots=True)
class OfferedPage:
    """A Page to pick from: an Account without its token."""

    page_id: str
    name: str
    tasks: tuple[str, ...]
    picture_url: str | None
    instagram_username: str | None
    obstacle: Obstacle | None

    @classmethod
    def of(cls, account: Account) -> "OfferedPage":
        return cls(
            page_id=account.page_id,
            name=account.name,
            tasks=account.tasks,
            picture_url=account.picture_url,
            instagram_username=account.instagram_username,
            obstacle=account.obstacle(),
        )


@dataclass(frozen=True, slots=True)
class Offer:
    """The Pages that a login opened, for its person to pick from. The person's token is kept as ciphertext."""

    connection_id: str
    org_id: OrgId
    user_id: str
    meta_user_id: str
    expires_at: datetime
    token_ciphertext: bytes
    missing_scopes: tuple[str, ...]
    pages: Sequence[OfferedPage]


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What Facebook says a person or a Page takes back: `meta_user_id` is app-scoped, of whoever logged in."""

    meta_user_id: str | None
    page_id: str | None

    def concerns(self, page_id: str, meta_user_id: str | None) -> bool:
        """Whether it is about a Page connected by this person."""
        by_person = self.meta_user_id is not None and self.meta_user_id == meta_user_id
        return by_person or (self.page_id is not None and self.page_id == page_id)


@dataclass(frozen=True, slots=True)
class Deletion:
    """A person's data was deleted; `pages` were disconnected for it."""

    confirmation_code: str
    requested_at: datetime
    pages: int


@dataclass(frozen=True, slots=True)
class Access:
    """What a person let us have: their long-lived token, their app-scoped id, and what they declined."""

    token: str
    meta_user_id: str
    missing_scopes: tuple[str, ...]

    def __repr__(self) -> str:
        """Without the token."""
        return f"Access({self.meta_user_id})"
