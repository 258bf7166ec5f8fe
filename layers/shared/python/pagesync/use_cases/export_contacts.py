"""Export contacts as a CSV file, page by page, so that a file of any size takes the same memory."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from pagesync.domain.contact_book import Contact, ContactFilter, ContactPage
from pagesync.domain.page import OrgId
from pagesync.domain.spreadsheet import BYTE_ORDER_MARK, row_of
from pagesync.ports import Clock, ContactBook, ExportFiles

PAGE_CONTACTS = 1_000

LONGEST_EXPORT = timedelta(seconds=18)
"""The gateway waits 30 s for an answer; what is left then is the next file's."""

COLUMNS = (
    *("id", "facebookPageId", "messengerPSID", "instagramSID", "firstName", "lastName", "lastInteraction"),
    *("aiContext", "leadScore", "leadStatus", "pipelineId", "stageId", "stageName", "stageSetBy", "confidence"),
    *("suggestedStageName", "tags", "createdAt", "updatedAt"),
)
"""As the API names them."""


@dataclass(frozen=True, slots=True)
class Exported:
    """`next_cursor` goes on where the file ends; None once all are told."""

    url: str
    contact_count: int
    next_cursor: str | None


def export_contacts(
    *,
    org_id: OrgId,
    where: ContactFilter,
    cursor: str | None,
    most_contacts: int,
    book: ContactBook,
    files: ExportFiles,
    clock: Clock,
) -> Exported:
    """A file of `most_contacts` at most, latest interaction first. Raises InvalidRequest for a foreign cursor."""
    sheet = _Sheet(book, clock, org_id, where, most_contacts)
    lines = sheet.lines(sheet.page(cursor))
    url = files.write(org_id=org_id, name=f"contacts-{clock.now():%Y-%m-%d}.csv", chunks=lines)
    return Exported(url, sheet.count, sheet.next_cursor)


class _Sheet:
    """What is told so far, and where it goes on."""

    def __init__(
        self, book: ContactBook, clock: Clock, org_id: OrgId, where: ContactFilter, most_contacts: int
    ) -> None:
        self._book, self._clock = book, clock
        self._org_id, self._where, self._most = org_id, where, most_contacts
        self._end = clock.now() + LONGEST_EXPORT
        self.count = 0
        self.next_cursor: str | None = None

    def page(self, cursor: str | None) -> ContactPage:
        limit = min(PAGE_CONTACTS, self._most - self.count)
        return self._book.contacts(self._org_id, self._where, cursor=cursor, limit=limit)

    def lines(self, page: ContactPage) -> Iterator[bytes]:
        """The heading, then a page at a time from `page` on."""
        yield (BYTE_ORDER_MARK + row_of(COLUMNS)).encode()
        while True:
            self.count += len(page.contacts)
            self.next_cursor = page.next_cursor
            yield "".join(row_of(_cells(contact)) for contact in page.contacts).encode()
            if self.next_cursor is None or self.count >= self._most or self._clock.now() > self._end:
                return
            page = self.page(self.next_cursor)


def _cells(contact: Contact) -> Iterator[str | int | None]:
    yield from (contact.contact_id, contact.facebook_page_id, contact.messenger_psid, contact.instagram_sid)
    yield from (contact.first_name, contact.last_name, _told(contact.last_interaction), contact.ai_context)
    yield from (contact.lead_score, contact.lead_status, contact.pipeline_id, contact.stage_id)
    yield from (contact.stage_name, contact.stage_set_by, contact.confidence, contact.suggested_stage_name)
    yield from ("; ".join(contact.tags), _told(contact.created_at), _told(contact.updated_at))


def _told(moment: datetime | None) -> str | None:
    return None if moment is None else f"{moment:%Y-%m-%dT%H:%M:%SZ}"
