"""A person's browser and the product's server, as the Graph simulator's tests need them."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests

from pagesync.adapters.graph import FacebookApp, GraphCalls
from pagesync.adapters.telemetry import Telemetry
from simulators.graph import DEMO_APP_ID, DEMO_APP_SECRET, DEMO_PAGE_ID, GraphSimulator

CALLBACK = "http://127.0.0.1:9/api/facebook/oauth/callback"
SCOPES = (
    "pages_show_list,pages_messaging,pages_manage_metadata,pages_read_engagement,business_management,"
    "instagram_basic,instagram_manage_messages"
)
APP_TOKEN = f"{DEMO_APP_ID}|{DEMO_APP_SECRET}"
Json = dict[str, Any]


def demo_app(**changes: str) -> FacebookApp:
    text = json.dumps({"appId": DEMO_APP_ID, "appSecret": DEMO_APP_SECRET, **changes})
    return FacebookApp(lambda: text)


def graph_calls(
    url: str, *, timeout_seconds: float = 5, app: FacebookApp | None = None, telemetry: Telemetry | None = None
) -> GraphCalls:
    return GraphCalls(
        app or demo_app(), base_url=url, version="v25.0", timeout_seconds=timeout_seconds, telemetry=telemetry
    )


class Facebook:
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

    def refused_order(self, **orders: object) -> str:
        answer = requests.post(f"{self.url}/__control", json=orders, timeout=10)
        assert answer.status_code == 400
        return answer.json()["error"]

    def truth(self) -> Json:
        return requests.get(f"{self.url}/__world", timeout=10).json()

    def log(self) -> Json:
        return requests.get(f"{self.url}/__log", timeout=10).json()

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

    def exchange(self, code: str, /, **changes: str | None) -> requests.Response:
        """A change to None leaves the parameter out."""
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

    def page_token(self, page_id: str = DEMO_PAGE_ID, **changes: str) -> str:
        long = self.long_token(**changes)
        return self.json(page_id, fields="access_token", access_token=long)["access_token"]

    def rows(self, path: str, **params: object) -> list[Json]:
        """Every row of an edge, page by page."""
        found: list[Json] = []
        while True:
            page = self.json(path, **params)
            found += page["data"]
            if "next" not in page.get("paging", {}):
                return found
            params["after"] = page["paging"]["cursors"]["after"]

    def debug(self, token: str) -> Json:
        return self.json("debug_token", input_token=token, access_token=APP_TOKEN)["data"]


def returned(answer: requests.Response) -> dict[str, str]:
    """What the redirect tells the product."""
    assert answer.status_code == 302, answer.text
    where = urlsplit(answer.headers["Location"])
    assert where.fragment == "_=_"
    return dict(parse_qsl(where.query, keep_blank_values=True))
