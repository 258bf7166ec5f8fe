"""The Graph API simulator speaks the protocol: paging, fields, headers, errors, versions."""

from __future__ import annotations

import http.client
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from simulators.graph import (
    DEMO_ACCESS_TOKEN,
    DEMO_PAGE_ID,
    GraphSimulator,
    demo_world,
    instagram_world,
    odd_world,
    two_page_world,
)

SYNC_FIELDS = "participants,updated_time,messages{from,message,created_time}"


class Client:
    """Calls a simulator with the demo Page's token."""

    def __init__(self, simulator: GraphSimulator) -> None:
        self.url = simulator.url
        self.session = requests.Session()

    def get(self, path: str, *, token: str | None = DEMO_ACCESS_TOKEN, **params: object) -> requests.Response:
        query = {**params, **({"access_token": token} if token else {})}
        return self.session.get(f"{self.url}/{path}", params=query, timeout=10)

    def control(self, **orders: object) -> dict[str, Any]:
        response = self.session.post(f"{self.url}/__control", json=orders, timeout=10)
        assert response.status_code == 200, response.text
        return response.json()

    def pages(self, **params: object) -> list[dict[str, Any]]:
        """Every list page, walked as the rules say: by `cursors.after`, until `next` is missing."""
        found: list[dict[str, Any]] = []
        while True:
            response = self.get("v25.0/me/conversations", **params)
            assert response.status_code == 200, response.text
            found.append(response.json())
            paging = found[-1].get("paging", {})
            if "next" not in paging:
                return found
            params["after"] = paging["cursors"]["after"]

    def truth(self, **params: str) -> list[dict[str, Any]]:
        return self.session.get(
            f"{self.url}/__world", params={"pageId": DEMO_PAGE_ID, **params}, timeout=10
        ).json()["conversations"]


@pytest.fixture(scope="module")
def demo() -> Iterator[Client]:
    """Read only: nothing in this module changes its conditions."""
    with GraphSimulator(demo_world()) as simulator:
        client = Client(simulator)
        yield client
        client.session.close()


@pytest.fixture
def graph() -> Iterator[Client]:
    with GraphSimulator(demo_world()) as simulator:
        client = Client(simulator)
        yield client
        client.session.close()


@pytest.fixture
def instagram() -> Iterator[Client]:
    with GraphSimulator(instagram_world()) as simulator:
        client = Client(simulator)
        yield client
        client.session.close()


@pytest.fixture
def odd() -> Iterator[Client]:
    with GraphSimulator(odd_world()) as simulator:
        client = Client(simulator)
        yield client
        client.session.close()


def ids(pages: list[dict[str, Any]]) -> list[str]:
    return [row["id"] for page in pages for row in page["data"]]


# --- paging -------------------------------------------------------------------------------------------------------


def test_352_conversations_come_on_four_pages_of_100_in_the_order_of_the_world(demo: Client) -> None:
    pages = demo.pages(limit=100, fields="id")
    assert [len(page["data"]) for page in pages] == [100, 100, 100, 52]
    assert ids(pages) == [row["id"] for row in demo.truth()]
    assert len(set(ids(pages))) == 352


def test_conversations_are_listed_newest_first(demo: Client) -> None:
    times = [row["updated_time"] for page in demo.pages(limit=100, fields="updated_time") for row in page["data"]]
    assert times == sorted(times, reverse=True)
    assert len(set(times)) < len(times)  # some share a second
    assert datetime.strptime(times[0], "%Y-%m-%dT%H:%M:%S%z").utcoffset() is not None
    assert times[0].endswith("+0000")


def test_the_last_page_has_cursors_and_previous_but_no_next(demo: Client) -> None:
    first, *_, last = demo.pages(limit=100, fields="id")
    assert set(first["paging"]) == {"cursors", "next"}
    assert set(last["paging"]) == {"cursors", "previous"}
    assert set(last["paging"]["cursors"]) == {"before", "after"}


def test_behind_the_last_cursor_is_an_edge_with_nothing_not_even_paging(demo: Client) -> None:
    last = demo.pages(limit=100, fields="id")[-1]
    behind = demo.get("v25.0/me/conversations", limit=100, after=last["paging"]["cursors"]["after"])
    assert behind.json() == {"data": []}


def test_25_conversations_are_the_default(demo: Client) -> None:
    assert len(demo.get("v25.0/me/conversations").json()["data"]) == 25


def test_next_is_an_address_that_works_and_carries_the_token(demo: Client) -> None:
    first = demo.get(f"v25.0/{DEMO_PAGE_ID}/conversations", fields=SYNC_FIELDS, limit=30).json()
    following = urlsplit(first["paging"]["next"])
    query = parse_qs(following.query)
    assert list(query) == ["access_token", "pretty", "fields", "limit", "after"]
    assert query["access_token"] == [DEMO_ACCESS_TOKEN]
    assert following.path == f"/v25.0/{DEMO_PAGE_ID}/conversations"
    second = requests.get(first["paging"]["next"], timeout=10).json()
    assert ids([second]) == [row["id"] for row in demo.truth()][30:60]
    assert requests.get(second["paging"]["previous"], timeout=10).json()["data"] == first["data"]


def test_next_carries_the_token_even_when_it_came_in_a_header(demo: Client) -> None:
    answer = requests.get(
        f"{demo.url}/v25.0/me/conversations",
        headers={"Authorization": f"Bearer {DEMO_ACCESS_TOKEN}"},
        timeout=10,
    )
    assert parse_qs(urlsplit(answer.json()["paging"]["next"]).query)["access_token"] == [DEMO_ACCESS_TOKEN]


def test_cursors_are_opaque_and_belong_to_one_edge(instagram: Client) -> None:
    messenger = instagram.get("v25.0/me/conversations", limit=5).json()["paging"]["cursors"]["after"]
    assert messenger.startswith("QVFIU")
    refused = instagram.get("v25.0/me/conversations", platform="instagram", limit=5, after=messenger)
    assert refused.status_code == 400
    assert refused.json()["error"]["code"] == 100


@pytest.mark.parametrize("cursor", ["abc", "QVFIU", "%%%", "QVFIUjAuMS5hYmM", "ä"])
def test_a_made_up_cursor_is_refused(demo: Client, cursor: str) -> None:
    refused = demo.get("v25.0/me/conversations", after=cursor)
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, 100)


@pytest.mark.parametrize("limit", ["0", "-1", "ten", ""])
def test_a_limit_that_is_no_positive_number_is_refused(demo: Client, limit: str) -> None:
    refused = demo.get("v25.0/me/conversations", limit=limit)
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, 100)


def test_short_pages_lose_and_repeat_nothing(graph: Client) -> None:
    graph.control(shortPages=True)
    pages = graph.pages(limit=40, fields="id")
    assert ids(pages) == [row["id"] for row in graph.truth()]
    assert all(1 <= len(page["data"]) <= 40 for page in pages)
    assert len({len(page["data"]) for page in pages}) > 3


def test_empty_pages_have_a_next_and_lose_nothing(graph: Client) -> None:
    graph.control(emptyPages=[1, 3, 5])
    pages = graph.pages(limit=100, fields="id")
    assert [len(page["data"]) for page in pages] == [0, 100, 0, 100, 0, 100, 52]
    assert ids(pages) == [row["id"] for row in graph.truth()]


def test_a_trailing_empty_page_ends_the_walk_without_paging(graph: Client) -> None:
    graph.control(trailingEmptyPage=True)
    pages = graph.pages(limit=100, fields="id")
    assert [len(page["data"]) for page in pages] == [100, 100, 100, 52, 0]
    assert pages[-1] == {"data": []}


def test_a_conversation_that_moves_up_during_a_walk_is_missed_by_it_and_nothing_else(graph: Client) -> None:
    before = [row["id"] for row in graph.truth()]
    first = graph.get("v25.0/me/conversations", limit=100, fields="id").json()
    moved = before[150]
    graph.control(touch={"pageId": DEMO_PAGE_ID, "conversationIds": [moved]})
    rest = graph.pages(limit=100, fields="id", after=first["paging"]["cursors"]["after"])
    assert ids([first, *rest]) == [one for one in before if one != moved]
    assert graph.truth()[0]["id"] == moved


def test_a_thread_of_more_than_25_messages_is_paged_from_the_nested_next(demo: Client) -> None:
    rows = [row for page in demo.pages(limit=100, fields=SYNC_FIELDS) for row in page["data"]]
    longest = max(len(row["messages"]) for row in demo.truth())
    assert longest > 25
    long = next(row for row in demo.truth() if len(row["messages"]) == longest)
    shown = next(row for row in rows if row["id"] == long["id"])["messages"]
    assert len(shown["data"]) == 25
    rest = requests.get(shown["paging"]["next"], timeout=10).json()
    assert "next" not in rest["paging"]
    assert [one["id"] for one in shown["data"] + rest["data"]] == [one["id"] for one in long["messages"]]
    assert set(rest["data"][0]) == set(shown["data"][0])  # the nested fields are kept


def test_the_messages_edge_pages_by_cursor_newest_first(demo: Client) -> None:
    thread = max(demo.truth(), key=lambda row: len(row["messages"]))
    found: list[str] = []
    after: str | None = None
    while True:
        cursor = {"after": after} if after else {}
        page = demo.get(f"v25.0/{thread['id']}/messages", limit=7, **cursor).json()
        assert all(list(one) == ["created_time", "id"] for one in page["data"])
        found += [one["id"] for one in page["data"]]
        if "next" not in page["paging"]:
            break
        after = page["paging"]["cursors"]["after"]
    assert found == [one["id"] for one in thread["messages"]]


# --- fields -------------------------------------------------------------------------------------------------------


def test_fields_come_in_the_order_asked_for_and_id_last(demo: Client) -> None:
    row = demo.get("v25.0/me/conversations", fields=SYNC_FIELDS, limit=1).json()["data"][0]
    assert list(row) == ["participants", "updated_time", "messages", "id"]
    message = row["messages"]["data"][0]
    assert list(message) == ["from", "message", "created_time", "id"]
    assert list(message["from"]) == ["name", "email", "id"]
    assert list(demo.get("v25.0/me/conversations", fields="id,updated_time", limit=1).json()["data"][0]) == [
        "updated_time",
        "id",
    ]


def test_default_fields_are_few(demo: Client) -> None:
    assert list(demo.get("v25.0/me/conversations", limit=1).json()["data"][0]) == ["updated_time", "link", "id"]
    assert demo.get("v25.0/me").json() == {"name": "Sunrise Coffee Roasters", "id": DEMO_PAGE_ID}


def test_the_page_itself_is_a_participant_at_either_place(demo: Client) -> None:
    pages = demo.pages(limit=100, fields="participants")
    places = {
        [one.get("id") for one in row["participants"]["data"]].index(DEMO_PAGE_ID)
        for page in pages
        for row in page["data"]
    }
    assert places == {0, 1}


def test_participants_carry_the_made_up_email_address(demo: Client) -> None:
    people = demo.get("v25.0/me/conversations", fields="participants", limit=1).json()["data"][0]["participants"]
    assert all(one["email"] == f"{one['id']}@facebook.com" for one in people["data"])


def test_sub_fields_choose_what_a_participant_shows(demo: Client) -> None:
    row = demo.get("v25.0/me/conversations", fields="participants{name}", limit=1).json()["data"][0]
    assert all(list(one) == ["name", "id"] for one in row["participants"]["data"])


def test_a_nested_limit_holds(demo: Client) -> None:
    rows = demo.get("v25.0/me/conversations", fields="messages.limit(2){message}", limit=50).json()["data"]
    assert max(len(row["messages"]["data"]) for row in rows if "messages" in row) == 2


def test_what_is_empty_is_absent(odd: Client) -> None:
    rows = odd.get("v25.0/me/conversations", fields=SYNC_FIELDS + ",unread_count,snippet").json()["data"]
    silent = next(row for row in rows if "messages" not in row)
    assert "snippet" not in silent
    assert "unread_count" not in silent
    assert any("unread_count" in row for row in rows)
    assert odd.get(f"v25.0/{silent['id']}/messages").json() == {"data": []}


def test_a_sticker_is_an_empty_text_and_hidden_media_none(odd: Client) -> None:
    kinds = {row["kind"]: row for row in odd.truth()}
    sticker = odd.get(f"v25.0/{kinds['sticker']['id']}/messages", fields="message,sticker").json()["data"][0]
    assert sticker["message"] == ""
    assert sticker["sticker"].endswith(".png")
    hidden = odd.get(f"v25.0/{kinds['media_hidden']['id']}/messages", fields="message,attachments").json()["data"][
        0
    ]
    assert "message" not in hidden
    assert set(hidden["attachments"]["data"][0]) == {"id", "name"}
    assert hidden["attachments"]["data"][0]["name"].startswith("Media not available due to new privacy rules")


def sent_last(rows: list[dict[str, Any]], kind: str) -> dict[str, Any]:
    """The newest message of the first conversation that ends with this kind of attachment, or with a "share"."""
    newest = [row["messages"][0] for row in rows if row["messages"]]
    return next(one for one in newest if kind in [*one["attachments"], *["share"] * one["shares"]])


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("image/jpeg", "image_data"),
        ("video/mp4", "video_data"),
        ("audio/mpeg", "file_url"),
        ("application/pdf", "file_url"),
        ("sticker", "image_data"),
    ],
)
def test_an_attachment_says_what_it_is_and_where(demo: Client, kind: str, content: str) -> None:
    message = sent_last(demo.truth(), kind)
    (shown,) = demo.get(f"v25.0/{message['id']}", fields="attachments").json()["attachments"]["data"]
    assert kind in (shown.get("mime_type"), shown.get("type"))
    assert content in shown
    assert "https://" in str(shown[content])


def test_sub_fields_of_an_attachment_leave_its_addresses_out(demo: Client) -> None:
    message = sent_last(demo.truth(), "image/jpeg")
    shown = demo.get(f"v25.0/{message['id']}", fields="attachments{mime_type,name,image_data{width}}").json()
    (attachment,) = shown["attachments"]["data"]
    assert list(attachment) == ["mime_type", "name", "image_data", "id"]
    assert attachment["image_data"] == {"width": 1080}


def test_a_field_that_attachments_do_not_have_is_refused(demo: Client) -> None:
    message = sent_last(demo.truth(), "image/jpeg")
    refused = demo.get(f"v25.0/{message['id']}", fields="attachments{mime_typ}")
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, 100)


def test_a_share_shows_its_id_alone_unless_more_is_asked_for(demo: Client) -> None:
    message = sent_last(demo.truth(), "share")
    path = f"v25.0/{message['id']}"
    assert list(demo.get(path, fields="shares").json()["shares"]["data"][0]) == ["id"]
    assert list(demo.get(path, fields="shares{link,name}").json()["shares"]["data"][0]) == ["link", "name", "id"]


def test_instagram_gives_attachments_no_mime_type_and_stickers_no_field(instagram: Client) -> None:
    rows = instagram.truth(platform="instagram")
    ends = [row["messages"][0]["id"] for row in rows if row["messages"] and row["messages"][0]["attachments"]]
    shown = [instagram.get(f"v25.0/{each}", fields="attachments,sticker").json() for each in ends]
    assert len(shown) > 1
    assert not any("mime_type" in each["attachments"]["data"][0] or "sticker" in each for each in shown)


def test_a_thread_shows_the_same_as_the_list(demo: Client) -> None:
    row = demo.get("v25.0/me/conversations", fields=SYNC_FIELDS, limit=1).json()["data"][0]
    assert demo.get(f"v25.0/{row['id']}", fields=SYNC_FIELDS).json() == row


def test_a_message_can_be_read_alone(demo: Client) -> None:
    thread = demo.truth()[0]
    wanted = thread["messages"][0]
    shown = demo.get(f"v25.0/{wanted['id']}", fields="message,from,created_time").json()
    assert (shown["message"], shown["id"]) == (wanted["text"], wanted["id"])


def test_user_id_finds_the_one_thread_of_a_person(demo: Client) -> None:
    thread = demo.truth()[40]
    person = next(one["id"] for one in thread["participants"] if one["id"] != DEMO_PAGE_ID)
    assert ids([demo.get("v25.0/me/conversations", user_id=person).json()]) == [thread["id"]]
    assert demo.get("v25.0/me/conversations", user_id="1234567890123456").json() == {"data": []}


def test_what_a_client_reads_is_what_the_world_holds(demo: Client) -> None:
    rows = [row for page in demo.pages(limit=100, fields=SYNC_FIELDS) for row in page["data"]]
    for row, truth in zip(rows, demo.truth(), strict=True):
        shown = [one.get("message") for one in row.get("messages", {"data": []})["data"]]
        assert shown == [one["text"] for one in truth["messages"]][:25]
        people = [(one.get("id"), one.get("name")) for one in row["participants"]["data"]]
        assert people == [(one["id"], one["name"]) for one in truth["participants"]]
        assert row["updated_time"] == truth["updatedTime"]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ("participants{", 2500),
        ("participants{name", 2500),
        ("messages{message}.limit(5)", 2500),
        ("a,,b", 2500),
        ("birthday", 100),
        ("messages{mood}", 100),
        ("participants{shoe_size}", 100),
    ],
)
def test_fields_that_cannot_be_are_refused(demo: Client, fields: str, code: int) -> None:
    refused = demo.get("v25.0/me/conversations", fields=fields, limit=5)
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, code)


# --- headers and bytes --------------------------------------------------------------------------------------------


def test_bodies_are_ascii_with_escaped_slashes(demo: Client) -> None:
    answer = demo.get("v25.0/me/conversations", fields=SYNC_FIELDS, limit=100)
    assert answer.content.isascii()
    assert rb"\u" in answer.content
    assert re.search(rb"(?<!\\)/", answer.content) is None
    assert "/" in answer.json()["paging"]["next"]


def test_answers_carry_the_headers_of_the_real_api(demo: Client) -> None:
    headers = demo.get("v25.0/me").headers
    assert headers["Content-Type"] == "application/json; charset=UTF-8"
    assert headers["facebook-api-version"] == "v25.0"
    assert headers["Cache-Control"] == "private, no-cache, no-store, must-revalidate"
    assert headers["Pragma"] == "no-cache"
    assert headers["Expires"] == "Sat, 01 Jan 2000 00:00:00 GMT"
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert {"ETag", "x-fb-trace-id", "x-fb-rev", "x-fb-debug"} <= set(headers)
    assert "x-business-use-case-usage" not in headers
    assert "WWW-Authenticate" not in headers


@pytest.mark.parametrize(
    ("asked", "served"),
    [("v25.0", "v25.0"), ("v22.0", "v22.0"), ("v26.0", "v26.0"), ("v19.0", "v21.0"), ("v3.2", "v21.0")],
)
def test_an_expired_version_is_served_by_the_oldest_live_one(demo: Client, asked: str, served: str) -> None:
    answer = demo.get(f"{asked}/me/conversations", limit=1)
    assert (answer.status_code, answer.headers["facebook-api-version"]) == (200, served)


def test_a_call_without_a_version_gets_the_default_one(demo: Client) -> None:
    assert demo.get("me").headers["facebook-api-version"] == "v25.0"


def test_connections_are_kept_alive(demo: Client) -> None:
    connection = http.client.HTTPConnection(urlsplit(demo.url).netloc, timeout=10)
    sockets = []
    for path in ("me", "t_404", "me/conversations"):  # a refusal does not close it either
        connection.request("GET", f"/v25.0/{path}?access_token={DEMO_ACCESS_TOKEN}")
        connection.getresponse().read()
        sockets.append(connection.sock)
    connection.close()
    assert sockets[0] is not None
    assert sockets == [sockets[0]] * 3


# --- errors -------------------------------------------------------------------------------------------------------


def test_errors_have_the_captured_key_order_and_a_challenge(demo: Client) -> None:
    refused = demo.get("v25.0/t_999")
    error = refused.json()["error"]
    assert refused.status_code == 400
    assert list(error) == ["message", "type", "code", "error_subcode", "fbtrace_id"]
    assert (error["type"], error["code"], error["error_subcode"]) == ("GraphMethodException", 100, 33)
    assert error["fbtrace_id"] == refused.headers["x-fb-trace-id"]
    assert re.fullmatch(r"A[\w-]{22}", error["fbtrace_id"])
    challenge = refused.headers["WWW-Authenticate"]
    assert challenge.startswith('OAuth "Facebook Platform" "invalid_request" "Unsupported get request.')


def test_a_call_without_a_token_gets_104(demo: Client) -> None:
    refused = demo.get("v25.0/me/conversations", token=None)
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, 104)


def test_an_unknown_token_gets_190(demo: Client) -> None:
    refused = demo.get("v25.0/me/conversations", token="someone-elses")
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, 190)
    assert '"invalid_token"' in refused.headers["WWW-Authenticate"]


@pytest.mark.parametrize("path", ["v25.0/me/friends", "v99.0/me", "v25.0/me/conversations/more", "v25.0"])
def test_paths_that_do_not_exist_get_2500(demo: Client, path: str) -> None:
    refused = demo.get(path)
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, 2500)


def test_posting_to_a_thread_is_unsupported(demo: Client) -> None:
    refused = demo.session.post(f"{demo.url}/v25.0/{DEMO_PAGE_ID}/conversations", timeout=10)
    assert refused.status_code == 400
    assert refused.json()["error"]["message"].startswith("Unsupported post request.")


def test_a_line_break_in_a_field_cannot_forge_a_header(demo: Client) -> None:
    refused = demo.get("v25.0/me/conversations", fields="a\r\nX-Forged: yes")
    assert refused.status_code == 400
    assert "X-Forged" not in refused.headers


def test_a_token_opens_only_its_own_page() -> None:
    with GraphSimulator(two_page_world()) as simulator:
        client = Client(simulator)
        first, second = simulator.world.pages
        own = client.get(f"v25.0/{second.id}/conversations", token=second.access_token).json()["data"]
        foreign = client.get(f"v25.0/{second.id}/conversations", token=first.access_token)
        foreign_thread = client.get(f"v25.0/{own[0]['id']}", token=first.access_token)
        client.session.close()
    assert len(own) == 8
    for refused in (foreign, foreign_thread):
        assert (refused.status_code, refused.json()["error"]["error_subcode"]) == (400, 33)


# --- Instagram ----------------------------------------------------------------------------------------------------


def test_the_page_names_its_instagram_account_only_if_it_has_one(instagram: Client, demo: Client) -> None:
    fields = "name,instagram_business_account{id,username}"
    assert instagram.get("v25.0/me", fields=fields).json()["instagram_business_account"] == {
        "username": "sunrise.roasters",
        "id": "17841400000000500",
    }
    assert "instagram_business_account" not in demo.get("v25.0/me", fields=fields).json()
    assert demo.get("v25.0/me/conversations", platform="instagram").json() == {"data": []}


@pytest.mark.parametrize("platform", ["instagram", "INSTAGRAM"])
def test_instagram_shows_usernames_and_the_account_id_instead_of_the_page(instagram: Client, platform: str) -> None:
    pages = instagram.pages(platform=platform, fields=SYNC_FIELDS, limit=25)
    rows = [row for page in pages for row in page["data"]]
    assert len({row["id"] for row in rows}) == 60
    for row in rows:
        people = row["participants"]["data"]
        assert {"17841400000000500"} < {one["id"] for one in people}
        assert all(list(one) == ["username", "id"] for one in people)
        assert row["id"].startswith("aWdfZAG06MTpJR01lc3NhZA2VUaHJlYWQ6")
        assert 100 <= len(row["id"]) <= 220
    assert f"platform={platform}" in pages[0]["paging"]["next"]


def test_only_the_newest_twenty_instagram_messages_can_be_read(instagram: Client) -> None:
    thread = max(instagram.truth(platform="instagram"), key=lambda row: len(row["messages"]))
    total = len(thread["messages"])
    assert total > 20
    path = f"v25.0/{thread['id']}/messages"
    assert len(instagram.get(path, limit=100).json()["data"]) == total
    assert len(instagram.get(path, limit=100, fields="message,from").json()["data"]) == 20
    readable, hidden = thread["messages"][19]["id"], thread["messages"][20]["id"]
    assert instagram.get(f"v25.0/{readable}", fields="message").status_code == 200
    assert instagram.get(f"v25.0/{hidden}", fields="message").json()["error"]["code"] == 9000001


def test_a_platform_that_is_none_is_refused(demo: Client) -> None:
    refused = demo.get("v25.0/me/conversations", platform="whatsapp")
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, 100)
