"""Start a sync of one Page, or point to the one that is already running."""

from dataclasses import dataclass

from pagesync.domain.job import JobStatus, SyncJob, SyncMode
from pagesync.domain.page import FacebookPageId, OrgId
from pagesync.ports import Clock, JobLedger, Workflow


@dataclass(frozen=True, slots=True)
class StartedSync:
    """`existing` is true where another call had started the job."""

    job: SyncJob
    existing: bool


def start_sync(
    *,
    org_id: OrgId,
    facebook_page_id: FacebookPageId,
    mode: SyncMode,
    job_id: str,
    ledger: JobLedger,
    workflow: Workflow,
    clock: Clock,
) -> StartedSync:
    """Raises NotFound for a Page unknown or of another organisation.

    A PENDING job's workflow is started again: a starter that died between job and workflow is healed by the next.
    """
    now = clock.now()
    job = ledger.open(
        SyncJob(
            job_id=job_id,
            org_id=org_id,
            facebook_page_id=facebook_page_id,
            mode=mode,
            created_at=now,
            updated_at=now,
        )
    )
    if job.status is JobStatus.PENDING:
        workflow.start(job.job_id)
    return StartedSync(job=job, existing=job.job_id != job_id)
