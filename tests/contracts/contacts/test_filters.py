"""Filters of the list: each alone, with others, and in words people type."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from pagesync.domain.contact_book import ContactFilter
from pagesync.domain.conversation import Platform
from pagesync.domain.errors import InvalidRequest
from pagesync.domain.insight import LeadStatus
from pagesync.domain.page import FacebookPageId, PageProfile
from pagesync.domain.person_name import PersonName
from tests.contracts.contacts.office import EVERYBODY, NOON, SOME_ID, Office, draft, insight, new_id

DAY = timedelta(days=1)


@pytest.fixture
def people(office: Office) -> Office:
    """Contacts 1 to 6, each different from the others; a stranger has one like each."""
    for each in (office, Office(office.crm)):
        _fill(each)
    return office


def _fill(office: Office) -> None:
    office.save(
        draft("1", insight=insight(lead_score=10), move=office.move(0), last_interaction=NOON - 1 * DAY),
        draft("2", insight=insight(lead_score=20), move=office.move(1), last_interaction=NOON - 2 * DAY),
        draft("3", insight=insight(lead_score=30, lead_status=LeadStatus.NEW), last_interaction=NOON - 3 * DAY),
        draft("4", insight=insight(lead_score=70), suggestion=office.suggestion(1), last_interaction=None),
        draft("5", last_interaction=NOON - 5 * DAY),
    )
    office.save(draft("6", platform=Platform.INSTAGRAM, last_interaction=NOON - 6 * DAY))
    ids = {contact.messenger_psid or contact.instagram_sid: contact.contact_id for contact in office.contacts()}
    office.tag(ids["2"], "vip", "Bulk order")
    office.tag(ids["5"], "VIP")


def found(office: Office, where: ContactFilter) -> str:
    """Whom a filter finds, in order; the count has to say the same."""
    contacts = office.contacts(where)
    assert office.crm.book.count(office.org_id, where) == len(contacts)
    return "".join(contact.messenger_psid or contact.instagram_sid or "" for contact in contacts)


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (EVERYBODY, "123564"),
        (ContactFilter(platform=Platform.MESSENGER), "12354"),
        (ContactFilter(platform=Platform.INSTAGRAM), "6"),
        (ContactFilter(lead_status=LeadStatus.QUALIFIED), "124"),
        (ContactFilter(lead_status=LeadStatus.LOST), ""),
        (ContactFilter(min_score=20), "234"),
        (ContactFilter(max_score=20), "12"),
        (ContactFilter(min_score=20, max_score=30), "23"),
        (ContactFilter(min_score=0, max_score=100), "1234"),
        (ContactFilter(tag="vip"), "25"),
        (ContactFilter(tag=" ViP "), "25"),
        (ContactFilter(tag="bulk  order"), "2"),
        (ContactFilter(tag="vi"), ""),
        (ContactFilter(tag="%"), ""),
        (ContactFilter(interacted_after=NOON - 3 * DAY), "123"),
        (ContactFilter(interacted_before=NOON - 3 * DAY), "56"),
        (ContactFilter(interacted_after=NOON - 5 * DAY, interacted_before=NOON - 2 * DAY), "35"),
        (ContactFilter(interacted_after=NOON, interacted_before=NOON), ""),
        (ContactFilter(staged=True), "12"),
        (ContactFilter(staged=False), "3564"),
        (ContactFilter(staged=False, suggested=True), "4"),
        (ContactFilter(suggested=True), "4"),
        (ContactFilter(suggested=False), "12356"),
        (ContactFilter(stage_id=SOME_ID), ""),
        (ContactFilter(pipeline_id=SOME_ID), ""),
        (ContactFilter(stage_id="no uuid"), ""),
        (ContactFilter(tag="vip", min_score=1), "2"),
        (ContactFilter(tag="vip", max_score=1), ""),
        (ContactFilter(platform=Platform.MESSENGER, suggested=False, interacted_before=NOON - 2 * DAY), "35"),
    ],
    ids=str,
)
def test_a_filter_finds_exactly_those_it_describes(people: Office, where: ContactFilter, expected: str) -> None:
    assert found(people, where) == expected


def test_a_filter_can_be_of_a_stage_or_a_pipeline(people: Office) -> None:
    assert found(people, ContactFilter(stage_id=people.stage_id(1))) == "2"
    assert found(people, ContactFilter(pipeline_id=people.pipeline.pipeline_id)) == "12"
    of_both = ContactFilter(pipeline_id=people.pipeline.pipeline_id, stage_id=people.stage_id(0), max_score=15)
    assert found(people, of_both) == "1"


def test_no_filter_looks_into_another_organisation(people: Office) -> None:
    stranger = Office(people.crm)
    for where in (
        ContactFilter(stage_id=people.stage_id(1)),
        ContactFilter(pipeline_id=people.pipeline.pipeline_id),
        ContactFilter(facebook_page_id=people.page_id),
        ContactFilter(tag="vip"),
        ContactFilter(search="maria"),
    ):
        assert found(stranger, where) == ""


def test_a_filter_holds_with_that_of_a_page(people: Office) -> None:
    other = FacebookPageId(new_id())
    people.crm.store.add_page(PageProfile(other, people.org_id, "meta-other", "Tea"))
    context = replace(people.batch(), facebook_page_id=other)
    people.crm.store.save(context, [draft("7", insight=insight(lead_score=20))])
    assert found(people, ContactFilter(facebook_page_id=other, min_score=20)) == "7"
    assert found(people, ContactFilter(facebook_page_id=people.page_id, min_score=20, max_score=29)) == "2"


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_a_filtered_list_is_paged_like_any(people: Office, limit: int) -> None:
    where = ContactFilter(platform=Platform.MESSENGER)
    seen, cursor = "", None
    while True:
        page = people.crm.book.contacts(people.org_id, where, cursor=cursor, limit=limit)
        seen += "".join(contact.messenger_psid or "" for contact in page.contacts)
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == "12354"


def test_a_cursor_is_of_the_filters_it_was_given_with(people: Office) -> None:
    cursor = people.crm.book.contacts(people.org_id, ContactFilter(max_score=50), cursor=None, limit=1).next_cursor
    for other in (EVERYBODY, ContactFilter(max_score=49), ContactFilter(max_score=50, suggested=False)):
        with pytest.raises(InvalidRequest) as refused:
            people.crm.book.contacts(people.org_id, other, cursor=cursor, limit=1)
        assert refused.value.field == "cursor"
    assert people.crm.book.contacts(people.org_id, ContactFilter(max_score=50), cursor=cursor, limit=1).contacts


# Names


NAMES = {
    "1": PersonName("María José", "Santos de la Cruz"),
    "2": PersonName("Nguyễn", "Đức"),
    "3": PersonName("O'Brien", "Jean-Pierre"),
    "4": PersonName("100%", "Real_Deal"),
    "5": PersonName("山田太郎"),
    "6": PersonName("Straße", "Søren"),
    "7": PersonName("محمّد", "بن سلمان"),
    "8": PersonName("Marta", "Sánchez"),
}


@pytest.fixture
def named(office: Office) -> Office:
    office.save(*(draft(who, name=name) for who, name in NAMES.items()))
    return office


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("maria", "1"),
        ("MARÍA", "1"),
        ("mar", "18"),
        ("mar san", "18"),
        ("san mar", "18"),
        ("cruz", "1"),
        ("jose cru mar", "1"),
        ("ruz", ""),
        ("maria x", ""),
        ("nguyen duc", "2"),
        ("NGUYỄN", "2"),
        ("obrien", "3"),
        ("o'brien", "3"),
        ("O’Br", "3"),  # noqa: RUF001 - as phones type it
        ("pierre", "3"),
        ("jean-p", "3"),
        ("100%", "4"),
        ("100", "4"),
        ("real_d", "4"),
        ("deal", "4"),
        ("山田", "5"),
        ("田", ""),
        ("strasse", "6"),
        ("STRASSE SOR", "6"),
        ("محمد", "7"),
        ("%", ""),
        ("_", ""),
        ("m%a", ""),
        ("m_rta", ""),
        ("\\", ""),
        ("'; DROP TABLE contact; --", ""),
        ("\0", ""),
        ("\ud83d", ""),
        ("😀", ""),
        (" ".join("m" for _ in range(50)), "18"),
    ],
)
def test_names_are_found_by_the_beginnings_of_their_words(named: Office, typed: str, expected: str) -> None:
    assert "".join(sorted(found(named, ContactFilter(search=typed)))) == expected


def test_a_name_is_found_as_a_person_has_changed_it(named: Office) -> None:
    named.person_renames(named.known("8").contact_id, PersonName("Zoë", "Brown"))
    assert found(named, ContactFilter(search="zoe")) == "8"
    assert found(named, ContactFilter(search="marta")) == ""
    named.save(draft("8", name=NAMES["8"]))
    assert found(named, ContactFilter(search="zoe")) == "8"


def test_a_name_is_found_as_the_last_sync_has_it(named: Office) -> None:
    named.save(draft("8", name=PersonName("Ángela")))
    named.save(draft("8", name=PersonName("User", "000008", is_placeholder=True)))
    assert found(named, ContactFilter(search="angela")) == "8"
    assert found(named, ContactFilter(search="user")) == ""


def test_names_of_any_length_are_found_by_their_first_words(office: Office) -> None:
    office.save(draft("1", name=PersonName("é" * 200, "n" * 200)), draft("2", name=PersonName("ﷺ" * 200, "x")))
    assert found(office, ContactFilter(search="e" * 100)) == "1"


def test_a_search_is_a_filter_like_any(named: Office) -> None:
    both: Sequence[ContactFilter] = (ContactFilter(search="mar", min_score=1), ContactFilter(search="mar"))
    assert [len(named.contacts(where)) for where in both] == [0, 2]
