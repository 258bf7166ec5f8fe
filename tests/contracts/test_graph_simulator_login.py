"""The Graph API simulator lets people log in: dialog, code, tokens, and what they lead to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from simulators.graph import (
    DEMO_APP_ID,
    DEMO_APP_SECRET,
    DEMO_PAGE_ID,
    App,
    GraphSimulator,
    demo_world,
)

CALLBACK = "http://127.0.0.1:9/api/facebook/oauth/callback"
SCOPES = (
    "pages_show_list,pages_messaging,pages_manage_metadata,pages_read_engagement,business_management,"
    "instagram_basic,instagram_manage_messages"
)
APP_TOKEN = f"{DEMO_APP_ID}|{DEMO_APP_SECRET}"
Json = dict[str, Any]


class Browser:
    """Goes through logins against a simulator and calls it as the product's server would."""

    def __init__(self, simulator: GraphSimulator) -> None:
        self.url = simulator.url

    def call(self, path: str, method: str = "GET", **params: object) -> requests.Response:
        return requests.request(method, f"{self.url}/v25.0/{path}", params=params, timeout=10)

    def json(self, path: str, method: str = "GET", **params: object) -> Json:
        answer = self.call(path, method, **params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def error(self, path: str, method: str = "GET", **params: object) -> tuple[int, int, int | None]:
        """HTTP status, code and subcode."""
        answer = self.call(path, method, **params)
        error = answer.json()["error"]
        return answer.status_code, error["code"], error.get("error_subcode")

    def control(self, **orders: object) -> Json:
        answer = requests.post(f"{self.url}/__control", json=orders, timeout=10)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def truth(self) -> Json:
        return requests.get(f"{self.url}/__world", timeout=10).json()

    def dialog(self, *, accept: str = "*/*", **changes: str) -> requests.Response:
        asked = {
            "client_id": DEMO_APP_ID,
            "redirect_uri": CALLBACK,
            "state": "s t&te",
            "scope": SCOPES,
            "response_type": "code",
            **changes,
        }
        return requests.get(
            f"{self.url}/v25.0/dialog/oauth",
            params=asked,
            headers={"Accept": accept},
            timeout=10,
            allow_redirects=False,
        )

    def code(self, **changes: str) -> str:
        return returned(self.dialog(**changes))["code"]

    def exchange(self, code: str, **changes: str) -> requests.Response:
        asked = {
            "client_id": DEMO_APP_ID,
            "client_secret": DEMO_APP_SECRET,
            "redirect_uri": CALLBACK,
            "code": code,
            **changes,
        }
        return self.call("oauth/access_token", **asked)

    def short_token(self, **changes: str) -> str:
        return self.exchange(self.code(**changes)).json()["access_token"]

    def prolonged(self, token: str) -> Json:
        return self.json(
            "oauth/access_token",
            grant_type="fb_exchange_token",
            client_id=DEMO_APP_ID,
            client_secret=DEMO_APP_SECRET,
            fb_exchange_token=token,
        )

    def long_token(self, **changes: str) -> str:
        return self.prolonged(self.short_token(**changes))["access_token"]

    def page_token(self, page_id: str = DEMO_PAGE_ID) -> str:
        return self.json(page_id, fields="access_token", access_token=self.long_token())["access_token"]

    def debug(self, token: str) -> Json:
        return self.json("debug_token", input_token=token, access_token=APP_TOKEN)["data"]


def returned(answer: requests.Response) -> dict[str, str]:
    """What the redirect tells the product."""
    assert answer.status_code == 302, answer.text
    where = urlsplit(answer.headers["Location"])
    assert where.fragment == "_=_"
    return dict(parse_qsl(where.query, keep_blank_values=True))


@pytest.fixture
def facebook() -> Iterator[Browser]:
    with GraphSimulator(demo_world()) as simulator:
        yield Browser(simulator)


def test_a_login_leads_from_the_dialog_to_a_subscribed_page(facebook: Browser) -> None:
    back = returned(facebook.dialog())
    assert back["state"] == "s t&te"
    short = facebook.exchange(back["code"]).json()
    assert list(short) == ["access_token", "token_type", "expires_in"]
    assert (short["token_type"], short["expires_in"]) == ("bearer", 5_400)
    long = facebook.prolonged(short["access_token"])
    assert long["expires_in"] == 60 * 86_400
    accounts = facebook.json("me/accounts", access_token=long["access_token"])
    (page,) = accounts["data"]
    assert (page["id"], page["name"]) == (DEMO_PAGE_ID, "Sunrise Coffee Roasters")
    assert page["tasks"] == ["ADVERTISE", "ANALYZE", "CREATE_CONTENT", "MESSAGING", "MODERATE", "MANAGE"]
    token = page["access_token"]
    debugged = facebook.debug(token)
    assert (debugged["type"], debugged["profile_id"], debugged["expires_at"]) == ("PAGE", DEMO_PAGE_ID, 0)
    assert debugged["is_valid"]
    fields = "messages,message_echoes,messaging_postbacks"
    subscribed = facebook.json(
        f"{DEMO_PAGE_ID}/subscribed_apps", "POST", subscribed_fields=fields, access_token=token
    )
    assert subscribed == {"success": True}
    (app,) = facebook.json(f"{DEMO_PAGE_ID}/subscribed_apps", access_token=token)["data"]
    assert (app["id"], app["subscribed_fields"]) == (DEMO_APP_ID, fields.split(","))
    assert facebook.truth()["pages"][0]["subscribedFields"] == fields.split(",")
    listed = facebook.json("me/conversations", access_token=token, appsecret_proof=App().proof(token))
    assert len(listed["data"]) == 25
