"""The life of a Page's access token: valid, or dead in one of several ways, now or after some list calls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from simulators.graph import errors
from simulators.graph.errors import GraphError

TOKEN_DEATHS: dict[str, Callable[[], GraphError]] = {
    "expired": errors.token_expired,
    "session_invalidated": errors.session_invalidated,
    "not_authorized": errors.not_authorized,
    "inactive": errors.inactive,
    "role_lost": errors.role_lost,
    "unreadable": errors.token_unreadable,
}
TOKEN_STATES = ("valid", *TOKEN_DEATHS)


@dataclass
class TokenLife:
    """`state` holds once `list_calls_left` conversation pages were answered (None: from the start)."""

    state: str = "valid"
    list_calls_left: int | None = None

    def check(self) -> None:
        """Raises the token's GraphError if it is dead."""
        if self.state != "valid" and not self.list_calls_left:
            error = TOKEN_DEATHS[self.state]()
            raise error

    def list_answered(self) -> None:
        if self.list_calls_left:
            self.list_calls_left -= 1
