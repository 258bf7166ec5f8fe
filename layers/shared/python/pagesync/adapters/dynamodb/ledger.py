"""JobLedger on DynamoDB: each fact and the counters it moves change in one transaction."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from pagesync.adapters.dynamodb import items
from pagesync.adapters.dynamodb.entries import Entries
from pagesync.adapters.dynamodb.pages import page_key
from pagesync.adapters.dynamodb.paging import decode, encode
from pagesync.adapters.dynamodb.table import Item, Table, TransactionRefused
from pagesync.adapters.dynamodb.times import as_text
from pagesync.adapters.telemetry import Telemetry
from pagesync.domain.conversation import Platform
from pagesync.domain.errors import NotFound
from pagesync.domain.job import (
    BatchRef,
    ContactResult,
    FailedBefore,
    Failure,
    JobOutcome,
    JobPage,
    JobStatus,
    LedgerBatch,
    ListedPage,
    PageRequest,
    Step,
    SyncJob,
    SyncMode,
)
from pagesync.domain.page import FacebookPageId


class DynamoLedger:
    """Tells `telemetry` which job it is about, and what was settled and closed: once, as the transactions are."""

    def __init__(self, table: Table, entries: Entries, telemetry: Telemetry | None = None) -> None:
        self._table = table
        self._entries = entries
        self._telemetry = telemetry or Telemetry()

    def open(self, job: SyncJob) -> SyncJob:
        self._telemetry.name(job)
        try:
            self._table.transact(self._entries.opening(job))
        except TransactionRefused as refused:
            page = refused.found[0]
            if not refused.failed(0):
                return self.job(job.job_id)
            if page is None or page["orgId"] != job.org_id:
                raise NotFound("There is no such Page.") from None
            return self.job(page["activeJobId"])
        return job

    def job(self, job_id: str) -> SyncJob:
        item = self._table.get(items.job_key(job_id))
        if item is None:
            raise NotFound("There is no such sync job.")
        job = items.job_of(item)
        self._telemetry.name(job)
        return job

    def open_jobs(self) -> Iterator[str]:
        return (item["PK"].removeprefix("JOB#") for item in self._table.scan_index(items.OPEN_JOBS))

    def jobs(self, facebook_page_id: FacebookPageId, *, cursor: str | None, limit: int) -> JobPage:
        after = None
        if cursor is not None:
            created_at, job_id = decode(cursor)
            pk, sk = items.job_key(job_id)
            after = {"PK": pk, "SK": sk, **items.by_page_key(facebook_page_id, created_at)}
        # One more than asked for tells whether there is a next page.
        found = self._table.query_index(
            "byPage", "gsi1pk", f"PAGE#{facebook_page_id}", after=after, limit=limit + 1
        )
        jobs = [items.job_of(item) for item in found[:limit]]
        return JobPage(jobs, encode(jobs[-1]) if len(found) > limit else None)

    def failures(self, job_id: str, *, limit: int) -> Sequence[Failure]:
        found = self._table.query(f"JOB#{job_id}", "FAILURE#", newest_first=True, limit=limit)
        return [items.failure_of(item) for item in found]

    def listed_page(self, request: PageRequest) -> ListedPage | None:
        item = self._table.get(items.listed_page_key(request))
        if item is None:
            return None
        refs = items.batch_refs(request, int(item["batches"]))
        found = map(items.batch_of, self._table.get_many([items.batch_key(ref) for ref in refs]))
        contents = {batch.ref: batch.content for batch in found}
        return items.listed_page_of(item, request, [contents[ref] for ref in refs])

    def register_page(self, page: ListedPage) -> ListedPage:
        try:
            self._table.transact(self._entries.listing(page))
        except TransactionRefused:
            registered = self.listed_page(page.request)
            if registered is None:
                # The job has ended in the meantime: what it lists now does not count.
                return replace(page, batches=(), next=None)
            return registered
        return page

    def complete_listing(self, job_id: str) -> None:
        self._table.update(
            items.job_key(job_id),
            "SET listingComplete = :complete, step = :step, updatedAt = :now REMOVE waitingUntil",
            self._entries.active_values({":complete": True, ":step": Step.PROCESSING.value}),
            condition=self._entries.active,
        )

    def abandon(self, job_id: str, platform: Platform, failure: Failure) -> None:
        try:
            self._table.transact(self._entries.abandonment(job_id, platform, failure))
        except TransactionRefused:
            return

    def failed_before(self, job: SyncJob, *, platform: Platform, cursor: str | None, limit: int) -> FailedBefore:
        if job.mode is SyncMode.RETRY:
            pk, prefix = f"JOB#{job.retry_of}", "FAILURE#"
        else:
            pk, prefix = f"PAGE#{job.facebook_page_id}", f"FAILED#{platform}#"
        found = self._table.query_page(pk, prefix, after=cursor, limit=limit)
        wanted = [each for each in found if each["platform"] == platform and "conversationId" in each]
        ids = list(dict.fromkeys(each["conversationId"] for each in wanted))
        return FailedBefore(ids, found[-1]["SK"] if len(found) == limit else None)

    def request_cancel(self, job_id: str) -> SyncJob:
        self._table.update(
            items.job_key(job_id),
            "SET cancelRequested = :cancel, updatedAt = :now",
            self._entries.active_values({":cancel": True}),
            condition=self._entries.active,
        )
        return self.job(job_id)

    def await_source(self, job_id: str, until: datetime) -> None:
        self._table.update(
            items.job_key(job_id),
            "SET step = :step, waitingUntil = :until, updatedAt = :now",
            self._entries.active_values({":step": Step.WAITING.value, ":until": as_text(until)}),
            condition=self._entries.active,
        )

    def batch(self, ref: BatchRef) -> LedgerBatch:
        item = self._table.get(items.batch_key(ref))
        if item is None:
            raise NotFound("There is no such batch.")
        return items.batch_of(item)

    def settle(self, job: SyncJob, batch: LedgerBatch, results: Sequence[ContactResult]) -> LedgerBatch:
        try:
            self._table.transact(self._entries.settlement(batch, results, job.facebook_page_id))
        except TransactionRefused:
            return self.batch(batch.ref)
        self._telemetry.settled(results)
        return replace(batch, outcomes=[each.outcome for each in results])

    def open_batches(self, job_id: str) -> Iterator[LedgerBatch]:
        found = map(items.batch_of, self._table.query(f"JOB#{job_id}", "BATCH#"))
        return (batch for batch in found if batch.outcomes is None)

    def close(
        self,
        job_id: str,
        *,
        listed: int,
        status: JobStatus,
        outcome: JobOutcome,
        full_walks: Sequence[Platform] = (),
        token_expired: bool = False,
        failure: Failure | None = None,
    ) -> SyncJob:
        item = self._table.get(items.job_key(job_id)) or {}
        page = self._table.get(page_key(item["facebookPageId"])) or {}
        now = self._entries.now()
        closing = self._entries.closing(
            job_id, listed, status, outcome, failure, token_expired=token_expired, now=now
        )
        release = self._entries.release(item, page, status, full_walks, now=now)
        try:
            self._table.transact([*closing, release])
        except TransactionRefused as refused:
            if refused.failed(0) or self._is_held(item):
                return self.job(job_id)
            # The Page was disconnected or handed on in the meantime: the job still ends.
            self._table.transact(closing)
        if status is JobStatus.COMPLETED:
            self._forget_mended(item, full_walks)
        job = self.job(job_id)
        self._telemetry.closed(job)
        return job

    def _is_held(self, job: Item) -> bool:
        page = self._table.get(page_key(job["facebookPageId"])) or {}
        return page.get("activeJobId") == job["jobId"]

    def _forget_mended(self, job: Item, platforms: Sequence[Platform]) -> None:
        """A full walk has read every conversation: what it did not fail on is mended."""
        page_pk, _ = page_key(job["facebookPageId"])
        for platform in platforms:
            failed = self._table.query(page_pk, f"FAILED#{platform}#")
            self._table.delete([(each["PK"], each["SK"]) for each in failed if each["jobId"] != job["jobId"]])
