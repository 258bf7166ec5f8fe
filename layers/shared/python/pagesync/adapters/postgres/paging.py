"""The place in a list of contacts where its next page starts, as an opaque text."""

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from pagesync.adapters.postgres.identity import stored_id
from pagesync.domain.errors import InvalidRequest

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Position:
    """Of the last contact shown; `last_interaction` is None among those who never wrote."""

    last_interaction: datetime | None
    contact_id: UUID


def encode(position: Position) -> str:
    """base64url of "microseconds since 1970, or nothing" "." "contact id"."""
    moment = position.last_interaction
    micros = "" if moment is None else str((moment - _EPOCH) // _MICROSECOND)
    return base64.urlsafe_b64encode(f"{micros}.{position.contact_id}".encode()).rstrip(b"=").decode()


def decode(cursor: str) -> Position:
    """Raises InvalidRequest for a text that `encode` did not make."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        micros, _, contact_id = base64.b64decode(padded, altchars=b"-_", validate=True).decode().partition(".")
        moment = _EPOCH + int(micros) * _MICROSECOND if micros else None
    except (ValueError, OverflowError, binascii.Error):
        raise _refused() from None
    found = stored_id(contact_id)
    if found is None or encode(position := Position(moment, found)) != cursor:
        raise _refused()
    return position


def _refused() -> InvalidRequest:
    return InvalidRequest("This cursor is not one a list of contacts has given.", field="cursor")
