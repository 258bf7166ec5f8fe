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
    Leg,
    ListedPage,
    PageRequest,
    Step,
    SyncJob,
    SyncMode,
)
from pagesync.domain.page import FacebookPageId


def job_key(job_id: str) -> Key:
    return f"JOB#{job_id}", "JOB"


def listed_page_key(request: PageRequest) -> Key:
    return f"JOB#{request.job_id}", f"PAGE#{request.page:06d}"


def batch_key(ref: BatchRef) -> Key:
    return f"JOB#{ref.job_id}", f"BATCH#{ref.page:06d}#{ref.batch:03d}"


def failed_key(facebook_page_id: FacebookPageId, platform: Platform, conversation_id: str) -> Key:
    return f"PAGE#{facebook_page_id}", f"FAILED#{platform}#{conversation_id}"


def batch_refs(request: PageRequest, count: int) -> list[BatchRef]:
    return [BatchRef(request.job_id, request.page, batch) for batch in range(count)]


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
        "retryOf": job.retry_of,
        "unanalysedContacts": job.unanalysed,
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
        retry_of=item.get("retryOf"),
        abandoned=tuple(platform for platform in Platform if f"{platform}Abandoned" in item),
        unanalysed=int(item["unanalysedContacts"]),
        budget_spent=item.get("budgetSpent", False),
    )


def listed_page_item(page: ListedPage) -> Item:
    return {
        "batches": len(page.batches),
        "newest": page.newest and as_text(page.newest),
        "next": None if page.next is None else _request_item(page.next),
    }


def listed_page_of(item: Item, request: PageRequest, batches: Sequence[BatchContent]) -> ListedPage:
    return ListedPage(
        request=request,
        batches=batches,
        next=_request_of(item["next"], request.job_id) if "next" in item else None,
        newest=as_time(item.get("newest")),
    )


def _request_item(request: PageRequest) -> Item:
    return {
        "page": request.page,
        "leg": request.leg.value,
        "platform": request.platform.value,
        "limit": request.limit,
        "cursor": request.cursor,
        "since": request.since and as_text(request.since),
        "newest": request.newest and as_text(request.newest),
        "restarted": request.restarted,
        "notBefore": request.not_before and as_text(request.not_before),
    }


def _request_of(item: Item, job_id: str) -> PageRequest:
    return PageRequest(
        job_id=job_id,
        page=int(item["page"]),
        leg=Leg(item["leg"]),
        platform=Platform(item["platform"]),
        limit=int(item["limit"]),
        cursor=item["cursor"],
        since=as_time(item["since"]),
        newest=as_time(item["newest"]),
        restarted=item["restarted"],
        not_before=as_time(item["notBefore"]),
    )


def batch_item(content: BatchContent) -> Item:
    return {
        "payloadKey": content.payload_key,
        "conversationIds": list(content.conversation_ids),
        "platform": content.platform.value,
        "reread": content.reread,
    }


def batch_of(item: Item) -> LedgerBatch:
    _, page, batch = item["SK"].split("#")
    return LedgerBatch(
        ref=BatchRef(item["PK"].removeprefix("JOB#"), int(page), int(batch)),
        content=BatchContent(
            payload_key=item["payloadKey"],
            conversation_ids=item["conversationIds"],
            platform=Platform(item["platform"]),
            reread=item["reread"],
        ),
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
        "platform": failure.platform.value,
    }


def failure_of(item: Item) -> Failure:
    return Failure(
        conversation_id=item.get("conversationId"),
        stage=item["stage"],
        code=item["code"],
        message=item["message"],
        platform=Platform(item["platform"]),
    )
