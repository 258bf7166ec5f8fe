"""Writes conversation number i of an inbox from (seed, i) alone: who, when, what, and what is odd about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

from simulators.graph.casting import Person, cast, named
from simulators.graph.dialogue import Composer, Line
from simulators.graph.identity import Identifiers
from simulators.graph.material import Weighted, mix, phrasebook
from simulators.graph.model import Attachment, Conversation, Message, Participant, Platform, Share
from simulators.graph.traits import Silence, Traits

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_SECOND_PERSON_OFFSET = 500_000_000_000
_EU_PRIVACY_NOTICE = (
    "Media not available due to new privacy rules in Europe. See developer documentation for more info"
)
_EVERYDAY_KINDS = ("price_question", "order", "opening_hours", "order_status", "happy_customer", "complaint")
_MEDIA_URL = "https://scontent.example/v/"


@dataclass(frozen=True)
class Writer:
    """Writes one inbox, whose newest conversation ended shortly before `ending_at` (seconds since the epoch).

    Conversation i ended between i and i + 1 times `spacing_seconds` before that. `traits` gives what is odd
    about conversation i; its random source is the conversation's own.
    """

    seed: int
    owner: Participant
    platform: Platform
    ids: Identifiers
    ending_at: int
    spacing_seconds: int
    traits: Callable[[int, Random], Traits]

    def write(self, index: int) -> Conversation:
        rng = self._random(index)
        traits = self.traits(index, rng)
        language = traits.language or _drawn(rng, mix().languages)
        kinds = _visit_kinds(rng, language, traits.visits)
        person = named(rng, traits.name) if traits.name else cast(rng, language)
        listed, sender = self._appearances(index, person, traits)
        updated_at = self._updated_at(index, traits)
        lines = Composer(rng, language, person).visits(kinds)
        messages = self._messages(index, rng, lines, updated_at, sender, traits)
        return Conversation(
            id=self.ids.thread_id(index),
            updated_at=updated_at,
            participants=self._participants(index, listed, traits),
            messages=tuple(reversed(messages)),
            kind=traits.silence or kinds[-1],
            language=language,
            unread_count=_unread(messages, self.owner),
        )

    def _random(self, index: int) -> Random:
        return Random(f"{self.seed}:{self.owner.id}:{self.platform}:{index}")

    def _updated_at(self, index: int, traits: Traits) -> int:
        if traits.shares_second and index:
            # The neighbour's traits decide its own time, so follow the chain of shared seconds upwards.
            return self._updated_at(index - 1, self.traits(index - 1, self._random(index - 1)))
        jitter = Random(f"time:{self.seed}:{index}").randrange(self.spacing_seconds)
        return self.ending_at - index * self.spacing_seconds - jitter

    def _appearances(self, index: int, person: Person, traits: Traits) -> tuple[Participant, Participant]:
        """The customer as `participants` lists them and as `from` names them."""
        person_id = self.ids.person_id(index) if traits.has_id else None
        if self.platform == "instagram":
            shown = Participant(person_id, username=person.handle)
            return shown, shown
        name = "Facebook User" if traits.naming == "facebook_user" else person.full_name
        listed = Participant(person_id, name=None if traits.naming.startswith("absent") else name)
        return listed, Participant(person_id, name=None if traits.naming == "absent" else name)

    def _participants(self, index: int, customer: Participant, traits: Traits) -> tuple[Participant, ...]:
        if traits.only_page:
            return (self.owner,)
        customers = [customer]
        if traits.second_customer:
            second = index + _SECOND_PERSON_OFFSET
            other = cast(self._random(second), "en")
            customers.append(self._appearances(second, other, Traits())[0])
        return (self.owner, *customers) if traits.page_first else (*customers, self.owner)

    def _messages(
        self, index: int, rng: Random, lines: list[Line], updated_at: int, sender: Participant, traits: Traits
    ) -> list[Message]:
        """Oldest first."""
        if traits.silence:
            return self._wordless(index, 0, rng, updated_at, sender, traits.silence)
        sent_last = rng.randrange(4, 50) if traits.attachment else 0
        times = _times(rng, lines, updated_at - sent_last)
        messages: list[Message] = []
        if traits.system_line:
            notice = rng.choice(mix().system_lines)
            messages.append(Message(self.ids.message_id(index, 0), times[0] - 1, None, notice))
        for line, time in zip(lines, times, strict=True):
            author = self.owner if line.by_page else sender
            messages.append(Message(self.ids.message_id(index, len(messages)), time, author, line.text))
        if traits.attachment:
            medium: Silence = "sticker" if rng.random() < 0.5 else "attachment"
            messages += self._wordless(index, len(messages), rng, updated_at, sender, medium)
        return messages

    def _wordless(
        self, index: int, ordinal: int, rng: Random, sent_at: int, sender: Participant, medium: Silence
    ) -> list[Message]:
        """One message without text, or none at all."""
        if medium == "no_messages":
            return []
        message = Message(self.ids.message_id(index, ordinal), sent_at, sender, "")
        number, token = str(rng.randrange(10**15, 10**16)), f"{rng.getrandbits(64):016x}"
        if medium == "sticker":
            url = f"{_MEDIA_URL}{token}.png"
            return [replace(message, sticker_url=url, attachments=(Attachment(number, url=url, type="sticker"),))]
        if medium == "media_hidden":
            return [replace(message, text=None, attachments=(Attachment(number, _EU_PRIVACY_NOTICE),))]
        kind = rng.choice(mix().attachments)
        if "share" in kind:
            return [replace(message, shares=(Share(number, kind["name"], f"{kind['share']}{number}"),))]
        name, url = f"{kind['name']}-{number}.{kind['ext']}", f"{_MEDIA_URL}{token}.{kind['ext']}"
        size = 20_000 + int(number) % 400_000
        return [replace(message, attachments=(Attachment(number, name, kind["mime_type"], url, size=size),))]


def _drawn(rng: Random, pool: Weighted) -> str:
    return rng.choices(pool.names, pool.weights)[0]


def _visit_kinds(rng: Random, language: str, visits: int) -> list[str]:
    """The kind of each visit; those before the last are everyday business, never the same twice in a row."""
    book = phrasebook(language)
    everyday = [kind for kind in _EVERYDAY_KINDS if kind in book.scripts]
    kinds = [_drawn(rng, book.kinds)]
    while len(kinds) < visits:
        kinds.insert(0, rng.choice([kind for kind in everyday if kind != kinds[0]]))
    return kinds


def _times(rng: Random, lines: list[Line], updated_at: int) -> list[int]:
    """When each line was written; the last one at `updated_at`."""
    times = [updated_at]
    for earlier, line in zip(reversed(lines[:-1]), reversed(lines), strict=False):
        if line.opens:
            gap = rng.randrange(2 * _DAY, 60 * _DAY)
        elif earlier.by_page and line.by_page:
            gap = rng.randrange(_DAY, 6 * _DAY)
        elif not earlier.by_page and not line.by_page:
            gap = rng.randrange(8, 4 * _MINUTE)
        elif line.by_page:
            gap = rng.randrange(_MINUTE, 5 * _HOUR)
        else:
            gap = rng.randrange(30, rng.choice((20 * _MINUTE, 3 * _HOUR, 26 * _HOUR)))
        times.append(times[-1] - gap)
    return times[::-1]


def _unread(messages: list[Message], owner: Participant) -> int:
    waiting = 0
    for message in reversed(messages):
        if message.sender == owner:
            break
        waiting += 1
    return waiting if waiting < 4 else 0
