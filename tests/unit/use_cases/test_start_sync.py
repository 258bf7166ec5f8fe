"""Starting a sync."""

import pytest

from pagesync.domain.errors import NotFound
from pagesync.domain.job import JobOutcome, JobStatus, SyncMode
from pagesync.domain.page import OrgId
from pagesync.use_cases.start_sync import StartedSync, start_sync
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
        InMemoryPages(memory).connect(samples.connection())

    def start(self, job_id: str, org_id: OrgId = samples.ORG) -> StartedSync:
        return start_sync(
            org_id=org_id,
            facebook_page_id=samples.PAGE,
            mode=SyncMode.INCREMENTAL,
            job_id=job_id,
            ledger=self.ledger,
            workflow=self.workflow,
            clock=self.clock,
        )


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
    scene.ledger.close("job-1", status=JobStatus.COMPLETED, outcome=JobOutcome.FULL)
    assert scene.start("job-2").existing is False
    assert scene.workflow.started == ["job-1", "job-2"]


def test_another_organisations_page_starts_nothing() -> None:
    scene = Scene()
    with pytest.raises(NotFound):
        scene.start("job-1", samples.OTHER_ORG)
    assert scene.workflow.started == []
    assert scene.memory.jobs == {}
