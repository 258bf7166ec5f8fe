"""Start a sync of one Page, or point to the one that is already running."""

from dataclasses import dataclass

from pagesync.domain.errors import Conflict, NotFound
from pagesync.domain.job import JobStatus, SyncJob, SyncMode
from pagesync.domain.page import FacebookPageId, OrgId
from pagesync.ports import Clock, JobLedger, PageDirectory, Workflow
from pagesync.use_cases.lost_jobs import close_lost, is_lost


@dataclass(frozen=True, slots=True)
class StartedSync:
    """`existing` is true where another call had started the job."""

    job: SyncJob
    existing: bool


@dataclass(frozen=True, slots=True)
class Starter:
    """What both ways to start a job need."""

    ledger: JobLedger
    directory: PageDirectory
    workflow: Workflow
    clock: Clock

    def start(self, wanted: SyncJob) -> StartedSync:
        """A PENDING job's workflow is started again: a starter that died in between is healed by the next.

        A job whose execution is gone is closed, and the wanted one takes its place.
        """
        job = self.ledger.open(wanted)
        if job.job_id != wanted.job_id and self._is_lost(job):
            close_lost(job.job_id, ledger=self.ledger, directory=self.directory)
            job = self.ledger.open(wanted)
        if job.status is JobStatus.PENDING:
            self.workflow.start(job.job_id)
        return StartedSync(job=job, existing=job.job_id != wanted.job_id)

    def _is_lost(self, job: SyncJob) -> bool:
        has_begun = job.status is JobStatus.IN_PROGRESS
        return has_begun and is_lost(job, workflow=self.workflow, clock=self.clock)


def start_sync(
    *, org_id: OrgId, facebook_page_id: FacebookPageId, mode: SyncMode, job_id: str, starter: Starter
) -> StartedSync:
    """Raises NotFound for a Page unknown or of another organisation."""
    now = starter.clock.now()
    return starter.start(
        SyncJob(
            job_id=job_id,
            org_id=org_id,
            facebook_page_id=facebook_page_id,
            mode=mode,
            created_at=now,
            updated_at=now,
        )
    )


def retry_failed(*, org_id: OrgId, failed_job_id: str, job_id: str, starter: Starter) -> StartedSync:
    """Start a job over exactly the conversations that failed in `failed_job_id`, with counts of its own.

    Raises NotFound for an unknown or foreign job, and Conflict for one that still runs or had no failures.
    """
    failed = starter.ledger.job(failed_job_id)
    if failed.org_id != org_id:
        raise NotFound("There is no such sync job.")
    if not failed.status.is_final:
        raise Conflict("This sync is still running. Retry when it has finished.", code="STILL_RUNNING")
    if failed.counts.failed == 0:
        raise Conflict("No conversation failed in this sync.", code="NOTHING_FAILED")
    now = starter.clock.now()
    return starter.start(
        SyncJob(
            job_id=job_id,
            org_id=org_id,
            facebook_page_id=failed.facebook_page_id,
            mode=SyncMode.RETRY,
            created_at=now,
            updated_at=now,
            retry_of=failed_job_id,
        )
    )
