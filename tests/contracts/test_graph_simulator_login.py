"""The Graph API simulator lets people log in: the dialog, its code, and the tokens a code leads to."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser

import pytest
import requests

from simulators.graph import (
    DEMO_APP_ID,
    DEMO_APP_SECRET,
    DEMO_LOGIN_CONFIG_ID,
    DEMO_PAGE_ID,
    DEMO_USER_ID,
    App,
    GraphSimulator,
    demo_world,
    many_roles_world,
    two_page_world,
)
from simulators.graph.scopes import SYNC_SCOPES
from tests.contracts.facebook import APP_TOKEN, CALLBACK, SCOPES, Facebook, returned

BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"


@pytest.fixture
def facebook() -> Iterator[Facebook]:
    with GraphSimulator(demo_world()) as simulator:
        yield Facebook(simulator)


@pytest.fixture
def two_pages() -> Iterator[Facebook]:
    with GraphSimulator(two_page_world()) as simulator:
        yield Facebook(simulator)


class Form(HTMLParser):
    """The one form of a page as a browser would send it untouched, and the texts of its buttons."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.method = ""
        self.fields: dict[str, str] = {}
        self.buttons: list[str] = []
        self.scripts = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.scripts += tag == "script" or any(name.startswith("on") for name in given)
        if tag == "form":
            self.method = given["method"] or ""
        if tag == "button":
            self.buttons.append(given["name"] or "")
        if tag == "input" and (given["type"] == "hidden" or "checked" in given):
            self.fields[given["name"] or ""] = given["value"] or ""


def pressed(answer: requests.Response, button: str, *, without: str = "") -> requests.Response:
    """The page's form after a click, with one box unticked."""
    form = Form(answer.text)
    sent = {name: value for name, value in form.fields.items() if name != without}
    assert len(sent) == len(form.fields) - bool(without)
    return requests.post(answer.url, data={**sent, button: "1"}, timeout=10, allow_redirects=False)


def test_a_login_leads_from_the_dialog_to_a_subscribed_page(facebook: Facebook) -> None:
    back = returned(facebook.dialog())
    assert back["state"] == "s t&te"
    short = facebook.exchange(back["code"]).json()
    long = facebook.prolonged(short["access_token"])
    (page,) = facebook.json("me/accounts", access_token=long["access_token"])["data"]
    assert (page["id"], page["name"]) == (DEMO_PAGE_ID, "Sunrise Coffee Roasters")
    token, fields = page["access_token"], "messages,message_echoes,messaging_postbacks"
    subscribed = facebook.json(
        f"{DEMO_PAGE_ID}/subscribed_apps", "POST", subscribed_fields=fields, access_token=token
    )
    assert subscribed == {"success": True}
    listed = facebook.json("me/conversations", access_token=token, appsecret_proof=App().proof(token))
    assert len(listed["data"]) == 25


# --- the dialog ---------------------------------------------------------------------------------------------------


def test_a_browser_is_shown_a_page_without_scripts(facebook: Facebook) -> None:
    shown = facebook.dialog(accept=BROWSER)
    assert (shown.status_code, shown.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    form = Form(shown.text)
    assert (form.method, form.buttons, form.scripts) == ("post", ["continue", "cancel"], 0)
    assert "Ana Whitfield" in shown.text
    assert "Sunrise Coffee Roasters" in shown.text


def test_continue_leads_back_with_a_code(facebook: Facebook) -> None:
    back = returned(pressed(facebook.dialog(accept=BROWSER), "continue"))
    assert back["state"] == "s t&te"
    assert facebook.exchange(back["code"]).status_code == 200


def test_cancel_leads_back_with_facebooks_words(facebook: Facebook) -> None:
    answer = pressed(facebook.dialog(accept=BROWSER), "cancel")
    assert returned(answer) == {
        "error": "access_denied",
        "error_code": "200",
        "error_description": "Permissions error",
        "error_reason": "user_denied",
        "state": "s t&te",
    }
    assert "error_description=Permissions+error" in answer.headers["Location"]


def test_an_unticked_permission_is_declined(facebook: Facebook) -> None:
    back = returned(pressed(facebook.dialog(accept=BROWSER), "continue", without="scope:pages_messaging"))
    token = facebook.exchange(back["code"]).json()["access_token"]
    rows = facebook.json("me/permissions", access_token=token)["data"]
    assert {"permission": "pages_messaging", "status": "declined"} in rows
    assert {"permission": "pages_show_list", "status": "granted"} in rows


def test_an_unticked_page_stays_out_of_the_list(two_pages: Facebook) -> None:
    back = returned(pressed(two_pages.dialog(accept=BROWSER), "continue", without=f"page:{DEMO_PAGE_ID}"))
    token = two_pages.exchange(back["code"]).json()["access_token"]
    assert [page["name"] for page in two_pages.rows("me/accounts", access_token=token)] == ["Harbor Street Bakery"]


def test_somebody_else_can_continue() -> None:
    with GraphSimulator(many_roles_world()) as simulator:
        facebook = Facebook(simulator)
        assert "Continue as" in facebook.dialog(accept=BROWSER).text
        back = returned(pressed(facebook.dialog(accept=BROWSER, user="10158000000000012"), "continue"))
        token = facebook.exchange(back["code"]).json()["access_token"]
        assert facebook.json("me", access_token=token) == {"name": "Priya Nair", "id": "10158000000000012"}


def test_the_order_says_who_sees_a_page(facebook: Facebook) -> None:
    facebook.control(login={"mode": "instant"})
    assert "code" in returned(facebook.dialog(accept=BROWSER))
    facebook.control(login={"mode": "page"})
    assert facebook.dialog().status_code == 200


def test_the_next_people_deny_when_ordered_to(facebook: Facebook) -> None:
    facebook.control(denyLogins=2)
    outcomes = [returned(facebook.dialog()).get("error_reason") for _ in range(3)]
    assert outcomes == ["user_denied", "user_denied", None]


def test_a_redirect_keeps_the_query_it_had_and_a_missing_state_stays_missing(facebook: Facebook) -> None:
    asked = {"client_id": DEMO_APP_ID, "redirect_uri": f"{CALLBACK}?tenant=7"}
    answer = requests.get(f"{facebook.url}/dialog/oauth", params=asked, timeout=10, allow_redirects=False)
    assert answer.headers["Location"].startswith(f"{CALLBACK}?tenant=7&code=")
    assert set(returned(answer)) == {"tenant", "code"}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"client_id": "42"}, "Invalid App ID"),
        ({"redirect_uri": "https://evil.example/callback"}, "URL Blocked"),
        ({"redirect_uri": "javascript://localhost/callback"}, "URL Blocked"),
        ({"scope": "pages_show_list,pages_mesaging"}, "Invalid Scopes: pages_mesaging."),
        ({"response_type": "token"}, "response_type=code"),
        ({"config_id": "42"}, "config_id"),
        ({"user": "<b>"}, "nobody with this id"),
    ],
)
def test_a_wrong_request_gets_a_page_and_never_a_redirect(
    facebook: Facebook, change: dict[str, str], says: str
) -> None:
    refused = facebook.dialog(**change)
    assert (refused.status_code, refused.headers["Content-Type"]) == (400, "text/html; charset=utf-8")
    assert says in refused.text
    assert "Location" not in refused.headers


def test_what_the_request_says_is_never_markup(facebook: Facebook) -> None:
    shown = facebook.dialog(accept=BROWSER, state='"><script>alert(1)</script>').text
    assert Form(shown).scripts == 0
    assert Form(shown).fields["state"] == '"><script>alert(1)</script>'


def test_registered_addresses_are_compared_byte_by_byte(facebook: Facebook) -> None:
    facebook.control(redirectUris=["https://pagesync.example/callback"])
    assert facebook.dialog(redirect_uri="https://pagesync.example/callback").status_code == 302
    assert facebook.dialog(redirect_uri="https://pagesync.example/callback/").status_code == 400
    assert facebook.dialog().status_code == 400
    facebook.control(redirectUris=None)
    assert facebook.dialog().status_code == 302


def test_the_command_registers_addresses() -> None:
    allowed = "https://pagesync.example/callback"
    command = [sys.executable, "-m", "simulators.graph", "--redirect-uri", allowed]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = json.loads(process.stdout.readline())["url"]
        asked = {"client_id": DEMO_APP_ID, "state": "s"}
        statuses = [
            requests.get(
                f"{url}/v25.0/dialog/oauth",
                params={**asked, "redirect_uri": uri},
                timeout=10,
                allow_redirects=False,
            ).status_code
            for uri in (allowed, CALLBACK)
        ]
        process.terminate()
        assert process.wait(timeout=10) == 0
    assert statuses == [302, 400]


def test_a_configuration_brings_its_own_scopes(facebook: Facebook) -> None:
    facebook.control(requireConfigId=True)
    assert "Can&#x27;t Load URL" in facebook.dialog().text
    back = returned(facebook.dialog(config_id=DEMO_LOGIN_CONFIG_ID, scope=""))
    token = facebook.exchange(back["code"]).json()["access_token"]
    assert {*facebook.debug(token)["scopes"]} == {"public_profile", *SYNC_SCOPES}


def test_a_declined_scope_is_offered_again_only_by_a_rerequest(facebook: Facebook) -> None:
    facebook.control(login={"declinedScopes": ["pages_messaging"]})
    facebook.code()
    facebook.control(login={})
    assert "pages_messaging" not in facebook.debug(facebook.short_token())["scopes"]
    assert "scope:pages_messaging" not in Form(facebook.dialog(accept=BROWSER).text).fields
    assert "pages_messaging" in facebook.debug(facebook.short_token(auth_type="rerequest"))["scopes"]


def test_scopes_add_up_over_logins(facebook: Facebook) -> None:
    facebook.code(scope="pages_show_list")
    token = facebook.short_token(scope="pages_messaging")
    assert facebook.debug(token)["scopes"] == ["public_profile", "pages_show_list", "pages_messaging"]


# --- the exchange -------------------------------------------------------------------------------------------------


def test_a_code_gives_a_short_lived_token_and_that_a_long_lived_one(facebook: Facebook) -> None:
    short = facebook.exchange(facebook.code()).json()
    assert list(short) == ["access_token", "token_type", "expires_in"]
    assert (short["token_type"], short["expires_in"]) == ("bearer", 5_400)
    long = facebook.prolonged(short["access_token"])
    assert (long["token_type"], long["expires_in"]) == ("bearer", 60 * 86_400)
    assert facebook.debug(long["access_token"])["type"] == "USER"


def test_the_exchange_takes_a_form_too(facebook: Facebook) -> None:
    form = {
        "client_id": DEMO_APP_ID,
        "client_secret": DEMO_APP_SECRET,
        "redirect_uri": CALLBACK,
        "code": facebook.code(),
    }
    answer = requests.post(f"{facebook.url}/v25.0/oauth/access_token", data=form, timeout=10)
    assert answer.status_code == 200


def test_a_code_is_good_once(facebook: Facebook) -> None:
    code = facebook.code()
    assert facebook.exchange(code).status_code == 200
    again = facebook.exchange(code)
    error = again.json()["error"]
    assert (again.status_code, error["code"], error["error_subcode"]) == (400, 100, 36009)
    assert error["message"] == "This authorization code has been used."
    assert again.headers["WWW-Authenticate"].startswith('OAuth "Facebook Platform" "invalid_code"')


def test_of_exchanges_at_the_same_time_one_succeeds(facebook: Facebook) -> None:
    code = facebook.code()
    with ThreadPoolExecutor(8) as pool:
        statuses = [answer.status_code for answer in pool.map(facebook.exchange, [code] * 8)]
    assert sorted(statuses) == [200] + [400] * 7


def test_a_code_expires(facebook: Facebook) -> None:
    code = facebook.code()
    facebook.control(lifetimes={"codeSeconds": 0})
    assert facebook.exchange(code).json()["error"]["error_subcode"] == 36007
    facebook.control(lifetimes={})
    assert facebook.exchange(code).status_code == 200


@pytest.mark.parametrize(
    ("change", "code", "subcode", "message"),
    [
        ({"client_id": None}, 101, None, "Missing client_id parameter."),
        ({"client_id": "42"}, 101, None, "Error validating application. Invalid application ID."),
        ({"client_secret": None}, 1, None, "Missing client_secret parameter."),
        ({"client_secret": "guessed"}, 1, None, "Error validating client secret."),
        ({"redirect_uri": None}, 191, None, "Missing redirect_uri parameter."),
        ({"redirect_uri": f"{CALLBACK}/"}, 100, 36008, "Error validating verification code."),
        ({"code": None}, 1, None, "Missing authorization code"),
        ({"code": "AQBsomething"}, 100, None, "Invalid verification code format."),
        ({"grant_type": "password"}, 100, None, "Param grant_type must be one of"),
    ],
)
def test_a_wrong_exchange_is_told_in_facebooks_words(
    facebook: Facebook, change: dict[str, str | None], code: int, subcode: int | None, message: str
) -> None:
    answer = facebook.exchange(facebook.code(), **change)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error.get("error_subcode")) == (400, code, subcode)
    assert error["message"].startswith(message)


def test_expires_in_may_be_missing(facebook: Facebook) -> None:
    facebook.control(lifetimes={"shortTokenSeconds": None, "longTokenSeconds": None})
    short = facebook.exchange(facebook.code()).json()
    assert set(short) == {"access_token", "token_type"}
    assert set(facebook.prolonged(short["access_token"])) == {"access_token", "token_type"}


@pytest.mark.parametrize("text", ["", "EAASIMnothing", "page-token-sunrise", APP_TOKEN])
def test_only_a_user_token_can_be_prolonged(facebook: Facebook, text: str) -> None:
    refused = facebook.error(
        "oauth/access_token",
        grant_type="fb_exchange_token",
        client_id=DEMO_APP_ID,
        client_secret=DEMO_APP_SECRET,
        fb_exchange_token=text,
    )
    assert refused == (400, 190, None)


def test_an_expired_token_cannot_be_prolonged(facebook: Facebook) -> None:
    facebook.control(lifetimes={"shortTokenSeconds": 0})
    refused = facebook.error(
        "oauth/access_token",
        grant_type="fb_exchange_token",
        client_id=DEMO_APP_ID,
        client_secret=DEMO_APP_SECRET,
        fb_exchange_token=facebook.short_token(),
    )
    assert refused == (400, 190, 463)


def test_the_app_gets_its_own_token(facebook: Facebook) -> None:
    given = facebook.json(
        "oauth/access_token",
        grant_type="client_credentials",
        client_id=DEMO_APP_ID,
        client_secret=DEMO_APP_SECRET,
    )
    assert given["token_type"] == "bearer"
    debugged = facebook.json("debug_token", input_token=APP_TOKEN, access_token=given["access_token"])["data"]
    assert (debugged["type"], debugged["app_id"], debugged["is_valid"]) == ("APP", DEMO_APP_ID, True)


# --- what stays and what does not ---------------------------------------------------------------------------------


def test_tokens_outlive_a_restart(facebook: Facebook) -> None:
    user, page = facebook.long_token(), facebook.page_token()
    with GraphSimulator(demo_world()) as simulator:
        restarted = Facebook(simulator)
        assert restarted.json("me", access_token=user)["id"] == DEMO_USER_ID
        assert restarted.call("me/conversations", access_token=page).status_code == 200


def test_tokens_of_another_app_are_no_tokens_here(facebook: Facebook) -> None:
    token = facebook.long_token()
    world = demo_world()
    world.app = App(secret="another-secret")
    with GraphSimulator(world) as simulator:
        assert Facebook(simulator).error("me", access_token=token) == (400, 190, None)


def test_a_tampered_token_is_no_token(facebook: Facebook) -> None:
    token = facebook.long_token()
    for position in range(6, len(token), 7):
        changed = "A" if token[position] != "A" else "B"
        tampered = token[:position] + changed + token[position + 1 :]
        assert facebook.error("me", access_token=tampered) == (400, 190, None)


def test_reset_forgets_logins_and_orders(facebook: Facebook) -> None:
    facebook.control(
        login={"mode": "page", "declinedScopes": ["pages_messaging"], "pageIds": []},
        denyLogins=3,
        lifetimes={"codeSeconds": 0},
        redirectUris=[],
        requireConfigId=True,
        requireAppSecretProof=True,
    )
    facebook.control(reset=True)
    assert facebook.page_token()
    assert facebook.truth()["people"][0]["pageIds"] is None


@pytest.mark.parametrize(
    ("orders", "says"),
    [
        ({"login": {"userId": "42"}}, "userId '42' is nobody of this world"),
        ({"login": {"pageIds": ["42"]}}, "pageId '42' is no Page of this world"),
        ({"login": {"declinedScopes": ["publish_actions"]}}, "login.declinedScopes[0] must be one of"),
        ({"login": {"mode": "slow"}}, "login.mode must be one of auto, page, instant"),
        ({"denyLogins": -1}, "denyLogins must be an integer of at least 0"),
        ({"userToken": {"state": "role_lost"}}, "userToken.state must be one of"),
        ({"role": {"pageId": DEMO_PAGE_ID, "tasks": ["RULE"]}}, "role.tasks[0] must be one of"),
    ],
)
def test_an_order_that_makes_no_sense_changes_nothing(
    facebook: Facebook, orders: dict[str, object], says: str
) -> None:
    assert says in facebook.refused_order(**orders, latencySeconds=50, requireConfigId=True)
    assert facebook.dialog().status_code == 302


def test_no_credential_of_a_login_reaches_the_log(facebook: Facebook) -> None:
    code = facebook.code(state="state-of-this-login")
    short = facebook.exchange(code).json()["access_token"]
    long = facebook.prolonged(short)["access_token"]
    requests.post(
        f"{facebook.url}/v25.0/{DEMO_PAGE_ID}/subscribed_apps",
        json={"subscribed_fields": ["feed"], "access_token": long},
        timeout=10,
    )
    facebook.debug(long)
    log = requests.get(f"{facebook.url}/__log", timeout=10).text
    for secret in (code, "state-of-this-login", short, long, DEMO_APP_SECRET):
        assert secret not in log
    kinds = [one["kind"] for one in facebook.log()["requests"]]
    assert kinds == ["login", "oauth", "oauth", "subscribed_apps", "debug_token"]
    assert facebook.log()["requests"][0]["query"] == {
        "client_id": DEMO_APP_ID,
        "redirect_uri": CALLBACK,
        "scope": SCOPES,
        "response_type": "code",
    }


@pytest.mark.parametrize("kind", ["login", "oauth", "debug_token", "accounts"])
def test_faults_hit_each_step_of_a_login(facebook: Facebook, kind: str) -> None:
    token = facebook.long_token()
    facebook.control(faults=[{"match": kind, "kind": "http500_code2", "times": None}])
    answers = {
        "login": facebook.dialog(),
        "oauth": facebook.exchange("AQBsomething"),
        "debug_token": facebook.call("debug_token", input_token=token, access_token=APP_TOKEN),
        "accounts": facebook.call("me/accounts", access_token=token),
    }
    assert [name for name, answer in answers.items() if answer.status_code == 500] == [kind]
