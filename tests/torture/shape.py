"""A small world to sync, drawn from a seed: inboxes, how they are cut into pages and batches, and settings."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pagesync.domain.conversation import Conversation, Message, Person
from pagesync.domain.page import UpdateMode
from pagesync.domain.quota import Limits
from tests.samples import META_PAGE, NOON

INSTAGRAM_ACCOUNT = "17841400000000001"
BUSINESS = Person(META_PAGE, "Sunrise Coffee")
BUSINESS_ON_INSTAGRAM = Person(INSTAGRAM_ACCOUNT, "sunrise.coffee")
TEXTS = (
    ("How much is it?", "What is the price of the big one?"),
    ("Hello", "Are you open on Sunday?"),
    ("I want to order ten.", "Can I order?"),
    ("I want a refund!", "Is a refund possible?"),
)
"""Texts of one line are placed alike."""

LONGEST_PERSON_ID = 64


@dataclass(frozen=True)
class Shape:
    """`late` conversations begin only after a first sync, which has gone well; None: there was none.

    `on_table`: the stores are the real adapters. `unanalysable`: the model makes nothing of these conversations;
    `undeliverable`: Facebook cannot serve them. `usage_percent`: of Facebook's limits, told with every answer."""

    conversations: Sequence[Conversation]
    instagram: Sequence[Conversation]
    late: frozenset[str] | None
    page_limit: int
    pages_at_once: int
    batch_size: int
    batches_at_once: int
    history_budget: int
    hand_over_seconds: int
    update_mode: UpdateMode
    has_pipeline: bool
    on_table: bool
    quota: Limits
    usage_percent: int
    unanalysable: frozenset[str]
    undeliverable: frozenset[str]

    @property
    def everything(self) -> Sequence[Conversation]:
        return [*self.conversations, *self.instagram]

    def __str__(self) -> str:
        pace = self.quota.requests_per_minute or "any number of"
        return (
            f"{len(self.conversations)} + {len(self.instagram)} conversations, {self.page_limit} a page, "
            f"{self.pages_at_once} at once, "
            f"{'never synced' if self.late is None else f'{len(self.late)} of them newer than the last sync'}, "
            f"{len(self.unanalysable)} unanalysable, {len(self.undeliverable)} undeliverable; "
            f"batches of {self.batch_size}, {self.batches_at_once} at once, history budget {self.history_budget}, "
            f"handing over after {self.hand_over_seconds} s; "
            f"{self.update_mode}, {'a pipeline' if self.has_pipeline else 'no pipeline'}; "
            f"Facebook's limits used to {self.usage_percent} %, {pace} analyses a minute; "
            f"stores: {'adapters' if self.on_table else 'fakes'}"
        )


def draw(rng: random.Random) -> Shape:
    page_limit = rng.randint(4, 12)
    count = rng.choice([0, 1, *[rng.randint(page_limit, 4 * page_limit) for _ in range(14)]])
    conversations = _conversations(rng, count, first=0, business=BUSINESS)
    on_instagram = rng.choice([0, 0, 0, rng.randint(1, 2 * page_limit)])
    instagram = _conversations(rng, on_instagram, first=500, business=BUSINESS_ON_INSTAGRAM)
    everything = [*conversations, *instagram]
    known = Counter(person.person_id for each in everything for person in each.participants[1:])
    # Of a person with two talks one of which says nothing, chance decides whether the other one is heard.
    only = [each for each in everything if all(known[person.person_id] == 1 for person in each.participants[1:])]
    return Shape(
        conversations=conversations,
        instagram=instagram,
        late=rng.choice([None, frozenset(each.conversation_id for each in everything if rng.random() < 0.2)]),
        page_limit=page_limit,
        pages_at_once=rng.choice([1, 2, 3]),
        batch_size=rng.randint(2, 5),
        batches_at_once=rng.choice([1, 2, 3, 5]),
        history_budget=rng.choice([8_000, 8_000, 300, 80]),
        hand_over_seconds=rng.choice([86_400, 86_400, 30]),
        update_mode=rng.choice(list(UpdateMode)),
        has_pipeline=rng.random() < 0.85,
        on_table=rng.random() < 0.5,
        quota=Limits(rng.choice([None, None, 60, 20]), None, burst_seconds=5),
        usage_percent=rng.choice([0, 0, 0, 0, 85, 97]),
        unanalysable=frozenset(each.conversation_id for each in only if rng.random() < 0.03),
        undeliverable=frozenset(each.conversation_id for each in everything if rng.random() < 0.01),
    )


def with_new_message(conversation: Conversation, now: datetime) -> Conversation:
    """The customer says thanks: a new summary, and nothing that would place them elsewhere."""
    ours = (BUSINESS, BUSINESS_ON_INSTAGRAM)
    sender = next((each for each in conversation.participants if each not in ours), None)
    return replace(
        conversation,
        updated_at=now,
        messages=[Message(now, sender, "Thanks!", f"m_{now.timestamp()}"), *conversation.messages],
    )


def _conversations(rng: random.Random, count: int, *, first: int, business: Person) -> list[Conversation]:
    """Newest first; numbered from `first` on."""
    found: list[Conversation] = []
    updated_at = NOON - timedelta(minutes=5)
    for number in range(first, first + count):
        conversation = _conversation(rng, number, updated_at, business)
        # Of two that say nothing one may say something later: whether that is heard is left to chance.
        heard = [each for each in found if each.messages[0].text]
        if heard and rng.random() < 0.05:
            conversation = _once_more(rng, rng.choice(heard), conversation)
        found.append(conversation)
        updated_at -= timedelta(minutes=rng.choice([1, 30, 600, 3000]))
    return found


def _once_more(rng: random.Random, known: Conversation, new: Conversation) -> Conversation:
    """Another talk of a known person, placed alike: which of two is placed first is left to chance."""
    said = next((message.text for message in known.messages), "")
    text = rng.choice(next((line for line in TEXTS if said in line), ("",)))
    messages = [
        replace(each, sent_at=new.updated_at, text=text if not n else each.text)
        for n, each in enumerate(known.messages)
    ]
    return replace(new, participants=known.participants, messages=messages)


def _conversation(rng: random.Random, number: int, updated_at: datetime, business: Person) -> Conversation:
    customer = Person(f"9000{number:04d}", rng.choice([f"Customer {number}", "Ana Reyes", None]))
    others = [customer]
    match rng.randint(1, 40):
        case 1:
            others = []
        case 2:
            others = [Person(None, "Facebook User")]
        case 3:
            others = [Person("9" * (LONGEST_PERSON_ID + 1), "Somebody Long")]
        case 4:
            others = [customer, Person(f"8000{number:04d}", "Second Person")]
        case _:
            pass
    text = "" if rng.random() < 0.05 else rng.choice(rng.choice(TEXTS))
    messages = [
        Message(updated_at, others[0] if others else None, text, "m_2"),
        Message(updated_at, business, "Welcome!", "m_1"),
    ]
    return Conversation(f"t_{number}", updated_at, [business, *others], messages)
