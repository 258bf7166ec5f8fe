"""What Facebook posts when a person removes the app or wants their data deleted, proven to be Facebook's.

Source: developers.facebook.com/docs, "Data Deletion Request Callback": the signature is a raw HMAC-SHA256, by the
app's secret, of the encoded payload; both are base64url without padding.
"""

import base64
import binascii
import hashlib
import hmac
import json
from typing import Any

from pagesync.adapters.graph.app import FacebookApp
from pagesync.domain.connecting import Withdrawal
from pagesync.domain.errors import Forbidden

_LONGEST = 4_096


class SignedRequests:
    def __init__(self, app: FacebookApp) -> None:
        self._app = app

    def read(self, text: str) -> Withdrawal:
        """Raises Forbidden BAD_SIGNATURE for whatever is not signed by Facebook."""
        signature, dot, encoded = text.partition(".")
        secret = self._app.secret
        if not dot or not secret or len(text) > _LONGEST:
            raise _refused()
        expected = hmac.new(secret.encode(), encoded.encode(errors="replace"), hashlib.sha256).digest()
        if not hmac.compare_digest(expected, _decoded(signature)):
            raise _refused()
        payload = _object(_decoded(encoded))
        if str(payload.get("algorithm", "")).upper() != "HMAC-SHA256":
            raise _refused()
        return Withdrawal(meta_user_id=_id(payload.get("user_id")), page_id=_id(payload.get("profile_id")))


def _decoded(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        raise _refused() from None


def _object(raw: bytes) -> dict[str, Any]:
    try:
        payload = json.loads(raw)
    except ValueError:
        raise _refused() from None
    if not isinstance(payload, dict):
        raise _refused()
    return payload


def _id(value: object) -> str | None:
    return None if value is None else str(value)


def _refused() -> Forbidden:
    return Forbidden("This request is not signed by Facebook.", code="BAD_SIGNATURE")
