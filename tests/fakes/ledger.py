"""Jobs, ledger and Page connections in memory, under one lock as DynamoDB's transactions are under one table."""

import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from pagesync.adapters.dynamodb.paging import decode, encode
from pagesync.domain.conversation import Platform
from pagesync.domain.errors import NotFound
from pagesync.domain.job import (
    BUDGET_SPENT,
    BatchRef,
    ContactOutcome,
    ContactResult,
    FailedBefore,
    Failure,
    JobOutcome,
    JobPage,
    JobStatus,
    LedgerBatch,
    Leg,
    ListedPage,
    PageRequest,
    Step,
    SyncJob,
    SyncMode,
)
from pagesync.domain.page import FacebookPageId, PageConnection
from pagesync.domain.token_health import TokenTrouble
from pagesync.ports import Clock


@dataclass
class Memory:
    """What InMemoryPages and InMemoryLedger share."""

    pages: dict[FacebookPageId, PageConnection] = field(default_factory=dict)
    jobs: dict[str, SyncJob] = field(default_factory=dict)
    listed: dict[tuple[str, int], ListedPage] = field(default_factory=dict)
    batches: dict[BatchRef, LedgerBatch] = field(default_factory=dict)
    failures: dict[str, list[Failure]] = field(default_factory=dict)
    failed: dict[tuple[FacebookPageId, Platform, str], str] = field(default_factory=dict)
    """The job in which a conversation of a Page failed last, until it is mended."""
    newest: dict[tuple[str, Platform], datetime] = field(default_factory=dict)
    look_backs: dict[tuple[FacebookPageId, Platform], datetime] = field(default_factory=dict)
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
                same = old.instagram_account_id == connection.instagram_account_id
                walked = [each for each in Platform if same or each is not Platform.INSTAGRAM]
                connection = replace(
                    connection,
                    last_synced_at=old.last_synced_at,
                    active_job_id=old.active_job_id,
                    latest_job_id=old.latest_job_id,
                    watermarks={each: at for each, at in old.watermarks.items() if each in walked},
                    last_full_walks={each: at for each, at in old.last_full_walks.items() if each in walked},
                )
            if old is None or old.org_id == connection.org_id:
                self._memory.pages[connection.facebook_page_id] = connection

    def every_page(self) -> Iterator[FacebookPageId]:
        return iter(list(self._memory.pages))

    def note_token(self, connection: PageConnection, trouble: TokenTrouble | None) -> None:
        with self._memory.lock:
            known = self._memory.pages.get(connection.facebook_page_id)
            if known is not None and known.token_ciphertext == connection.token_ciphertext:
                is_dead = trouble is not None and trouble.is_death
                marked = replace(known, token_trouble=trouble, token_expired=is_dead)
                self._memory.pages[connection.facebook_page_id] = marked

    def look_back(self, facebook_page_id: FacebookPageId, platform: Platform, to: datetime) -> None:
        with self._memory.lock:
            page = self._memory.pages.get(facebook_page_id)
            if page is not None and page.active_job_id is not None:
                wish = self._memory.look_backs.get((facebook_page_id, platform), to)
                self._memory.look_backs[facebook_page_id, platform] = min(wish, to)
            if page is not None and platform in page.watermarks:
                back = min(page.watermarks[platform], to)
                self._memory.pages[facebook_page_id] = replace(page, watermarks={**page.watermarks, platform: back})

    def disconnect(self, facebook_page_id: FacebookPageId) -> bool:
        with self._memory.lock:
            known = self._memory.pages.get(facebook_page_id)
            if known is not None and known.active_job_id is not None:
                return False
            self._memory.pages.pop(facebook_page_id, None)
            return True


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

    def open_jobs(self) -> Iterator[str]:
        return iter([job.job_id for job in list(self._memory.jobs.values()) if not job.status.is_final])

    def jobs(self, facebook_page_id: FacebookPageId, *, cursor: str | None, limit: int) -> JobPage:
        after = None if cursor is None else decode(cursor)
        mine = [job for job in self._memory.jobs.values() if job.facebook_page_id == facebook_page_id]
        newest_first = sorted(mine, key=_age, reverse=True)
        rest = [job for job in newest_first if after is None or _age(job) < after]
        more = len(rest) > limit
        return JobPage(rest[:limit], encode(rest[limit - 1]) if more else None)

    def failures(self, job_id: str, *, limit: int) -> Sequence[Failure]:
        return self._memory.failures.get(job_id, [])[::-1][:limit]

    def listed_page(self, request: PageRequest) -> ListedPage | None:
        return self._memory.listed.get((request.job_id, request.page))

    def register_page(self, page: ListedPage) -> ListedPage:
        request = page.request
        with self._memory.lock:
            if registered := self.listed_page(request):
                return registered
            job = self.job(request.job_id)
            if job.status.is_final:
                return replace(page, batches=(), next=None)
            self._memory.listed[request.job_id, request.page] = page
            for number, content in enumerate(page.batches):
                ref = BatchRef(request.job_id, request.page, number)
                self._memory.batches[ref] = LedgerBatch(ref, content)
            if request.leg is Leg.LIST and page.newest is not None:
                self._memory.newest.setdefault((request.job_id, request.platform), page.newest)
            count = sum(len(content.conversation_ids) for content in page.batches)
            self._change(
                job,
                counts=replace(job.counts, listed=job.counts.listed + count),
                step=Step.PROCESSING if page.next is None else Step.FETCHING,
                platform=request.platform,
                listing_complete=page.next is None,
                waiting_until=None,
            )
            return page

    def complete_listing(self, job_id: str) -> None:
        self._change_active(job_id, listing_complete=True, step=Step.PROCESSING, waiting_until=None)

    def abandon(self, job_id: str, platform: Platform, failure: Failure) -> None:
        with self._memory.lock:
            job = self.job(job_id)
            if not job.status.is_final and platform not in job.abandoned:
                self._change(job, abandoned=(*job.abandoned, platform))
                self._record(job_id, [failure])

    def failed_before(self, job: SyncJob, *, platform: Platform, cursor: str | None, limit: int) -> FailedBefore:
        with self._memory.lock:
            if job.mode is SyncMode.RETRY:
                failures = self._memory.failures.get(job.retry_of or "", [])
                ids = [each.conversation_id for each in failures if each.platform is platform]
            else:
                page = job.facebook_page_id
                ids = [key[2] for key in self._memory.failed if key[:2] == (page, platform)]
        # By the last id that was told: what was mended since is no longer there to be counted.
        left = sorted({each for each in ids if each is not None and each > (cursor or "")})
        return FailedBefore(left[:limit], left[limit - 1] if limit < len(left) else None)

    def request_cancel(self, job_id: str) -> SyncJob:
        self._change_active(job_id, cancel_requested=True)
        return self.job(job_id)

    def await_source(self, job_id: str, until: datetime) -> None:
        self._change_active(job_id, step=Step.WAITING, waiting_until=until)

    def batch(self, ref: BatchRef) -> LedgerBatch:
        try:
            return self._memory.batches[ref]
        except KeyError:
            raise NotFound("There is no such batch.") from None

    def settle(self, job: SyncJob, batch: LedgerBatch, results: Sequence[ContactResult]) -> LedgerBatch:
        ref = batch.ref
        with self._memory.lock:
            batch, job = self.batch(ref), self.job(ref.job_id)
            if batch.outcomes is not None or job.status.is_final:
                return batch
            settled = replace(batch, outcomes=[each.outcome for each in results])
            self._memory.batches[ref] = settled
            self._record(ref.job_id, [each.failure for each in results if each.failure is not None])
            self._remember(job, batch, results)
            tally = Counter(settled.outcomes)
            counts = replace(
                job.counts,
                synced=job.counts.synced + tally[ContactOutcome.SYNCED],
                skipped=job.counts.skipped + tally[ContactOutcome.SKIPPED],
                failed=job.counts.failed + tally[ContactOutcome.FAILED],
            )
            unanalysed = job.unanalysed + sum(each.is_unanalysed for each in results)
            spent = job.budget_spent or any(each.reason == BUDGET_SPENT for each in results)
            self._change(job, counts=counts, unanalysed=unanalysed, budget_spent=spent)
            return settled

    def open_batches(self, job_id: str) -> Iterator[LedgerBatch]:
        batches = list(self._memory.batches.values())
        return (batch for batch in batches if batch.ref.job_id == job_id and batch.outcomes is None)

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
        with self._memory.lock:
            job = self.job(job_id)
            if job.status.is_final or job.counts.listed != listed:
                return job
            self._record(job_id, [failure] if failure else [])
            self._release(job, status, full_walks)
            self._change(
                job,
                status=status,
                outcome=outcome,
                step=Step.FINISHED,
                token_expired=token_expired,
                waiting_until=None,
                completed_at=self._clock.now(),
            )
            return self.job(job_id)

    def _release(self, job: SyncJob, status: JobStatus, full_walks: Sequence[Platform]) -> None:
        page = self._memory.pages.get(job.facebook_page_id)
        if page is None or page.active_job_id != job.job_id:
            return
        page = replace(page, active_job_id=None)
        wishes = {each: self._memory.look_backs.pop((job.facebook_page_id, each), None) for each in Platform}
        if status is JobStatus.COMPLETED and job.mode is not SyncMode.RETRY:
            done = [
                each for each in Platform if (job.job_id, each) in self._memory.newest and each not in job.abandoned
            ]
            newest = {each: self._memory.newest[job.job_id, each] for each in done}
            walked = {each: min(at, wishes[each] or at) for each, at in newest.items()}
            page = replace(
                page,
                last_synced_at=self._clock.now(),
                watermarks={**page.watermarks, **walked},
                last_full_walks={
                    **page.last_full_walks,
                    **{each: job.created_at for each in done if each in full_walks},
                },
            )
        if status is JobStatus.COMPLETED:
            self._forget_mended(job, full_walks)
        if job.unanalysed:
            page = replace(page, last_full_walks={})
        self._memory.pages[job.facebook_page_id] = page

    def _forget_mended(self, job: SyncJob, full_walks: Sequence[Platform]) -> None:
        for key, failed_in in list(self._memory.failed.items()):
            if key[0] == job.facebook_page_id and key[1] in full_walks and failed_in != job.job_id:
                del self._memory.failed[key]

    def _remember(self, job: SyncJob, batch: LedgerBatch, results: Sequence[ContactResult]) -> None:
        ended = list(zip(batch.content.conversation_ids, results, strict=True))
        page, platform = job.facebook_page_id, batch.content.platform
        if batch.content.reread:
            for mended in [conversation_id for conversation_id, each in ended if each.is_mended]:
                self._memory.failed.pop((page, platform, mended), None)
        for failed in [conversation_id for conversation_id, each in ended if each.failure is not None]:
            self._memory.failed[page, platform, failed] = job.job_id

    def _change_active(self, job_id: str, **changes: Any) -> None:
        with self._memory.lock:
            job = self.job(job_id)
            if not job.status.is_final:
                self._change(job, **changes)

    def _change(self, job: SyncJob, **changes: Any) -> None:
        self._memory.jobs[job.job_id] = replace(job, **changes, updated_at=self._clock.now())

    def _record(self, job_id: str, failures: Sequence[Failure]) -> None:
        self._memory.failures.setdefault(job_id, []).extend(failures)


def _age(job: SyncJob) -> tuple[datetime, str]:
    return job.created_at, job.job_id
