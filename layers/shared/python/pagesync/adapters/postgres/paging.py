"""The place in a list where its next page starts, as an opaque text."""

import base64
import binascii
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from pagesync.adapters.postgres.identity import stored_id
from pagesync.domain.errors import InvalidRequest

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_PARTS = 3


@dataclass(frozen=True, slots=True)
class Position:
    """Of the last row shown: its time (None among contacts who never wrote), then its id."""

    moment: datetime | None
    row_id: UUID


def encode(position: Position, *, of: object) -> str:
    """base64url of "microseconds since 1970, or nothing" "." "id" "." "mark of the list".

    `of` tells one list from another by its repr: filters, or whose activities they are.
    """
    micros = "" if position.moment is None else str((position.moment - _EPOCH) // _MICROSECOND)
    text = f"{micros}.{position.row_id}.{_mark(of)}"
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def decode(cursor: str, *, of: object) -> Position:
    """Raises InvalidRequest for a text that `encode` did not make of the same list."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        parts = base64.b64decode(padded, altchars=b"-_", validate=True).decode().split(".")
        moment = _EPOCH + int(parts[0]) * _MICROSECOND if parts[0] else None
    except (ValueError, OverflowError, binascii.Error):
        raise _refused() from None
    found = stored_id(parts[1]) if len(parts) == _PARTS else None
    if found is None or encode(position := Position(moment, found), of=of) != cursor:
        raise _refused()
    return position


def _mark(of: object) -> str:
    return hashlib.blake2s(repr(of).encode(errors="replace"), digest_size=6).hexdigest()


def _refused() -> InvalidRequest:
    told = "This cursor is of no list, or of one with other filters. Begin again without it."
    return InvalidRequest(told, field="cursor")
