"""The ledger's transactions, written down: what changes together when a job opens, lists, settles and closes."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from pagesync.adapters.dynamodb import items
from pagesync.adapters.dynamodb.pages import look_back_of, page_key
from pagesync.adapters.dynamodb.table import Item, Key, Table
from pagesync.adapters.dynamodb.times import as_text
from pagesync.domain.conversation import Platform
from pagesync.domain.job import (
    BUDGET_SPENT,
    ContactOutcome,
    ContactResult,
    Failure,
    JobOutcome,
    JobStatus,
    LedgerBatch,
    Leg,
    ListedPage,
    Step,
    SyncJob,
    SyncMode,
)
from pagesync.domain.page import FacebookPageId
from pagesync.ports import Clock


class Entries:
    """`retention` is how long a job and its account are kept."""

    active = "#status IN (:pending, :inProgress)"

    def __init__(self, table: Table, clock: Clock, *, retention: timedelta) -> None:
        self._table = table
        self._clock = clock
        self._retention = retention

    def active_values(self, values: Mapping[str, Any]) -> Item:
        """`values` with those that `active` and `updatedAt = :now` need."""
        statuses = {":pending": JobStatus.PENDING.value, ":inProgress": JobStatus.IN_PROGRESS.value}
        return {":now": self.now(), **statuses, **values}

    def opening(self, job: SyncJob) -> list[Any]:
        """The Page is the caller's and free; now it is this job's."""
        lock = self._table.update_op(
            page_key(job.facebook_page_id),
            "SET activeJobId = :job, latestJobId = :job",
            {":job": job.job_id, ":org": job.org_id},
            condition="orgId = :org AND attribute_not_exists(activeJobId)",
        )
        return [lock, self._put(items.job_key(job.job_id), items.job_item(job))]

    def listing(self, page: ListedPage) -> list[Any]:
        """A page, its batches, and how many it lists."""
        request, complete = page.request, page.next is None
        setting = "SET step = :step, platform = :platform, listingComplete = :complete, updatedAt = :now"
        values: Item = {
            ":step": (Step.PROCESSING if complete else Step.FETCHING).value,
            ":platform": request.platform.value,
            ":complete": complete,
            ":count": sum(len(batch.conversation_ids) for batch in page.batches),
        }
        if request.leg is Leg.LIST and page.newest is not None:
            setting += f", {request.platform}Newest = if_not_exists({request.platform}Newest, :newest)"
            values[":newest"] = as_text(page.newest)
        refs = items.batch_refs(request, len(page.batches))
        return [
            self._put(items.listed_page_key(request), items.listed_page_item(page)),
            self._update_active(request.job_id, f"{setting} REMOVE waitingUntil ADD listedContacts :count", values),
            *(
                self._put(items.batch_key(ref), items.batch_item(content))
                for ref, content in zip(refs, page.batches, strict=True)
            ),
        ]

    def abandonment(self, job_id: str, platform: Platform, failure: Failure) -> list[Any]:
        """One platform's walk ends unfinished, and why."""
        setting = f"SET {platform}Abandoned = :abandoned, updatedAt = :now"
        order = f"{self.now()}#{platform}"
        return [
            self._table.update_op(
                items.job_key(job_id),
                setting,
                self.active_values({":abandoned": True}),
                condition=f"{self.active} AND attribute_not_exists({platform}Abandoned)",
            ),
            *self._failures(job_id, [failure], order),
        ]

    def settlement(
        self, batch: LedgerBatch, results: Sequence[ContactResult], facebook_page_id: FacebookPageId
    ) -> list[Any]:
        """Each outcome, the counters, the failures, and what the Page's next sync reads again."""
        ref, now = batch.ref, self.now()
        outcomes = self._table.update_op(
            items.batch_key(ref),
            "SET outcomes = :outcomes, reasons = :reasons, settledAt = :now",
            {**items.settlement(results), ":now": now, ":count": len(results)},
            condition="size(conversationIds) = :count AND attribute_not_exists(outcomes)",
        )
        failures = [each.failure for each in results if each.failure is not None]
        return [
            outcomes,
            self._count(ref.job_id, results),
            *self._failures(ref.job_id, failures, f"{now}#{ref.page:06d}#{ref.batch:03d}"),
            *self._remembered(batch, results, facebook_page_id),
        ]

    def closing(
        self,
        job_id: str,
        listed: int,
        status: JobStatus,
        outcome: JobOutcome,
        failure: Failure | None,
        *,
        token_expired: bool,
        now: str,
    ) -> list[Any]:
        """The job's terminal state, and why it failed if it did."""
        values = {
            ":status": status.value,
            ":outcome": outcome.value,
            ":step": Step.FINISHED.value,
            ":expired": token_expired,
            ":now": now,
            ":listed": listed,
        }
        setting = (
            "SET #status = :status, outcome = :outcome, step = :step, tokenExpired = :expired, "
            "completedAt = :now, updatedAt = :now REMOVE waitingUntil, openSince"
        )
        why = [failure] if failure else []
        return [
            self._table.update_op(
                items.job_key(job_id),
                setting,
                self.active_values(values),
                condition=f"{self.active} AND listedContacts = :listed",
            ),
            *self._failures(job_id, why, f"{now}#job"),
        ]

    def release(self, job: Item, page: Item, status: JobStatus, full_walks: Sequence[Platform], *, now: str) -> Any:
        """The Page is free again, and knows how far it was walked, or is to be: `page` as it was read for that."""
        facts: Item = {}
        if status is JobStatus.COMPLETED and job["mode"] != SyncMode.RETRY:
            facts = {"lastSyncedAt": now, **_walked(job, page, full_walks)}
        # Postponed analyses are made up for by walking everything: what is unchanged and analysed costs nothing.
        stale = [f"{platform}FullWalkAt" for platform in Platform] if job["unanalysedContacts"] else []
        facts = {name: value for name, value in facts.items() if name not in stale}
        setting = f"SET {', '.join(f'{name} = :{name}' for name in facts)} " if facts else ""
        wishes = {name: page.get(name) for name in map(look_back_of, Platform)}
        unchanged = [f"{name} = :{name}" if at else f"attribute_not_exists({name})" for name, at in wishes.items()]
        met = {name: at for name, at in wishes.items() if at}
        return self._table.update_op(
            page_key(job["facebookPageId"]),
            f"{setting}REMOVE {', '.join(['activeJobId', *stale, *met])}",
            {":job": job["jobId"], **{f":{name}": value for name, value in (facts | met).items()}},
            condition=" AND ".join(["activeJobId = :job", *unchanged]),
        )

    def _count(self, job_id: str, results: Sequence[ContactResult]) -> Any:
        tally = Counter(each.outcome for each in results)
        is_spent = any(each.reason == BUDGET_SPENT for each in results)
        return self._update_active(
            job_id,
            f"SET updatedAt = :now{', budgetSpent = :spent' if is_spent else ''} ADD syncedContacts :synced, "
            "skippedContacts :skipped, failedContacts :failed, unanalysedContacts :unanalysed",
            ({":spent": True} if is_spent else {})
            | {
                ":synced": tally[ContactOutcome.SYNCED],
                ":skipped": tally[ContactOutcome.SKIPPED],
                ":failed": tally[ContactOutcome.FAILED],
                ":unanalysed": sum(each.is_unanalysed for each in results),
            },
        )

    def _remembered(
        self, batch: LedgerBatch, results: Sequence[ContactResult], facebook_page_id: FacebookPageId
    ) -> list[Any]:
        content = batch.content
        failed = {
            conversation_id: each.failure.code
            for conversation_id, each in zip(content.conversation_ids, results, strict=True)
            if each.failure is not None
        }
        read = zip(content.conversation_ids, results, strict=True) if content.reread else ()
        # Of two participants of a conversation, one may have failed: a transaction writes an item once.
        mended = {conversation_id for conversation_id, each in read if each.is_mended} - failed.keys()

        def key(conversation_id: str) -> Key:
            return items.failed_key(facebook_page_id, content.platform, conversation_id)

        return [
            *(
                self._table.replace_op(
                    key(conversation_id),
                    self._kept(
                        {
                            "conversationId": conversation_id,
                            "platform": content.platform.value,
                            "jobId": batch.ref.job_id,
                            "code": code,
                        }
                    ),
                )
                for conversation_id, code in failed.items()
            ),
            *(self._table.delete_op(key(conversation_id)) for conversation_id in sorted(mended)),
        ]

    def _failures(self, job_id: str, failures: Sequence[Failure], order: str) -> list[Any]:
        return [
            self._put((f"JOB#{job_id}", f"FAILURE#{order}#{n:03d}"), items.failure_item(failure))
            for n, failure in enumerate(failures)
        ]

    def _update_active(self, job_id: str, setting: str, values: Mapping[str, Any]) -> Any:
        return self._table.update_op(
            items.job_key(job_id), setting, self.active_values(values), condition=self.active
        )

    def _put(self, key: Key, item: Item) -> Any:
        return self._table.put_op(key, self._kept(item))

    def _kept(self, item: Item) -> Item:
        return {**item, "expiresAt": int((self._clock.now() + self._retention).timestamp())}

    def now(self) -> str:
        return as_text(self._clock.now())


def _walked(job: Item, page: Item, full_walks: Sequence[Platform]) -> Item:
    """Watermarks and dates of the platforms that were walked to where they were meant to end."""
    done = [platform for platform in Platform if f"{platform}Newest" in job and f"{platform}Abandoned" not in job]
    newest = {platform: job[f"{platform}Newest"] for platform in done}
    # As text they sort as they are in time.
    watermarks = {f"{each}Watermark": min(at, page.get(look_back_of(each), at)) for each, at in newest.items()}
    return watermarks | {f"{platform}FullWalkAt": job["createdAt"] for platform in done if platform in full_walks}
