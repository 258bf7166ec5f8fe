"""The Graph API simulator shows people their Pages, portfolios and permissions, as much as they granted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from simulators.graph import DEMO_PAGE_ID, DEMO_USER_ID, GraphSimulator, instagram_world, many_roles_world
from tests.contracts.facebook import APP_TOKEN, SCOPES, Facebook

PORTFOLIO = "2002003004000001"
EMPTY_PORTFOLIO = "2002003004000002"
WITHOUT_PAGES = "10158000000000013"
SHARING_A_PAGE = "10158000000000012"
FIELDS = "access_token,name,tasks,category,picture{url},instagram_business_account{id,username},is_published"
Json = dict[str, Any]


@pytest.fixture
def shop() -> Iterator[Facebook]:
    """A Page with an Instagram account."""
    with GraphSimulator(instagram_world()) as simulator:
        yield Facebook(simulator)


@pytest.fixture
def many() -> Iterator[Facebook]:
    with GraphSimulator(many_roles_world()) as simulator:
        yield Facebook(simulator)


def by_name(rows: list[Json]) -> dict[str, Json]:
    assert len({row["name"] for row in rows}) == len(rows)
    return {row["name"]: row for row in rows}


def without(*scopes: str) -> str:
    return ",".join(scope for scope in SCOPES.split(",") if scope not in scopes)


# --- /me and /me/accounts -----------------------------------------------------------------------------------------


def test_a_person_has_a_name_and_a_picture(shop: Facebook) -> None:
    token = shop.long_token()
    assert shop.json("me", access_token=token) == {"name": "Ana Whitfield", "id": DEMO_USER_ID}
    asked = shop.json("me", fields="first_name,last_name,picture{url},email", access_token=token)
    assert (asked["first_name"], asked["last_name"], asked["id"]) == ("Ana", "Whitfield", DEMO_USER_ID)
    assert "email" not in asked
    assert shop.json(DEMO_USER_ID, access_token=token) == shop.json("me", access_token=token)


def test_a_page_comes_with_all_that_was_asked_for(shop: Facebook) -> None:
    (page,) = shop.json("me/accounts", fields=FIELDS, access_token=shop.long_token())["data"]
    assert list(page) == [
        *("access_token", "name", "tasks", "category", "picture"),
        *("instagram_business_account", "is_published", "id"),
    ]
    assert page["instagram_business_account"] == {"username": "sunrise.roasters", "id": "17841400000000500"}
    assert page["is_published"] is True
    assert page["picture"] == {"data": {"url": f"{shop.url}/images/{DEMO_PAGE_ID}.png"}}


def test_the_defaults_are_those_of_the_edge(shop: Facebook) -> None:
    (page,) = shop.json("me/accounts", access_token=shop.long_token())["data"]
    assert list(page) == ["access_token", "category", "category_list", "name", "tasks", "id"]


def test_pages_come_25_at_a_time_and_each_once(many: Facebook) -> None:
    token = many.long_token()
    first = many.json("me/accounts", fields="name", access_token=token)
    assert len(first["data"]) == 25
    assert token in first["paging"]["next"]
    second = requests.get(first["paging"]["next"], timeout=10).json()
    assert len(second["data"]) == 25
    assert requests.get(second["paging"]["previous"], timeout=10).json()["data"] == first["data"]
    rows = many.rows("me/accounts", fields="name", access_token=token)
    assert len(rows) == len(by_name(rows)) == 62
    assert rows == many.rows("me/accounts", fields="name", access_token=token, limit=7)


def test_the_list_tells_what_is_wrong_with_a_page(many: Facebook) -> None:
    pages = by_name(many.rows("me/accounts", fields=FIELDS, access_token=many.long_token(), limit=100))
    assert "MESSAGING" not in pages["Advertiser Only"]["tasks"]
    assert "MANAGE" not in pages["Editor Without Manage"]["tasks"]
    assert pages["Messages Only"]["tasks"] == ["MESSAGING"]
    assert "access_token" not in pages["Token Missing"]
    assert [name for name, page in pages.items() if not page["is_published"]] == ["Not Published Yet"]
    assert "instagram_business_account" not in pages["Lindqvist Store 01"]
    assert pages["Lindqvist Store 04"]["instagram_business_account"]["username"] == "store.4"


def test_without_business_management_a_portfolios_pages_are_missing(many: Facebook) -> None:
    token = many.long_token(scope=without("business_management"))
    names = by_name(many.rows("me/accounts", access_token=token))
    assert "Listed With Portfolio" not in names
    assert len(names) == 61
    assert many.error("me/businesses", access_token=token) == (403, 200, None)
    assert many.error(f"{PORTFOLIO}/owned_pages", access_token=token) == (403, 200, None)


def test_somebody_without_pages_gets_an_edge_with_nothing(many: Facebook) -> None:
    token = many.long_token(user=WITHOUT_PAGES)
    assert many.json("me/accounts", access_token=token) == {"data": []}
    assert many.json("me/businesses", access_token=token) == {"data": []}


def test_a_page_of_two_people_has_a_token_for_each(many: Facebook) -> None:
    page_id = by_name(many.rows("me/accounts", access_token=many.long_token()))["Lindqvist Store 01"]["id"]
    first, second = many.page_token(page_id), many.page_token(page_id, user=SHARING_A_PAGE)
    many.control(userToken={"userId": SHARING_A_PAGE, "state": "not_authorized"})
    assert many.call("me", access_token=first).status_code == 200
    assert many.error("me", access_token=second) == (400, 190, 458)


@pytest.mark.parametrize("path", ["me/accounts", "me/businesses", "me/permissions"])
def test_a_page_token_has_no_edges_of_people(shop: Facebook, path: str) -> None:
    assert shop.error(path, access_token=shop.page_token()) == (400, 100, None)
    assert shop.error(path, access_token=APP_TOKEN) == (400, 2500, None)


def test_somebody_elses_edge_is_not_there(many: Facebook) -> None:
    token = many.long_token()
    assert many.error(f"{WITHOUT_PAGES}/accounts", access_token=token) == (400, 100, 33)
    assert many.error(f"{WITHOUT_PAGES}/permissions", access_token=token) == (400, 100, 33)


# --- portfolios ---------------------------------------------------------------------------------------------------


def test_the_pages_of_a_portfolio_are_found_through_it(many: Facebook) -> None:
    token = many.long_token()
    assert [one["name"] for one in many.rows("me/businesses", access_token=token)] == [
        "Lindqvist Holding",
        "Empty Agency",
    ]
    owned = by_name(many.rows(f"{PORTFOLIO}/owned_pages", fields=FIELDS, access_token=token))
    assert set(owned) == {"Listed With Portfolio", "Owned by the Portfolio"}
    page_token = owned["Owned by the Portfolio"]["access_token"]
    assert many.call("me/conversations", access_token=page_token).status_code == 200
    client = by_name(many.rows(f"{PORTFOLIO}/client_pages", fields=FIELDS, access_token=token))
    assert "access_token" in client["A Client's Page"]
    assert not {"access_token", "tasks"} & client["A Client's Page Without a Role"].keys()
    assert many.json(f"{EMPTY_PORTFOLIO}/owned_pages", access_token=token) == {"data": []}


def test_somebody_elses_portfolio_is_not_there(many: Facebook) -> None:
    token = many.long_token(user=WITHOUT_PAGES)
    assert many.error(f"{PORTFOLIO}/owned_pages", access_token=token) == (400, 100, 33)
    assert many.error(PORTFOLIO, access_token=token) == (400, 100, 33)
    assert many.json(PORTFOLIO, access_token=many.long_token())["name"] == "Lindqvist Holding"


# --- one Page -----------------------------------------------------------------------------------------------------


def test_a_page_gives_its_token_to_somebody_with_a_role(many: Facebook) -> None:
    page_id = by_name(many.rows("me/accounts", access_token=many.long_token()))["Lindqvist Store 02"]["id"]
    assert many.call("me/conversations", access_token=many.page_token(page_id)).status_code == 200
    stranger = many.long_token(user=SHARING_A_PAGE)
    assert many.error(page_id, fields="access_token", access_token=stranger) == (400, 100, 33)


def test_a_page_token_shows_itself(shop: Facebook) -> None:
    token = shop.page_token()
    page = shop.json("me", fields=FIELDS, access_token=token)
    assert (page["access_token"], page["id"]) == (token, DEMO_PAGE_ID)
    assert "MESSAGING" in page["tasks"]


def test_pictures_are_real_and_differ(shop: Facebook) -> None:
    token = shop.long_token()
    picture = shop.json(DEMO_PAGE_ID, fields="picture", access_token=token)["picture"]["data"]
    assert (picture["height"], picture["width"], picture["is_silhouette"]) == (100, 100, False)
    image = requests.get(picture["url"], timeout=10)
    assert image.headers["Content-Type"] == "image/png"
    assert image.content.startswith(b"\x89PNG\r\n\x1a\n")
    assert shop.call(f"{DEMO_PAGE_ID}/picture").content == image.content
    assert shop.json(f"{DEMO_PAGE_ID}/picture", redirect=0)["data"] == picture
    assert shop.call(f"{DEMO_USER_ID}/picture").content != image.content
    assert shop.error("42/picture") == (400, 100, 33)


def test_an_unknown_field_is_named(shop: Facebook) -> None:
    answer = shop.call("me/accounts", fields="name,nickname", access_token=shop.long_token())
    assert "(#100) Tried accessing nonexisting field (nickname)" in answer.json()["error"]["message"]


# --- permissions --------------------------------------------------------------------------------------------------


def test_permissions_tell_what_was_granted_and_what_declined(shop: Facebook) -> None:
    shop.control(login={"declinedScopes": ["pages_messaging", "instagram_basic"]})
    rows = shop.json("me/permissions", access_token=shop.long_token())["data"]
    states = {row["permission"]: row["status"] for row in rows}
    assert states == {
        "public_profile": "granted",
        **dict.fromkeys(SCOPES.split(","), "granted"),
        "pages_messaging": "declined",
        "instagram_basic": "declined",
    }


def test_without_pages_show_list_there_are_no_pages(shop: Facebook) -> None:
    token = shop.long_token(scope=without("pages_show_list"))
    assert shop.json("me/accounts", access_token=token) == {"data": []}
    assert "access_token" not in shop.json(DEMO_PAGE_ID, fields="access_token", access_token=token)


def test_without_instagram_basic_no_account_is_linked(shop: Facebook) -> None:
    (page,) = shop.json(
        "me/accounts", fields=FIELDS, access_token=shop.long_token(scope=without("instagram_basic"))
    )["data"]
    assert "instagram_business_account" not in page


@pytest.mark.parametrize(
    ("declined", "platform", "code"),
    [
        ("pages_messaging", "messenger", 230),
        ("pages_read_engagement", "messenger", 283),
        ("pages_manage_metadata", "messenger", 200),
        ("instagram_manage_messages", "instagram", 230),
        ("instagram_basic", "instagram", 200),
    ],
)
def test_conversations_need_their_permissions(shop: Facebook, declined: str, platform: str, code: int) -> None:
    shop.control(login={"declinedScopes": [declined]})
    token = shop.page_token()
    assert shop.error("me/conversations", platform=platform, access_token=token) == (403, code, None)
    other = {"messenger": "instagram", "instagram": "messenger"}[platform]
    if declined != "pages_manage_metadata":
        assert shop.call("me/conversations", platform=other, access_token=token).status_code == 200


def test_one_permission_can_be_taken_back(shop: Facebook) -> None:
    token = shop.long_token()
    assert shop.json("me/permissions/pages_messaging", "DELETE", access_token=token) == {"success": True}
    assert shop.json("me/permissions/pages_messaging", access_token=token)["data"] == [
        {"permission": "pages_messaging", "status": "declined"}
    ]


def test_revoking_ends_every_token_of_the_person(shop: Facebook) -> None:
    user, page = shop.long_token(), shop.page_token()
    assert shop.json("me/permissions", "DELETE", access_token=user) == {"success": True}
    for token in (user, page, "page-token-sunrise"):
        assert shop.error("me", access_token=token) == (400, 190, 458)
    again = shop.page_token()
    assert shop.call("me/conversations", access_token=again).status_code == 200
    assert shop.error("me", access_token=page) == (400, 190, 458)


def test_the_app_itself_can_revoke(shop: Facebook) -> None:
    user = shop.long_token()
    assert shop.json(f"{DEMO_USER_ID}/permissions", "DELETE", access_token=APP_TOKEN) == {"success": True}
    assert shop.error("me", access_token=user) == (400, 190, 458)


# --- picked Pages -------------------------------------------------------------------------------------------------


def test_only_picked_pages_are_listed_and_told_by_debug_token(many: Facebook) -> None:
    rows = by_name(many.rows("me/accounts", access_token=many.long_token(), limit=100))
    picked = [rows["Lindqvist Store 03"]["id"], rows["Lindqvist Store 04"]["id"]]
    many.control(login={"pageIds": picked})
    token = many.long_token()
    assert [page["id"] for page in many.rows("me/accounts", access_token=token)] == picked
    granular = {one["scope"]: one.get("target_ids") for one in many.debug(token)["granular_scopes"]}
    assert granular["pages_messaging"] == picked
    assert granular["instagram_basic"] == ["17841400000500004"]
    assert granular["business_management"] == [PORTFOLIO, EMPTY_PORTFOLIO]
    (owned, *_) = many.rows(f"{PORTFOLIO}/owned_pages", fields="name,access_token", access_token=token)
    assert "access_token" not in owned


def test_a_page_no_longer_picked_refuses_its_old_token(shop: Facebook) -> None:
    token = shop.page_token()
    shop.control(takeBack={"pageIds": [DEMO_PAGE_ID]})
    refused = shop.call("me/conversations", access_token=token).json()["error"]
    assert (refused["code"], "error_subcode" in refused) == (190, False)
    assert "impersonating a user's page" in refused["message"]
    assert shop.json("me/accounts", access_token=shop.long_token()).get("data")  # a new login shares it again


def test_without_picks_a_scope_holds_for_everything(shop: Facebook) -> None:
    granular = shop.debug(shop.long_token())["granular_scopes"]
    assert {"scope": "pages_messaging"} in granular
    assert not any("target_ids" in one for one in granular)


# --- tasks --------------------------------------------------------------------------------------------------------


def test_conversations_need_the_task(many: Facebook) -> None:
    page_id = by_name(many.rows("me/accounts", access_token=many.long_token()))["Advertiser Only"]["id"]
    assert many.error("me/conversations", access_token=many.page_token(page_id)) == (403, 200, None)


def test_a_task_lost_later_is_missed_at_once(shop: Facebook) -> None:
    token = shop.page_token()
    shop.control(role={"pageId": DEMO_PAGE_ID, "tasks": ["ANALYZE"]})
    assert shop.error("me/conversations", access_token=token) == (403, 200, None)
    assert shop.json("me", fields="tasks", access_token=token)["tasks"] == ["ANALYZE"]
    shop.control(role={"pageId": DEMO_PAGE_ID, "tasks": []})
    assert shop.error("me/conversations", access_token=token) == (400, 190, 492)
    user = shop.long_token()
    assert shop.json("me/accounts", access_token=user) == {"data": []}
    assert shop.error(DEMO_PAGE_ID, access_token=user) == (400, 100, 33)
    shop.control(role={"pageId": DEMO_PAGE_ID, "tasks": None})
    assert shop.call("me/conversations", access_token=token).status_code == 200


def test_a_scope_lost_later_is_missed_at_once(shop: Facebook) -> None:
    token = shop.page_token()
    shop.control(takeBack={"scopes": ["pages_messaging"]})
    assert shop.error("me/conversations", access_token=token) == (403, 230, None)


# --- subscriptions ------------------------------------------------------------------------------------------------


def test_a_subscription_is_kept_replaced_and_ended(shop: Facebook) -> None:
    path, token = f"{DEMO_PAGE_ID}/subscribed_apps", shop.page_token()
    assert shop.json(path, access_token=token) == {"data": []}
    for fields in ("messages,message_echoes", "messages,messaging_postbacks,messages"):
        assert shop.json(path, "POST", subscribed_fields=fields, access_token=token) == {"success": True}
    (app,) = shop.json("me/subscribed_apps", access_token=token)["data"]
    assert list(app) == ["category", "link", "name", "id", "subscribed_fields"]
    assert app["subscribed_fields"] == ["messages", "messaging_postbacks"]
    assert shop.truth()["pages"][0]["subscribedFields"] == ["messages", "messaging_postbacks"]
    assert shop.json(path, "DELETE", access_token=token) == {"success": True}
    assert shop.json(path, access_token=token) == {"data": []}
    assert shop.truth()["pages"][0]["subscribedFields"] is None


@pytest.mark.parametrize("as_json", [True, False])
def test_fields_may_come_in_the_body(shop: Facebook, as_json: bool) -> None:
    token = shop.page_token()
    body: Json = {"subscribed_fields": ["messages", "feed"]} if as_json else {"subscribed_fields": "messages,feed"}
    requests.post(
        f"{shop.url}/v25.0/me/subscribed_apps",
        headers={"Authorization": f"Bearer {token}"},
        timeout=10,
        **({"json": body} if as_json else {"data": body}),
    ).raise_for_status()
    assert shop.truth()["pages"][0]["subscribedFields"] == ["messages", "feed"]


def test_a_field_pages_do_not_have_is_refused_by_its_place(shop: Facebook) -> None:
    asked = {"subscribed_fields": "messages,message_echoes,messaging_seen", "access_token": shop.page_token()}
    refused = shop.call("me/subscribed_apps", "POST", **asked)
    message = refused.json()["error"]["message"]
    assert refused.status_code == 400
    assert message.startswith("(#100) Param subscribed_fields[2] must be one of {feed, mention, ")
    assert shop.error("me/subscribed_apps", "POST", access_token=asked["access_token"]) == (400, 100, None)


def test_a_subscription_needs_a_page_token_permissions_and_a_task(shop: Facebook) -> None:
    path, asked = f"{DEMO_PAGE_ID}/subscribed_apps", {"subscribed_fields": "messages"}
    assert shop.error(path, "POST", **asked, access_token=shop.long_token()) == (403, 210, None)
    token = shop.page_token()
    shop.control(takeBack={"scopes": ["pages_messaging"]})
    refused = shop.call(path, "POST", **asked, access_token=token).json()["error"]
    assert refused["message"].startswith("(#200) To subscribe to the messages field, one of these permissions")
    assert shop.call(path, "POST", subscribed_fields="feed", access_token=token).status_code == 200
    shop.control(takeBack={"scopes": ["pages_manage_metadata"]})
    assert shop.error(path, "POST", subscribed_fields="feed", access_token=token) == (403, 200, None)
    renewed = shop.page_token(auth_type="rerequest")
    shop.control(role={"pageId": DEMO_PAGE_ID, "tasks": ["MESSAGING"]})
    assert shop.error(path, "POST", **asked, access_token=renewed) == (403, 200, None)


def test_another_pages_subscription_is_out_of_reach(many: Facebook) -> None:
    pages = by_name(many.rows("me/accounts", access_token=many.long_token()))
    first, second = pages["Lindqvist Store 01"], pages["Lindqvist Store 02"]
    refused = many.error(f"{second['id']}/subscribed_apps", access_token=first["access_token"])
    assert refused == (400, 100, 33)
