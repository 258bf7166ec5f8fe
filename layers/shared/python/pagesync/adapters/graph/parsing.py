"""Graph's JSON as conversations, read leniently: a field without data is absent, and shapes differ by platform."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from pagesync.adapters.graph.attachments import labels_of
from pagesync.domain.conversation import Conversation, Message, Person, Platform

INSTAGRAM_READABLE = 19
"""From this many on, an Instagram thread may hold more than it shows: only its newest 20 or so messages can be read
(Meta, Conversation reference; 19 and 21 were seen of threads of 29 and 27)."""


def conversation_of(item: dict[str, Any], platform: Platform) -> Conversation:
    """A conversation however incomplete: what cannot be read is left out, never guessed."""
    messages = [_message(each) for each in _data(item.get("messages"))]
    is_cut = platform is Platform.INSTAGRAM and len(messages) >= INSTAGRAM_READABLE
    return Conversation(
        conversation_id=_text(item.get("id")) or "",
        updated_at=_time(item.get("updated_time")),
        participants=[_person(each) for each in _data(item.get("participants"))],
        messages=messages,
        history_truncated=is_cut or _goes_on(item.get("messages")),
    )


def _message(item: dict[str, Any]) -> Message:
    sender = item.get("from")
    return Message(
        sent_at=_time(item.get("created_time")),
        sender=_person(sender) if isinstance(sender, dict) else None,
        text=_text(item.get("message")) or "",
        message_id=_text(item.get("id")),
        attachments=labels_of(item),
    )


def _person(item: dict[str, Any]) -> Person:
    """Messenger names people by `name`, Instagram by `username`; `email` is not an address and is not read."""
    return Person(person_id=_text(item.get("id")), name=_text(item.get("name")) or _text(item.get("username")))


def _data(edge: object) -> Iterator[dict[str, Any]]:
    items = edge.get("data") if isinstance(edge, dict) else None
    return (each for each in items if isinstance(each, dict)) if isinstance(items, list) else iter(())


def _goes_on(edge: object) -> bool:
    """Whether there are older messages than those given."""
    paging = edge.get("paging") if isinstance(edge, dict) else None
    return isinstance(paging, dict) and "next" in paging


def _text(value: object) -> str | None:
    """Ids are strings today and were numbers in old payloads. Half an emoji, as a cut text may end with, is a "?":
    no store takes it.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) and value else None


def _time(value: object) -> datetime | None:
    """Graph writes "2026-07-02T15:00:00+0000"."""
    if not isinstance(value, str):
        return None
    try:
        return datetime.strptime(value, "%Y-%m-%dT%H:%M:%S%z")
    except ValueError:
        return None
