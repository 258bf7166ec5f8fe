"""The messages of a thread as a listing that can be paged."""

from __future__ import annotations

from dataclasses import dataclass

from simulators.graph.fields import Selection
from simulators.graph.model import Conversation, Message, Platform

# Asked for one by one, older messages answer 9000001 (Meta's Conversations API page).
INSTAGRAM_READABLE_MESSAGES = 20
_ALWAYS_LISTED = {"id", "created_time"}


@dataclass(frozen=True)
class MessageListing:
    """Newest first; message number n, counted from the oldest, is at place -n: new messages move nothing."""

    messages: tuple[Message, ...]
    total: int

    def following(self, place: int | None, count: int) -> list[tuple[int, Message]]:
        start = 0 if place is None else max(place + self.total, 0)
        return self._numbered(start, start + count)

    def preceding(self, place: int, count: int) -> list[tuple[int, Message]]:
        end = max(place + self.total - 1, 0)
        return self._numbered(max(end - count, 0), end)

    def _numbered(self, start: int, end: int) -> list[tuple[int, Message]]:
        return [(start + i - self.total + 1, one) for i, one in enumerate(self.messages[start:end])]


def message_listing(
    thread: Conversation, platform: Platform, fields: tuple[Selection, ...] | None
) -> MessageListing:
    """What the messages edge lists; on Instagram only ids and times reach back beyond the newest twenty."""
    asks_details = any(asked.name not in _ALWAYS_LISTED for asked in fields or ())
    readable = thread.messages
    if platform == "instagram" and asks_details:
        readable = readable[:INSTAGRAM_READABLE_MESSAGES]
    return MessageListing(readable, len(thread.messages))
