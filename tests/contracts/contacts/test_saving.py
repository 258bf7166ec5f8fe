"""What a sync writes of a contact, and writes again."""

import uuid
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from pagesync.domain.contact import ActivityKind, Actor
from pagesync.domain.contact_book import Contact
from pagesync.domain.conversation import Platform
from pagesync.domain.insight import Insight, LeadStatus
from pagesync.domain.person_name import PersonName
from tests.contracts.contacts.office import ALREADY, CREATED, NOON, REJECTED, SAVED, Office, draft, insight, new_id
from tests.fakes.contacts import Activity


def test_a_new_person_becomes_a_contact_with_everything_the_draft_says(office: Office) -> None:
    drafted = draft(insight=insight(), move=office.move(1))
    assert office.crm.store.save(office.batch(), [drafted]) == [SAVED]
    contact = office.only()
    assert contact == Contact(
        contact_id=contact.contact_id,
        facebook_page_id=office.page_id,
        messenger_psid="900000001",
        instagram_sid=None,
        first_name="Maria",
        last_name="Santos",
        last_interaction=NOON,
        ai_context="Asks for a price.",
        lead_score=70,
        lead_status=LeadStatus.QUALIFIED,
        pipeline_id=office.pipeline.pipeline_id,
        stage_id=office.pipeline.stages[1].stage_id,
        stage_name="Qualified",
        stage_set_by=Actor.AI,
        confidence=80,
        suggested_stage_id=None,
        suggested_stage_name=None,
        tags=contact.tags,
        version=1,
        created_at=NOON,
        updated_at=NOON,
    )
    assert str(uuid.UUID(contact.contact_id)) == contact.contact_id
    assert list(contact.tags) == []


def test_a_new_person_with_a_stage_has_two_activities(office: Office) -> None:
    office.crm.store.save(office.batch(), [draft(move=office.move(1))])
    moved = Activity(
        ActivityKind.STAGE_CHANGED,
        Actor.AI,
        "AI auto-assigned to Qualified in Sales",
        None,
        office.pipeline.stages[1].stage_id,
    )
    assert office.crm.activities(office.only().contact_id) == [CREATED, moved]


def test_a_draft_without_insight_and_move_is_a_contact_nobody_placed(office: Office) -> None:
    assert office.crm.store.save(office.batch(), [draft(last_interaction=None)]) == [SAVED]
    contact = office.only()
    assert (contact.ai_context, contact.lead_score, contact.lead_status) == (None, None, None)
    assert (contact.pipeline_id, contact.stage_id, contact.stage_name) == (None, None, None)
    assert contact.last_interaction is None
    assert office.crm.activities(contact.contact_id) == [CREATED]


def test_a_summary_without_placement_leaves_score_and_status_empty(office: Office) -> None:
    office.crm.store.save(office.batch(), [draft(insight=Insight("Says hello."))])
    contact = office.only()
    assert (contact.ai_context, contact.lead_score, contact.lead_status) == ("Says hello.", None, None)


def test_the_same_number_on_messenger_and_instagram_is_two_contacts(office: Office) -> None:
    context = office.batch()
    office.crm.store.save(context, [draft("42")])
    office.crm.store.save(context, [draft("42", platform=Platform.INSTAGRAM)])
    assert {(contact.messenger_psid, contact.instagram_sid) for contact in office.contacts()} == {
        ("42", None),
        (None, "42"),
    }


def test_outcomes_come_in_the_order_of_the_drafts(office: Office) -> None:
    job_id = new_id()
    office.crm.store.save(office.batch(1, job_id=job_id), [draft("5")])
    people = [draft("9"), draft("5"), draft("\0"), draft("1")]
    assert office.crm.store.save(office.batch(2, job_id=job_id), people) == [SAVED, ALREADY, REJECTED, SAVED]


def test_saving_nobody_is_no_work(office: Office) -> None:
    assert list(office.crm.store.save(office.batch(), [])) == []


@pytest.mark.parametrize(
    "name",
    [
        PersonName("山田太郎"),
        PersonName("José", "Ñuñez"),
        PersonName("محمد", "بن سلمان"),
        PersonName("👩‍👩‍👧‍👦", "🇵🇭"),
        PersonName("O'Brien", 'Robert"); DROP TABLE contact; --'),
        PersonName("%s", "{name} %(x)s \\"),
    ],
)
def test_names_come_back_as_they_were_given(office: Office, name: PersonName) -> None:
    office.crm.store.save(office.batch(), [draft(name=name)])
    contact = office.only()
    assert (contact.first_name, contact.last_name) == (name.first, name.last)


def test_a_later_sync_updates_the_contact_and_adds_no_second_creation(office: Office) -> None:
    later = NOON + timedelta(days=1)
    office.crm.store.save(office.batch(), [draft(insight=insight())])
    first = office.only()
    again = draft(name=PersonName("Mary"), last_interaction=later, insight=insight("Wants two.", lead_score=90))
    assert office.crm.store.save(office.batch(saved_at=later), [again]) == [SAVED]
    contact = office.only()
    assert contact.contact_id == first.contact_id
    assert (contact.first_name, contact.last_name, contact.last_interaction) == ("Mary", "", later)
    assert (contact.ai_context, contact.lead_score) == ("Wants two.", 90)
    assert (contact.created_at, contact.updated_at) == (NOON, later)
    assert office.crm.activities(contact.contact_id) == [CREATED]


def test_a_sync_without_insight_keeps_what_earlier_ones_found(office: Office) -> None:
    office.crm.store.save(office.batch(), [draft(insight=insight())])
    office.crm.store.save(office.batch(), [draft()])
    contact = office.only()
    assert (contact.ai_context, contact.lead_score) == ("Asks for a price.", 70)
    assert contact.lead_status is LeadStatus.QUALIFIED


def test_a_summary_alone_replaces_the_summary_alone(office: Office) -> None:
    office.crm.store.save(office.batch(), [draft(insight=insight())])
    office.crm.store.save(office.batch(), [draft(insight=Insight("Says thanks."))])
    contact = office.only()
    assert (contact.ai_context, contact.lead_score) == ("Says thanks.", 70)


@pytest.mark.parametrize("older", [NOON - timedelta(microseconds=1), None])
def test_the_last_interaction_never_goes_back(office: Office, older: datetime | None) -> None:
    office.crm.store.save(office.batch(), [draft(last_interaction=NOON)])
    office.crm.store.save(office.batch(), [draft(last_interaction=older)])
    assert office.only().last_interaction == NOON


def test_repeating_a_save_changes_nothing_but_the_version(office: Office) -> None:
    context, drafted = office.batch(), draft(insight=insight(), move=office.move(1))
    office.crm.store.save(context, [drafted])
    before, version = office.only(), office.version("900000001")
    activities = office.crm.activities(before.contact_id)
    for _ in range(3):
        assert office.crm.store.save(context, [drafted]) == [SAVED]
    assert office.only() == replace(before, version=version + 3)
    assert office.crm.activities(before.contact_id) == activities
    assert office.version("900000001") == version + 3


@pytest.mark.parametrize("content_hash", ["f" * 64, None])
def test_the_fingerprint_of_what_was_saved_last_is_known(office: Office, content_hash: str | None) -> None:
    """None included: it is how a sync that could not analyse asks the next one to."""
    office.crm.store.save(office.batch(), [draft(content_hash="0" * 64)])
    assert office.known("900000001").content_hash == "0" * 64
    office.crm.store.save(office.batch(), [draft(content_hash=content_hash)])
    assert office.known("900000001").content_hash == content_hash
