"""The nightly sweep, on the ledger in memory and on DynamoDB: what is stuck ends, what is alive goes on."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from pagesync.domain.errors import NotFound
from pagesync.domain.job import ContactOutcome, FetchOutcome, JobOutcome, JobStatus, SyncJob
from pagesync.domain.page import FacebookPageId
from pagesync.use_cases.finalize import finalize
from pagesync.use_cases.sweep_jobs import Swept, sweep_jobs
from tests import samples
from tests.contracts.ledgers import Store
from tests.fakes.source import RememberedStarts

PATIENCE = timedelta(hours=12)
MINUTE, HOUR = 60, 3600


@dataclass
class Night:
    """One Page with a job on it, and whatever runs for it."""

    store: Store
    workflow: RememberedStarts = field(default_factory=RememberedStarts)

    def start(self, page: str = samples.PAGE) -> SyncJob:
        job = self.store.ledger.open(samples.job(facebook_page_id=page))
        self.workflow.start(job.job_id)
        return job

    def sweep(self) -> Swept:
        return sweep_jobs(
            ledger=self.store.ledger,
            directory=self.store.directory,
            workflow=self.workflow,
            clock=self.store.clock,
            patience=PATIENCE,
        )

    def job(self, job: SyncJob) -> SyncJob:
        return self.store.ledger.job(job.job_id)

    def is_free(self, page: str = samples.PAGE) -> bool:
        return self.store.directory.connection(FacebookPageId(page)).active_job_id is None


@pytest.fixture
def night(connected: Store) -> Night:
    return Night(connected)


def test_where_nothing_is_open_nothing_is_swept(night: Night) -> None:
    assert night.sweep() == Swept()


def test_a_job_whose_execution_is_gone_is_closed_and_its_page_is_free(night: Night) -> None:
    job = night.start()
    night.store.ledger.register_page(samples.listed(samples.request(job.job_id), 3, 2))
    first, _ = night.store.ledger.open_batches(job.job_id)
    night.store.ledger.settle(job, first, samples.results(*[ContactOutcome.SYNCED] * 3))
    night.workflow.stop(job.job_id)
    night.store.clock.advance(3 * MINUTE)

    assert night.sweep() == Swept(1, closed=[job.job_id])

    ended = night.job(job)
    assert (ended.status, ended.outcome) == (JobStatus.FAILED, JobOutcome.FAILED)
    assert (ended.counts.listed, ended.counts.synced, ended.counts.failed) == (5, 3, 2)
    assert night.store.ledger.failures(job.job_id, limit=1)[0].code == "EXECUTION_LOST"
    assert night.is_free()
    assert night.sweep() == Swept()


def test_a_job_whose_starter_died_before_its_execution_began_is_closed(night: Night) -> None:
    job = night.store.ledger.open(samples.job())
    night.store.clock.advance(3 * MINUTE)
    assert night.sweep().closed == [job.job_id]
    assert night.is_free()


def test_a_job_that_moved_a_moment_ago_is_left_alone_whatever_the_workflow_says(night: Night) -> None:
    job = night.store.ledger.open(samples.job())
    night.store.clock.advance(MINUTE)
    assert night.sweep() == Swept(1)
    assert night.job(job).status is JobStatus.PENDING


@pytest.mark.parametrize("hours", [1, 11])
def test_a_job_that_runs_is_left_alone_for_hours(night: Night, hours: int) -> None:
    job = night.start()
    night.store.clock.advance(hours * HOUR)
    assert night.sweep() == Swept(1)
    assert not night.job(job).status.is_final
    assert night.workflow.stopped == []


def test_a_job_that_runs_and_does_not_move_for_too_long_is_stopped_and_closed(night: Night) -> None:
    job = night.start()
    night.store.clock.advance(12 * HOUR + 1)
    assert night.sweep().closed == [job.job_id]
    assert night.workflow.stopped == [job.job_id]
    assert night.job(job).status is JobStatus.FAILED


def test_a_wait_that_was_told_is_no_standstill(night: Night) -> None:
    job = night.start()
    night.store.ledger.await_source(job.job_id, samples.NOON + timedelta(hours=20))
    night.store.clock.advance(31 * HOUR)
    assert night.sweep() == Swept(1)
    night.store.clock.advance(2 * HOUR)
    assert night.sweep().closed == [job.job_id]


def test_a_lost_job_that_was_to_be_cancelled_is_cancelled(night: Night) -> None:
    job = night.start()
    night.store.ledger.request_cancel(job.job_id)
    night.workflow.stop(job.job_id)
    night.store.clock.advance(3 * MINUTE)
    night.sweep()
    assert night.job(job).status is JobStatus.CANCELLED


def test_jobs_that_are_over_are_not_looked_at(night: Night) -> None:
    job = night.start()
    finalize(
        job_id=job.job_id,
        outcome=FetchOutcome.END,
        ledger=night.store.ledger,
        directory=night.store.directory,
    )
    night.store.clock.advance(24 * HOUR)
    assert night.sweep() == Swept()
    assert night.job(job).status is JobStatus.COMPLETED


def test_only_the_stuck_ones_of_many_are_closed(night: Night) -> None:
    pages = [f"0a0b0c0d-0000-4000-8000-00000000010{number}" for number in range(6)]
    for page in pages:
        night.store.directory.connect(samples.connection(facebook_page_id=page))
    jobs = [night.start(page) for page in pages]
    for job in jobs[::2]:
        night.workflow.stop(job.job_id)
    night.store.clock.advance(3 * MINUTE)
    swept = night.sweep()
    assert swept.open_jobs == 6
    assert sorted(swept.closed) == sorted(job.job_id for job in jobs[::2])
    assert [night.is_free(page) for page in pages] == [True, False] * 3


def test_one_that_cannot_be_closed_is_told_and_keeps_nobody_from_being_closed(
    night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = "0a0b0c0d-0000-4000-8000-000000000101"
    night.store.directory.connect(samples.connection(facebook_page_id=other))
    bad, good = night.start(), night.start(other)
    for job in (bad, good):
        night.workflow.stop(job.job_id)
    night.store.clock.advance(3 * MINUTE)

    def is_running(job_id: str) -> bool:
        if job_id == bad.job_id:
            raise TimeoutError("a foreign message")
        return False

    monkeypatch.setattr(night.workflow, "is_running", is_running)
    assert night.sweep() == Swept(2, closed=[good.job_id], unclosed={bad.job_id: "TimeoutError"})
    assert not night.job(bad).status.is_final


def test_a_job_that_is_gone_when_it_is_looked_at_is_passed_over(
    night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(night.store.ledger, "open_jobs", lambda: iter(["nobody's"]))
    with pytest.raises(NotFound):
        night.store.ledger.job("nobody's")
    assert night.sweep() == Swept()
