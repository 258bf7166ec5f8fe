"""Answers Graph API calls from a world: the conversations, messages, thread, message and Page endpoints."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from simulators.graph import errors
from simulators.graph.calls import Call
from simulators.graph.conditions import Conditions
from simulators.graph.edges import INSTAGRAM_READABLE_MESSAGES, message_listing
from simulators.graph.errors import Json
from simulators.graph.fields import Selection, joined, parse_fields
from simulators.graph.inbox import Inbox
from simulators.graph.model import Conversation, Message, Platform
from simulators.graph.nodes import Reader, page_node
from simulators.graph.paging import PageRequest, Slice, edge, page_request, slice_of
from simulators.graph.world import FacebookPage, World

_REPEATED_IN_LINKS = ("platform", "folder", "fields")
_Fields = tuple[Selection, ...] | None


@dataclass(frozen=True)
class GraphApi:
    """Raises GraphError for everything the real API refuses."""

    world: World
    conditions: Conditions

    def page_of(self, call: Call) -> FacebookPage:
        """The Page whose token the call carries."""
        if call.token is None:
            raise errors.token_missing()
        page = self.world.page_of_token(call.token)
        if page is None:
            raise errors.token_unreadable()
        self.conditions.check_token(page.id)
        return page

    def pool(self, call: Call, page: FacebookPage) -> Platform | None:
        """The quota a call counts against; None for the Page's own."""
        if call.kind == "page":
            return None
        if call.kind == "list":
            return call.platform
        found = _thread(page, call.object_id) if call.kind != "message" else _message(page, call.object_id)
        return found[0] if found else "messenger"

    def answer(self, call: Call, page: FacebookPage) -> Json:
        fields = parse_fields(call.params["fields"]) if call.params.get("fields") else None
        match call.kind:
            case "list":
                return self._conversations(call, page, fields)
            case "page":
                if call.object_id not in ("me", page.id):
                    raise errors.unsupported("get", call.object_id)
                return page_node(page, fields)
            case "message":
                return self._message(call, page, fields)
            case _:
                return self._thread(call, page, fields)

    def _conversations(self, call: Call, page: FacebookPage, fields: _Fields) -> Json:
        if call.object_id not in ("me", page.id):
            raise errors.unsupported("get", call.object_id)
        request = page_request(call.params)
        if self.conditions.reduce_above is not None and request.limit > self.conditions.reduce_above:
            raise errors.too_much_data()
        reader = self._reader(call, page, call.platform)
        kept = {name: call.params[name] for name in _REPEATED_IN_LINKS if name in call.params}
        body = edge(
            self._listed(call, page, request),
            lambda one: reader.conversation(one, fields),
            lambda direction, cursor: _link(
                call,
                f"{call.object_id}/conversations",
                {**kept, "limit": str(request.limit), direction: cursor},
            ),
        )
        if error := self.conditions.begin_list_answer(page.id):
            raise error
        return body

    def _listed(self, call: Call, page: FacebookPage, request: PageRequest) -> Slice[Conversation]:
        inbox = page.inboxes.get(call.platform)
        if inbox is None or "user_id" in call.params:
            return Slice(_with_person(inbox, call.params.get("user_id", "")))
        scope = f"conversations:{page.id}:{call.platform}"
        return slice_of(inbox, request, scope=scope, irregularities=self.conditions.irregularities)

    def _thread(self, call: Call, page: FacebookPage, fields: _Fields) -> Json:
        found = _thread(page, call.object_id)
        if found is None:
            raise errors.unsupported("get", call.object_id)
        platform, thread = found
        reader = self._reader(call, page, platform)
        if call.kind == "thread":
            return reader.conversation(thread, fields)
        return _messages_edge(call, reader, thread, call.params, fields) or {"data": []}

    def _message(self, call: Call, page: FacebookPage, fields: _Fields) -> Json:
        found = _message(page, call.object_id)
        if found is None:
            raise errors.unsupported("get", call.object_id)
        platform, thread, message = found
        if platform == "instagram" and message not in thread.messages[:INSTAGRAM_READABLE_MESSAGES]:
            raise errors.message_unreadable()
        return self._reader(call, page, platform).message(thread, message, fields)

    def _reader(self, call: Call, page: FacebookPage, platform: Platform) -> Reader:
        def nested(thread: Conversation, asked: Selection) -> Json | None:
            return _messages_edge(call, reader, thread, asked.modifiers, asked.children)

        reader = Reader(page, platform, nested)
        return reader


def _messages_edge(
    call: Call, reader: Reader, thread: Conversation, params: dict[str, str], fields: _Fields
) -> Json | None:
    """A thread's messages, None if there are none."""
    request = page_request(params)
    listing = message_listing(thread, reader.platform, fields)
    shown = slice_of(listing, request, scope=f"messages:{thread.id}")
    if not shown.items:
        return None
    kept = {"fields": joined(fields)} if fields else {}
    return edge(
        shown,
        lambda one: reader.message(thread, one, fields),
        lambda direction, cursor: _link(
            call, f"{thread.id}/messages", {**kept, "limit": str(request.limit), direction: cursor}
        ),
    )


def _link(call: Call, path: str, params: dict[str, str]) -> str:
    """Links carry the access token in clear, as the real ones do (restfb#687)."""
    query = urlencode({"access_token": call.token or "", "pretty": "0", **params})
    return f"{call.base_url}/{call.version}/{path}?{query}"


def _with_person(inbox: Inbox | None, person_id: str) -> list[Conversation]:
    index = inbox.ids.person_index(person_id) if inbox is not None else None
    return [inbox.at(index)] if inbox is not None and index is not None and index < len(inbox) else []


def _thread(page: FacebookPage, thread_id: str) -> tuple[Platform, Conversation] | None:
    for platform, inbox in page.inboxes.items():
        if thread := inbox.find(thread_id):
            return platform, thread
    return None


def _message(page: FacebookPage, message_id: str) -> tuple[Platform, Conversation, Message] | None:
    for platform, inbox in page.inboxes.items():
        place = inbox.ids.message_place(message_id)
        if place is None or place[0] >= len(inbox):
            continue
        thread = inbox.at(place[0])
        if place[1] < len(thread.messages):
            return platform, thread, thread.messages[len(thread.messages) - 1 - place[1]]
    return None
