"""Access tokens that say who they are for and are signed with the app's secret.

So a token issued before a restart is still good after it, as a client that stored it expects.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import time
from dataclasses import dataclass
from typing import Literal

from simulators.graph.apps import App, unpadded

TokenKind = Literal["app", "user", "page"]
_PREFIX = "EAASIM"  # real ones start with EAA
_SIGNATURE_BYTES = 12
_LETTERS: dict[str, tuple[TokenKind, bool]] = {
    "s": ("user", False),
    "l": ("user", True),
    "p": ("page", True),
}


@dataclass(frozen=True)
class AccessToken:
    """Times: microseconds since the epoch for `issued_us`, seconds for `expires_at` (0: never).

    `lasting` tells long-lived user tokens from short-lived ones.
    """

    kind: TokenKind
    person_id: str = ""
    page_id: str = ""
    issued_us: int = 0
    expires_at: int = 0
    lasting: bool = True

    @property
    def expired(self) -> bool:
        return 0 < self.expires_at <= time.time()

    def for_page(self, page_id: str) -> AccessToken:
        """The Page token a user token gives: it never expires if the user token is a long-lived one."""
        expires_at = 0 if self.lasting else self.expires_at
        return AccessToken("page", self.person_id, page_id, self.issued_us, expires_at)

    def text(self, app: App) -> str:
        if self.kind == "app":
            return app.access_token
        letter = next(one for one, meaning in _LETTERS.items() if meaning == (self.kind, self.lasting))
        said = f"{letter}:{self.person_id}:{self.page_id}:{self.issued_us}:{self.expires_at}"
        return _PREFIX + unpadded(app.signature(said)[:_SIGNATURE_BYTES] + said.encode())


def new_user_token(person_id: str, *, lifetime_seconds: int, lasting: bool) -> AccessToken:
    now = time.time_ns() // 1000
    return AccessToken("user", person_id, "", now, now // 1_000_000 + lifetime_seconds, lasting)


def read_token(text: str, app: App) -> AccessToken | None:
    """None for anything this app's secret has not signed."""
    if text == app.access_token:
        return AccessToken("app")
    said = _verified(text, app)
    if said is None:
        return None
    letter, person_id, page_id, issued_us, expires_at = said.split(":")
    kind, lasting = _LETTERS[letter]
    return AccessToken(kind, person_id, page_id, int(issued_us), int(expires_at), lasting)


def _verified(text: str, app: App) -> str | None:
    if not text.startswith(_PREFIX):
        return None
    tail = text.removeprefix(_PREFIX)
    try:
        raw = base64.urlsafe_b64decode(tail + "=" * (-len(tail) % 4))
        said = raw[_SIGNATURE_BYTES:].decode()
    except (binascii.Error, ValueError):
        return None
    genuine = hmac.compare_digest(raw[:_SIGNATURE_BYTES], app.signature(said)[:_SIGNATURE_BYTES])
    return said if genuine else None
