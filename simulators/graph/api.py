"""Answers Graph API calls from a world: conversations, threads and messages here, the rest where it lives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from simulators.graph import access_errors, errors
from simulators.graph.accounts import Accounts
from simulators.graph.bearers import Bearer, Bearers
from simulators.graph.calls import Call, CallKind
from simulators.graph.conditions import Conditions
from simulators.graph.debug_token import debug_token
from simulators.graph.edges import INSTAGRAM_READABLE_MESSAGES, message_listing
from simulators.graph.errors import Json
from simulators.graph.fields import Selection, joined, parse_fields
from simulators.graph.images import image, picture_of
from simulators.graph.inbox import Inbox
from simulators.graph.login import Login
from simulators.graph.model import Conversation, Message, Platform
from simulators.graph.nodes import Reader
from simulators.graph.oauth import access_token
from simulators.graph.paging import PageRequest, Slice, edge, page_request, slice_of
from simulators.graph.scopes import CONVERSATION_SCOPES, CONVERSATION_TASKS
from simulators.graph.subscriptions import subscribed_apps
from simulators.graph.wire import Answer
from simulators.graph.world import FacebookPage, World

_REPEATED_IN_LINKS = ("platform", "folder", "fields")
_Fields = tuple[Selection, ...] | None


@dataclass(frozen=True)
class GraphApi:
    """Raises GraphError for everything the real API refuses."""

    world: World
    conditions: Conditions

    @property
    def bearers(self) -> Bearers:
        return Bearers(self.world, self.conditions)

    def page_concerned(self, call: Call) -> FacebookPage | None:
        """The Page whose token the call carries, or that it names."""
        bearer = self.bearers.read(call.token or "")
        return bearer.page if bearer and bearer.page else self.world.page(call.object_id)

    def pool(self, call: Call, page: FacebookPage) -> Platform | None:
        """The quota a call counts against; None for the Page's own."""
        if call.kind == "list":
            return call.platform
        if call.kind not in ("messages", "thread", "message"):
            return None
        found = _thread(page, call.object_id) if call.kind != "message" else _message(page, call.object_id)
        return found[0] if found else "messenger"

    def answer_anybody(self, call: Call) -> Answer | Json | None:
        """What needs no access token; None for calls that do."""
        match call.kind:
            case "login":
                return Login(self.world, self.conditions).answer(call)
            case "oauth":
                return access_token(self.bearers, call)
            case "image":
                return image(call)
            case "picture":
                return picture_of(self.world, call)
            case _:
                return None

    def answer(self, call: Call, bearer: Bearer) -> Json:
        fields = parse_fields(call.params["fields"]) if call.params.get("fields") else None
        accounts = Accounts(self.bearers, call, bearer, fields)
        answers: dict[CallKind, Callable[[], Json]] = {
            "page": accounts.node,
            "accounts": accounts.pages,
            "businesses": accounts.businesses,
            "business_pages": accounts.business_pages,
            "permissions": accounts.permissions,
            "subscribed_apps": lambda: subscribed_apps(self.bearers, call, bearer),
            "debug_token": lambda: debug_token(self.bearers, call, bearer),
        }
        found = answers.get(call.kind)
        return found() if found else self._conversation_answer(call, bearer, fields)

    def _conversation_answer(self, call: Call, bearer: Bearer, fields: _Fields) -> Json:
        if bearer.page is None:
            raise access_errors.page_token_needed()
        platform = self.pool(call, bearer.page) or "messenger"
        self.bearers.require(bearer, CONVERSATION_SCOPES[platform], any_task=CONVERSATION_TASKS)
        match call.kind:
            case "list":
                return self._conversations(call, bearer, fields)
            case "message":
                return self._message(call, bearer.page, fields)
            case _:
                return self._thread(call, bearer.page, fields)

    def _conversations(self, call: Call, bearer: Bearer, fields: _Fields) -> Json:
        page = self.bearers.page_of(call, bearer)
        request = page_request(call.params)
        if self.conditions.reduce_above is not None and request.limit > self.conditions.reduce_above:
            raise errors.too_much_data()
        reader = self._reader(call, page, call.platform)
        kept = {name: call.params[name] for name in _REPEATED_IN_LINKS if name in call.params}
        body = edge(
            self._listed(call, page, request),
            lambda one: reader.conversation(one, fields),
            lambda direction, cursor: call.link(
                f"{call.object_id}/conversations", {**kept, "limit": str(request.limit), direction: cursor}
            ),
        )
        if error := self.conditions.begin_list_answer(page.id, bearer.token.issued_us):
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
        lambda direction, cursor: call.link(
            f"{thread.id}/messages", {**kept, "limit": str(request.limit), direction: cursor}
        ),
    )


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
