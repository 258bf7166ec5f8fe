"""Cancel a running sync: what is done stays, the rest is not begun."""

import threading
from datetime import datetime, timedelta

from pagesync.domain.errors import Conflict, NotFound
from pagesync.domain.job import FetchOutcome, JobStatus, Step, SyncJob
from pagesync.domain.page import OrgId
from pagesync.ports import Clock, JobLedger, PageDirectory, Workflow
from pagesync.use_cases.finalize import finalize

_CHECK_EVERY = timedelta(seconds=1)


def cancel_sync(
    *, org_id: OrgId, job_id: str, ledger: JobLedger, directory: PageDirectory, workflow: Workflow
) -> SyncJob:
    """The job as it is now. Raises NotFound for an unknown or foreign job and Conflict for one that is over.

    The flow sees the wish between pages and between conversations. A job that nothing happens in is ended here: it
    sits out a wait, or its starter died before its execution began.
    """
    job = ledger.job(job_id)
    if job.org_id != org_id:
        raise NotFound("There is no such sync job.")
    if job.status.is_final:
        raise Conflict(f"This sync is over: it is {job.status}.", code="ALREADY_FINISHED")
    job = ledger.request_cancel(job_id)
    is_unstarted = job.status is JobStatus.PENDING and not workflow.is_running(job_id)
    if job.step is Step.WAITING or is_unstarted:
        workflow.stop(job_id)
        return finalize(job_id=job_id, outcome=FetchOutcome.CANCELLED, ledger=ledger, directory=directory)
    return job


class CancelWatch:
    """Whether a job was cancelled, asked of the ledger once a second at most, by any number of threads."""

    def __init__(self, ledger: JobLedger, job_id: str, clock: Clock) -> None:
        self._ledger = ledger
        self._job_id = job_id
        self._clock = clock
        self._lock = threading.Lock()
        self._asked_at: datetime = clock.now()
        self._cancelled = False

    def is_cancelled(self) -> bool:
        with self._lock:
            if not self._cancelled and self._clock.now() - self._asked_at >= _CHECK_EVERY:
                self._cancelled = self._ledger.job(self._job_id).cancel_requested
                self._asked_at = self._clock.now()
            return self._cancelled
