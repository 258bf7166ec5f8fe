"""Authorization codes: what a login hands to the browser, good once and for ten minutes."""

from __future__ import annotations

import secrets
import threading
import time
from dataclasses import dataclass

from simulators.graph import access_errors


@dataclass
class _Code:
    person_id: str
    redirect_uri: str
    issued_at: float
    used: bool = False


class Codes:
    """May be used concurrently: of several exchanges of one code, one succeeds."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.reset()

    def reset(self) -> None:
        with self._lock:
            self._codes: dict[str, _Code] = {}

    def issue(self, person_id: str, redirect_uri: str) -> str:
        code = "AQ" + secrets.token_urlsafe(72)
        with self._lock:
            self._codes[code] = _Code(person_id, redirect_uri, time.monotonic())
        return code

    def redeem(self, code: str, redirect_uri: str, *, lifetime_seconds: float) -> str:
        """The id of the person who logged in. Raises GraphError for a code that is not good, or not here."""
        with self._lock:
            found = self._codes.get(code)
            if found is None:
                raise access_errors.code_unreadable()
            if found.used:
                raise access_errors.code_used()
            if time.monotonic() - found.issued_at >= lifetime_seconds:
                raise access_errors.code_expired()
            if found.redirect_uri != redirect_uri:
                raise access_errors.redirect_uri_differs()
            found.used = True
            return found.person_id
