"""The place in a Page's history where its next page starts, as an opaque text.

It names a moment and a job, never the Page: whoever gives it to another Page's list goes on from that moment there.
"""

import base64
import binascii
from datetime import UTC, datetime, timedelta
from uuid import UUID

from pagesync.domain.errors import InvalidRequest
from pagesync.domain.job import SyncJob

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def encode(job: SyncJob) -> str:
    """base64url of "milliseconds since 1970" "." "job id", for the last job shown."""
    return _encoded(job.created_at, job.job_id)


def decode(cursor: str) -> tuple[datetime, str]:
    """When the last job shown was made, and its id. Raises InvalidRequest for a text that `encode` did not make."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        milliseconds, _, job_id = base64.b64decode(padded, altchars=b"-_", validate=True).decode().partition(".")
        place = _EPOCH + int(milliseconds) * _MILLISECOND, str(UUID(job_id))
    except (ValueError, OverflowError, binascii.Error):
        raise _refused() from None
    if _encoded(*place) != cursor:
        raise _refused()
    return place


def _encoded(created_at: datetime, job_id: str) -> str:
    place = f"{(created_at - _EPOCH) // _MILLISECOND}.{job_id}"
    return base64.urlsafe_b64encode(place.encode()).rstrip(b"=").decode()


def _refused() -> InvalidRequest:
    return InvalidRequest("This cursor is not one a list of syncs has given.", field="cursor")
