"""Close a job: settle what was left open and give it its terminal state."""

from pagesync.domain.job import (
    ContactOutcome,
    ContactResult,
    Failure,
    FetchOutcome,
    JobOutcome,
    JobStatus,
    LedgerBatch,
    SyncJob,
)
from pagesync.ports import JobLedger

RECONNECT = Failure(
    conversation_id=None,
    stage="FETCH",
    code="TOKEN_EXPIRED",
    message="Reconnect required: Facebook no longer accepts this Page's access. Reconnect the Page and sync again.",
)


def finalize(*, job_id: str, outcome: FetchOutcome, failure: Failure | None = None, ledger: JobLedger) -> SyncJob:
    """The final job, its counters closed: listed = synced + skipped + failed. Repeating it changes nothing."""
    if ledger.job(job_id).status.is_final:
        return ledger.job(job_id)
    job = _settle_rest(job_id, ledger)
    match outcome:
        case FetchOutcome.END:
            how = JobOutcome.PARTIAL if job.counts.failed else JobOutcome.FULL
            return ledger.close(job_id, status=JobStatus.COMPLETED, outcome=how)
        case FetchOutcome.CANCELLED:
            return ledger.close(job_id, status=JobStatus.CANCELLED, outcome=JobOutcome.CANCELLED)
        case FetchOutcome.TOKEN_EXPIRED:
            return ledger.close(
                job_id,
                status=JobStatus.FAILED,
                outcome=JobOutcome.TOKEN_EXPIRED,
                token_expired=True,
                failure=RECONNECT,
            )
        case _:
            return ledger.close(job_id, status=JobStatus.FAILED, outcome=JobOutcome.FAILED, failure=failure)


def _settle_rest(job_id: str, ledger: JobLedger) -> SyncJob:
    """Count what a batch that never reported held as failed."""
    job = ledger.job(job_id)
    if job.counts.settled == job.counts.listed:
        return job
    for batch in ledger.open_batches(job_id):
        ledger.settle(batch.ref, _unprocessed(batch))
    return ledger.job(job_id)


def _unprocessed(batch: LedgerBatch) -> list[ContactResult]:
    return [
        ContactResult(
            ContactOutcome.FAILED,
            failure=Failure(
                conversation_id=conversation_id,
                stage="PROCESS",
                code="NOT_PROCESSED",
                message="The sync ended before this conversation was processed. Sync again.",
            ),
        )
        for conversation_id in batch.content.conversation_ids
    ]
