"""Exports: whole files, cut files, hostile names."""

import csv
import io
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from pagesync.domain.contact_book import Contact, ContactFilter, ContactPage
from pagesync.domain.errors import InvalidRequest
from pagesync.domain.page import OrgId
from pagesync.domain.person_name import PersonName
from pagesync.use_cases.export_contacts import COLUMNS, LONGEST_EXPORT, PAGE_CONTACTS, Exported, export_contacts
from tests.contracts.contacts.office import EVERYBODY, NOON, Office, draft, insight
from tests.contracts.crm import MemoryCrm
from tests.fakes.clock import StoppedClock
from tests.fakes.exports import InMemoryExportFiles


@dataclass
class Desk:
    """Somebody who exports from an organisation's contacts."""

    office: Office = field(default_factory=lambda: Office(MemoryCrm()))
    files: InMemoryExportFiles = field(default_factory=InMemoryExportFiles)
    clock: StoppedClock = field(default_factory=StoppedClock)

    def export(
        self,
        where: ContactFilter = EVERYBODY,
        *,
        cursor: str | None = None,
        most: int = 100_000,
        book: object = None,
    ) -> Exported:
        return export_contacts(
            org_id=self.office.org_id,
            where=where,
            cursor=cursor,
            most_contacts=most,
            book=book or self.office.crm.book,  # type: ignore[arg-type]
            files=self.files,
            clock=self.clock,
        )

    def rows(self, exported: Exported) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.files.files[exported.url].decode("utf-8-sig"), newline="")))


def test_a_file_has_every_contact_with_what_the_api_shows_of_it() -> None:
    desk = Desk()
    desk.office.save(
        draft("1", insight=insight(), move=desk.office.move(1)),
        draft("2", name=PersonName("José", "Ñuñez"), last_interaction=NOON - timedelta(hours=1)),
        draft("3", last_interaction=None),
    )
    desk.office.tag(desk.office.known("1").contact_id, "vip", "a, b")
    exported = desk.export()
    assert (exported.contact_count, exported.next_cursor) == (3, None)
    assert exported.url.endswith("/contacts-2026-03-01.csv")
    first, second, third = desk.rows(exported)
    contact = desk.office.contacts()[0]
    assert first == {
        "id": contact.contact_id,
        "facebookPageId": desk.office.page_id,
        "messengerPSID": "1",
        "instagramSID": "",
        "firstName": "Maria",
        "lastName": "Santos",
        "lastInteraction": "2026-03-01T12:00:00Z",
        "aiContext": "Asks for a price.",
        "leadScore": "70",
        "leadStatus": "QUALIFIED",
        "pipelineId": desk.office.pipeline.pipeline_id,
        "stageId": desk.office.stage_id(1),
        "stageName": "Qualified",
        "stageSetBy": "AI",
        "confidence": "80",
        "suggestedStageName": "",
        "tags": "a, b; vip",
        "createdAt": "2026-03-01T12:00:00Z",
        "updatedAt": "2026-03-01T12:00:01Z",
    }
    assert (second["firstName"], second["lastName"], second["leadScore"]) == ("José", "Ñuñez", "")
    assert third["lastInteraction"] == ""


def test_a_file_begins_with_a_byte_order_mark_and_ends_its_lines_as_windows_does() -> None:
    desk = Desk()
    content = desk.files.files[desk.export().url]
    assert content == b"\xef\xbb\xbf" + ",".join(COLUMNS).encode() + b"\r\n"


def test_no_name_tag_or_summary_is_a_formula() -> None:
    desk = Desk()
    name = PersonName("=cmd|' /C calc'!A0", "\uff20evil")
    desk.office.save(draft("1", name=name, insight=insight("-1+1\n=2")))
    desk.office.tag(desk.office.known("1").contact_id, "=tag")
    (row,) = desk.rows(desk.export())
    assert (row["firstName"], row["lastName"]) == ("'=cmd|' /C calc'!A0", "'\uff20evil")
    assert (row["aiContext"], row["tags"]) == ("'-1+1\n=2", "'=tag")
    assert row["messengerPSID"] == "1"


def test_the_filters_and_the_organisation_hold() -> None:
    desk = Desk()
    stranger = Office(desk.office.crm)
    stranger.save(draft("9", insight=insight(lead_score=90)))
    desk.office.save(draft("1", insight=insight(lead_score=90)), draft("2", insight=insight(lead_score=10)))
    assert [row["messengerPSID"] for row in desk.rows(desk.export(ContactFilter(min_score=50)))] == ["1"]


@pytest.mark.parametrize("most", [1, 3, 7, 8])
def test_files_of_any_size_put_together_are_the_whole_list(most: int) -> None:
    desk = Desk()
    desk.office.save(*(draft(str(n), last_interaction=NOON - timedelta(hours=n)) for n in range(7)))
    seen: list[str] = []
    cursor: str | None = None
    while True:
        exported = desk.export(cursor=cursor, most=most)
        rows = desk.rows(exported)
        assert len(rows) == exported.contact_count <= most
        seen += [row["messengerPSID"] for row in rows]
        cursor = exported.next_cursor
        if cursor is None:
            break
    assert seen == [str(n) for n in range(7)]


@dataclass
class _Endless:
    """A book of as many contacts as anybody asks for, which takes a second a page."""

    contact: Contact
    clock: StoppedClock
    limits: list[int] = field(default_factory=list)

    def contacts(self, org_id: OrgId, where: ContactFilter, *, cursor: str | None, limit: int) -> ContactPage:
        self.clock.advance(1)
        self.limits.append(limit)
        return ContactPage([self.contact] * limit, f"page {len(self.limits)}")


def test_a_file_is_written_a_page_at_a_time_and_holds_so_many_at_most() -> None:
    desk = Desk()
    desk.office.save(draft())
    book = _Endless(desk.office.only(), desk.clock)
    exported = desk.export(book=book, most=2_500)
    assert book.limits == [PAGE_CONTACTS, PAGE_CONTACTS, 500]
    assert (exported.contact_count, exported.next_cursor) == (2_500, "page 3")
    assert desk.files.chunks == [4]


def test_a_file_ends_in_time_for_the_gateway_and_says_where_to_go_on() -> None:
    desk = Desk()
    desk.office.save(draft())
    book = _Endless(desk.office.only(), desk.clock)
    exported = desk.export(book=book, most=100_000)
    assert len(book.limits) == LONGEST_EXPORT.total_seconds() + 1
    assert exported.next_cursor == f"page {len(book.limits)}"


def test_a_foreign_cursor_is_refused_before_a_file_is_begun() -> None:
    desk = Desk()
    with pytest.raises(InvalidRequest):
        desk.export(cursor="made-up")
    assert desk.files.files == {}
