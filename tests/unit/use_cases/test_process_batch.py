"""Turning a batch of leads into contacts."""

import threading
from collections.abc import Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from pagesync.domain.contact import ContactDraft, SaveContext, SaveOutcome
from pagesync.domain.contact_book import Contact, ContactFilter
from pagesync.domain.conversation import Conversation, Lead, Message, Person
from pagesync.domain.cost import Price, Spend, Tariff
from pagesync.domain.errors import AnalysisFailed
from pagesync.domain.insight import Evidence, Insight, TokenUsage
from pagesync.domain.job import BatchContent, BatchRef, ContactOutcome, ListedPage
from pagesync.domain.page import PageProfile, Playbook, UpdateMode
from pagesync.domain.pipeline import Pipeline
from pagesync.domain.quota import Limits
from pagesync.use_cases.process_batch import BatchTurn, Processed, process_batch
from pagesync.use_cases.spending import Spending
from tests import edits, samples
from tests.fakes.analyst import ScriptedAnalyst
from tests.fakes.budget import BudgetMemory, InMemoryBudget
from tests.fakes.clock import StoppedClock
from tests.fakes.contact_book import InMemoryContactBook
from tests.fakes.contacts import InMemoryContacts
from tests.fakes.executor import Inline
from tests.fakes.ledger import InMemoryLedger, InMemoryPages, Memory
from tests.fakes.quota import InMemoryQuota, QuotaMemory
from tests.fakes.source import InMemoryPayloads
from tests.talks import SALES

PRICE = Price(input_nano_usd=300, output_nano_usd=2_500)
SYNCED, SKIPPED, FAILED = ContactOutcome.SYNCED, ContactOutcome.SKIPPED, ContactOutcome.FAILED


class Scene:
    def __init__(self, *, pipeline: Pipeline | None = SALES, mode: UpdateMode = UpdateMode.SKIP_EXISTING) -> None:
        self.clock, self.memory = StoppedClock(), Memory()
        self.ledger = InMemoryLedger(self.memory, self.clock)
        InMemoryPages(self.memory).connect(samples.connection())
        self.contacts, self.payloads, self.analyst = InMemoryContacts(), InMemoryPayloads(), ScriptedAnalyst()
        self.book = InMemoryContactBook(self.contacts)
        self.quota = InMemoryQuota(QuotaMemory(), self.clock, Limits(None, None))
        self.budget, self.tariff = InMemoryBudget(BudgetMemory(), self.clock), Tariff(PRICE)
        self.pauses: list[float] = []
        self.pool: Executor = Inline()
        if pipeline:
            self.contacts.add_pipeline(samples.ORG, pipeline)
        profile = PageProfile(samples.PAGE, samples.ORG, samples.META_PAGE, "Sunrise Coffee", update_mode=mode)
        self.contacts.add_page(replace(profile, auto_pipeline_id=pipeline.pipeline_id if pipeline else None))
        self.job_id = ""
        self.start_job()

    def start_job(self) -> None:
        """A new job with the Page free for it."""
        page = InMemoryPages(self.memory).connection(samples.PAGE)
        self.memory.pages[samples.PAGE] = replace(page, active_job_id=None)
        self.job_id = self.ledger.open(samples.job()).job_id

    def check_in(self, *leads: Lead) -> BatchRef:
        """The leads as one more page of one batch."""
        page = sum(job_id == self.job_id for job_id, _ in self.memory.listed) + 1
        content = BatchContent(
            payload_key=self.payloads.put(prefix="job", leads=leads),
            conversation_ids=[lead.conversation.conversation_id for lead in leads],
        )
        asked = samples.request(self.job_id, page)
        self.ledger.register_page(ListedPage(asked, [content], None))
        return BatchRef(self.job_id, page, 0)

    def turn(self, turn: BatchTurn, contacts: InMemoryContacts | None = None) -> Processed:
        return process_batch(
            turn,
            ledger=self.ledger,
            payloads=self.payloads,
            contacts=contacts or self.contacts,
            analyst=self.analyst,
            quota=self.quota,
            budget=self.budget,
            tariff=self.tariff,
            clock=self.clock,
            pool=self.pool,
            pause=self.pauses.append,
        )

    def process(self, ref: BatchRef, contacts: InMemoryContacts | None = None) -> Sequence[ContactOutcome]:
        """Turn after turn until the batch is settled, as the flow does."""
        processed = self.turn(BatchTurn(ref), contacts)
        while processed.next is not None:
            self.clock.advance(processed.wait_seconds)
            processed = self.turn(processed.next, contacts)
        return list(processed.batch.outcomes or [])

    def sync(self, *leads: Lead) -> Sequence[ContactOutcome]:
        return self.process(self.check_in(*leads))

    @property
    def stored(self) -> dict[str, Contact]:
        page = self.book.contacts(samples.ORG, ContactFilter(), cursor=None, limit=200)
        return {each.messenger_psid or "": each for each in page.contacts}

    def failures(self) -> list[tuple[str | None, str]]:
        return [(each.conversation_id, each.code) for each in self.ledger.failures(self.job_id, limit=20)]


def test_each_lead_becomes_a_contact_with_name_context_score_and_place() -> None:
    scene = Scene()
    assert scene.sync(samples.lead(1), samples.lead(2, text="I want to order 40 bags")) == [SYNCED, SYNCED]
    one, two = scene.stored["900000001"], scene.stored["900000002"]
    assert (one.first_name, one.last_name) == ("Customer", "1")
    assert one.last_interaction == samples.NOON
    assert one.ai_context
    assert (two.lead_score, two.lead_status) == (90, "QUALIFIED")
    assert two.stage_name == "Customer Care"
    (created, moved) = scene.contacts.activities(two.contact_id)
    assert created.kind == "CONTACT_CREATED"
    assert (moved.kind, moved.note) == ("STAGE_CHANGED", "AI auto-assigned to Customer Care in Sales")


def test_without_an_auto_pipeline_there_is_a_summary_and_nothing_more() -> None:
    scene = Scene(pipeline=None)
    scene.sync(samples.lead(1))
    contact = scene.stored["900000001"]
    assert contact.ai_context
    assert (contact.lead_score, contact.lead_status, contact.stage_id) == (None, None, None)


def test_a_conversation_without_text_is_saved_and_not_analysed() -> None:
    scene = Scene()
    assert scene.sync(samples.lead(1, text="")) == [SYNCED]
    assert scene.analyst.analysed == []
    assert scene.stored["900000001"].ai_context is None


def test_a_failed_analysis_saves_the_contact_and_keeps_what_was_known() -> None:
    scene = Scene()
    scene.sync(samples.lead(1))
    before = scene.stored["900000001"]
    scene.start_job()
    scene.analyst.failures = {"t_1": "UNAVAILABLE"}
    assert scene.sync(samples.lead(1, text="One more thing"), samples.lead(2)) == [SYNCED, SYNCED]
    after = scene.stored["900000001"]
    assert (after.ai_context, after.lead_score, after.stage_id) == (
        before.ai_context,
        before.lead_score,
        before.stage_id,
    )


def test_a_contact_whose_first_analysis_failed_is_placed_by_the_next() -> None:
    scene = Scene()
    scene.analyst.failures = {"t_1": "UNAVAILABLE"}
    scene.sync(samples.lead(1))
    assert scene.stored["900000001"].stage_id is None
    scene.start_job()
    scene.analyst.failures = {}
    scene.sync(samples.lead(1))
    assert scene.stored["900000001"].stage_id is not None


def test_a_participant_without_an_id_fails_alone_and_is_named() -> None:
    scene = Scene()
    nameless = samples.lead(2, person=Person(None, "Somebody"))
    assert scene.sync(samples.lead(1), nameless, samples.lead(3)) == [SYNCED, FAILED, SYNCED]
    assert scene.failures() == [("t_2", "PARTICIPANT_WITHOUT_ID")]
    assert set(scene.stored) == {"900000001", "900000003"}


def test_a_contact_that_the_database_refuses_fails_alone_and_is_named() -> None:
    scene = Scene()
    refused = samples.lead(2, person=Person("9" * 100, "Too Long An Id"))
    assert scene.sync(samples.lead(1), refused, samples.lead(3)) == [SYNCED, FAILED, SYNCED]
    assert scene.failures() == [("t_2", "CONTACT_REJECTED")]


def test_an_analyst_that_breaks_on_one_conversation_fails_that_one_alone() -> None:
    scene = Scene()

    class Breaks(ScriptedAnalyst):
        def analyse(self, lead: Lead, playbook: Playbook) -> Insight:
            if lead.conversation.conversation_id == "t_2":
                raise KeyError("secret words")
            return super().analyse(lead, playbook)

    scene.analyst = Breaks()
    assert scene.sync(samples.lead(1), samples.lead(2), samples.lead(3)) == [SYNCED, FAILED, SYNCED]
    (failure,) = scene.ledger.failures(scene.job_id, limit=20)
    assert (failure.conversation_id, failure.code) == ("t_2", "INTERNAL")
    assert "secret words" not in failure.message


def test_a_conversation_with_nobody_but_the_business_is_skipped() -> None:
    scene = Scene()
    monologue = Conversation("t_9", samples.NOON, [Person(samples.META_PAGE)])
    assert scene.sync(Lead(None, monologue, frozenset({samples.META_PAGE}))) == [SKIPPED]
    assert scene.stored == {}


def test_one_person_in_two_conversations_is_one_contact_and_the_second_is_skipped() -> None:
    scene = Scene()
    same = Person("42", "Ana Reyes")
    assert scene.sync(samples.lead(1, person=same), samples.lead(2, person=same)) == [SYNCED, SKIPPED]
    assert scene.sync(samples.lead(3, person=same)) == [SKIPPED]
    assert list(scene.stored) == ["42"]


def test_processing_a_batch_again_changes_nothing() -> None:
    scene = Scene()
    ref = scene.check_in(samples.lead(1), samples.lead(2, person=Person(None)))
    first, before = scene.process(ref), (scene.stored, scene.ledger.job(scene.job_id))
    assert scene.process(ref) == first
    assert (scene.stored, scene.ledger.job(scene.job_id)) == before
    assert scene.analyst.analysed == ["t_1"]


class _SavesThenDies(InMemoryContacts):
    """The Lambda is killed between saving the contacts and settling the batch."""

    def __init__(self, inner: InMemoryContacts) -> None:
        self.__dict__ = inner.__dict__

    def save(self, context: SaveContext, drafts: Sequence[ContactDraft]) -> Sequence[SaveOutcome]:
        super().save(context, drafts)
        raise SystemExit


def test_a_batch_that_died_after_saving_is_finished_without_a_second_analysis_or_move() -> None:
    scene = Scene()
    ref = scene.check_in(samples.lead(1), samples.lead(2, person=Person(None)))
    with pytest.raises(SystemExit):
        scene.process(ref, _SavesThenDies(scene.contacts))
    contact = scene.stored["900000001"]
    activities = scene.contacts.activities(contact.contact_id)

    assert scene.process(ref) == [SYNCED, FAILED]

    assert scene.analyst.analysed == ["t_1"]
    assert scene.stored["900000001"] == contact
    assert scene.contacts.activities(contact.contact_id) == activities
    assert scene.ledger.job(scene.job_id).counts.synced == 1


@pytest.mark.parametrize(
    ("mode", "stage"), [(UpdateMode.SKIP_EXISTING, "Qualified"), (UpdateMode.UPDATE_EXISTING, "Contacted")]
)
def test_the_update_mode_decides_about_the_place_of_an_existing_contact(mode: UpdateMode, stage: str) -> None:
    scene = Scene(mode=mode)
    scene.sync(samples.lead(1, text="How much is it?"))
    assert scene.stored["900000001"].stage_name == "Qualified"
    scene.start_job()
    scene.sync(samples.lead(1, text="Hello"))
    contact = scene.stored["900000001"]
    assert (contact.stage_name, contact.lead_score) == (stage, 15)


def test_a_stage_that_a_person_set_stays() -> None:
    scene = Scene(mode=UpdateMode.UPDATE_EXISTING)
    scene.sync(samples.lead(1))
    contact_id = scene.stored["900000001"].contact_id
    edits.edit(scene.book, samples.ORG, contact_id, edits.to_stage(SALES.stages[1].stage_id))
    scene.start_job()
    scene.sync(samples.lead(1, text="I want to order"))
    assert scene.stored["900000001"].stage_name == "Contacted"


class Sociable(ScriptedAnalyst):
    """Answers nobody before two ask."""

    def __init__(self) -> None:
        super().__init__()
        self._both = threading.Barrier(2, timeout=10)

    def analyse(self, lead: Lead, playbook: Playbook) -> Insight:
        self._both.wait()
        return super().analyse(lead, playbook)


def test_the_leads_of_a_batch_are_analysed_at_once() -> None:
    scene = Scene()
    scene.analyst = Sociable()
    with ThreadPoolExecutor(2) as scene.pool:
        assert scene.sync(samples.lead(1), samples.lead(2)) == [SYNCED, SYNCED]
    assert scene.ledger.job(scene.job_id).unanalysed == 0
    assert sorted(scene.analyst.analysed) == ["t_1", "t_2"]


def test_an_unchanged_conversation_is_skipped_without_analysis_or_write() -> None:
    scene = Scene()
    scene.sync(samples.lead(1), samples.lead(2))
    before = scene.stored
    scene.start_job()
    scene.clock.advance(60)
    assert scene.sync(samples.lead(1), samples.lead(2, text="Now I want to order")) == [SKIPPED, SYNCED]
    assert scene.analyst.analysed == ["t_1", "t_2", "t_2"]
    assert scene.stored["900000001"] == before["900000001"]


def test_an_unchanged_conversation_is_analysed_again_when_its_analysis_failed() -> None:
    scene = Scene()
    scene.analyst.failures = {"t_1": "UNAVAILABLE"}
    scene.sync(samples.lead(1))
    assert scene.ledger.job(scene.job_id).unanalysed == 1
    scene.start_job()
    scene.analyst.failures = {}
    assert scene.sync(samples.lead(1)) == [SYNCED]
    assert scene.stored["900000001"].ai_context is not None


def test_somebody_with_two_conversations_is_told_by_the_newer_one_in_every_sync() -> None:
    scene = Scene()
    person = Person("42", "Ana Reyes")
    newer = samples.lead(1, person=person, text="I want to order")
    older = samples.lead(2, person=person, text="Hello")
    older = replace(older, conversation=replace(older.conversation, updated_at=samples.NOON - timedelta(days=9)))
    scene.sync(newer)
    scene.sync(older)
    told = scene.stored["42"]
    scene.start_job()
    assert [*scene.sync(newer), *scene.sync(older)] == [SKIPPED, SKIPPED]
    assert scene.stored["42"] == told
    assert scene.analyst.analysed == ["t_1"]


@pytest.mark.parametrize("verdict", ["BLOCKED", "BAD_OUTPUT"])
def test_a_verdict_stands_until_the_conversation_changes(verdict: str) -> None:
    scene = Scene()
    scene.analyst.failures = {"t_1": verdict}
    assert scene.sync(samples.lead(1)) == [SYNCED]
    assert scene.ledger.job(scene.job_id).unanalysed == 0
    scene.start_job()
    scene.analyst.failures = {}
    assert scene.sync(samples.lead(1)) == [SKIPPED]
    scene.start_job()
    assert scene.sync(samples.lead(1, text="Something else")) == [SYNCED]
    assert scene.stored["900000001"].ai_context is not None


@pytest.mark.parametrize("unreadable", ["GONE", "UNDELIVERABLE"])
def test_a_conversation_that_could_not_be_read_fails_alone(unreadable: str) -> None:
    scene = Scene()
    lost = Lead(None, Conversation("t_9", samples.NOON, unreadable=unreadable), frozenset())
    assert scene.sync(lost, samples.lead(1)) == [FAILED, SYNCED]
    assert scene.failures() == [("t_9", unreadable)]


def test_a_cancelled_job_begins_nothing_and_still_counts_everybody() -> None:
    scene = Scene()
    ref = scene.check_in(samples.lead(1), samples.lead(2))
    scene.ledger.request_cancel(scene.job_id)
    assert scene.process(ref) == [SKIPPED, SKIPPED]
    assert scene.analyst.analysed == []
    assert scene.stored == {}


def test_a_cancel_in_mid_batch_is_seen_between_conversations_and_keeps_what_is_done() -> None:
    scene = Scene()
    ref = scene.check_in(*[samples.lead(n) for n in range(1, 9)])

    class CancelsOnce(ScriptedAnalyst):
        def analyse(self, lead: Lead, playbook: Playbook) -> Insight:
            insight = super().analyse(lead, playbook)
            scene.ledger.request_cancel(scene.job_id)
            scene.clock.advance(1)
            return insight

    scene.analyst = CancelsOnce()
    outcomes = scene.process(ref)
    assert 0 < outcomes.count(SYNCED) < 8
    assert outcomes.count(SYNCED) + outcomes.count(SKIPPED) == 8
    assert len(scene.stored) == outcomes.count(SYNCED)


def test_a_long_wait_for_the_quota_is_left_to_the_flow_and_booked_once() -> None:
    scene = Scene()
    scene.quota = InMemoryQuota(QuotaMemory(), scene.clock, Limits(requests_per_minute=6, tokens_per_minute=None))
    scene.sync(samples.lead(1))
    processed = scene.turn(BatchTurn(scene.check_in(samples.lead(2))))
    assert (processed.wait_seconds, processed.next and processed.next.booked) == (10, True)
    assert scene.pauses == []
    assert processed.next is not None
    scene.clock.advance(10)
    assert scene.turn(processed.next).batch.outcomes == [SYNCED]


def test_a_short_wait_for_the_quota_is_sat_out() -> None:
    scene = Scene()
    scene.quota = InMemoryQuota(QuotaMemory(), scene.clock, Limits(requests_per_minute=60, tokens_per_minute=None))
    scene.sync(samples.lead(1))
    assert scene.sync(samples.lead(2)) == [SYNCED]
    assert scene.pauses == [pytest.approx(1, abs=0.01)]


class Throttles(ScriptedAnalyst):
    """Every other conversation is throttled for a while."""

    def __init__(self, refusals: int) -> None:
        super().__init__()
        self.left = refusals

    def analyse(self, lead: Lead, playbook: Playbook) -> Insight:
        if lead.conversation.conversation_id == "t_2" and self.left:
            self.left -= 1
            raise AnalysisFailed("later", code="THROTTLED", retry_after_seconds=30)
        return super().analyse(lead, playbook)


def test_a_cancel_between_two_turns_counts_who_is_saved_already() -> None:
    scene = Scene()
    scene.analyst = Throttles(1)
    first, second = samples.lead(1), samples.lead(2)
    ref = scene.check_in(first, second, replace(first, conversation=samples.conversation(7)))
    again = scene.turn(BatchTurn(ref)).next
    assert again is not None
    scene.ledger.request_cancel(scene.job_id)
    assert scene.turn(again).batch.outcomes == [SYNCED, SKIPPED, SKIPPED]
    assert len(scene.stored) == 1


@pytest.mark.parametrize(
    ("text", "tokens"),
    [("x" * 4_000, 1_000), ("x" * 100_000, 3_999), ("\u6ce8" * 1_000, 1_000), ("\u0436" * 1_000, 625)],
)
def test_what_is_set_aside_follows_the_script_and_ends_with_what_is_read(text: str, tokens: int) -> None:
    scene = Scene()
    spending = Spending(scene.budget, scene.tariff, samples.ORG, scene.job_id)
    silent, wordy = (samples.lead(1, text=said) for said in ("", text))
    assert spending.estimated_usage([wordy]).input - spending.estimated_usage([silent]).input == tokens


def test_a_cancel_does_not_forget_that_somebody_saved_is_to_be_analysed_yet() -> None:
    scene = Scene()
    scene.analyst = Throttles(1)
    scene.analyst.failures = {"t_1": "UNAVAILABLE"}
    again = scene.turn(BatchTurn(scene.check_in(samples.lead(1), samples.lead(2)))).next
    assert again is not None
    scene.ledger.request_cancel(scene.job_id)
    assert scene.turn(again).batch.outcomes == [SYNCED, SKIPPED]
    assert scene.ledger.job(scene.job_id).unanalysed == 1


def test_a_throttled_analysis_comes_back_after_the_stated_wait_and_repeats_nothing() -> None:
    scene = Scene()
    scene.analyst = Throttles(refusals=1)
    ref = scene.check_in(samples.lead(1), samples.lead(2))
    first = scene.turn(BatchTurn(ref))
    assert first.wait_seconds == 30
    assert set(scene.stored) == {"900000001"}
    assert scene.process(ref) == [SYNCED, SYNCED]
    assert scene.analyst.analysed == ["t_1", "t_2"]
    assert scene.ledger.job(scene.job_id).unanalysed == 0


def test_an_analysis_postponed_in_an_earlier_turn_is_counted_as_postponed() -> None:
    scene = Scene()
    scene.analyst = Throttles(refusals=1)
    scene.analyst.failures = {"t_1": "UNAVAILABLE"}
    assert scene.sync(samples.lead(1), samples.lead(2)) == [SYNCED, SYNCED]
    assert scene.stored["900000001"].ai_context is None
    assert scene.ledger.job(scene.job_id).unanalysed == 1


def test_an_analysis_postponed_in_an_earlier_turn_is_made_up_for_in_the_next() -> None:
    scene = Scene()
    scene.analyst = Throttles(refusals=1)
    scene.analyst.failures = {"t_1": "UNAVAILABLE"}
    first = scene.turn(BatchTurn(scene.check_in(samples.lead(1), samples.lead(2))))
    scene.analyst.failures = {}
    assert first.next is not None
    scene.clock.advance(first.wait_seconds)
    scene.turn(first.next)
    assert scene.stored["900000001"].ai_context is not None
    assert scene.ledger.job(scene.job_id).unanalysed == 0


def test_throttling_without_end_saves_the_contact_and_postpones_the_analysis() -> None:
    scene = Scene()
    scene.analyst = Throttles(refusals=10_000)
    assert scene.sync(samples.lead(1), samples.lead(2)) == [SYNCED, SYNCED]
    assert scene.stored["900000002"].ai_context is None
    assert scene.ledger.job(scene.job_id).unanalysed == 1


def test_a_spent_daily_quota_stops_asking_and_saves_everybody() -> None:
    scene = Scene()
    scene.analyst.failures = {"t_1": "QUOTA_EXHAUSTED"}
    scene.sync(samples.lead(1))
    assert scene.sync(samples.lead(2), samples.lead(3)) == [SYNCED, SYNCED]
    assert scene.analyst.analysed == ["t_1"]
    assert scene.ledger.job(scene.job_id).unanalysed == 3
    scene.clock.advance(24 * 3600)
    scene.analyst.failures = {}
    scene.start_job()
    scene.sync(samples.lead(1))
    assert scene.stored["900000001"].ai_context is not None


def test_the_name_comes_from_the_messages_before_the_participants() -> None:
    scene = Scene()
    listed, wrote = Person("42", "Facebook User"), Person("42", "Ana Reyes")
    talk = Conversation("t_1", samples.NOON, [listed], [Message(samples.NOON, wrote, "Hello")])
    scene.sync(Lead(listed, talk, frozenset({samples.META_PAGE})))
    assert (scene.stored["42"].first_name, scene.stored["42"].last_name) == ("Ana", "Reyes")


def test_tokens_and_money_are_counted_to_the_job_and_to_the_organisations_day() -> None:
    scene = Scene()
    scene.sync(samples.lead(1, text="How much?"), samples.lead(2, text="How much?"))
    said = len("How much? / Hello!")
    spend = Spend(2 * (said * 300 + 20 * 2_500), TokenUsage(input=2 * said, output=40, calls=2))
    assert scene.budget.of_job(scene.job_id) == spend
    assert scene.budget.today(samples.ORG) == spend


def test_a_wrong_answer_is_paid_for_too() -> None:
    class Wrong(ScriptedAnalyst):
        def analyse(self, lead: Lead, playbook: Playbook) -> Insight:
            usage = TokenUsage(input=1_000, output=100, thinking=50, calls=2)
            raise AnalysisFailed("It was wrong twice.", code="BAD_OUTPUT", usage=usage)

    scene = Scene()
    scene.analyst = Wrong()
    scene.sync(samples.lead(1))
    usage = TokenUsage(input=1_000, output=100, thinking=50, calls=2)
    assert scene.budget.of_job(scene.job_id) == Spend(1_000 * 300 + 150 * 2_500, usage)


def test_past_the_days_budget_contacts_are_saved_and_analysed_the_next_day() -> None:
    scene = Scene()
    scene.tariff = Tariff(PRICE, daily_budget_nano_usd=2_000_000)
    assert scene.sync(samples.lead(1)) == [SYNCED]
    assert scene.sync(samples.lead(2), samples.lead(3)) == [SYNCED, SYNCED]
    job = scene.ledger.job(scene.job_id)
    assert (scene.analyst.analysed, job.unanalysed, job.budget_spent) == (["t_1"], 2, True)
    assert {person.ai_context is None for person in scene.stored.values()} == {False, True}
    scene.clock.advance(24 * 3600)
    scene.start_job()
    scene.sync(samples.lead(2))
    assert scene.stored["900000002"].ai_context is not None
    assert not scene.ledger.job(scene.job_id).budget_spent


def test_an_organisation_may_set_a_budget_of_its_own() -> None:
    class Generous(InMemoryContacts):
        def playbook(self, *of: object) -> Playbook:
            return replace(super().playbook(*of), daily_budget_nano_usd=1)  # type: ignore[arg-type]

    scene = Scene()
    contacts = Generous()
    contacts.add_page(PageProfile(samples.PAGE, samples.ORG, samples.META_PAGE, "Sunrise Coffee"))
    assert scene.process(scene.check_in(samples.lead(1)), contacts) == [SYNCED]
    assert scene.analyst.analysed == []
    assert scene.ledger.job(scene.job_id).budget_spent


def test_money_is_not_kept_aside_while_a_batch_waits_for_the_quota() -> None:
    scene = Scene()
    scene.quota = InMemoryQuota(QuotaMemory(), scene.clock, Limits(requests_per_minute=6, tokens_per_minute=None))
    scene.quota.reserve(requests=6, tokens=0)
    ref = scene.check_in(samples.lead(1))
    assert scene.turn(BatchTurn(ref)).wait_seconds > 0
    assert scene.budget.today(samples.ORG) == Spend()


def test_without_evidence_the_score_is_a_suggestion() -> None:
    class Sure(ScriptedAnalyst):
        def analyse(self, lead: Lead, playbook: Playbook) -> Insight:
            return replace(super().analyse(lead, playbook), evidence=[Evidence("m_9_1", "I order ten")])

    drafts: list[ContactDraft] = []

    class Noting(InMemoryContacts):
        def save(self, context: SaveContext, drafted: Sequence[ContactDraft]) -> Sequence[SaveOutcome]:
            drafts.extend(drafted)
            return super().save(context, drafted)

    scene = Scene()
    scene.analyst, noting = Sure(), Noting()
    noting.add_pipeline(samples.ORG, SALES)
    profile = PageProfile(samples.PAGE, samples.ORG, samples.META_PAGE, "Sunrise Coffee")
    noting.add_page(replace(profile, auto_pipeline_id=SALES.pipeline_id))
    scene.process(scene.check_in(samples.lead(1)), noting)
    (draft,) = drafts
    assert draft.insight is not None
    assert (draft.insight.evidence, draft.is_backed, draft.move) == ((), False, None)
    assert draft.suggestion is not None
    assert draft.suggestion.code == "NO_EVIDENCE"


@pytest.mark.parametrize("code", ["BLOCKED", "BAD_OUTPUT"])
def test_why_a_contact_was_not_analysed_is_stored(code: str) -> None:
    drafts: list[ContactDraft] = []

    class Noting(InMemoryContacts):
        def save(self, context: SaveContext, drafted: Sequence[ContactDraft]) -> Sequence[SaveOutcome]:
            drafts.extend(drafted)
            return super().save(context, drafted)

    scene, noting = Scene(), Noting()
    noting.add_page(PageProfile(samples.PAGE, samples.ORG, samples.META_PAGE, "Sunrise Coffee"))
    scene.analyst.failures = {"t_1": code}
    scene.process(scene.check_in(samples.lead(1), samples.lead(2, text="")), noting)
    assert [draft.not_analysed for draft in drafts] == [code, None]
