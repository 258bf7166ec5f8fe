"""Cancelling a sync."""

from datetime import timedelta

import pytest

from pagesync.domain.errors import Conflict, NotFound
from pagesync.domain.job import JobOutcome, JobStatus
from pagesync.domain.page import OrgId
from pagesync.use_cases.cancel_sync import CancelWatch, cancel_sync
from tests import samples
from tests.fakes.clock import StoppedClock
from tests.fakes.ledger import InMemoryLedger, InMemoryPages, Memory
from tests.fakes.source import RememberedStarts


class Scene:
    def __init__(self) -> None:
        memory, self.clock = Memory(), StoppedClock()
        self.directory, self.ledger = InMemoryPages(memory), InMemoryLedger(memory, self.clock)
        self.directory.connect(samples.connection())
        self.workflow = RememberedStarts()
        self.job_id = self.ledger.open(samples.job()).job_id
        self.workflow.start(self.job_id)

    def cancel(self, org_id: OrgId = samples.ORG) -> JobStatus:
        return cancel_sync(
            org_id=org_id,
            job_id=self.job_id,
            ledger=self.ledger,
            directory=self.directory,
            workflow=self.workflow,
        ).status


def test_an_active_job_is_asked_to_stop_and_may_be_asked_again() -> None:
    scene = Scene()
    assert scene.cancel() is JobStatus.PENDING
    assert scene.cancel() is JobStatus.PENDING
    assert scene.ledger.job(scene.job_id).cancel_requested
    assert scene.workflow.stopped == []


def test_a_job_that_sits_out_a_wait_is_ended_at_once() -> None:
    scene = Scene()
    scene.ledger.await_source(scene.job_id, samples.NOON + timedelta(hours=1))
    assert scene.cancel() is JobStatus.CANCELLED
    assert scene.workflow.stopped == [scene.job_id]
    assert scene.directory.connection(samples.PAGE).active_job_id is None


def test_a_job_whose_execution_never_began_is_ended_at_once() -> None:
    scene = Scene()
    scene.workflow.started.clear()
    assert scene.cancel() is JobStatus.CANCELLED
    assert scene.directory.connection(samples.PAGE).active_job_id is None


def test_a_job_that_is_over_cannot_be_cancelled() -> None:
    scene = Scene()
    scene.ledger.close(
        scene.job_id,
        listed=scene.ledger.job(scene.job_id).counts.listed,
        status=JobStatus.COMPLETED,
        outcome=JobOutcome.FULL,
    )
    with pytest.raises(Conflict) as refused:
        scene.cancel()
    assert refused.value.code == "ALREADY_FINISHED"


def test_a_foreign_job_is_not_found_and_goes_on() -> None:
    scene = Scene()
    with pytest.raises(NotFound):
        scene.cancel(samples.OTHER_ORG)
    assert not scene.ledger.job(scene.job_id).cancel_requested


def test_the_watch_asks_the_ledger_once_a_second_and_then_knows() -> None:
    scene = Scene()
    watch = CancelWatch(scene.ledger, scene.job_id, scene.clock)
    scene.cancel()
    assert not watch.is_cancelled()
    scene.clock.advance(1)
    assert watch.is_cancelled()
