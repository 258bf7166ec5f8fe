"""Stages, and whose they are."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from pagesync.domain.contact import ActivityKind
from pagesync.domain.person_name import PersonName
from tests.contracts.contacts.office import CREATED, NOON, SAVED, Office, draft, insight


def test_the_ai_moves_a_contact_it_placed_before_and_says_where_from(office: Office) -> None:
    office.crm.store.save(office.batch(), [draft(move=office.move(0))])
    again = draft(move=office.move(1), version_read=office.version("900000001"))
    office.crm.store.save(office.batch(saved_at=NOON + timedelta(days=1)), [again])
    contact = office.only()
    assert contact.stage_name == "Qualified"
    moves = [(each.from_stage_id, each.to_stage_id) for each in office.crm.activities(contact.contact_id)[1:]]
    first, second = (office.pipeline.stages[number].stage_id for number in (0, 1))
    assert moves == [(None, first), (first, second)]


def test_a_move_to_the_stage_a_contact_is_in_is_no_activity(office: Office) -> None:
    office.crm.store.save(office.batch(), [draft(move=office.move(1))])
    again = draft(move=office.move(1), version_read=office.version("900000001"))
    office.crm.store.save(office.batch(), [again])
    kinds = Counter(each.kind for each in office.crm.activities(office.only().contact_id))
    assert kinds == {ActivityKind.CONTACT_CREATED: 1, ActivityKind.STAGE_CHANGED: 1}


def test_a_job_moves_a_contact_once_whatever_a_repeated_batch_thinks(office: Office) -> None:
    context = office.batch()
    office.crm.store.save(context, [draft(move=office.move(1))])
    changed_its_mind = draft(move=office.move(0), version_read=office.version("900000001"))
    assert office.crm.store.save(context, [changed_its_mind]) == [SAVED]
    contact = office.only()
    assert contact.stage_name == "Qualified"
    assert [each.to_stage_id for each in office.crm.activities(contact.contact_id)[1:]] == [contact.stage_id]


@pytest.mark.parametrize("moment", [NOON, None])
def test_a_repeated_batch_places_whom_its_first_attempt_could_not(office: Office, moment: datetime | None) -> None:
    context = office.batch()
    drafted = draft(last_interaction=moment)
    office.crm.store.save(context, [drafted])
    again = replace(drafted, move=office.move(1), version_read=office.version("900000001"))
    office.crm.store.save(context, [again])
    contact = office.only()
    assert contact.stage_name == "Qualified"
    assert len(office.crm.activities(contact.contact_id)) == 2


def test_a_stage_a_person_set_stays(office: Office) -> None:
    office.crm.store.save(office.batch(), [draft(move=office.move(0))])
    contact_id = office.only().contact_id
    office.person_moves(contact_id, office.pipeline.stages[2].stage_id)
    before = office.crm.activities(contact_id)
    again = draft(insight=insight(), move=office.move(1), version_read=office.version("900000001"))
    assert office.crm.store.save(office.batch(), [again]) == [SAVED]
    contact = office.only()
    assert (contact.stage_name, contact.ai_context) == ("Won", "Asks for a price.")
    assert office.crm.activities(contact_id) == before


def test_an_edit_between_reading_and_saving_wins_over_the_move(office: Office) -> None:
    office.crm.store.save(office.batch(), [draft(move=office.move(0))])
    version_read = office.version("900000001")
    office.person_renames(office.only().contact_id, PersonName("Boss"))
    again = draft(move=office.move(1), version_read=version_read)
    assert office.crm.store.save(office.batch(), [again]) == [SAVED]
    assert office.only().stage_name == "New Lead"


def test_somebody_saved_since_nobody_was_found_is_not_moved(office: Office) -> None:
    office.crm.store.save(office.batch(), [draft()])
    office.crm.store.save(office.batch(), [draft(move=office.move(1), version_read=0)])
    assert office.only().stage_id is None


def test_a_name_a_person_set_stays(office: Office) -> None:
    office.crm.store.save(office.batch(), [draft()])
    office.person_renames(office.only().contact_id, PersonName("Mrs.", "Santos-Cruz"))
    office.crm.store.save(office.batch(), [draft(name=PersonName("Maria", "S"))])
    contact = office.only()
    assert (contact.first_name, contact.last_name) == ("Mrs.", "Santos-Cruz")


def test_a_stage_archived_while_the_batch_was_analysed_is_not_entered(office: Office) -> None:
    office.crm.archive_stage(office.pipeline.stages[1].stage_id)
    assert office.crm.store.save(office.batch(), [draft(insight=insight(), move=office.move(1))]) == [SAVED]
    contact = office.only()
    assert (contact.stage_id, contact.pipeline_id, contact.lead_score) == (None, None, 70)
    assert office.crm.activities(contact.contact_id) == [CREATED]


def test_a_stage_of_another_organisation_is_not_entered(office: Office) -> None:
    stranger = Office(office.crm)
    office.crm.store.save(office.batch(), [draft(move=stranger.move(1))])
    assert office.only().stage_id is None
