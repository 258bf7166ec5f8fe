"""What ports tell of an invocation, and the wrappers that count calls of Facebook and Gemini."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from pagesync.adapters.observed import ObservedAnalyst, ObservedBudget, ObservedSource
from pagesync.adapters.telemetry import Metric, Telemetry
from pagesync.domain.conversation import Platform
from pagesync.domain.cost import Spend
from pagesync.domain.errors import (
    AnalysisFailed,
    SourceError,
    SourceForbidden,
    SourceThrottled,
    SourceUnavailable,
    TokenRejected,
)
from pagesync.domain.insight import TokenUsage
from pagesync.domain.job import ContactOutcome, JobStatus
from pagesync.domain.page import Playbook
from tests import samples
from tests.fakes.analyst import ScriptedAnalyst
from tests.fakes.budget import BudgetMemory, InMemoryBudget
from tests.fakes.clock import StoppedClock
from tests.fakes.source import InMemoryInbox

TALK = samples.conversation(1)


def list_one(source: ObservedSource) -> object:
    return source.list_conversations(
        page_id=samples.META_PAGE, token="page-token", platform=Platform.MESSENGER, cursor=None, limit=7
    )


def read_one(source: ObservedSource) -> object:
    return source.read_conversation(
        token="page-token", platform=Platform.MESSENGER, conversation_id=TALK.conversation_id
    )


def test_what_is_taken_is_not_there_any_more() -> None:
    telemetry = Telemetry()
    telemetry.count(Metric.GRAPH_CALLS)
    telemetry.count(Metric.GRAPH_CALLS, 2)
    telemetry.name(samples.job(job_id="job"))
    told = telemetry.take()
    assert told.amounts == {Metric.GRAPH_CALLS: 3}
    assert told.ids == {"jobId": "job", "facebookPageId": samples.PAGE}
    assert (telemetry.take().amounts, telemetry.take().ids) == ({}, {})


def test_many_threads_lose_no_count() -> None:
    telemetry = Telemetry()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: telemetry.count(Metric.GEMINI_ANALYSES), range(2_000)))
    assert telemetry.take().amounts == {Metric.GEMINI_ANALYSES: 2_000}


def test_results_are_counted_by_outcome() -> None:
    telemetry = Telemetry()
    synced, failed = ContactOutcome.SYNCED, ContactOutcome.FAILED
    telemetry.settled(samples.results(synced, failed, synced, ContactOutcome.SKIPPED))
    assert telemetry.take().amounts == {
        Metric.CONTACTS_SYNCED: 2,
        Metric.CONTACTS_FAILED: 1,
        Metric.CONTACTS_SKIPPED: 1,
    }


@pytest.mark.parametrize(
    ("status", "token_expired", "expected"),
    [
        (JobStatus.COMPLETED, False, {Metric.SYNCS_COMPLETED: 1, Metric.SYNC_SECONDS: 90}),
        (JobStatus.CANCELLED, False, {Metric.SYNCS_CANCELLED: 1}),
        (JobStatus.FAILED, False, {Metric.SYNCS_FAILED: 1}),
        (JobStatus.FAILED, True, {Metric.TOKEN_DEATHS: 1}),
    ],
)
def test_only_a_completed_sync_tells_how_long_it_took(
    status: JobStatus, token_expired: bool, expected: dict[Metric, float]
) -> None:
    telemetry = Telemetry()
    ended = samples.NOON + timedelta(seconds=90)
    telemetry.closed(samples.job(status=status, token_expired=token_expired, completed_at=ended))
    assert telemetry.take().amounts == expected


def test_each_call_of_facebook_is_counted_and_answered_as_it_is() -> None:
    telemetry, inbox = Telemetry(), InMemoryInbox([TALK])
    source = ObservedSource(inbox, telemetry)
    assert list_one(source) == list_one(ObservedSource(inbox, Telemetry()))
    assert read_one(source) == (TALK, inbox.usage)
    assert inbox.limits == [7, 7]
    assert telemetry.take().amounts == {Metric.GRAPH_CALLS: 2}


@pytest.mark.parametrize("call", [list_one, read_one])
@pytest.mark.parametrize(
    ("error", "metric"),
    [
        (SourceThrottled("Later.", retry_after_seconds=60), Metric.GRAPH_THROTTLES),
        (SourceUnavailable("Down."), Metric.GRAPH_FAILURES),
        (SourceForbidden("No."), None),
        (TokenRejected("Reconnect."), None),
    ],
    ids=["throttled", "unavailable", "forbidden", "token"],
)
def test_trouble_of_facebook_is_counted_and_passed_on(call: object, error: SourceError, metric: Metric) -> None:
    telemetry = Telemetry()
    source = ObservedSource(InMemoryInbox([TALK], answers=[error]), telemetry)
    with pytest.raises(type(error)):
        call(source)  # type: ignore[operator]
    expected = {Metric.GRAPH_CALLS: 1} | ({metric: 1} if metric else {})
    assert telemetry.take().amounts == expected


def test_an_analysis_is_counted_and_passed_on() -> None:
    telemetry, lead, playbook = Telemetry(), samples.lead(1), Playbook("Cafe")
    insight = ObservedAnalyst(ScriptedAnalyst(), telemetry).analyse(lead, playbook)
    assert insight == ScriptedAnalyst().analyse(lead, playbook)
    assert telemetry.take().amounts == {Metric.GEMINI_ANALYSES: 1}


def test_what_is_billed_is_counted_in_tokens_and_dollars() -> None:
    telemetry, memory = Telemetry(), BudgetMemory()
    budget = ObservedBudget(InMemoryBudget(memory, StoppedClock()), telemetry)
    spend = Spend(2_500_000_000, TokenUsage(input=300, output=20, thinking=5, calls=2))
    budget.account(samples.ORG, "job", set_aside_nano_usd=0, spend=spend)
    assert (budget.of_job("job"), budget.today(samples.ORG)) == (spend, spend)
    assert telemetry.take().amounts == {
        Metric.GEMINI_TOKENS_IN: 300,
        Metric.GEMINI_TOKENS_OUT: 20,
        Metric.GEMINI_TOKENS_THINKING: 5,
        Metric.GEMINI_COST_DOLLARS: 2.5,
    }


def test_a_spent_budget_is_counted_and_an_open_one_is_not() -> None:
    telemetry = Telemetry()
    budget = ObservedBudget(InMemoryBudget(BudgetMemory(), StoppedClock()), telemetry)
    assert budget.set_aside(samples.ORG, nano_usd=10, limit_nano_usd=10)
    assert telemetry.take().amounts == {}
    assert not budget.set_aside(samples.ORG, nano_usd=10, limit_nano_usd=10)
    assert telemetry.take().amounts == {Metric.BUDGET_REFUSALS: 1}


@pytest.mark.parametrize(
    ("code", "metric"),
    [
        ("THROTTLED", Metric.GEMINI_THROTTLES),
        ("QUOTA_EXHAUSTED", Metric.GEMINI_THROTTLES),
        ("BLOCKED", Metric.GEMINI_FAILURES),
        ("MISCONFIGURED", Metric.GEMINI_FAILURES),
    ],
)
def test_an_analysis_that_fails_is_counted_and_passed_on(code: str, metric: Metric) -> None:
    telemetry = Telemetry()
    analyst = ObservedAnalyst(ScriptedAnalyst(failures={"t_1": code}), telemetry)
    with pytest.raises(AnalysisFailed):
        analyst.analyse(samples.lead(1), Playbook("Cafe"))
    assert telemetry.take().amounts == {Metric.GEMINI_ANALYSES: 1, metric: 1}
