"""People at Facebook, and what they have let us into."""

from collections.abc import Sequence
from typing import Protocol

from pagesync.domain.connecting import Access, Account, Deletion, Login, Offer
from pagesync.domain.token_health import TokenState


class FacebookLogin(Protocol):
    """A person's login at Facebook."""

    def dialog_url(self, state: str) -> str:
        """Where to send the person; `state` comes back with them."""
        ...

    def access(self, code: str) -> Access:
        """What the code that came back is good for, once. Raises LoginRefused CODE_INVALID and LoginFailed."""
        ...


class FacebookAccounts(Protocol):
    """Pages as their people see them, and the app's subscription to each. All raise SourceError and its kinds."""

    def accounts(self, token: str) -> Sequence[Account]:
        """All Pages of the person the token is of, those of their portfolios too."""
        ...

    def subscribe(self, page_id: str, token: str) -> None:
        """Have Facebook tell us of the Page's messages; repeating it changes nothing."""
        ...

    def unsubscribe(self, page_id: str, token: str) -> None: ...


class TokenInspector(Protocol):
    def inspect(self, token: str) -> TokenState:
        """What Facebook says of a token. Raises SourceError and its kinds where it says nothing."""
        ...


class Deletions(Protocol):
    """Whose data was deleted, by their confirmation code alone."""

    def keep(self, deletion: Deletion) -> None: ...

    def deletion(self, confirmation_code: str) -> Deletion:
        """Raises NotFound."""
        ...


class ConnectionOffers(Protocol):
    """Logins under way, and the Pages each opened. Both end by themselves."""

    def begin(self, login: Login) -> None: ...

    def claim(self, state: str, code: str, connection_id: str) -> tuple[Login, str]:
        """The login that a state belongs to, spent on this code, and the connection's id.

        The first to claim it gives the id; who comes again with the same code gets that one. Raises LoginRefused
        STATE_INVALID and STATE_EXPIRED.
        """
        ...

    def keep(self, offer: Offer) -> None: ...

    def offer(self, connection_id: str) -> Offer:
        """Raises NotFound."""
        ...
