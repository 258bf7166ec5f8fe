"""Facebook's side of connecting, and the offers it leads to, in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from pagesync.domain.connecting import Access, Account, Login, Offer
from pagesync.domain.errors import LoginFailed, LoginRefused, NotFound, SourceError
from pagesync.domain.permissions import SCOPES
from pagesync.ports import Clock


@dataclass
class InMemoryFacebook:
    """FacebookLogin and FacebookAccounts of one person; `trouble` is raised by whatever is asked next."""

    pages: Sequence[Account] = ()
    declined: frozenset[str] = frozenset()
    codes: set[str] = field(default_factory=lambda: {"code"})
    subscribed: set[str] = field(default_factory=set[str])
    trouble: SourceError | LoginFailed | None = None

    def dialog_url(self, state: str) -> str:
        return f"https://facebook.example/dialog?{urlencode({'state': state})}"

    def access(self, code: str) -> Access:
        self._fail()
        if code not in self.codes:
            raise LoginRefused("Connect again.", code="CODE_INVALID")
        self.codes.remove(code)
        missing = tuple(scope for scope in SCOPES if scope in self.declined)
        return Access(token="user-token", meta_user_id="7", missing_scopes=missing)

    def accounts(self, token: str) -> Sequence[Account]:
        self._fail()
        return self.pages

    def subscribe(self, page_id: str, token: str) -> None:
        self._fail()
        self.subscribed.add(page_id)

    def unsubscribe(self, page_id: str, token: str) -> None:
        self._fail()
        self.subscribed.discard(page_id)

    def _fail(self) -> None:
        if self.trouble is not None:
            raise self.trouble


class InMemoryOffers:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._logins: dict[str, Login] = {}
        self._claims: dict[str, tuple[str, str]] = {}
        self._offers: dict[str, Offer] = {}

    def begin(self, login: Login) -> None:
        self._logins[login.state] = login

    def claim(self, state: str, code: str, connection_id: str) -> tuple[Login, str]:
        login = self._logins.get(state)
        if login is None:
            raise LoginRefused("Nobody began this login. Connect again.", code="STATE_INVALID")
        if login.expires_at <= self._clock.now():
            raise LoginRefused("This login took too long. Connect again.", code="STATE_EXPIRED")
        claimed_for, claimed = self._claims.setdefault(state, (code, connection_id))
        if claimed_for != code:
            raise LoginRefused("This login is over already. Connect again.", code="STATE_INVALID")
        return login, claimed

    def keep(self, offer: Offer) -> None:
        self._offers[offer.connection_id] = offer

    def offer(self, connection_id: str) -> Offer:
        offer = self._offers.get(connection_id)
        if offer is None or offer.expires_at <= self._clock.now():
            raise NotFound("There is no such connection.")
        return offer
