"""What a sync keeps of an analysis: what is backed counts, what is not applied is suggested, and nothing twice."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from pagesync.domain.contact import ActivityKind, Actor
from pagesync.domain.contact_book import Analysis, OpenSuggestion
from pagesync.domain.contact_edit import ContactEdit
from pagesync.domain.insight import Evidence, Insight, LeadStatus
from pagesync.domain.person_name import PersonName
from tests.contracts.contacts.office import (
    ALREADY,
    LATER,
    MARIA,
    NOON,
    REJECTED,
    SAVED,
    Office,
    TwoBatches,
    draft,
    insight,
    new_id,
)
from tests.contracts.crm import PostgresCrm
from tests.fakes.contacts import Activity

TOMORROW = NOON + timedelta(days=1)


def suggestions(office: Office) -> list[Activity]:
    told = office.crm.activities(office.known().contact_id)
    return [each for each in told if each.kind == ActivityKind.SUGGESTION]


def test_an_analysis_is_kept_with_what_it_rests_on(office: Office) -> None:
    evidence = [Evidence("m_1", 'Is "it" 5 €?\n'), Evidence("m_2", "いくらですか"), Evidence("\0", "a\0b")]
    office.save(draft(insight=replace(insight(), evidence=evidence)))
    assert office.detail().analysis == Analysis(
        summary="Asks for a price.",
        reasoning="Asked what it costs.",
        confidence=80,
        evidence=evidence,
        model="gemini",
        prompt_version="2",
        analysed_at=NOON,
    )
    assert office.only().confidence == 80


def test_a_contact_without_analysis_has_none(office: Office) -> None:
    office.save(draft())
    detail = office.detail()
    assert (detail.analysis, detail.suggestion, detail.not_analysed, detail.confidence) == (None, None, None, None)


def test_evidence_is_stored_as_json_that_anybody_can_read(database_crm: PostgresCrm) -> None:
    office = Office(database_crm)
    office.save(draft(insight=insight()))
    (row,) = database_crm.execute("SELECT ai_evidence FROM contact WHERE org_id = %s", office.org_id)
    assert json.loads(row["ai_evidence"]) == [{"messageId": "m_1", "quote": "How much is it?"}]


def test_a_new_analysis_replaces_all_of_the_old_one(office: Office) -> None:
    office.save(draft(insight=insight()))
    office.save(draft(insight=Insight("Says thanks.", model="other", prompt_version="3")), saved_at=TOMORROW)
    assert office.detail().analysis == Analysis("Says thanks.", None, None, [], "other", "3", TOMORROW)


def test_without_a_new_analysis_the_old_one_stays(office: Office) -> None:
    office.save(draft(insight=insight(), suggestion=office.suggestion()))
    before = office.detail()
    office.save(draft(), saved_at=TOMORROW)
    after = office.detail()
    assert (after.analysis, after.suggestion) == (before.analysis, before.suggestion)


# Evidence


def test_an_opinion_without_evidence_gives_a_new_contact_no_score(office: Office) -> None:
    office.save(draft(insight=replace(insight(), evidence=[]), is_backed=False))
    contact = office.detail()
    assert (contact.lead_score, contact.lead_status) == (None, None)
    assert (contact.ai_context, contact.confidence) == ("Asks for a price.", 80)
    assert contact.analysis is not None
    assert (contact.analysis.reasoning, list(contact.analysis.evidence)) == ("Asked what it costs.", [])


def test_an_opinion_without_evidence_leaves_the_score_that_was_backed(office: Office) -> None:
    office.save(draft(insight=insight()))
    office.save(draft(insight=insight("Changed.", lead_score=5, confidence=20), is_backed=False))
    contact = office.only()
    assert (contact.lead_score, contact.lead_status) == (70, LeadStatus.QUALIFIED)
    assert (contact.ai_context, contact.confidence) == ("Changed.", 20)


# Why there is no analysis


@pytest.mark.parametrize("reason", ["NOT_ANALYSED_QUOTA_EXHAUSTED", "BLOCKED"])
def test_why_there_is_no_analysis_is_told_until_there_is_one(office: Office, reason: str) -> None:
    office.save(draft(not_analysed=reason))
    assert office.detail().not_analysed == reason
    office.save(draft())
    assert office.detail().not_analysed == reason
    office.save(draft(insight=insight()))
    assert office.detail().not_analysed is None


def test_an_analysis_that_failed_beside_an_older_one_is_told_and_leaves_it(office: Office) -> None:
    office.save(draft(insight=insight()))
    office.save(draft(not_analysed="BAD_OUTPUT"))
    detail = office.detail()
    assert (detail.not_analysed, detail.ai_context) == ("BAD_OUTPUT", "Asks for a price.")


# Suggestions


def test_what_is_not_applied_is_suggested(office: Office) -> None:
    suggestion = office.suggestion(1)
    office.save(draft(insight=insight(), suggestion=suggestion))
    opened = office.detail().suggestion
    assert opened == OpenSuggestion(
        code="LOW_CONFIDENCE",
        reason="Not applied because the AI is 40 % sure and this Page asks for 60 %.",
        pipeline_id=office.pipeline.pipeline_id,
        stage_id=office.stage_id(1),
        lead_status=LeadStatus.QUALIFIED,
        lead_score=70,
        confidence=40,
        stage_name="Qualified",
        suggested_at=NOON,
    )
    contact = office.only()
    assert (contact.suggested_stage_id, contact.suggested_stage_name) == (office.stage_id(1), "Qualified")
    assert contact.stage_id is None
    told = Activity(ActivityKind.SUGGESTION, Actor.AI, suggestion.reason, None, office.stage_id(1))
    assert suggestions(office) == [told]


def test_a_suggestion_may_name_no_stage(office: Office) -> None:
    office.save(draft(insight=insight(), suggestion=office.suggestion(stage_id=None, pipeline_id=None)))
    opened = office.detail().suggestion
    assert opened is not None
    assert (opened.stage_id, opened.pipeline_id, opened.stage_name) == (None, None, None)
    assert suggestions(office)[0].to_stage_id is None


@pytest.mark.parametrize("new", [True, False])
def test_a_new_analysis_replaces_the_suggestion_or_clears_it(office: Office, new: bool) -> None:
    office.save(draft(insight=insight(), suggestion=office.suggestion(1)))
    office.save(draft(insight=insight(), suggestion=office.suggestion(2) if new else None), saved_at=TOMORROW)
    opened = office.detail().suggestion
    assert (opened and (opened.stage_id, opened.suggested_at)) == ((office.stage_id(2), TOMORROW) if new else None)
    assert office.only().suggested_stage_name == ("Won" if new else None)
    assert len(suggestions(office)) == 1 + new


def test_the_same_suggestion_of_another_sync_is_told_once_and_keeps_its_time(office: Office) -> None:
    office.save(draft(insight=insight(), suggestion=office.suggestion()))
    surer = office.suggestion(confidence=55, reason="Not applied because the AI is 55 % sure.")
    office.save(draft(insight=insight(), suggestion=surer), saved_at=TOMORROW)
    opened = office.detail().suggestion
    assert opened is not None
    assert (opened.confidence, opened.reason, opened.suggested_at) == (55, surer.reason, NOON)
    assert len(suggestions(office)) == 1


@pytest.mark.parametrize(
    "change", [{"code": "EXISTING_KEPT"}, {"lead_score": 71}, {"lead_status": LeadStatus.NEW}, {"stage_id": None}]
)
def test_another_suggestion_is_told_again(office: Office, change: dict[str, object]) -> None:
    office.save(draft(insight=insight(), suggestion=office.suggestion()))
    office.save(draft(insight=insight(), suggestion=office.suggestion(**change)), saved_at=TOMORROW)
    opened = office.detail().suggestion
    assert opened is not None
    assert opened.suggested_at == TOMORROW
    assert len(suggestions(office)) == 2


def test_a_repeated_batch_tells_no_suggestion_twice(office: Office) -> None:
    context, drafted = office.batch(), draft(insight=insight(), suggestion=office.suggestion())
    for hours in range(3):
        again = replace(context, saved_at=NOON + timedelta(hours=hours))
        assert office.crm.store.save(again, [drafted]) == [SAVED]
    opened = office.detail().suggestion
    assert opened is not None
    assert opened.suggested_at == NOON
    assert len(suggestions(office)) == 1


def test_a_job_tells_a_suggestion_once_whatever_its_second_batch_thinks(two: TwoBatches) -> None:
    office = two.office
    two.save(two.first, insight=insight(), suggestion=office.suggestion(1))
    said = {"insight": insight(), "suggestion": office.suggestion(2)}
    assert two.save(two.second, last_interaction=LATER, **said) == [ALREADY]
    assert office.only().suggested_stage_id == office.stage_id(2)
    assert [each.to_stage_id for each in suggestions(office)] == [office.stage_id(1)]


def test_a_batch_with_nothing_newer_leaves_the_suggestion(two: TwoBatches) -> None:
    two.save(two.first, insight=insight(), suggestion=two.office.suggestion(1))
    two.save(two.second, insight=insight(), suggestion=two.office.suggestion(2))
    assert two.office.only().suggested_stage_id == two.office.stage_id(1)


def test_a_stage_archived_while_the_batch_was_analysed_is_not_suggested(office: Office) -> None:
    office.crm.archive_stage(office.stage_id(1))
    office.save(draft(insight=insight(), suggestion=office.suggestion(1)))
    opened = office.detail().suggestion
    assert opened is not None
    assert (opened.stage_id, opened.pipeline_id, opened.lead_score) == (None, None, 70)


def test_a_stage_of_another_organisation_is_not_suggested(office: Office) -> None:
    stranger = Office(office.crm)
    office.save(draft(insight=insight(), suggestion=stranger.suggestion(1)))
    assert office.only().suggested_stage_id is None


def test_a_stage_that_the_ai_sets_ends_its_suggestion(office: Office) -> None:
    office.save(draft(insight=insight(), suggestion=office.suggestion(1)))
    office.save(draft(insight=insight(), move=office.move(1), version_read=office.version()))
    contact = office.only()
    assert (contact.stage_name, contact.suggested_stage_id) == ("Qualified", None)


# A person's edit in mid-sync


def test_a_suggestion_made_before_a_persons_edit_was_seen_is_not_opened_again(office: Office) -> None:
    office.save(draft(insight=insight(), suggestion=office.suggestion(1)))
    version_read = office.version()
    office.person_moves(office.only().contact_id, office.stage_id(0))
    late = draft(insight=insight("News."), suggestion=office.suggestion(2), version_read=version_read)
    office.save(late, saved_at=TOMORROW)
    contact = office.detail()
    assert (contact.stage_name, contact.stage_set_by) == ("New Lead", Actor.HUMAN)
    assert (contact.ai_context, contact.suggestion) == ("News.", None)
    assert len(suggestions(office)) == 1


def test_what_was_analysed_before_a_persons_edit_was_seen_is_analysed_again(office: Office) -> None:
    office.save(draft(insight=insight(), content_hash="1" * 64))
    version_read = office.version()
    office.edit(office.only().contact_id, ContactEdit(ai_managed=True))
    office.save(draft(insight=insight(), content_hash="2" * 64, version_read=version_read))
    assert office.known().content_hash is None
    office.save(draft(insight=insight(), content_hash="2" * 64, version_read=office.version()))
    assert office.known().content_hash == "2" * 64


def test_an_edit_that_was_seen_holds_nothing_back(office: Office) -> None:
    office.save(draft())
    office.person_renames(office.only().contact_id, PersonName("Boss"))
    seen = {"version_read": office.version(), "content_hash": "2" * 64}
    office.save(draft(insight=insight(), suggestion=office.suggestion(1), **seen))
    assert office.only().suggested_stage_id == office.stage_id(1)
    assert office.known().content_hash == "2" * 64


# Rows the store refuses


@pytest.mark.parametrize(
    "poison", [Evidence("m_1", "half a pair \ud83d"), Evidence("\udc00", "x")], ids=["quote", "id"]
)
def test_evidence_that_cannot_be_stored_fails_alone(office: Office, poison: Evidence) -> None:
    poisoned = draft("2", insight=replace(insight(), evidence=[poison]))
    job_id = new_id()
    assert office.save(draft("1"), poisoned, draft("3"), job_id=job_id) == [SAVED, REJECTED, SAVED]
    assert {contact.messenger_psid for contact in office.contacts()} == {"1", "3"}


def test_people_of_one_batch_keep_their_own(office: Office) -> None:
    office.save(
        draft("1", insight=insight("One."), suggestion=office.suggestion(0)),
        draft("2", not_analysed="BLOCKED"),
        draft("3", insight=insight("Three.", lead_score=3), move=office.move(1)),
    )
    told = {who: office.detail(who) for who in ("1", "2", "3")}
    assert [each.ai_context for each in told.values()] == ["One.", None, "Three."]
    assert [each.suggested_stage_name for each in told.values()] == ["New Lead", None, None]
    assert [each.not_analysed for each in told.values()] == [None, "BLOCKED", None]
    assert [each.lead_score for each in told.values()] == [70, None, 3]
    assert MARIA not in told
