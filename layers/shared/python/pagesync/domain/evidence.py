"""Whether the analyst quotes what the customer really wrote: nothing is taken on its word."""

from dataclasses import replace

from pagesync.domain.conversation import Lead, Message
from pagesync.domain.insight import Evidence, Insight
from pagesync.domain.text import fold, printable

MOST_EVIDENCE = 3
_SHORTEST_PART_CHARS = 3
"""Less of a message is found nearly everywhere: a shorter quote counts only as the whole of one."""

_PLAIN_MARKS = str.maketrans({**dict.fromkeys("‘’‚‛`´", "'"), **dict.fromkeys("“”„‟«»", '"')})  # noqa: RUF001


def verified(insight: Insight, lead: Lead) -> Insight:
    """`insight` with those of its quotes alone that stand in the message they name, written by the customer."""
    told = {message.message_id: message for message in lead.conversation.messages if _is_by_customer(message, lead)}
    kept: dict[Evidence, None] = {}
    for each in insight.evidence:
        message = told.get(each.message_id)
        if message is not None and _is_quoted(each.quote, message.text):
            kept[each] = None
    return replace(insight, evidence=tuple(kept)[:MOST_EVIDENCE])


def _is_by_customer(message: Message, lead: Lead) -> bool:
    sender = message.sender.person_id if message.sender else None
    return bool(message.message_id and sender and lead.person and sender == lead.person.person_id)


def _is_quoted(quote: str, text: str) -> bool:
    wanted, whole = _key(quote), _key(text)
    if not wanted:
        return False
    return wanted == whole or (len(wanted) >= _SHORTEST_PART_CHARS and wanted in whole)


def _key(text: str) -> str:
    """The text as the analyst was shown it, but for case, spaces, composition and the shape of quotation marks."""
    return fold(printable(text).translate(_PLAIN_MARKS))
