"""What Facebook posts when a person removes an app or asks for their data to be deleted.

Source: developers.facebook.com/docs/development/create-an-app/app-dashboard/data-deletion-callback; a Page's
deauthorization: restfb's v2_1/deauth-fanpage.json.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

from simulators.graph.addresses import on_loopback
from simulators.graph.errors import Json
from simulators.graph.shapes import ControlError
from simulators.graph.world import World

SIGNED_REQUEST_KINDS = ("deauthorize", "data_deletion")
_VALID_SECONDS = 3_600
_TIMEOUT_SECONDS = 30
_LONGEST_ANSWER_BYTES = 100_000


def signed_request(world: World, order: dict[str, Any]) -> Callable[[], Json]:
    """Gives `{"signedRequest"}`, and what the `url` it was posted to answered as `delivery`."""
    url: str | None = order.get("url")
    if url is not None and not on_loopback(url):
        raise ControlError("signedRequest.url must be an http address on loopback")
    if ("userId" in order) == ("pageId" in order) or (order["kind"] == "data_deletion" and "pageId" in order):
        raise ControlError("signedRequest takes a 'userId', or for deauthorize a 'pageId' instead")

    def act() -> Json:
        text = world.app.signed_request(_payload(order), forged=order.get("forged", False))
        said: Json = {"signedRequest": text}
        return said if url is None else {**said, "delivery": _delivered(url, text)}

    return act


def _payload(order: dict[str, Any]) -> Json:
    now = int(time.time())
    if "pageId" in order:
        return {"issued_at": now, "profile_id": order["pageId"], "user_id": None}
    expires: Json = {"expires": now + _VALID_SECONDS} if order["kind"] == "data_deletion" else {}
    return {**expires, "issued_at": now, "user_id": order["userId"]}


def _delivered(url: str, text: str) -> Json:
    """`{"status", "body"}`; status None where nobody answered."""
    request = Request(url, data=urlencode({"signed_request": text}).encode(), method="POST")  # noqa: S310
    try:
        with build_opener(ProxyHandler({})).open(request, timeout=_TIMEOUT_SECONDS) as answer:
            return {"status": answer.status, "body": _text(answer.read(_LONGEST_ANSWER_BYTES))}
    except HTTPError as refused:
        with refused:
            return {"status": refused.code, "body": _text(refused.read(_LONGEST_ANSWER_BYTES))}
    except (URLError, OSError) as trouble:
        return {"status": None, "body": str(trouble)}


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")
