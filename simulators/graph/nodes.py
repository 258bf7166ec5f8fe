"""Pages, threads and messages as JSON: requested fields in the order asked for, `id` last, empty ones absent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from simulators.graph import errors
from simulators.graph.attachments import attachments_of, shares_of
from simulators.graph.errors import Json
from simulators.graph.fields import Selection
from simulators.graph.model import Conversation, Message, Participant, Platform
from simulators.graph.world import FacebookPage

_Node = TypeVar("_Node")
_Resolver = Callable[[_Node, Selection], object]
_SNIPPET_CHARACTERS = 60


@dataclass(frozen=True)
class Reader:
    """Renders what belongs to one inbox of a Page; `messages_edge` renders a thread's messages."""

    page: FacebookPage
    platform: Platform
    messages_edge: Callable[[Conversation, Selection], Json | None]

    def conversation(self, node: Conversation, fields: tuple[Selection, ...] | None) -> Json:
        defaults = ("updated_time", "link") if self.platform == "messenger" else ("updated_time",)
        return _rendered(node, fields, defaults, self._thread_fields(), "UnifiedThread", node.id)

    def message(self, thread: Conversation, node: Message, fields: tuple[Selection, ...] | None) -> Json:
        return _rendered(node, fields, ("created_time",), self._message_fields(thread), "UnifiedMessage", node.id)

    def participant(self, node: Participant, fields: tuple[Selection, ...] | None) -> Json:
        """Messenger: name and a made-up e-mail address; Instagram: username only."""
        resolvers: dict[str, _Resolver[Participant]] = {
            "name": lambda one, _: one.name,
            "username": lambda one, _: one.username,
            "email": lambda one, _: f"{one.id}@facebook.com" if one.id and self.platform == "messenger" else None,
        }
        return _rendered(node, fields, ("name", "username", "email"), resolvers, "User", node.id)

    def _thread_fields(self) -> dict[str, _Resolver[Conversation]]:
        shared: dict[str, _Resolver[Conversation]] = {
            "participants": lambda thread, asked: self._people(thread.participants, asked),
            "updated_time": lambda thread, _: iso(thread.updated_at),
            "messages": self.messages_edge,
            "is_owner": _absent,
        }
        return {**shared, **(self._messenger_fields() if self.platform == "messenger" else _KNOWN_BUT_ABSENT)}

    def _messenger_fields(self) -> dict[str, _Resolver[Conversation]]:
        """Still served though no longer documented."""
        return {
            **_KNOWN_BUT_ABSENT,
            "link": lambda thread, _: f"/{self.page.id}/inbox/{thread.id.removeprefix('t_')}/",
            "snippet": lambda thread, _: _snippet(thread),
            "message_count": lambda thread, _: len(thread.messages),
            "unread_count": lambda thread, _: thread.unread_count or None,
            "can_reply": lambda _, __: True,
            "senders": lambda thread, asked: self._people(_senders(thread), asked),
        }

    def _message_fields(self, thread: Conversation) -> dict[str, _Resolver[Message]]:
        return {
            "created_time": lambda message, _: iso(message.created_at),
            "from": lambda message, asked: (
                self.participant(message.sender, asked.children) if message.sender else None
            ),
            "to": lambda message, asked: self._people(
                tuple(one for one in thread.participants if message.sender and one.id != message.sender.id),
                asked,
            ),
            "message": lambda message, _: message.text,
            "sticker": lambda message, _: message.sticker_url if self.platform == "messenger" else None,
            "attachments": lambda message, asked: attachments_of(message, asked, self.platform),
            "shares": shares_of,
            "tags": lambda _, __: {"data": [{"name": "inbox"}, {"name": "read"}, {"name": "source:chat"}]},
            **dict.fromkeys(("story", "reactions", "is_unsupported", "reply_to"), _absent),
        }

    def _people(self, people: tuple[Participant, ...], asked: Selection) -> Json | None:
        return {"data": [self.participant(one, asked.children) for one in people]} if people else None


def page_node(page: FacebookPage, fields: tuple[Selection, ...] | None) -> Json:
    """The Page as its own token sees it; `instagram_business_account` only where one is linked."""

    def instagram(node: FacebookPage, asked: Selection) -> object:
        if node.instagram is None:
            return None
        username = node.instagram.username
        known: dict[str, _Resolver[FacebookPage]] = {"username": lambda _page, _asked: username}
        return _rendered(node, asked.children, (), known, "IGUser", node.instagram.id)

    resolvers: dict[str, _Resolver[FacebookPage]] = {
        "name": lambda node, _: node.name,
        "category": lambda node, _: node.category,
        "link": lambda node, _: f"https://www.facebook.com/{node.id}",
        "access_token": lambda node, _: node.access_token,
        "instagram_business_account": instagram,
    }
    return _rendered(page, fields, ("name",), resolvers, "Page", page.id)


def iso(seconds: int) -> str:
    """Times as the API writes them, the offset without a colon: 2026-06-30T17:42:11+0000."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")


def _rendered(
    node: _Node,
    fields: tuple[Selection, ...] | None,
    defaults: tuple[str, ...],
    resolvers: dict[str, _Resolver[_Node]],
    node_type: str,
    node_id: str | None,
) -> Json:
    shown: Json = {}
    for asked in fields if fields is not None else tuple(Selection(name) for name in defaults):
        if asked.name == "id":
            continue
        if asked.name not in resolvers:
            raise errors.unknown_field(asked.name, node_type)
        value = resolvers[asked.name](node, asked)
        if value is not None:
            shown[asked.name] = value
    return shown if node_id is None else {**shown, "id": node_id}


def _absent(_node: object, _asked: Selection) -> object:
    return None


_KNOWN_BUT_ABSENT: dict[str, _Resolver[Conversation]] = dict.fromkeys(
    (
        *(
            "link",
            "snippet",
            "message_count",
            "unread_count",
            "can_reply",
            "senders",
            "is_subscribed",
            "name",
            "subject",
        ),
        *("former_participants", "tags", "scoped_thread_key", "wallpaper"),
    ),
    _absent,
)


def _snippet(thread: Conversation) -> str | None:
    text = next((message.text for message in thread.messages if message.text), None)
    return text[:_SNIPPET_CHARACTERS] if text else None


def _senders(thread: Conversation) -> tuple[Participant, ...]:
    return tuple(dict.fromkeys(message.sender for message in thread.messages if message.sender))
