"""The app people log in to: its id, its secret, and what is signed with the secret."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from simulators.graph.errors import Json
from simulators.graph.scopes import SYNC_SCOPES

DEMO_APP_ID = "1500000000000001"
DEMO_APP_SECRET = "demo-app-secret"  # opens nothing but this simulator
DEMO_LOGIN_CONFIG_ID = "1600000000000001"
_FORGERS_SECRET = "not-the-app-secret"


@dataclass(frozen=True)
class App:
    """Without `redirect_uris` it is an app in development mode: a login may lead back to any loopback address.

    `configurations` are those of Facebook Login for Business: id -> the scopes a login with it asks for.
    """

    id: str = DEMO_APP_ID
    name: str = "pagesync"
    secret: str = DEMO_APP_SECRET
    redirect_uris: tuple[str, ...] = ()
    configurations: Mapping[str, tuple[str, ...]] = field(
        default_factory=lambda: MappingProxyType({DEMO_LOGIN_CONFIG_ID: SYNC_SCOPES})
    )

    @property
    def access_token(self) -> str:
        """The app's own token, as clients put it together themselves."""
        return f"{self.id}|{self.secret}"

    def proof(self, token: str, appsecret_time: str | None = None) -> str:
        """The `appsecret_proof` of a call made with `token`, or of one made with it at a time in seconds."""
        said = token if appsecret_time is None else f"{token}|{appsecret_time}"
        return self.signature(said).hex()

    def signature(self, text: str) -> bytes:
        return _hmac(self.secret, text)

    def signed_request(self, payload: Json, *, forged: bool = False) -> str:
        """`signature.payload`, both in base64url without padding; a forged one is signed with another secret."""
        text = unpadded(json.dumps({"algorithm": "HMAC-SHA256", **payload}).encode())
        return f"{unpadded(_hmac(_FORGERS_SECRET if forged else self.secret, text))}.{text}"


def unpadded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _hmac(secret: str, text: str) -> bytes:
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest()
