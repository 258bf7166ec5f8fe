"""Names that only stand in for one."""

from pagesync.domain.person_name import PersonName
from tests.contracts.contacts.office import LATER, SAVED, Office, TwoBatches, draft, insight
from tests.contracts.crm import PostgresCrm

STAND_IN = PersonName("User", "000001", is_placeholder=True)


def test_somebody_without_a_name_is_stored_under_the_one_that_stands_in(office: Office) -> None:
    office.crm.store.save(office.batch(), [draft(name=STAND_IN)])
    contact = office.only()
    assert (contact.first_name, contact.last_name) == ("User", "000001")


def test_a_name_that_stands_in_does_not_replace_a_real_one(office: Office) -> None:
    office.crm.store.save(office.batch(), [draft()])
    assert office.crm.store.save(office.batch(), [draft(name=STAND_IN, insight=insight())]) == [SAVED]
    contact = office.only()
    assert (contact.first_name, contact.last_name, contact.lead_score) == ("Maria", "Santos", 70)


def test_a_name_that_stands_in_does_not_replace_a_real_one_with_newer_words(two: TwoBatches) -> None:
    two.save(two.first)
    two.save(two.second, name=STAND_IN, last_interaction=LATER)
    contact = two.office.only()
    assert (contact.first_name, contact.last_interaction) == ("Maria", LATER)


def test_a_real_name_replaces_one_that_stands_in_and_stays(office: Office) -> None:
    for name in (STAND_IN, PersonName("Maria"), STAND_IN):
        office.crm.store.save(office.batch(), [draft(name=name)])
    contact = office.only()
    assert (contact.first_name, contact.last_name) == ("Maria", "")


def test_a_database_tells_a_name_that_stands_in_from_a_real_one(database_crm: PostgresCrm) -> None:
    office = Office(database_crm)
    set_by: list[str | None] = []
    for name in (STAND_IN, PersonName("Maria"), STAND_IN):
        database_crm.store.save(office.batch(), [draft(name=name)])
        rows = database_crm.execute("SELECT name_set_by FROM contact WHERE org_id = %s", office.org_id)
        set_by += [row["name_set_by"] for row in rows]
    assert set_by == ["NOBODY", None, None]


def test_a_name_a_person_gave_in_place_of_one_that_stands_in_stays(office: Office) -> None:
    office.crm.store.save(office.batch(), [draft(name=STAND_IN)])
    office.person_renames(office.only().contact_id, PersonName("Boss"))
    for name in (STAND_IN, PersonName("Maria")):
        office.crm.store.save(office.batch(), [draft(name=name)])
    assert office.only().first_name == "Boss"
