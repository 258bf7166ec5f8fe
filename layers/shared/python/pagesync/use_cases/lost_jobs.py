"""Jobs that nobody works on any more: how they are known, and how they end."""

from datetime import timedelta

from pagesync.domain.job import Failure, FetchOutcome, SyncJob
from pagesync.ports import Clock, JobLedger, PageDirectory, Workflow
from pagesync.use_cases.finalize import finalize

QUIET = timedelta(minutes=2)
"""A job that moved within this time is alive; of a quieter one the workflow is asked."""

LOST = Failure(
    conversation_id=None,
    stage="SYNC",
    code="EXECUTION_LOST",
    message="The sync stopped without an end. It was closed, and a new one can run.",
)


def is_lost(job: SyncJob, *, workflow: Workflow, clock: Clock) -> bool:
    return clock.now() - job.updated_at > QUIET and not workflow.is_running(job.job_id)


def close_lost(job_id: str, *, ledger: JobLedger, directory: PageDirectory) -> SyncJob:
    """Its counts are closed, its Page is free."""
    return finalize(job_id=job_id, outcome=FetchOutcome.FAILED, failure=LOST, ledger=ledger, directory=directory)
