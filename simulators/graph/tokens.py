"""The life of access tokens: valid, or dead in one of several ways, a Page's now or after some list calls."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from simulators.graph import access_errors, errors
from simulators.graph.errors import GraphError

TOKEN_DEATHS: dict[str, Callable[[], GraphError]] = {
    "expired": errors.token_expired,
    "session_invalidated": errors.session_invalidated,
    "not_authorized": errors.not_authorized,
    "inactive": errors.inactive,
    "role_lost": errors.role_lost,
    "checkpointed": access_errors.checkpointed,
    "unconfirmed": access_errors.unconfirmed,
    "logged_out": access_errors.logged_out,
    "unreadable": errors.token_unreadable,
}
TOKEN_STATES = ("valid", *TOKEN_DEATHS)


@dataclass
class TokenLife:
    """`state` holds once `list_calls_left` conversation pages were answered (None: from the start).

    It holds for the tokens issued until then: a later login gives a token that lives.
    """

    state: str = "valid"
    list_calls_left: int | None = None
    since_us: int = field(default_factory=lambda: time.time_ns() // 1000)

    def check(self, issued_us: int = 0) -> None:
        """Raises the GraphError of a token issued then if it is dead."""
        if self.state != "valid" and not self.list_calls_left and issued_us <= self.since_us:
            error = TOKEN_DEATHS[self.state]()
            raise error

    def list_answered(self) -> None:
        if self.list_calls_left:
            self.list_calls_left -= 1
            self.since_us = time.time_ns() // 1000
