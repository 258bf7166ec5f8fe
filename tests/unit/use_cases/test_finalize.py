"""Closing a job."""

from dataclasses import replace
from datetime import timedelta

import pytest

from pagesync.domain.conversation import Platform
from pagesync.domain.job import ContactOutcome, Failure, FetchOutcome, JobOutcome, JobStatus
from pagesync.use_cases.finalize import RECONNECT, finalize
from tests import samples
from tests.fakes.clock import StoppedClock
from tests.fakes.ledger import InMemoryLedger, InMemoryPages, Memory


class Scene:
    def __init__(self) -> None:
        self.memory = Memory()
        self.directory = InMemoryPages(self.memory)
        self.directory.connect(samples.connection())
        self.ledger = InMemoryLedger(self.memory, StoppedClock())
        self.job_id = self.ledger.open(samples.job()).job_id

    def settle(self, *outcomes: ContactOutcome) -> None:
        asked = samples.request(self.job_id, len(self.memory.listed) + 1)
        self.ledger.register_page(samples.listed(asked, len(outcomes)))
        (batch,) = self.ledger.open_batches(self.job_id)
        self.ledger.settle(self.ledger.job(self.job_id), batch, samples.results(*outcomes))


@pytest.mark.parametrize(
    ("last", "outcome"), [(ContactOutcome.SYNCED, JobOutcome.FULL), (ContactOutcome.FAILED, JobOutcome.PARTIAL)]
)
def test_a_walk_to_the_end_completes_the_job(last: ContactOutcome, outcome: JobOutcome) -> None:
    scene = Scene()
    scene.settle(ContactOutcome.SYNCED, last)
    job = finalize(job_id=scene.job_id, outcome=FetchOutcome.END, ledger=scene.ledger, directory=scene.directory)
    assert (job.status, job.outcome) == (JobStatus.COMPLETED, outcome)
    assert scene.directory.connection(samples.PAGE).last_synced_at == samples.NOON


def test_an_expired_token_fails_the_job_and_keeps_its_counts() -> None:
    scene = Scene()
    scene.settle(ContactOutcome.SYNCED, ContactOutcome.SYNCED)
    job = finalize(
        job_id=scene.job_id, outcome=FetchOutcome.TOKEN_EXPIRED, ledger=scene.ledger, directory=scene.directory
    )
    assert (job.status, job.outcome, job.token_expired) == (JobStatus.FAILED, JobOutcome.TOKEN_EXPIRED, True)
    assert job.counts.synced == 2
    assert scene.ledger.failures(scene.job_id, limit=20) == [RECONNECT]
    page = scene.directory.connection(samples.PAGE)
    assert (page.last_synced_at, page.active_job_id) == (None, None)


def test_a_cancelled_walk_keeps_what_it_did() -> None:
    scene = Scene()
    scene.settle(ContactOutcome.SYNCED)
    job = finalize(
        job_id=scene.job_id, outcome=FetchOutcome.CANCELLED, ledger=scene.ledger, directory=scene.directory
    )
    assert (job.status, job.counts.synced) == (JobStatus.CANCELLED, 1)


def test_an_unexpected_error_fails_the_job_and_is_told() -> None:
    scene = Scene()
    why = Failure(None, "SYNC", "States.Timeout", "The sync could not go on.")
    job = finalize(
        job_id=scene.job_id,
        outcome=FetchOutcome.FAILED,
        failure=why,
        ledger=scene.ledger,
        directory=scene.directory,
    )
    assert (job.status, job.outcome) == (JobStatus.FAILED, JobOutcome.FAILED)
    assert scene.ledger.failures(scene.job_id, limit=20) == [why]


def test_a_batch_that_never_reported_is_counted_as_failed_and_each_conversation_named() -> None:
    scene = Scene()
    scene.settle(ContactOutcome.SYNCED)
    scene.ledger.register_page(samples.listed(samples.request(scene.job_id, 2), 3))
    job = finalize(job_id=scene.job_id, outcome=FetchOutcome.END, ledger=scene.ledger, directory=scene.directory)
    assert (job.counts.listed, job.counts.synced, job.counts.failed) == (4, 1, 3)
    assert job.outcome is JobOutcome.PARTIAL
    failures = scene.ledger.failures(scene.job_id, limit=20)
    assert {failure.conversation_id for failure in failures} == {"t_2_0_0", "t_2_0_1", "t_2_0_2"}


@pytest.mark.parametrize("outcome", [FetchOutcome.END, FetchOutcome.FAILED])
def test_a_job_that_was_to_be_cancelled_is_cancelled_however_its_execution_ended(outcome: FetchOutcome) -> None:
    scene = Scene()
    scene.ledger.request_cancel(scene.job_id)
    why = Failure(None, "SYNC", "ABORTED", "The sync ended unexpectedly.")
    job = finalize(
        job_id=scene.job_id,
        outcome=outcome,
        failure=why,
        ledger=scene.ledger,
        directory=scene.directory,
    )
    assert job.status is JobStatus.CANCELLED
    assert scene.directory.connection(samples.PAGE).last_synced_at is None


def test_what_a_cancelled_job_left_open_is_skipped() -> None:
    scene = Scene()
    scene.ledger.register_page(samples.listed(samples.request(scene.job_id), 3))
    job = finalize(
        job_id=scene.job_id, outcome=FetchOutcome.CANCELLED, ledger=scene.ledger, directory=scene.directory
    )
    assert (job.counts.listed, job.counts.skipped) == (3, 3)


def test_a_complete_walk_moves_the_watermark_to_the_newest_update_at_its_start() -> None:
    scene = Scene()
    newest = samples.NOON - timedelta(hours=3)
    asked = samples.request(scene.job_id)
    scene.ledger.register_page(replace(samples.listed(asked, 0), newest=newest))
    finalize(job_id=scene.job_id, outcome=FetchOutcome.END, ledger=scene.ledger, directory=scene.directory)
    page = scene.directory.connection(samples.PAGE)
    assert page.watermarks == {Platform.MESSENGER: newest}
    assert page.last_full_walks == {Platform.MESSENGER: samples.NOON}


@pytest.mark.parametrize("outcome", [FetchOutcome.CANCELLED, FetchOutcome.TOKEN_EXPIRED, FetchOutcome.FAILED])
def test_any_other_end_leaves_the_watermark(outcome: FetchOutcome) -> None:
    scene = Scene()
    scene.ledger.register_page(replace(samples.listed(samples.request(scene.job_id), 0), newest=samples.NOON))
    finalize(job_id=scene.job_id, outcome=outcome, ledger=scene.ledger, directory=scene.directory)
    assert scene.directory.connection(samples.PAGE).watermarks == {}


def test_an_abandoned_platform_makes_the_job_partial_and_keeps_its_watermark() -> None:
    scene = Scene()
    scene.ledger.register_page(replace(samples.listed(samples.request(scene.job_id), 0), newest=samples.NOON))
    scene.ledger.abandon(
        scene.job_id, Platform.MESSENGER, Failure(None, "FETCH", "SOURCE_FORBIDDEN", "Not allowed.")
    )
    job = finalize(job_id=scene.job_id, outcome=FetchOutcome.END, ledger=scene.ledger, directory=scene.directory)
    assert (job.status, job.outcome) == (JobStatus.COMPLETED, JobOutcome.PARTIAL)
    assert scene.directory.connection(samples.PAGE).watermarks == {}


def test_closing_again_changes_nothing() -> None:
    scene = Scene()
    first = finalize(job_id=scene.job_id, outcome=FetchOutcome.END, ledger=scene.ledger, directory=scene.directory)
    assert (
        finalize(job_id=scene.job_id, outcome=FetchOutcome.FAILED, ledger=scene.ledger, directory=scene.directory)
        == first
    )
