"""Starting a sync."""

from dataclasses import replace

import pytest

from pagesync.domain.errors import Conflict, NotFound
from pagesync.domain.job import ContactOutcome, JobOutcome, JobStatus, SyncMode
from pagesync.domain.page import OrgId
from pagesync.use_cases.lost_jobs import LOST
from pagesync.use_cases.start_sync import StartedSync, Starter, retry_failed, start_sync
from tests import samples
from tests.fakes.clock import StoppedClock
from tests.fakes.ledger import InMemoryLedger, InMemoryPages, Memory
from tests.fakes.source import RememberedStarts


class Scene:
    def __init__(self) -> None:
        memory = Memory()
        self.clock, self.workflow = StoppedClock(), RememberedStarts()
        self.ledger = InMemoryLedger(memory, self.clock)
        self.memory = memory
        self.directory = InMemoryPages(memory)
        self.directory.connect(samples.connection())
        self.starter = Starter(self.ledger, self.directory, self.workflow, self.clock)

    def start(self, job_id: str, org_id: OrgId = samples.ORG) -> StartedSync:
        return start_sync(
            org_id=org_id,
            facebook_page_id=samples.PAGE,
            mode=SyncMode.INCREMENTAL,
            job_id=job_id,
            starter=self.starter,
        )

    def run(self, job_id: str) -> None:
        """As BeginSync does."""
        self.memory.jobs[job_id] = replace(self.ledger.job(job_id), status=JobStatus.IN_PROGRESS)


def test_a_first_call_makes_a_pending_job_and_starts_its_workflow() -> None:
    scene = Scene()
    started = scene.start("job-1")
    assert (started.job.status, started.job.created_at, started.existing) == (
        JobStatus.PENDING,
        samples.NOON,
        False,
    )
    assert scene.workflow.started == ["job-1"]


def test_a_second_call_answers_the_job_that_is_active() -> None:
    scene = Scene()
    scene.start("job-1")
    started = scene.start("job-2")
    assert (started.job.job_id, started.existing) == ("job-1", True)
    assert scene.workflow.started == ["job-1"]


def test_a_starter_that_died_before_the_workflow_began_is_healed_by_the_next() -> None:
    scene = Scene()
    scene.ledger.open(samples.job(job_id="job-1"))
    assert scene.start("job-2").job.job_id == "job-1"
    assert scene.workflow.started == ["job-1"]


def test_a_finished_job_makes_room_for_a_new_one() -> None:
    scene = Scene()
    scene.start("job-1")
    scene.ledger.close(
        "job-1", listed=scene.ledger.job("job-1").counts.listed, status=JobStatus.COMPLETED, outcome=JobOutcome.FULL
    )
    assert scene.start("job-2").existing is False
    assert scene.workflow.started == ["job-1", "job-2"]


def test_another_organisations_page_starts_nothing() -> None:
    scene = Scene()
    with pytest.raises(NotFound):
        scene.start("job-1", samples.OTHER_ORG)
    assert scene.workflow.started == []
    assert scene.memory.jobs == {}


def test_a_job_whose_execution_is_gone_is_closed_and_replaced() -> None:
    scene = Scene()
    scene.start("job-1")
    scene.run("job-1")
    scene.workflow.stopped.append("job-1")
    scene.clock.advance(121)
    started = scene.start("job-2")
    assert (started.job.job_id, started.existing) == ("job-2", False)
    assert scene.ledger.job("job-1").status is JobStatus.FAILED
    assert scene.ledger.failures("job-1", limit=1) == [LOST]


@pytest.mark.parametrize(("seconds", "stopped"), [(121, False), (60, True)])
def test_a_job_that_runs_or_moved_lately_is_left_alone(seconds: int, stopped: bool) -> None:
    scene = Scene()
    scene.start("job-1")
    scene.run("job-1")
    if stopped:
        scene.workflow.stopped.append("job-1")
    scene.clock.advance(seconds)
    assert scene.start("job-2").job.job_id == "job-1"


def finished_with_failures(scene: Scene) -> None:
    scene.start("job-1")
    scene.ledger.register_page(samples.listed(samples.request("job-1"), 2))
    (batch,) = scene.ledger.open_batches("job-1")
    scene.ledger.settle(
        scene.ledger.job("job-1"), batch, samples.results(ContactOutcome.SYNCED, ContactOutcome.FAILED)
    )
    scene.ledger.close(
        "job-1",
        listed=scene.ledger.job("job-1").counts.listed,
        status=JobStatus.COMPLETED,
        outcome=JobOutcome.PARTIAL,
    )


def test_a_retry_is_a_job_of_its_own_linked_to_the_first() -> None:
    scene = Scene()
    finished_with_failures(scene)
    started = retry_failed(org_id=samples.ORG, failed_job_id="job-1", job_id="job-2", starter=scene.starter)
    assert (started.job.mode, started.job.retry_of, started.existing) == (SyncMode.RETRY, "job-1", False)
    assert scene.workflow.started == ["job-1", "job-2"]


def test_there_is_nothing_to_retry_in_a_running_or_clean_job() -> None:
    scene = Scene()
    scene.start("job-1")
    with pytest.raises(Conflict, match="still running"):
        retry_failed(org_id=samples.ORG, failed_job_id="job-1", job_id="job-2", starter=scene.starter)
    scene.ledger.close(
        "job-1", listed=scene.ledger.job("job-1").counts.listed, status=JobStatus.COMPLETED, outcome=JobOutcome.FULL
    )
    with pytest.raises(Conflict, match="No conversation failed"):
        retry_failed(org_id=samples.ORG, failed_job_id="job-1", job_id="job-2", starter=scene.starter)


def test_a_foreign_job_cannot_be_retried() -> None:
    scene = Scene()
    finished_with_failures(scene)
    with pytest.raises(NotFound):
        retry_failed(org_id=samples.OTHER_ORG, failed_job_id="job-1", job_id="job-2", starter=scene.starter)
