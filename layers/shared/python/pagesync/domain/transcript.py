"""A conversation as text for an analyst to read: oldest first, one numbered line a message.

Message text is reduced to a single line, so nobody can write a line that looks like another sender's.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from pagesync.domain.conversation import Lead, Message, Person
from pagesync.domain.text import printable
from pagesync.domain.tokens import clipped_to_tokens, estimated_tokens

LEAST_TOKENS = 200
"""Under this, the line of one message would not fit."""

_MESSAGE_SHARE = 4
"""One message gets a quarter of the budget: a pasted novel must not push the rest of a conversation out."""


class Sender(StrEnum):
    """Labels of ours: names are neither needed nor sent."""

    CUSTOMER = "CUSTOMER"
    PAGE = "PAGE"
    OTHER = "OTHER"
    """Another participant of a group, or a notice of the platform."""


@dataclass(frozen=True, slots=True)
class Transcript:
    """`lines` are numbered from the first message that was read; the `omitted` oldest did not fit.

    `message_ids` are those of the lines shown, by number. `begins_later`: the conversation has messages before
    those that the platform let us read.
    """

    lines: Sequence[str]
    message_ids: Mapping[int, str] = field(default_factory=dict[int, str])
    omitted: int = 0
    begins_later: bool = False

    def between(self, marker: str) -> str:
        """The text between two lines only the caller can write: `marker` is random and used once."""
        told = (
            ["(the conversation began earlier; its first messages are not available)"] if self.begins_later else []
        )
        told += [f"({self.omitted} older messages are left out)"] if self.omitted else []
        return "\n".join([f"BEGIN {marker}", *told, *self.lines, f"END {marker}"])


def transcript_of(lead: Lead, *, max_tokens: int) -> Transcript:
    """The newest messages that fit into `max_tokens` by estimate; the last one always does, cut if it must be.

    `max_tokens` is at least LEAST_TOKENS.
    """
    messages = lead.conversation.messages
    newest_first: list[str] = []
    shown: dict[int, str] = {}
    spent = 0
    for number, message in zip(range(len(messages), 0, -1), messages, strict=True):
        said = _said(message, max_tokens // _MESSAGE_SHARE)
        line = f"[{number}] {_when(message.sent_at)} {_sender(message.sender, lead)}: {said}"
        spent += estimated_tokens(line) + 1
        if spent > max_tokens:
            break
        newest_first.append(line)
        if message.message_id is not None:
            shown[number] = message.message_id
    return Transcript(
        tuple(reversed(newest_first)),
        shown,
        omitted=len(messages) - len(newest_first),
        begins_later=lead.conversation.history_truncated,
    )


def _when(sent_at: datetime | None) -> str:
    return f"{sent_at.astimezone(UTC):%Y-%m-%d %H:%M}" if sent_at else "(no time)"


def _sender(sender: Person | None, lead: Lead) -> Sender:
    if sender is None or sender.person_id is None:
        return Sender.OTHER
    if sender.person_id in lead.own_ids:
        return Sender.PAGE
    if lead.person is not None and sender.person_id == lead.person.person_id:
        return Sender.CUSTOMER
    return Sender.OTHER


def _said(message: Message, most_tokens: int) -> str:
    """What was sent, in parentheses, and the words with it."""
    text = " ".join([*_attached(message.attachments), printable(message.text)]).strip() or "(no text)"
    cut = clipped_to_tokens(text, most_tokens)
    return text if cut == text else f"{cut} (cut)"


def _attached(attachments: Sequence[str]) -> list[str]:
    """Three pictures are told as "(3 x image)"."""
    counts = Counter(printable(each) for each in attachments)
    return [f"({each})" if count == 1 else f"({count} x {each})" for each, count in counts.items()]
