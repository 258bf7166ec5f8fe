"""Close a job: settle what was left open and give it its terminal state."""

from functools import partial

from pagesync.domain.conversation import Platform
from pagesync.domain.errors import NotFound
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
from pagesync.domain.walk import Walk, WalkPolicy
from pagesync.ports import JobLedger, PageDirectory
from pagesync.use_cases import results

RECONNECT = Failure(
    conversation_id=None,
    stage="FETCH",
    code="TOKEN_EXPIRED",
    message="Reconnect required: Facebook no longer accepts this Page's access. Reconnect the Page and sync again.",
)


def finalize(
    *,
    job_id: str,
    outcome: FetchOutcome,
    failure: Failure | None = None,
    ledger: JobLedger,
    directory: PageDirectory,
    policy: WalkPolicy = WalkPolicy(),  # noqa: B008 - frozen
) -> SyncJob:
    """The final job, its counters closed: listed = synced + skipped + failed. Repeating it changes nothing.

    A job that was to be cancelled is cancelled, whether its execution was stopped, broke, or came to its end with
    batches that had seen the wish: its watermarks must not move past what they skipped.
    """
    job = ledger.job(job_id)
    while not job.status.is_final:
        job = _close(job, outcome, failure, ledger, directory, policy)
    return job


def _close(
    job: SyncJob,
    outcome: FetchOutcome,
    failure: Failure | None,
    ledger: JobLedger,
    directory: PageDirectory,
    policy: WalkPolicy,
) -> SyncJob:
    """Try once: a page that a stopped execution left in flight may still come in, for the next try to settle."""
    if job.cancel_requested and outcome in (FetchOutcome.END, FetchOutcome.FAILED):
        outcome = FetchOutcome.CANCELLED
    job = _settle_rest(job, outcome, ledger)
    close = partial(ledger.close, job.job_id, listed=job.counts.listed)
    match outcome:
        case FetchOutcome.END:
            is_partial = job.counts.failed > 0 or bool(job.abandoned)
            how = JobOutcome.PARTIAL if is_partial else JobOutcome.FULL
            full_walks = _full_walks(job, directory, policy)
            return close(status=JobStatus.COMPLETED, outcome=how, full_walks=full_walks)
        case FetchOutcome.CANCELLED:
            return close(status=JobStatus.CANCELLED, outcome=JobOutcome.CANCELLED)
        case FetchOutcome.TOKEN_EXPIRED:
            how = JobOutcome.TOKEN_EXPIRED
            return close(status=JobStatus.FAILED, outcome=how, token_expired=True, failure=RECONNECT)
        case _:
            return close(status=JobStatus.FAILED, outcome=JobOutcome.FAILED, failure=failure)


def _full_walks(job: SyncJob, directory: PageDirectory, policy: WalkPolicy) -> list[Platform]:
    try:
        walk = Walk(job, directory.connection(job.facebook_page_id), policy)
    except NotFound:
        return []
    return [each for each in walk.listed if walk.is_full(each) and each not in job.abandoned]


def _settle_rest(job: SyncJob, outcome: FetchOutcome, ledger: JobLedger) -> SyncJob:
    """What a batch that never reported held is failed, or skipped where the job was cancelled.

    Looks again until the account is closed, or nothing moves any more: pages and batches in flight may come in.
    """
    before = None
    while job.counts.settled != job.counts.listed and job != before:
        before = job
        for batch in ledger.open_batches(job.job_id):
            is_cancelled = outcome is FetchOutcome.CANCELLED
            skipped = [results.CANCELLED] * len(batch.content.conversation_ids)
            ledger.settle(job, batch, skipped if is_cancelled else _unprocessed(batch))
        job = ledger.job(job.job_id)
    return job


def _unprocessed(batch: LedgerBatch) -> list[ContactResult]:
    return [
        ContactResult(
            ContactOutcome.FAILED,
            failure=Failure(
                conversation_id=conversation_id,
                stage="PROCESS",
                code="NOT_PROCESSED",
                message="The sync ended before this conversation was processed. Sync again.",
                platform=batch.content.platform,
            ),
        )
        for conversation_id in batch.content.conversation_ids
    ]
