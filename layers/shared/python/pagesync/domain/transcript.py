"""A conversation as text for an analyst to read: oldest first, one numbered line a message.

Message text is reduced to a single line, so nobody can write a line that looks like another sender's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from pagesync.domain.conversation import Lead, Message, Person
from pagesync.domain.text import clipped, printable

LONGEST_MESSAGE_CHARS = 2_000
"""One pasted novel must not push the rest of a conversation out of the budget."""


class Sender(StrEnum):
    """Labels of ours: names are neither needed nor sent."""

    CUSTOMER = "CUSTOMER"
    PAGE = "PAGE"
    OTHER = "OTHER"
    """Another participant of a group, or a notice of the platform."""


@dataclass(frozen=True, slots=True)
class Transcript:
    """`lines` are numbered from the first message that was read; the `omitted` oldest did not fit.

    `begins_later`: the conversation has messages before those that the platform let us read.
    """

    lines: Sequence[str]
    omitted: int = 0
    begins_later: bool = False

    def between(self, marker: str) -> str:
        """The text between two lines only the caller can write: `marker` is random and used once."""
        told = (
            ["(the conversation began earlier; its first messages are not available)"] if self.begins_later else []
        )
        told += [f"({self.omitted} older messages are left out)"] if self.omitted else []
        return "\n".join([f"BEGIN {marker}", *told, *self.lines, f"END {marker}"])


def transcript_of(lead: Lead, *, max_chars: int) -> Transcript:
    """The newest messages that fit into `max_chars`; the last one is always kept, cut if it must be."""
    messages = lead.conversation.messages
    longest = min(LONGEST_MESSAGE_CHARS, max_chars)
    newest_first: list[str] = []
    size = 0
    for number, message in zip(range(len(messages), 0, -1), messages, strict=True):
        line = f"[{number}] {_when(message.sent_at)} {_sender(message.sender, lead)}: {_words(message, longest)}"
        size += len(line) + 1
        if newest_first and size > max_chars:
            break
        newest_first.append(line)
    return Transcript(
        tuple(reversed(newest_first)),
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


def _words(message: Message, longest: int) -> str:
    text = printable(message.text)
    if not text:
        return "(sticker or attachment)"
    return text if len(text) <= longest else f"{clipped(text, longest)} (cut)"
