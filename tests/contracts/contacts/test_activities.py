"""What happened to a contact, as people read it."""

from datetime import timedelta

import pytest

from pagesync.domain.contact import ActivityKind, Actor
from pagesync.domain.contact_book import ActivityPage, ContactActivity
from pagesync.domain.contact_edit import ContactEdit, StageChoice
from pagesync.domain.errors import InvalidRequest
from tests import edits
from tests.contracts.contacts.office import LATER, NOON, SOON, Office, draft, insight


def page(office: Office, cursor: str | None = None, limit: int = 50, person_id: str = "1") -> ActivityPage:
    contact_id = office.known(person_id).contact_id
    return office.crm.book.activities(office.org_id, contact_id, cursor=cursor, limit=limit)


@pytest.fixture
def lived(office: Office) -> Office:
    """Synced, edited, synced again."""
    office.save(draft("1", insight=insight(), move=office.move(0)))
    office.edit(office.known("1").contact_id, ContactEdit(stage=StageChoice(office.stage_id(2)), tags=["vip"]))
    office.save(draft("1", insight=insight(), suggestion=office.suggestion(1), version_read=2), saved_at=LATER)
    return office


def test_activities_are_told_newest_first_with_who_why_and_the_names_of_stages(lived: Office) -> None:
    found = page(lived)
    assert found.next_cursor is None
    told = [(each.kind, each.actor, each.created_at.replace(microsecond=0)) for each in found.activities]
    assert told == [
        (ActivityKind.SUGGESTION, Actor.AI, LATER),
        (ActivityKind.TAGS_CHANGED, Actor.HUMAN, SOON),
        (ActivityKind.STAGE_CHANGED, Actor.HUMAN, SOON),
        (ActivityKind.STAGE_CHANGED, Actor.AI, NOON),
        (ActivityKind.CONTACT_CREATED, None, NOON),
    ]
    suggested, _, by_person, by_ai, created = found.activities
    assert (suggested.to_stage_name, suggested.reason) == ("Qualified", lived.suggestion(1).reason)
    assert (by_person.from_stage_name, by_person.to_stage_name) == ("New Lead", "Won")
    assert (by_person.from_stage_id, by_person.to_stage_id) == (lived.stage_id(0), lived.stage_id(2))
    assert (by_ai.from_stage_name, by_ai.reason) == (None, "AI auto-assigned to New Lead in Sales")
    assert (created.reason, created.to_stage_id) == (None, None)
    assert [each.actor_id for each in found.activities] == [None, edits.PERSON, edits.PERSON, None, None]


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 5, 6])
def test_activities_are_paged_without_gap_or_repetition(lived: Office, limit: int) -> None:
    everything = list(page(lived).activities)
    seen: list[ContactActivity] = []
    cursor: str | None = None
    while True:
        found = page(lived, cursor, limit)
        assert len(found.activities) == limit or found.next_cursor is None
        seen += found.activities
        cursor = found.next_cursor
        if cursor is None:
            break
    assert seen == everything


def test_activities_of_one_moment_keep_their_order(office: Office) -> None:
    office.save(draft("1", move=office.move(0)))
    change = ContactEdit(first_name="A", stage=StageChoice(office.stage_id(1)), tags=["t"])
    office.edit(office.known("1").contact_id, change, at=NOON + timedelta(hours=1))
    kinds = [each.kind for each in page(office).activities]
    assert kinds == [
        ActivityKind.TAGS_CHANGED,
        ActivityKind.STAGE_CHANGED,
        ActivityKind.NAME_CHANGED,
        ActivityKind.STAGE_CHANGED,
        ActivityKind.CONTACT_CREATED,
    ]


def test_the_name_of_a_stage_is_told_after_it_is_archived(lived: Office) -> None:
    lived.crm.archive_stage(lived.stage_id(0))
    assert "New Lead" in {each.to_stage_name for each in page(lived).activities}


def test_a_cursor_is_of_one_contact(lived: Office) -> None:
    lived.save(draft("2", move=lived.move(0)))
    cursor = page(lived, limit=1).next_cursor
    for wrong in (cursor, "made-up", ""):
        with pytest.raises(InvalidRequest) as refused:
            page(lived, wrong, person_id="2")
        assert refused.value.field == "cursor"
