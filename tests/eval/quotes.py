"""Whether an analysis quotes what the customer really wrote."""

from dataclasses import dataclass
from typing import Any

from pagesync.domain.conversation import Lead
from pagesync.domain.insight import Insight
from pagesync.domain.text import fold, printable


@dataclass(frozen=True, slots=True)
class Quotes:
    given: int
    true: int


def quotes_of(insight: Insight, lead: Lead) -> Quotes | None:
    """How many there are, and how many stand in the customer's message they name; None where none are asked for."""
    evidence = getattr(insight, "evidence", None)
    if evidence is None:
        return None
    told = {
        _id_of(message): message.text for message in lead.conversation.messages if message.sender == lead.person
    }
    true = sum(_key(each.quote) in _key(told.get(each.message_id, "")) for each in evidence if _key(each.quote))
    return Quotes(len(evidence), true)


def _id_of(message: Any) -> str | None:
    return getattr(message, "message_id", None)


def _key(text: str) -> str:
    """The text as the analyst was shown it, but for case and spacing."""
    return fold(printable(text))
