"""How ids of the domain are found in columns."""

from typing import LiteralString
from uuid import UUID

from pagesync.domain.conversation import Platform

PERSON_COLUMN: dict[Platform, LiteralString] = {
    Platform.MESSENGER: "messenger_psid",
    Platform.INSTAGRAM: "instagram_sid",
}


def stored_id(text: str | None) -> UUID | None:
    """The UUID that `text` is the usual spelling of; None, which no column equals, for anything else."""
    try:
        found = UUID(text or "")
    except ValueError:
        return None
    return found if str(found) == text else None


def told_id(found: UUID | None) -> str | None:
    return None if found is None else str(found)


def can_be_stored(text: str) -> bool:
    """Whether `text` can be sent at all: no NUL, no half of a surrogate pair."""
    try:
        return b"\0" not in text.encode()
    except UnicodeEncodeError:
        return False
