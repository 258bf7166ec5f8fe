"""ConversationSource behaves alike in memory and over HTTP against the Graph simulator."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
import requests

from pagesync.adapters.graph import GraphConversations
from pagesync.adapters.telemetry import Telemetry
from pagesync.domain.conversation import Conversation, ConversationPage, Message, Platform
from pagesync.domain.errors import (
    CursorRejected,
    SourceError,
    SourceForbidden,
    SourceThrottled,
    SourceUnavailable,
    TokenRejected,
    TooMuchData,
)
from pagesync.domain.throttle import Usage
from pagesync.ports import ConversationSource
from simulators.graph import DEMO_ACCESS_TOKEN, DEMO_PAGE_ID, GraphSimulator, demo_world, instagram_world
from tests import samples
from tests.contracts.facebook import graph_calls
from tests.fakes.source import InMemoryInbox


@pytest.fixture(scope="module")
def simulator() -> Iterator[GraphSimulator]:
    with GraphSimulator(demo_world()) as graph:
        yield graph


@dataclass
class Inbox:
    source: ConversationSource
    token: str

    def page(self, cursor: str | None = None, limit: int = 100, token: str | None = None) -> ConversationPage:
        return self.source.list_conversations(
            page_id=DEMO_PAGE_ID,
            token=token or self.token,
            platform=Platform.MESSENGER,
            cursor=cursor,
            limit=limit,
        )

    def walk(self, limit: int = 100) -> list[str]:
        page = self.page(limit=limit)
        found = [each.conversation_id for each in page.conversations]
        while page.next_cursor is not None:
            page = self.page(page.next_cursor, limit)
            found += [each.conversation_id for each in page.conversations]
        return found


def graph_inbox(simulator: GraphSimulator, timeout_seconds: float = 5) -> Inbox:
    source = GraphConversations(graph_calls(simulator.url, timeout_seconds=timeout_seconds))
    return Inbox(source, DEMO_ACCESS_TOKEN)


@pytest.fixture
def graph(simulator: GraphSimulator) -> Inbox:
    control(simulator, {"reset": True})
    return graph_inbox(simulator)


@pytest.fixture(params=["memory", "graph"])
def inbox(request: pytest.FixtureRequest, graph: Inbox) -> Inbox:
    if request.param == "graph":
        return graph
    everybody = [samples.conversation(number) for number in range(352)]
    return Inbox(InMemoryInbox(everybody, token="page-token"), "page-token")


def control(simulator: GraphSimulator, orders: dict[str, Any]) -> None:
    requests.post(f"{simulator.url}/__control", json=orders, timeout=5).raise_for_status()


@pytest.mark.parametrize(("limit", "pages"), [(100, 4), (51, 7)])
def test_following_the_cursor_lists_every_conversation_once(inbox: Inbox, limit: int, pages: int) -> None:
    found = inbox.walk(limit)
    assert len(found) == len(set(found)) == 352
    assert -(-352 // limit) == pages


def test_only_the_last_page_has_no_cursor(inbox: Inbox) -> None:
    page, cursors = inbox.page(), []
    while page.next_cursor is not None:
        cursors.append(page.next_cursor)
        page = inbox.page(page.next_cursor)
    assert len(set(cursors)) == 3


def test_a_wrong_token_is_rejected(inbox: Inbox) -> None:
    with pytest.raises(TokenRejected):
        inbox.page(token="somebody-else's")


def test_a_cursor_that_is_not_known_is_rejected(inbox: Inbox) -> None:
    with pytest.raises(CursorRejected):
        inbox.page(cursor="made up")


def test_conversations_come_with_participants_times_and_messages(graph: Inbox) -> None:
    found = graph.page().conversations
    assert all(each.conversation_id for each in found)
    assert all(each.updated_at is not None and each.updated_at.tzinfo is not None for each in found)
    assert any(person.person_id == DEMO_PAGE_ID for each in found for person in each.participants)
    assert any(message.text and message.sender for each in found for message in each.messages)
    newest_first = [each.updated_at for each in found]
    assert newest_first == sorted(newest_first, reverse=True)  # type: ignore[type-var]


def newest(inbox: Inbox) -> dict[str | None, Message]:
    """The newest message of every conversation, by its id."""
    found: list[Conversation] = []
    page = inbox.page()
    while True:
        found += page.conversations
        if page.next_cursor is None:
            return {each.messages[0].message_id: each.messages[0] for each in found if each.messages}
        page = inbox.page(page.next_cursor)


def test_what_came_with_a_message_is_named(graph: Inbox, simulator: GraphSimulator) -> None:
    shown = newest(graph)
    world = simulator.world.pages[0].inboxes["messenger"]
    kinds: dict[str, set[str]] = {}
    for conversation in map(world.at, range(len(world))):
        for message in conversation.messages[:1]:
            sent = [one.type or one.mime_type or "hidden" for one in message.attachments] + ["share"] * len(
                message.shares
            )
            for kind in sent or ["words alone"]:
                kinds.setdefault(kind, set()).update(_kind(each) for each in shown[message.id].attachments)
    assert kinds == {
        "words alone": set(),
        "image/jpeg": {"image"},
        "video/mp4": {"video"},
        "audio/mpeg": {"voice message"},
        "application/pdf": {"file"},
        "sticker": {"sticker"},
        "hidden": {"attachment"},
        "share": {"shared post"},
    }
    named = [label for message in shown.values() for label in message.attachments if label.startswith("file ")]
    assert all(re.fullmatch(r"file receipt-\d+\.pdf", each) for each in named)


def _kind(label: str) -> str:
    return "file" if label.startswith("file ") else label


def test_every_message_has_the_id_that_facebook_gave_it(graph: Inbox, simulator: GraphSimulator) -> None:
    world = simulator.world.pages[0].inboxes["messenger"]
    for conversation in graph.page(limit=20).conversations:
        told = world.find(conversation.conversation_id)
        assert told is not None
        assert [each.message_id for each in conversation.messages] == [each.id for each in told.messages[:25]]


def test_no_address_of_a_picture_or_post_is_asked_for(graph: Inbox, simulator: GraphSimulator) -> None:
    token = {"Authorization": f"Bearer {DEMO_ACCESS_TOKEN}"}
    graph.page()
    asked = requests.get(f"{simulator.url}/__log", timeout=5).json()["requests"][-1]
    body = requests.get(f"{simulator.url}{asked['path']}", params=asked["query"], headers=token, timeout=5).json()
    messages = [each for row in body["data"] for each in row.get("messages", {"data": []})["data"]]
    assert any("attachments" in each for each in messages)
    assert not [each for each in messages if "https://" in json.dumps({**each, "sticker": None, "message": None})]


@pytest.mark.parametrize(
    "oddity",
    [{"shortPages": True}, {"emptyPages": [2, 3]}, {"trailingEmptyPage": True}],
    ids=lambda each: next(iter(each)),
)
def test_short_and_empty_pages_do_not_end_the_list(
    graph: Inbox, simulator: GraphSimulator, oddity: dict[str, Any]
) -> None:
    control(simulator, oddity)
    found = graph.walk()
    assert len(found) == len(set(found)) == 352


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("http500_code2", SourceUnavailable),
        ("code1_99", TooMuchData),
        ("html_outage", SourceUnavailable),
        ("reset", SourceUnavailable),
        ("truncated", SourceUnavailable),
        ("throttle_80006", SourceThrottled),
        ("throttle_4", SourceThrottled),
        ("throttle_613", SourceThrottled),
        ("permission_200", SourceForbidden),
    ],
)
def test_each_bad_day_of_facebook_has_its_type(
    graph: Inbox, simulator: GraphSimulator, kind: str, error: type[SourceError]
) -> None:
    control(simulator, {"faults": [{"match": "list", "kind": kind, "times": 1}]})
    with pytest.raises(error) as caught:
        graph.page()
    assert DEMO_ACCESS_TOKEN not in str(caught.value)
    assert caught.value.__cause__ is None
    assert len(graph.page().conversations) == 100


def test_an_answer_that_never_comes_is_trouble(simulator: GraphSimulator) -> None:
    control(simulator, {"reset": True, "faults": [{"match": "list", "kind": "hang", "times": 1}]})
    with pytest.raises(SourceUnavailable):
        graph_inbox(simulator, timeout_seconds=0.3).page()
    control(simulator, {"reset": True})


@pytest.mark.parametrize("minutes", [0, 7])
def test_throttling_tells_the_stated_minutes_in_seconds(
    graph: Inbox, simulator: GraphSimulator, minutes: int
) -> None:
    fault = {"match": "list", "kind": "throttle_80006", "times": 1, "regainMinutes": minutes}
    control(simulator, {"faults": [fault]})
    with pytest.raises(SourceThrottled) as caught:
        graph.page()
    assert caught.value.retry_after_seconds == minutes * 60


@pytest.mark.parametrize("state", ["expired", "session_invalidated"])
def test_a_token_that_dies_in_mid_walk_is_rejected(graph: Inbox, simulator: GraphSimulator, state: str) -> None:
    control(simulator, {"token": {"pageId": DEMO_PAGE_ID, "state": state, "afterListCalls": 2}})
    first = graph.page()
    graph.page(first.next_cursor)
    with pytest.raises(TokenRejected):
        graph.page(first.next_cursor)


def test_what_facebook_refuses_is_told_by_its_codes_and_its_trace(graph: Inbox, simulator: GraphSimulator) -> None:
    telemetry = Telemetry()
    source = GraphConversations(graph_calls(simulator.url, telemetry=telemetry))
    kinds = ["throttle_80006", "missing_100_33", "http500_code2"]
    control(simulator, {"faults": [{"match": "list", "kind": kind, "times": 1} for kind in kinds]})
    for _ in kinds:
        with pytest.raises(SourceError):
            replace(graph, source=source).page()
    told = telemetry.take().graph_errors
    assert [each.rpartition(" ")[0] for each in told] == ["400 80006/-", "400 100/33", "500 2/-"]
    assert all(re.fullmatch("[A-Za-z0-9_-]{11,23}", each.rpartition(" ")[2]) for each in told)


def test_too_large_a_page_asks_for_less(graph: Inbox, simulator: GraphSimulator) -> None:
    control(simulator, {"reduceAbove": 50})
    with pytest.raises(TooMuchData):
        graph.page(limit=100)
    assert len(graph.page(limit=50).conversations) == 50


def test_one_conversation_reads_as_it_was_listed(inbox: Inbox) -> None:
    listed = inbox.page(limit=5).conversations[3]
    read, _ = inbox.source.read_conversation(
        token=inbox.token, platform=Platform.MESSENGER, conversation_id=listed.conversation_id
    )
    assert read == listed


def test_a_conversation_that_is_gone_is_refused(inbox: Inbox) -> None:
    with pytest.raises(SourceForbidden):
        inbox.source.read_conversation(token=inbox.token, platform=Platform.MESSENGER, conversation_id="t_gone")


def test_ids_alone_come_without_people_and_messages(inbox: Inbox) -> None:
    whole = inbox.page(limit=5)
    bare = inbox.source.list_conversations(
        page_id=DEMO_PAGE_ID, token=inbox.token, platform=Platform.MESSENGER, cursor=None, limit=5, ids_only=True
    )
    assert [each.conversation_id for each in bare.conversations] == [
        each.conversation_id for each in whole.conversations
    ]
    assert {(each.participants, each.messages) for each in map(_frozen, bare.conversations)} == {((), ())}
    assert bare.next_cursor is not None


def _frozen(conversation: Conversation) -> Conversation:
    return replace(
        conversation, participants=tuple(conversation.participants), messages=tuple(conversation.messages)
    )


def test_the_usage_of_the_limit_comes_with_the_page(graph: Inbox, simulator: GraphSimulator) -> None:
    control(simulator, {"usage": {"callCount": 96, "totalTime": 12, "regainMinutes": 5}})
    assert graph.page().usage == Usage(percent=96, regain_seconds=300)


def test_an_instagram_inbox_names_people_by_their_handles() -> None:
    with GraphSimulator(instagram_world()) as simulator:
        source = GraphConversations(graph_calls(simulator.url))
        page = source.list_conversations(
            page_id=DEMO_PAGE_ID, token=DEMO_ACCESS_TOKEN, platform=Platform.INSTAGRAM, cursor=None, limit=60
        )
    account = simulator.world.pages[0].instagram
    assert account is not None
    assert len(page.conversations) > 10
    for conversation in page.conversations:
        own, *others = sorted(conversation.participants, key=lambda person: person.person_id != account.id)
        assert own.person_id == account.id
        assert all(person.name for person in others)
    long = [each for each in page.conversations if len(each.messages) >= 19]
    assert long
    assert all(each.history_truncated for each in long)
    assert any(not each.history_truncated for each in page.conversations)


def test_the_token_travels_in_a_header_and_never_in_the_url(graph: Inbox, simulator: GraphSimulator) -> None:
    graph.walk()
    log = requests.get(f"{simulator.url}/__log", timeout=5).json()
    asked = [each for each in log["requests"] if "conversations" in each["path"]]
    assert len(asked) == 4
    assert all("access_token" not in str(each["query"]) for each in asked)
