"""Jobs, ledger and Page connections in memory, under one lock as DynamoDB's transactions are under one table."""

import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from pagesync.domain.errors import NotFound
from pagesync.domain.job import (
    BatchRef,
    ContactOutcome,
    ContactResult,
    Failure,
    JobOutcome,
    JobStatus,
    LedgerBatch,
    ListedPage,
    PageRequest,
    Step,
    SyncJob,
)
from pagesync.domain.page import FacebookPageId, PageConnection
from pagesync.ports import Clock


@dataclass
class Memory:
    """What InMemoryPages and InMemoryLedger share."""

    pages: dict[FacebookPageId, PageConnection] = field(default_factory=dict)
    jobs: dict[str, SyncJob] = field(default_factory=dict)
    listed: dict[tuple[str, str, int], ListedPage] = field(default_factory=dict)
    batches: dict[BatchRef, LedgerBatch] = field(default_factory=dict)
    failures: dict[str, list[Failure]] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)


class InMemoryPages:
    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def connection(self, facebook_page_id: FacebookPageId) -> PageConnection:
        try:
            return self._memory.pages[facebook_page_id]
        except KeyError:
            raise NotFound("There is no such Page.") from None

    def connections(self, ids: Iterable[FacebookPageId]) -> Mapping[FacebookPageId, PageConnection]:
        return {each: self._memory.pages[each] for each in ids if each in self._memory.pages}

    def connect(self, connection: PageConnection) -> None:
        with self._memory.lock:
            old = self._memory.pages.get(connection.facebook_page_id)
            if old is not None and old.org_id == connection.org_id:
                connection = replace(
                    connection,
                    last_synced_at=old.last_synced_at,
                    active_job_id=old.active_job_id,
                    latest_job_id=old.latest_job_id,
                )
            if old is None or old.org_id == connection.org_id:
                self._memory.pages[connection.facebook_page_id] = connection


class InMemoryLedger:
    def __init__(self, memory: Memory, clock: Clock) -> None:
        self._memory = memory
        self._clock = clock

    def open(self, job: SyncJob) -> SyncJob:
        with self._memory.lock:
            page = self._memory.pages.get(job.facebook_page_id)
            if page is None or page.org_id != job.org_id:
                raise NotFound("There is no such Page.")
            if page.active_job_id is not None:
                return self.job(page.active_job_id)
            self._memory.pages[job.facebook_page_id] = replace(
                page, active_job_id=job.job_id, latest_job_id=job.job_id
            )
            self._memory.jobs[job.job_id] = job
            return job

    def job(self, job_id: str) -> SyncJob:
        try:
            return self._memory.jobs[job_id]
        except KeyError:
            raise NotFound("There is no such sync job.") from None

    def failures(self, job_id: str, *, limit: int) -> Sequence[Failure]:
        return self._memory.failures.get(job_id, [])[::-1][:limit]

    def listed_page(self, request: PageRequest) -> ListedPage | None:
        return self._memory.listed.get((request.job_id, request.platform, request.page))

    def register_page(self, page: ListedPage) -> ListedPage:
        request = page.request
        with self._memory.lock:
            if registered := self.listed_page(request):
                return registered
            self._memory.listed[request.job_id, request.platform, request.page] = page
            for number, content in enumerate(page.batches):
                ref = BatchRef(request.job_id, request.platform, request.page, number)
                self._memory.batches[ref] = LedgerBatch(ref, content)
            job = self.job(request.job_id)
            count = sum(len(content.conversation_ids) for content in page.batches)
            self._memory.jobs[request.job_id] = replace(
                job,
                counts=replace(job.counts, listed=job.counts.listed + count),
                step=Step.PROCESSING if page.next is None else Step.FETCHING,
                platform=request.platform,
                listing_complete=page.next is None,
                waiting_until=None,
                updated_at=self._clock.now(),
            )
            return page

    def await_quota(self, job_id: str, until: datetime) -> None:
        with self._memory.lock:
            job = self.job(job_id)
            if not job.status.is_final:
                now = self._clock.now()
                self._memory.jobs[job_id] = replace(job, step=Step.WAITING, waiting_until=until, updated_at=now)

    def batch(self, ref: BatchRef) -> LedgerBatch:
        try:
            return self._memory.batches[ref]
        except KeyError:
            raise NotFound("There is no such batch.") from None

    def settle(self, ref: BatchRef, results: Sequence[ContactResult]) -> LedgerBatch:
        with self._memory.lock:
            batch = self.batch(ref)
            if batch.outcomes is not None:
                return batch
            settled = replace(batch, outcomes=[each.outcome for each in results])
            self._memory.batches[ref] = settled
            self._record(ref.job_id, [each.failure for each in results if each.failure is not None])
            job, tally = self.job(ref.job_id), Counter(settled.outcomes)
            counts = replace(
                job.counts,
                synced=job.counts.synced + tally[ContactOutcome.SYNCED],
                skipped=job.counts.skipped + tally[ContactOutcome.SKIPPED],
                failed=job.counts.failed + tally[ContactOutcome.FAILED],
            )
            self._memory.jobs[ref.job_id] = replace(job, counts=counts, updated_at=self._clock.now())
            return settled

    def open_batches(self, job_id: str) -> Iterator[LedgerBatch]:
        batches = list(self._memory.batches.values())
        return (batch for batch in batches if batch.ref.job_id == job_id and batch.outcomes is None)

    def close(
        self,
        job_id: str,
        *,
        status: JobStatus,
        outcome: JobOutcome,
        token_expired: bool = False,
        failure: Failure | None = None,
    ) -> SyncJob:
        with self._memory.lock:
            job, now = self.job(job_id), self._clock.now()
            if job.status.is_final:
                return job
            self._record(job_id, [failure] if failure else [])
            self._release(job, status, now, token_expired=token_expired)
            self._memory.jobs[job_id] = replace(
                job,
                status=status,
                outcome=outcome,
                step=Step.FINISHED,
                token_expired=token_expired,
                waiting_until=None,
                completed_at=now,
                updated_at=now,
            )
            return self._memory.jobs[job_id]

    def _release(self, job: SyncJob, status: JobStatus, now: datetime, *, token_expired: bool) -> None:
        page = self._memory.pages.get(job.facebook_page_id)
        if page is None or page.active_job_id != job.job_id:
            return
        self._memory.pages[job.facebook_page_id] = replace(
            page,
            active_job_id=None,
            last_synced_at=now if status is JobStatus.COMPLETED else page.last_synced_at,
            token_expired=page.token_expired or token_expired,
        )

    def _record(self, job_id: str, failures: Sequence[Failure]) -> None:
        self._memory.failures.setdefault(job_id, []).extend(failures)
