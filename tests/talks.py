"""Conversations as tests like to write them: one string a message, the customer first, then in turns."""

from collections.abc import Sequence
from datetime import timedelta

from pagesync.domain.conversation import Conversation, Lead, Message, Person
from pagesync.domain.pipeline import DEFAULT_STAGES, Pipeline, Stage
from tests.samples import META_PAGE, NOON

CUSTOMER = Person("9000001", "Ana Reyes")
BUSINESS = Person(META_PAGE, "Sunrise Coffee")
SALES = Pipeline("pipe-1", "Sales", [Stage(f"stage-{n}", *stage) for n, stage in enumerate(DEFAULT_STAGES)])


def talk(*turns: str, number: int = 1) -> Lead:
    """A lead whose conversation has these messages, oldest first, the customer and the Page in turns."""
    return lead_of([(BUSINESS if n % 2 else CUSTOMER, text) for n, text in enumerate(turns)], number=number)


def lead_of(said: Sequence[tuple[Person | None, str]], *, number: int = 1) -> Lead:
    """The same with the sender of each message given."""
    messages = [
        Message(NOON + timedelta(minutes=5 * n), sender, text, f"m_{number}_{n + 1}")
        for n, (sender, text) in enumerate(said)
    ]
    conversation = Conversation(f"t_{number}", NOON, (BUSINESS, CUSTOMER), tuple(reversed(messages)))
    return Lead(CUSTOMER, conversation, frozenset({META_PAGE}))
