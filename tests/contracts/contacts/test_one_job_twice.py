"""One person in two batches of a job: the conversation got a new message while it was listed."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from pagesync.domain.contact import Actor
from pagesync.domain.insight import LeadStatus
from pagesync.domain.person_name import PersonName
from tests.contracts.contacts.office import ALREADY, CREATED, LATER, NOON, SAVED, TwoBatches, insight


@pytest.mark.parametrize("moment", [NOON, NOON - timedelta(microseconds=1), None])
def test_another_batch_of_the_job_with_nothing_newer_changes_nothing(
    two: TwoBatches, moment: datetime | None
) -> None:
    two.save(two.first, insight=insight("First."), content_hash="1" * 64)
    before = two.state()
    late = {"name": PersonName("Other"), "insight": insight("Second."), "content_hash": "2" * 64}
    place = {"move": two.office.move(0), "version_read": before[1].version}
    assert two.save(two.second, last_interaction=moment, **late, **place) == [ALREADY]
    assert two.state() == before


def test_two_batches_of_the_job_without_any_moment_are_no_news_to_each_other(two: TwoBatches) -> None:
    two.save(two.first, last_interaction=None)
    before = two.state()
    assert two.save(two.second, last_interaction=None, insight=insight()) == [ALREADY]
    assert two.state() == before


@pytest.mark.parametrize("stored", [NOON, LATER - timedelta(microseconds=1), None])
def test_another_batch_of_the_job_with_newer_words_brings_the_contact_up_to_date(
    two: TwoBatches, stored: datetime | None
) -> None:
    two.save(two.first, last_interaction=stored, insight=insight("First."), content_hash="1" * 64)
    second = insight("Second.", lead_score=95, lead_status=LeadStatus.CONTACTED)
    news = {"name": PersonName("Mary", "Cruz"), "insight": second, "content_hash": "2" * 64}
    assert two.save(two.second, last_interaction=LATER, **news) == [ALREADY]
    contact, known, activities = two.state()
    assert (contact.first_name, contact.last_name, contact.last_interaction) == ("Mary", "Cruz", LATER)
    assert (contact.ai_context, contact.lead_score, contact.lead_status) == ("Second.", 95, LeadStatus.CONTACTED)
    assert (contact.created_at, contact.updated_at) == (NOON, LATER)
    assert (known.content_hash, known.version) == ("2" * 64, 2)
    assert activities == [CREATED]


def test_newer_words_that_could_not_be_analysed_keep_the_insight_and_ask_for_the_next_sync(two: TwoBatches) -> None:
    two.save(two.first, insight=insight("First."), content_hash="1" * 64)
    assert two.save(two.second, last_interaction=LATER, content_hash=None) == [ALREADY]
    contact, known, _ = two.state()
    assert (contact.ai_context, contact.last_interaction) == ("First.", LATER)
    assert known.content_hash is None


def test_the_contact_stays_with_the_batch_that_saved_it_first(two: TwoBatches) -> None:
    two.save(two.first)
    two.save(two.second, last_interaction=LATER)
    assert two.office.known("900000001").synced_by == two.first.synced_by


def test_the_next_job_takes_the_contact_over(two: TwoBatches) -> None:
    two.save(two.first)
    two.save(two.second, last_interaction=LATER)
    following = two.office.batch()
    assert two.save(following, last_interaction=LATER) == [SAVED]
    assert two.office.known("900000001").synced_by == following.synced_by


def test_the_batch_that_brought_newer_words_can_be_repeated(two: TwoBatches) -> None:
    two.save(two.first)
    news = {"last_interaction": LATER, "insight": insight("Second."), "content_hash": "2" * 64}
    two.save(two.second, **news, move=two.office.move(1), version_read=1)
    before = two.state()
    for version_read in (1, before[1].version):
        again = replace(two.second, saved_at=LATER + timedelta(hours=1))
        assert two.save(again, **news, move=two.office.move(0), version_read=version_read) == [ALREADY]
        assert two.state() == before


def test_a_repeat_of_the_first_batch_is_its_own_again_and_takes_nothing_newer_back(two: TwoBatches) -> None:
    two.save(two.first, insight=insight("First."), content_hash="1" * 64)
    two.save(two.second, last_interaction=LATER, insight=insight("Second."), content_hash="2" * 64)
    before = two.state()
    for version_read in (0, before[1].version):
        place = {"move": two.office.move(1), "version_read": version_read}
        late = {"name": PersonName("Old"), "insight": insight("First.", lead_score=1), "content_hash": "1" * 64}
        for moment in (NOON, None):
            assert two.save(two.first, last_interaction=moment, **late, **place) == [SAVED]
            assert two.state() == before


def test_newer_words_move_a_contact_whom_the_job_has_not_moved(two: TwoBatches) -> None:
    two.save(two.first)
    two.save(two.second, last_interaction=LATER, move=two.office.move(1), version_read=1)
    contact, known, activities = two.state()
    assert (contact.stage_name, known.stage_set_by) == ("Qualified", Actor.AI)
    assert [(each.from_stage_id, each.to_stage_id) for each in activities[1:]] == [(None, contact.stage_id)]


def test_newer_words_do_not_move_a_contact_whom_the_job_has_moved_and_the_next_job_looks_again(
    two: TwoBatches,
) -> None:
    two.save(two.first, move=two.office.move(0))
    news = {"insight": insight(), "content_hash": "2" * 64}
    two.save(two.second, last_interaction=LATER, move=two.office.move(1), version_read=1, **news)
    contact, known, activities = two.state()
    assert (contact.stage_name, contact.ai_context) == ("New Lead", "Asks for a price.")
    assert (len(activities), known.content_hash) == (2, None)
    later = LATER + timedelta(minutes=1)
    two.save(two.second, last_interaction=later, move=two.office.move(0), version_read=2, **news)
    assert two.state()[1].content_hash == "2" * 64


def test_an_edit_since_the_newer_batch_read_the_contact_wins_over_its_move(two: TwoBatches) -> None:
    two.save(two.first)
    two.office.person_renames(two.office.only().contact_id, PersonName("Boss"))
    news = {"last_interaction": LATER, "insight": insight(), "move": two.office.move(1)}
    assert two.save(two.second, **news, version_read=1) == [ALREADY]
    contact, _, activities = two.state()
    assert (contact.first_name, contact.stage_id, contact.ai_context) == ("Boss", None, "Asks for a price.")
    assert [each.actor for each in activities] == [None, Actor.HUMAN]


def test_a_stage_a_person_set_outlasts_newer_words(two: TwoBatches) -> None:
    two.save(two.first)
    two.office.person_moves(two.office.only().contact_id, two.office.pipeline.stages[2].stage_id)
    two.save(two.second, last_interaction=LATER, move=two.office.move(1), version_read=2)
    contact, known, activities = two.state()
    assert (contact.stage_name, known.stage_set_by) == ("Won", Actor.HUMAN)
    assert [each.actor for each in activities] == [None, Actor.HUMAN]
