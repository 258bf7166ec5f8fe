"""The Graph API simulator's tokens: what debug_token says of them, how they die, proofs, and signed requests."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest
import requests

from simulators.graph import (
    DEMO_ACCESS_TOKEN,
    DEMO_APP_ID,
    DEMO_APP_SECRET,
    DEMO_PAGE_ID,
    DEMO_USER_ID,
    App,
    GraphSimulator,
    demo_world,
)
from tests.contracts.facebook import APP_TOKEN, Facebook

DAY_SECONDS = 86_400
Json = dict[str, Any]


@pytest.fixture
def facebook() -> Iterator[Facebook]:
    with GraphSimulator(demo_world()) as simulator:
        yield Facebook(simulator)


def proof(token: str) -> str:
    return hmac.new(DEMO_APP_SECRET.encode(), token.encode(), hashlib.sha256).hexdigest()


# --- debug_token --------------------------------------------------------------------------------------------------


def test_a_user_token_is_described(facebook: Facebook) -> None:
    described, now = facebook.debug(facebook.long_token()), time.time()
    assert list(described) == [
        *("app_id", "type", "application", "data_access_expires_at", "expires_at", "is_valid"),
        *("issued_at", "scopes", "granular_scopes", "user_id"),
    ]
    assert (described["app_id"], described["type"], described["user_id"]) == (DEMO_APP_ID, "USER", DEMO_USER_ID)
    assert described["expires_at"] == pytest.approx(now + 60 * DAY_SECONDS, abs=60)
    assert described["data_access_expires_at"] == pytest.approx(now + 90 * DAY_SECONDS, abs=60)


def test_a_page_token_of_a_long_lived_one_never_expires(facebook: Facebook) -> None:
    described = facebook.debug(facebook.page_token())
    assert (described["type"], described["profile_id"], described["user_id"]) == (
        "PAGE",
        DEMO_PAGE_ID,
        DEMO_USER_ID,
    )
    assert (described["expires_at"], described["is_valid"]) == (0, True)


def test_a_page_token_of_a_short_lived_one_dies_with_it(facebook: Facebook) -> None:
    short = facebook.short_token()
    page = facebook.json(DEMO_PAGE_ID, fields="access_token", access_token=short)["access_token"]
    assert facebook.debug(page)["expires_at"] == facebook.debug(short)["expires_at"] > 0
    facebook.control(lifetimes={"shortTokenSeconds": 0})
    expired = facebook.debug(facebook.short_token())
    assert (expired["is_valid"], expired["error"]["subcode"]) == (False, 463)
    assert expired["error"]["message"].startswith("Error validating access token: Session has expired on ")


def test_the_worlds_own_page_token_is_described_too(facebook: Facebook) -> None:
    described = facebook.debug(DEMO_ACCESS_TOKEN)
    assert (described["type"], described["user_id"], described["is_valid"]) == ("PAGE", DEMO_USER_ID, True)


def test_something_that_is_no_token_is_not_valid(facebook: Facebook) -> None:
    assert facebook.debug("EAABsomething") == {
        "error": {"code": 190, "message": "Invalid OAuth access token - Cannot parse access token"},
        "is_valid": False,
        "scopes": [],
    }


def test_only_the_app_may_ask(facebook: Facebook) -> None:
    token = facebook.long_token()
    assert facebook.error("debug_token", input_token=token, access_token=token) == (400, 100, None)
    assert facebook.error("debug_token", input_token=token) == (400, 104, None)
    assert facebook.error("debug_token", input_token=token, access_token=f"{DEMO_APP_ID}|guessed") == (
        400,
        190,
        None,
    )
    assert facebook.error("debug_token", access_token=APP_TOKEN) == (400, 100, None)


# --- deaths -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "subcode", "kills_pages"),
    [
        ("expired", 463, False),
        ("logged_out", 467, False),
        ("session_invalidated", 460, True),
        ("not_authorized", 458, True),
        ("checkpointed", 459, True),
        ("unconfirmed", 464, True),
        ("inactive", 493, True),
    ],
)
def test_a_persons_tokens_die(facebook: Facebook, state: str, subcode: int, kills_pages: bool) -> None:
    user, page = facebook.long_token(), facebook.page_token()
    facebook.control(userToken={"state": state})
    assert facebook.error("me", access_token=user) == (400, 190, subcode)
    assert facebook.debug(user)["error"]["subcode"] == subcode
    assert (facebook.call("me/conversations", access_token=page).status_code == 400) is kills_pages
    assert facebook.debug(page)["is_valid"] is not kills_pages
    facebook.control(userToken={"state": "valid"})
    assert facebook.json("me", access_token=user)["id"] == DEMO_USER_ID


def test_a_new_login_gives_tokens_that_live_while_the_old_stay_dead(facebook: Facebook) -> None:
    old_user, old_page = facebook.long_token(), facebook.page_token()
    facebook.control(userToken={"state": "session_invalidated"}, token={"pageId": DEMO_PAGE_ID, "state": "expired"})
    new_user, new_page = facebook.long_token(), facebook.page_token()
    assert facebook.call("me", access_token=new_user).status_code == 200
    assert facebook.call("me/conversations", access_token=new_page).status_code == 200
    assert facebook.error("me", access_token=old_user) == (400, 190, 460)
    assert facebook.error("me/conversations", access_token=old_page) == (400, 190, 460)


def test_a_page_token_that_dies_during_a_walk_is_healed_by_a_new_login(facebook: Facebook) -> None:
    token = facebook.page_token()
    facebook.control(token={"pageId": DEMO_PAGE_ID, "state": "session_invalidated", "afterListCalls": 2})
    between = facebook.page_token()
    statuses = [facebook.call("me/conversations", access_token=token).status_code for _ in range(4)]
    assert statuses == [200, 200, 400, 400]
    assert facebook.error("me/conversations", access_token=between) == (400, 190, 460)
    assert facebook.call("me/conversations", access_token=facebook.page_token()).status_code == 200


def test_data_access_ends_after_ninety_days_without_a_login(facebook: Facebook) -> None:
    user, page = facebook.long_token(), facebook.page_token()
    facebook.control(lifetimes={"dataAccessSeconds": 0})
    assert facebook.error("me", access_token=user) == (400, 190, 493)
    assert facebook.error("me/conversations", access_token=page) == (400, 190, 493)
    described = facebook.debug(page)
    assert not described["is_valid"]
    assert described["data_access_expires_at"] <= time.time()


# --- appsecret_proof ----------------------------------------------------------------------------------------------


def test_a_right_proof_is_accepted_everywhere(facebook: Facebook) -> None:
    user = facebook.long_token()
    (page,) = facebook.json("me/accounts", access_token=user, appsecret_proof=proof(user))["data"]
    for token in (page["access_token"], DEMO_ACCESS_TOKEN):
        listed = facebook.json("me/conversations", access_token=token, appsecret_proof=proof(token), limit=1)
        thread = listed["data"][0]["id"]
        assert "appsecret_proof" not in listed["paging"]["next"]
        for path in (thread, f"{thread}/messages", "me", "me/subscribed_apps"):
            assert facebook.call(path, access_token=token, appsecret_proof=proof(token)).status_code == 200


@pytest.mark.parametrize("wrong", ["", "deadbeef", proof("another token"), proof(DEMO_ACCESS_TOKEN).upper()])
def test_a_wrong_proof_is_refused_as_meta_does(facebook: Facebook, wrong: str) -> None:
    refused = facebook.call("me/conversations", access_token=DEMO_ACCESS_TOKEN, appsecret_proof=wrong)
    error = refused.json()["error"]
    assert (refused.status_code, error["type"], error["code"]) == (400, "GraphMethodException", 100)
    assert error["message"] == "Invalid appsecret_proof provided in the API argument"


def test_a_proof_belongs_to_the_token_of_the_call(facebook: Facebook) -> None:
    user, page = facebook.long_token(), facebook.page_token()
    assert facebook.error("me/conversations", access_token=page, appsecret_proof=proof(user)) == (400, 100, None)


def test_a_proof_may_be_bound_to_a_time(facebook: Facebook) -> None:
    timed = {"access_token": DEMO_ACCESS_TOKEN, "appsecret_time": "1790000000"}
    right = facebook.call("me", appsecret_proof=proof(f"{DEMO_ACCESS_TOKEN}|1790000000"), **timed)
    assert right.status_code == 200
    assert facebook.error("me", appsecret_proof=proof(DEMO_ACCESS_TOKEN), **timed) == (400, 100, None)


def test_proofs_can_be_required(facebook: Facebook) -> None:
    user, page = facebook.long_token(), facebook.page_token()
    facebook.control(requireAppSecretProof=True)
    for token, path in ((user, "me/accounts"), (page, "me/conversations"), (DEMO_ACCESS_TOKEN, "me")):
        refused = facebook.call(path, access_token=token).json()["error"]
        assert refused["message"] == "API calls from the server require an appsecret_proof argument"
        assert (refused["type"], refused["code"]) == ("GraphMethodException", 100)
        assert facebook.call(path, access_token=token, appsecret_proof=proof(token)).status_code == 200
    assert facebook.debug(page)["is_valid"]
    assert facebook.long_token()


# --- signed requests ----------------------------------------------------------------------------------------------


def opened(signed_request: str) -> tuple[bool, Json]:
    """Whether the signature is right, and the payload, read as Meta's documentation says."""
    signature, payload = signed_request.split(".")
    expected = hmac.new(DEMO_APP_SECRET.encode(), payload.encode(), hashlib.sha256).digest()
    return _decoded(signature) == expected, json.loads(_decoded(payload))


def _decoded(text: str) -> bytes:
    assert "=" not in text
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def test_a_data_deletion_request_is_signed_with_the_secret(facebook: Facebook) -> None:
    answer = facebook.control(signedRequest={"kind": "data_deletion", "userId": DEMO_USER_ID})
    genuine, payload = opened(answer["signedRequest"])
    assert genuine
    assert (payload["algorithm"], payload["user_id"]) == ("HMAC-SHA256", DEMO_USER_ID)
    assert payload["issued_at"] == pytest.approx(time.time(), abs=60)
    assert payload["expires"] == payload["issued_at"] + 3_600
    assert "delivery" not in answer


def test_a_forged_one_is_not(facebook: Facebook) -> None:
    order = {"kind": "deauthorize", "userId": DEMO_USER_ID, "forged": True}
    genuine, payload = opened(facebook.control(signedRequest=order)["signedRequest"])
    assert (genuine, payload["user_id"]) == (False, DEMO_USER_ID)


def test_a_page_is_deauthorized_without_a_user(facebook: Facebook) -> None:
    order = {"kind": "deauthorize", "pageId": DEMO_PAGE_ID}
    genuine, payload = opened(facebook.control(signedRequest=order)["signedRequest"])
    assert genuine
    assert (payload["profile_id"], payload["user_id"]) == (DEMO_PAGE_ID, None)


class _Callback(BaseHTTPRequestHandler):
    """The product's endpoint: answers a good request with a confirmation, a forged one with 400."""

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        genuine, _ = opened(form["signed_request"][0])
        body = b'{"confirmation_code":"abc"}' if genuine else b"forged"
        self.send_response(200 if genuine else 400)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the base class's name)
        """Quiet."""


@pytest.fixture
def callback() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Callback)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/deletion"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_signed_request_is_posted_as_a_form_and_the_answer_told(facebook: Facebook, callback: str) -> None:
    order = {"kind": "data_deletion", "userId": DEMO_USER_ID, "url": callback}
    assert facebook.control(signedRequest=order)["delivery"] == {
        "status": 200,
        "body": '{"confirmation_code":"abc"}',
    }
    forged = facebook.control(signedRequest={**order, "forged": True})
    assert forged["delivery"] == {"status": 400, "body": "forged"}


def test_an_endpoint_that_does_not_answer_is_told(facebook: Facebook, callback: str) -> None:
    order = {"kind": "data_deletion", "userId": DEMO_USER_ID, "url": callback.replace("http:", "https:")}
    assert facebook.control(signedRequest=order)["delivery"]["status"] is None


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"url": "http://pagesync.example/deletion"}, "on loopback"),
        ({"url": "file:///etc/hosts"}, "on loopback"),
        ({"pageId": DEMO_PAGE_ID}, "takes a 'userId'"),
        ({"userId": None}, "userId must be a text"),
    ],
)
def test_a_signed_request_that_cannot_be_is_refused(facebook: Facebook, change: Json, says: str) -> None:
    order = {"kind": "data_deletion", "userId": DEMO_USER_ID, **change}
    assert says in facebook.refused_order(signedRequest=order)


def test_no_proof_or_token_of_a_body_reaches_the_log(facebook: Facebook) -> None:
    token = facebook.page_token()
    form = {"access_token": token, "appsecret_proof": App().proof(token), "subscribed_fields": "feed"}
    requests.post(f"{facebook.url}/v25.0/me/subscribed_apps", data=form, timeout=10).raise_for_status()
    entry = facebook.log()["requests"][-1]
    assert (entry["method"], entry["query"], entry["tokenIn"]) == ("POST", {"subscribed_fields": "feed"}, "query")
    assert token not in json.dumps(facebook.log())
    assert form["appsecret_proof"] not in json.dumps(facebook.log())
