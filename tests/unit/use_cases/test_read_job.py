"""Reading jobs."""

import pytest

from pagesync.domain.cost import Spend
from pagesync.domain.errors import NotFound
from pagesync.domain.insight import TokenUsage
from pagesync.domain.job import ContactOutcome, JobOutcome, JobStatus
from pagesync.use_cases.read_job import read_job, read_jobs, read_latest_job
from tests import samples
from tests.fakes.budget import BudgetMemory, InMemoryBudget
from tests.fakes.clock import StoppedClock
from tests.fakes.ledger import InMemoryLedger, InMemoryPages, Memory


@pytest.fixture
def memory() -> Memory:
    memory = Memory()
    InMemoryPages(memory).connect(samples.connection())
    return memory


@pytest.fixture
def ledger(memory: Memory) -> InMemoryLedger:
    return InMemoryLedger(memory, StoppedClock())


@pytest.fixture
def budget() -> InMemoryBudget:
    return InMemoryBudget(BudgetMemory(), StoppedClock())


def test_a_job_is_told_with_its_failures(ledger: InMemoryLedger, budget: InMemoryBudget) -> None:
    job = ledger.open(samples.job())
    ledger.register_page(samples.listed(samples.request(job.job_id), 2))
    (batch,) = ledger.open_batches(job.job_id)
    ledger.settle(job, batch, samples.results(ContactOutcome.SYNCED, ContactOutcome.FAILED))
    report = read_job(org_id=samples.ORG, job_id=job.job_id, ledger=ledger, budget=budget)
    assert report.job.counts.failed == 1
    assert [failure.conversation_id for failure in report.failures] == ["t_1"]


def test_a_foreign_and_an_unknown_job_are_refused_in_the_same_words(
    ledger: InMemoryLedger, budget: InMemoryBudget
) -> None:
    job = ledger.open(samples.job())
    with pytest.raises(NotFound) as foreign:
        read_job(org_id=samples.OTHER_ORG, job_id=job.job_id, ledger=ledger, budget=budget)
    with pytest.raises(NotFound) as unknown:
        read_job(org_id=samples.ORG, job_id="nobody's", ledger=ledger, budget=budget)
    assert foreign.value.message == unknown.value.message


def test_the_latest_job_of_a_page_is_told(memory: Memory, ledger: InMemoryLedger, budget: InMemoryBudget) -> None:
    directory = InMemoryPages(memory)
    asked = {"facebook_page_id": samples.PAGE, "directory": directory, "ledger": ledger, "budget": budget}
    assert read_latest_job(org_id=samples.ORG, **asked) is None
    job = ledger.open(samples.job())
    report = read_latest_job(org_id=samples.ORG, **asked)
    assert report is not None
    assert report.job == job


def test_a_latest_job_that_has_expired_is_none(
    memory: Memory, ledger: InMemoryLedger, budget: InMemoryBudget
) -> None:
    job = ledger.open(samples.job())
    del memory.jobs[job.job_id]
    asked = {
        "facebook_page_id": samples.PAGE,
        "directory": InMemoryPages(memory),
        "ledger": ledger,
        "budget": budget,
    }
    assert read_latest_job(org_id=samples.ORG, **asked) is None


def test_the_latest_job_of_a_foreign_page_is_not_found(
    memory: Memory, ledger: InMemoryLedger, budget: InMemoryBudget
) -> None:
    ledger.open(samples.job())
    with pytest.raises(NotFound):
        read_latest_job(
            org_id=samples.OTHER_ORG,
            facebook_page_id=samples.PAGE,
            directory=InMemoryPages(memory),
            ledger=ledger,
            budget=budget,
        )


def test_a_job_is_told_with_what_its_analyses_cost(ledger: InMemoryLedger, budget: InMemoryBudget) -> None:
    job = ledger.open(samples.job())
    spend = Spend(700, TokenUsage(input=100, output=20, calls=1))
    budget.account(samples.ORG, job.job_id, set_aside_nano_usd=0, spend=spend)
    assert read_job(org_id=samples.ORG, job_id=job.job_id, ledger=ledger, budget=budget).spend == spend


def test_the_history_of_a_page_tells_each_job_as_it_is_told_alone(
    memory: Memory, ledger: InMemoryLedger, budget: InMemoryBudget
) -> None:
    asked = {"facebook_page_id": samples.PAGE, "ledger": ledger, "directory": InMemoryPages(memory)}
    asked |= {"budget": budget, "cursor": None, "limit": 5}
    assert read_jobs(org_id=samples.ORG, **asked).reports == []
    job = ledger.open(samples.job())
    ledger.register_page(samples.listed(samples.request(job.job_id), 2))
    (batch,) = ledger.open_batches(job.job_id)
    ledger.settle(job, batch, samples.results(ContactOutcome.SYNCED, ContactOutcome.FAILED))
    ledger.close(job.job_id, listed=2, status=JobStatus.COMPLETED, outcome=JobOutcome.PARTIAL)
    budget.account(samples.ORG, job.job_id, set_aside_nano_usd=0, spend=Spend(7, TokenUsage(calls=1)))
    alone = read_job(org_id=samples.ORG, job_id=job.job_id, ledger=ledger, budget=budget)
    history = read_jobs(org_id=samples.ORG, **asked)
    assert (history.reports, history.next_cursor) == ([alone], None)
    with pytest.raises(NotFound):
        read_jobs(org_id=samples.OTHER_ORG, **asked)
