"""Find the jobs that nobody works on any more, and close them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from pagesync.domain.errors import NotFound
from pagesync.domain.job import SyncJob
from pagesync.ports import Clock, JobLedger, PageDirectory, Workflow
from pagesync.use_cases.lost_jobs import close_lost, is_lost


@dataclass(slots=True)
class Swept:
    """`open_jobs` were not final. `closed` of them were stuck and are over now.

    `unclosed` are stuck and could not be closed, each with the kind of error.
    """

    open_jobs: int = 0
    closed: list[str] = field(default_factory=list[str])
    unclosed: dict[str, str] = field(default_factory=dict[str, str])


def sweep_jobs(
    *, ledger: JobLedger, directory: PageDirectory, workflow: Workflow, clock: Clock, patience: timedelta
) -> Swept:
    """Stuck is a job whose execution is gone, or that did not move for `patience` with nothing to wait for."""
    swept = Swept()
    for job in _open_jobs(ledger):
        swept.open_jobs += 1
        try:
            is_still = _is_still(job, clock, patience)
            if is_still:
                # Whatever it does, it does not tell: nothing of it may go on beside the Page's next sync.
                workflow.stop(job.job_id)
            if is_still or is_lost(job, workflow=workflow, clock=clock):
                close_lost(job.job_id, ledger=ledger, directory=directory)
                swept.closed.append(job.job_id)
        except Exception as error:  # noqa: BLE001 - told, and its neighbours are looked at
            swept.unclosed[job.job_id] = type(error).__name__
    return swept


def _open_jobs(ledger: JobLedger) -> Iterator[SyncJob]:
    """As they are now: one that ended a moment ago may still be listed."""
    for job_id in ledger.open_jobs():
        try:
            job = ledger.job(job_id)
        except NotFound:
            continue
        if not job.status.is_final:
            yield job


def _is_still(job: SyncJob, clock: Clock, patience: timedelta) -> bool:
    return clock.now() - max(job.updated_at, job.waiting_until or job.updated_at) > patience
