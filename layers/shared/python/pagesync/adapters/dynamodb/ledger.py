"""JobLedger on DynamoDB: each fact and the counters it moves change in one transaction."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from pagesync.adapters.dynamodb import items
from pagesync.adapters.dynamodb.pages import page_key
from pagesync.adapters.dynamodb.table import Item, Key, Table, TransactionRefused
from pagesync.adapters.dynamodb.times import as_text
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
from pagesync.ports import Clock

_ACTIVE = "#status IN (:pending, :inProgress)"
_ACTIVE_VALUES = {":pending": JobStatus.PENDING.value, ":inProgress": JobStatus.IN_PROGRESS.value}


class DynamoLedger:
    """`retention` is how long a job and its account are kept."""

    def __init__(self, table: Table, clock: Clock, *, retention: timedelta) -> None:
        self._table = table
        self._clock = clock
        self._retention = retention

    def open(self, job: SyncJob) -> SyncJob:
        try:
            self._table.transact(
                [
                    self._table.update_op(
                        page_key(job.facebook_page_id),
                        "SET activeJobId = :job, latestJobId = :job",
                        {":job": job.job_id, ":org": job.org_id},
                        condition="orgId = :org AND attribute_not_exists(activeJobId)",
                    ),
                    self._put(items.job_key(job.job_id), items.job_item(job)),
                ]
            )
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
        return items.job_of(item)

    def failures(self, job_id: str, *, limit: int) -> Sequence[Failure]:
        found = self._table.query(f"JOB#{job_id}", "FAILURE#", newest_first=True, limit=limit)
        return [items.failure_of(item) for item in found]

    def listed_page(self, request: PageRequest) -> ListedPage | None:
        item = self._table.get(items.listed_page_key(request))
        if item is None:
            return None
        refs = [BatchRef(request.job_id, request.platform, request.page, n) for n in range(int(item["batches"]))]
        found = {batch.ref: batch.content for batch in self._batches([items.batch_key(ref) for ref in refs])}
        return items.listed_page_of(item, request, [found[ref] for ref in refs])

    def register_page(self, page: ListedPage) -> ListedPage:
        request = page.request
        count = sum(len(batch.conversation_ids) for batch in page.batches)
        complete = page.next is None
        try:
            self._table.transact(
                [
                    self._put(items.listed_page_key(request), items.listed_page_item(page)),
                    self._table.update_op(
                        items.job_key(request.job_id),
                        "SET step = :step, platform = :platform, listingComplete = :complete, updatedAt = :now "
                        "REMOVE waitingUntil ADD listedContacts :count",
                        {
                            ":step": (Step.PROCESSING if complete else Step.FETCHING).value,
                            ":platform": request.platform.value,
                            ":complete": complete,
                            ":now": self._now(),
                            ":count": count,
                        },
                        condition="attribute_exists(PK)",
                    ),
                    *(
                        self._put(items.batch_key(ref), items.batch_item(content))
                        for ref, content in zip(items.batch_refs(page), page.batches, strict=True)
                    ),
                ]
            )
        except TransactionRefused:
            registered = self.listed_page(request)
            if registered is None:
                raise
            return registered
        return page

    def await_quota(self, job_id: str, until: datetime) -> None:
        self._table.update(
            items.job_key(job_id),
            "SET step = :step, waitingUntil = :until, updatedAt = :now",
            {":step": Step.WAITING.value, ":until": as_text(until), ":now": self._now(), **_ACTIVE_VALUES},
            condition=_ACTIVE,
        )

    def batch(self, ref: BatchRef) -> LedgerBatch:
        item = self._table.get(items.batch_key(ref))
        if item is None:
            raise NotFound("There is no such batch.")
        return items.batch_of(item)

    def settle(self, ref: BatchRef, results: Sequence[ContactResult]) -> LedgerBatch:
        now = self._now()
        outcomes = [each.outcome for each in results]
        failures = [each.failure for each in results if each.failure is not None]
        try:
            self._table.transact(
                [
                    self._table.update_op(
                        items.batch_key(ref),
                        "SET outcomes = :outcomes, reasons = :reasons, settledAt = :now",
                        {**items.settlement(results), ":now": now, ":count": len(results)},
                        condition="size(conversationIds) = :count AND attribute_not_exists(outcomes)",
                    ),
                    self._count(ref.job_id, outcomes, now),
                    *self._failures(ref.job_id, failures, f"{now}#{ref.platform}#{ref.page:06d}#{ref.batch:03d}"),
                ]
            )
        except TransactionRefused:
            settled = self.batch(ref)
            if settled.outcomes is None:
                raise
            return settled
        return replace(self.batch(ref), outcomes=outcomes)

    def open_batches(self, job_id: str) -> Iterator[LedgerBatch]:
        found = map(items.batch_of, self._table.query(f"JOB#{job_id}", "BATCH#"))
        return (batch for batch in found if batch.outcomes is None)

    def close(
        self,
        job_id: str,
        *,
        status: JobStatus,
        outcome: JobOutcome,
        token_expired: bool = False,
        failure: Failure | None = None,
    ) -> SyncJob:
        job = self.job(job_id)
        now = self._now()
        operations = [
            self._close_job(job_id, status, outcome, now, token_expired=token_expired),
            *self._failures(job_id, [failure] if failure else [], f"{now}#job"),
        ]
        release = self._release_page(job, status, now, token_expired=token_expired)
        try:
            self._table.transact([*operations, release])
        except TransactionRefused as refused:
            # The Page was disconnected or handed on in the meantime: the job still ends.
            if not refused.failed(0):
                self._table.transact(operations)
        return self.job(job_id)

    def _close_job(
        self, job_id: str, status: JobStatus, outcome: JobOutcome, now: str, *, token_expired: bool
    ) -> Any:
        return self._table.update_op(
            items.job_key(job_id),
            "SET #status = :status, outcome = :outcome, step = :step, tokenExpired = :expired, "
            "completedAt = :now, updatedAt = :now REMOVE waitingUntil",
            {
                ":status": status.value,
                ":outcome": outcome.value,
                ":step": Step.FINISHED.value,
                ":expired": token_expired,
                ":now": now,
                **_ACTIVE_VALUES,
            },
            condition=_ACTIVE,
        )

    def _release_page(self, job: SyncJob, status: JobStatus, now: str, *, token_expired: bool) -> Any:
        changes: list[str] = []
        values: dict[str, Any] = {":job": job.job_id}
        if status is JobStatus.COMPLETED:
            changes.append("lastSyncedAt = :now")
            values[":now"] = now
        if token_expired:
            changes.append("tokenExpired = :expired")
            values[":expired"] = token_expired
        setting = f"SET {', '.join(changes)} " if changes else ""
        return self._table.update_op(
            page_key(job.facebook_page_id), f"{setting}REMOVE activeJobId", values, condition="activeJobId = :job"
        )

    def _count(self, job_id: str, outcomes: Sequence[ContactOutcome], now: str) -> Any:
        tally = Counter(outcomes)
        return self._table.update_op(
            items.job_key(job_id),
            "SET updatedAt = :now ADD syncedContacts :synced, skippedContacts :skipped, failedContacts :failed",
            {
                ":now": now,
                ":synced": tally[ContactOutcome.SYNCED],
                ":skipped": tally[ContactOutcome.SKIPPED],
                ":failed": tally[ContactOutcome.FAILED],
            },
            condition="attribute_exists(PK)",
        )

    def _failures(self, job_id: str, failures: Sequence[Failure], order: str) -> list[Any]:
        return [
            self._put((f"JOB#{job_id}", f"FAILURE#{order}#{n:03d}"), items.failure_item(failure))
            for n, failure in enumerate(failures)
        ]

    def _batches(self, keys: Sequence[Key]) -> Iterator[LedgerBatch]:
        return map(items.batch_of, self._table.get_many(keys))

    def _put(self, key: Key, item: Item) -> Any:
        expires_at = int((self._clock.now() + self._retention).timestamp())
        return self._table.put_op(key, {**item, "expiresAt": expires_at})

    def _now(self) -> str:
        return as_text(self._clock.now())
