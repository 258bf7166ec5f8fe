"""An inbox: conversations in listing order (newest first), able to change while a client pages through it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import islice

from simulators.graph.identity import Identifiers
from simulators.graph.model import Conversation, Message, Participant

_CACHED_CONVERSATIONS = 12_000


class Inbox:
    """Conversations 0..count-1 as `write` computes them, plus what happened since.

    A place in the listing is an integer, smaller meaning nearer the top: index i of the original order is
    place i, and the n-th conversation to move up afterwards sits at place -n. So a cursor stays meaningful
    however large the inbox is and whatever moves while a client pages.
    """

    def __init__(
        self, *, count: int, write: Callable[[int], Conversation], ids: Identifiers, owner: Participant
    ) -> None:
        """`owner` is the business's side of every conversation; `write` always answers an index alike."""
        self.ids = ids
        self.owner = owner
        self._original_count = count
        self._write = lru_cache(maxsize=_CACHED_CONVERSATIONS)(write)
        self._lock = threading.RLock()
        self._forget()

    def _forget(self) -> None:
        self._count = self._original_count
        self._moves = 0
        self._place_of: dict[int, int] = {}
        self._moved: dict[int, int] = {}  # place -> index, oldest move first
        self._news: dict[int, tuple[Message, ...]] = {}  # newest first
        self._arrived_at: dict[int, int] = {}  # conversations added later -> seconds since the epoch

    def reset(self) -> None:
        """Undo every change made since the inbox was built."""
        with self._lock:
            self._forget()

    def __len__(self) -> int:
        return self._count

    def at(self, index: int) -> Conversation:
        """The conversation as it stands now."""
        conversation = self._write(index)
        if index in self._arrived_at:
            conversation = _moved_in_time(conversation, self._arrived_at[index] - conversation.updated_at)
        news = self._news.get(index)
        if not news:
            return conversation
        return replace(
            conversation,
            messages=news + conversation.messages,
            updated_at=news[0].created_at,
            unread_count=conversation.unread_count + len(news),
        )

    def find(self, thread_id: str) -> Conversation | None:
        index = self.ids.thread_index(thread_id)
        return self.at(index) if index is not None and index < self._count else None

    def following(self, place: int | None, count: int) -> list[tuple[int, Conversation]]:
        """Up to `count` conversations below a place (None: from the top), each with its own place."""
        with self._lock:
            chosen = list(islice(self._downwards(place), count))
        return [(place, self.at(index)) for place, index in chosen]

    def preceding(self, place: int, count: int) -> list[tuple[int, Conversation]]:
        """Up to `count` conversations right above a place, in listing order."""
        with self._lock:
            chosen = list(islice(self._upwards(place), count))
        return [(place, self.at(index)) for place, index in reversed(chosen)]

    def _downwards(self, place: int | None) -> Iterator[tuple[int, int]]:
        start = -self._moves if place is None else place + 1
        if start < 0:
            yield from ((at, index) for at, index in reversed(self._moved.items()) if at >= start)
        yield from ((i, i) for i in range(max(start, 0), self._original_count) if i not in self._place_of)

    def _upwards(self, place: int) -> Iterator[tuple[int, int]]:
        yield from ((i, i) for i in range(min(place, self._original_count) - 1, -1, -1) if i not in self._place_of)
        yield from ((at, index) for at, index in self._moved.items() if at < place)

    def newest_at(self) -> int:
        """Seconds since the epoch of the newest message in the inbox."""
        top = self.following(None, 1)
        return top[0][1].updated_at if top else 0

    def receive(self, index: int, *, text: str, now: int) -> Conversation:
        """The customer of a conversation writes once more, which moves the conversation to the top."""
        with self._lock:
            conversation = self.at(index)
            others = [one for one in conversation.participants if one.id != self.owner.id]
            news = Message(
                id=self.ids.message_id(index, len(conversation.messages)),
                created_at=max(now, self.newest_at()),
                sender=others[0] if others else self.owner,
                text=text,
            )
            self._news[index] = (news, *self._news.get(index, ()))
            self._raise_to_top(index)
            return self.at(index)

    def add(self, *, now: int) -> Conversation:
        """A conversation nobody has seen before appears at the top."""
        with self._lock:
            index = self._count
            self._arrived_at[index] = max(now, self.newest_at())
            self._count += 1
            self._raise_to_top(index)
            return self.at(index)

    def _raise_to_top(self, index: int) -> None:
        self._moved.pop(self._place_of.get(index, 0), None)
        self._moves += 1
        self._place_of[index] = -self._moves
        self._moved[-self._moves] = index


def _moved_in_time(conversation: Conversation, seconds: int) -> Conversation:
    return replace(
        conversation,
        updated_at=conversation.updated_at + seconds,
        messages=tuple(replace(one, created_at=one.created_at + seconds) for one in conversation.messages),
    )
