"""Sync jobs, listed pages, batches and failures as items."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pagesync.adapters.dynamodb.table import Item, Key
from pagesync.adapters.dynamodb.times import as_text, as_time
from pagesync.domain.conversation import Platform
from pagesync.domain.job import (
    BatchContent,
    BatchRef,
    ContactOutcome,
    ContactResult,
    Counts,
    Failure,
    JobOutcome,
    JobStatus,
    LedgerBatch,
    ListedPage,
    PageRequest,
    Step,
    SyncJob,
    SyncMode,
)


def job_key(job_id: str) -> Key:
    return f"JOB#{job_id}", "JOB"


def listed_page_key(request: PageRequest) -> Key:
    return f"JOB#{request.job_id}", f"PAGE#{request.platform}#{request.page:06d}"


def batch_key(ref: BatchRef) -> Key:
    return f"JOB#{ref.job_id}", f"BATCH#{ref.platform}#{ref.page:06d}#{ref.batch:03d}"


def batch_refs(page: ListedPage) -> list[BatchRef]:
    request = page.request
    return [BatchRef(request.job_id, request.platform, request.page, batch) for batch in range(len(page.batches))]


def job_item(job: SyncJob) -> Item:
    return {
        "jobId": job.job_id,
        "orgId": job.org_id,
        "facebookPageId": job.facebook_page_id,
        "mode": job.mode.value,
        "status": job.status.value,
        "step": job.step.value,
        "platform": job.platform.value,
        "listedContacts": job.counts.listed,
        "syncedContacts": job.counts.synced,
        "skippedContacts": job.counts.skipped,
        "failedContacts": job.counts.failed,
        "listingComplete": job.listing_complete,
        "tokenExpired": job.token_expired,
        "cancelRequested": job.cancel_requested,
        "createdAt": as_text(job.created_at),
        "updatedAt": as_text(job.updated_at),
        "gsi1pk": f"PAGE#{job.facebook_page_id}",
        "gsi1sk": as_text(job.created_at),
    }


def job_of(item: Item) -> SyncJob:
    return SyncJob(
        job_id=item["jobId"],
        org_id=item["orgId"],
        facebook_page_id=item["facebookPageId"],
        mode=SyncMode(item["mode"]),
        created_at=datetime.fromisoformat(item["createdAt"]),
        updated_at=datetime.fromisoformat(item["updatedAt"]),
        status=JobStatus(item["status"]),
        step=Step(item["step"]),
        platform=Platform(item["platform"]),
        counts=Counts(
            listed=int(item["listedContacts"]),
            synced=int(item["syncedContacts"]),
            skipped=int(item["skippedContacts"]),
            failed=int(item["failedContacts"]),
        ),
        listing_complete=item["listingComplete"],
        waiting_until=as_time(item.get("waitingUntil")),
        token_expired=item["tokenExpired"],
        cancel_requested=item["cancelRequested"],
        outcome=JobOutcome(item["outcome"]) if "outcome" in item else None,
        started_at=as_time(item.get("startedAt")),
        completed_at=as_time(item.get("completedAt")),
    )


def listed_page_item(page: ListedPage) -> Item:
    return {
        "batches": len(page.batches),
        "nextCursor": page.next.cursor if page.next else None,
        "nextLimit": page.next.limit if page.next else None,
    }


def listed_page_of(item: Item, request: PageRequest, batches: Sequence[BatchContent]) -> ListedPage:
    onward = None
    if "nextCursor" in item:
        onward = PageRequest(
            job_id=request.job_id,
            platform=request.platform,
            page=request.page + 1,
            cursor=item["nextCursor"],
            limit=int(item["nextLimit"]),
        )
    return ListedPage(request=request, batches=batches, next=onward)


def batch_item(content: BatchContent) -> Item:
    return {"payloadKey": content.payload_key, "conversationIds": list(content.conversation_ids)}


def batch_of(item: Item) -> LedgerBatch:
    _, platform, page, batch = item["SK"].split("#")
    return LedgerBatch(
        ref=BatchRef(item["PK"].removeprefix("JOB#"), Platform(platform), int(page), int(batch)),
        content=BatchContent(payload_key=item["payloadKey"], conversation_ids=item["conversationIds"]),
        outcomes=[ContactOutcome(each) for each in item["outcomes"]] if "outcomes" in item else None,
    )


def settlement(results: Sequence[ContactResult]) -> dict[str, Any]:
    """Values for `SET outcomes = :outcomes, reasons = :reasons`."""
    return {
        ":outcomes": [each.outcome.value for each in results],
        ":reasons": [each.reason or "" for each in results],
    }


def failure_item(failure: Failure) -> Item:
    return {
        "conversationId": failure.conversation_id,
        "stage": failure.stage,
        "code": failure.code,
        "message": failure.message,
    }


def failure_of(item: Item) -> Failure:
    return Failure(
        conversation_id=item.get("conversationId"),
        stage=item["stage"],
        code=item["code"],
        message=item["message"],
    )
