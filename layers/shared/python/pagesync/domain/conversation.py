"""A Messenger or Instagram conversation as the source tells it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pagesync.domain.throttle import Usage


class Platform(StrEnum):
    MESSENGER = "messenger"
    INSTAGRAM = "instagram"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in a conversation; `person_id` is a PSID, an IGSID or one of the business's own ids."""

    person_id: str | None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """`sender` is None for system text; `text` is "" where only `attachments` were sent.

    `attachments` names what came with it as people would: "image", "sticker", "file offer.pdf".
    """

    sent_at: datetime | None
    sender: Person | None
    text: str
    message_id: str | None = None
    attachments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Conversation:
    """`messages` come newest first, as Graph lists them.

    `history_truncated`: there are older messages that were not read. `unreadable`: why nothing but the id is known.
    """

    conversation_id: str
    updated_at: datetime | None
    participants: Sequence[Person] = ()
    messages: Sequence[Message] = ()
    history_truncated: bool = False
    unreadable: str | None = None


@dataclass(frozen=True, slots=True)
class ConversationPage:
    """One answer of the list: `next_cursor` is None only on the last page, however short the others are."""

    conversations: Sequence[Conversation]
    next_cursor: str | None
    usage: Usage = Usage()  # noqa: RUF009 - frozen


@dataclass(frozen=True, slots=True)
class Lead:
    """One participant who is not the business, with the conversation they are in: the unit a sync counts.

    `person` is None where the conversation has nobody but the business.
    """

    person: Person | None
    conversation: Conversation
    own_ids: frozenset[str]

    @property
    def has_text(self) -> bool:
        """Whether anybody but the business wrote words."""
        return any(
            message.text.strip()
            for message in self.conversation.messages
            if message.sender is None or message.sender.person_id not in self.own_ids
        )


def leads_of(conversation: Conversation, own_ids: frozenset[str]) -> list[Lead]:
    """Every participant but the business; a conversation without one still gives a lead, so that it is counted."""
    others = [person for person in conversation.participants if person.person_id not in own_ids]
    return [Lead(person, conversation, own_ids) for person in others or [None]]
