"""The list of contacts, page by page."""

import base64
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from pagesync.domain.contact_book import Contact, ContactFilter
from pagesync.domain.errors import InvalidRequest
from pagesync.domain.page import FacebookPageId, PageProfile
from tests.contracts.contacts.office import EVERYBODY, NOON, SOME_ID, Office, draft, new_id


def all_pages(office: Office, where: ContactFilter = EVERYBODY, *, limit: int) -> list[Contact]:
    found: list[Contact] = []
    cursors: list[str | None] = [None]
    while True:
        page = office.crm.book.contacts(office.org_id, where, cursor=cursors[-1], limit=limit)
        assert len(page.contacts) == limit or page.next_cursor is None
        found += page.contacts
        if page.next_cursor is None:
            return found
        assert page.next_cursor not in cursors
        cursors.append(page.next_cursor)


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 12, 13, 200])
def test_paging_shows_everybody_once_latest_first(office: Office, limit: int) -> None:
    """Some wrote at the very same moment, some never: neither is lost or told twice where a page ends."""
    moments = [NOON - timedelta(microseconds=n // 3) for n in range(8)] + [None] * 5
    people = [draft(str(n), last_interaction=moment) for n, moment in enumerate(moments)]
    office.crm.store.save(office.batch(), people)
    listed = all_pages(office, limit=limit)
    assert Counter(contact.messenger_psid for contact in listed) == Counter(str(n) for n in range(13))
    assert [contact.last_interaction for contact in listed] == moments


def test_a_list_that_ends_with_a_page_has_no_cursor(office: Office) -> None:
    office.crm.store.save(office.batch(), [draft("1"), draft("2")])
    assert office.crm.book.contacts(office.org_id, EVERYBODY, cursor=None, limit=2).next_cursor is None


def test_an_empty_list_has_no_cursor(office: Office) -> None:
    page = office.crm.book.contacts(office.org_id, EVERYBODY, cursor=None, limit=2)
    assert (list(page.contacts), page.next_cursor) == ([], None)


def test_contacts_saved_while_somebody_pages_do_not_repeat_others(office: Office) -> None:
    moments = [NOON - timedelta(hours=n) for n in range(4)]
    office.crm.store.save(office.batch(), [draft(str(n), last_interaction=at) for n, at in enumerate(moments)])
    first = office.crm.book.contacts(office.org_id, EVERYBODY, cursor=None, limit=2)
    office.crm.store.save(office.batch(), [draft("new", last_interaction=NOON + timedelta(hours=1))])
    second = office.crm.book.contacts(office.org_id, EVERYBODY, cursor=first.next_cursor, limit=2)
    assert [contact.messenger_psid for contact in [*first.contacts, *second.contacts]] == ["0", "1", "2", "3"]


def test_a_list_can_be_of_one_page(office: Office) -> None:
    other = FacebookPageId(new_id())
    office.crm.store.add_page(PageProfile(other, office.org_id, "meta-other", "Tea"))
    office.crm.store.save(office.batch(), [draft(str(n)) for n in range(3)])
    context = replace(office.batch(), facebook_page_id=other)
    office.crm.store.save(context, [draft(str(n)) for n in range(2)])
    assert len(all_pages(office, ContactFilter(other), limit=1)) == 2
    assert office.crm.book.count(office.org_id, ContactFilter(other)) == 2
    assert office.crm.book.count(office.org_id, ContactFilter(office.page_id)) == 3
    assert office.crm.book.count(office.org_id, EVERYBODY) == 5


@pytest.mark.parametrize("unknown", ["no uuid", "{}", "", "00000000-0000-0000-0000-000000000000", "\0"])
def test_a_page_nobody_has_is_empty(office: Office, unknown: str) -> None:
    office.crm.store.save(office.batch(), [draft()])
    where = ContactFilter(FacebookPageId(unknown))
    assert list(office.crm.book.contacts(office.org_id, where, cursor=None, limit=5).contacts) == []
    assert office.crm.book.count(office.org_id, where) == 0


def test_tags_are_shown_in_order_with_the_contact_they_are_on(office: Office) -> None:
    office.crm.store.save(office.batch(), [draft("1"), draft("2")])
    ids = {contact.messenger_psid: contact.contact_id for contact in office.contacts()}
    office.tag(ids["1"], "vip", "árbol", "Bulk")
    tags = {contact.messenger_psid: list(contact.tags) for contact in office.contacts()}
    assert tags == {"1": ["Bulk", "vip", "árbol"], "2": []}


def in_base64(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "no cursor",
        "!!!!",
        "ÿ",
        "\0",
        in_base64("nothing"),
        in_base64("12.not-a-uuid"),
        in_base64(f"soon.{SOME_ID}"),
        in_base64(f"{10**30}.{SOME_ID}"),
        in_base64(f"-{10**18}.{SOME_ID}"),
        in_base64(f"+5.{SOME_ID}"),
        in_base64(f"0005.{SOME_ID}"),
        in_base64(f"5.{SOME_ID}") + "=",
        in_base64(f"5.{SOME_ID.upper()}"),
        base64.urlsafe_b64encode(b"\xff\xfe").decode(),
        "A" * 10_000,
    ],
)
def test_a_cursor_that_no_list_gave_is_refused_by_name(office: Office, cursor: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        office.crm.book.contacts(office.org_id, EVERYBODY, cursor=cursor, limit=5)
    assert refused.value.field == "cursor"
