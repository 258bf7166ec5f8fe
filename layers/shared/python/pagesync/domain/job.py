"""A sync job, its counters, and the outcomes its ledger records."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pagesync.domain.conversation import Platform
from pagesync.domain.page import FacebookPageId, OrgId


class JobStatus(StrEnum):
    PENDING = "PENDING"
    IN_PROGRESS = "IN_PROGRESS"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"

    @property
    def is_final(self) -> bool:
        return self not in (JobStatus.PENDING, JobStatus.IN_PROGRESS)


class Step(StrEnum):
    """What the job is doing now, for people to read."""

    QUEUED = "QUEUED"
    FETCHING = "FETCHING"
    PROCESSING = "PROCESSING"
    WAITING = "WAITING"
    FINISHED = "FINISHED"


class SyncMode(StrEnum):
    INCREMENTAL = "incremental"
    FULL = "full"


class FetchOutcome(StrEnum):
    """What the flow routes on. These are values, not exceptions: batches in flight go on whatever a fetch says."""

    PAGE = "PAGE"
    WAIT = "WAIT"
    END = "END"
    CANCELLED = "CANCELLED"
    TOKEN_EXPIRED = "TOKEN_EXPIRED"
    FAILED = "FAILED"


class JobOutcome(StrEnum):
    """How far a finished job got."""

    FULL = "full"
    PARTIAL = "partial"
    CANCELLED = "cancelled"
    TOKEN_EXPIRED = "tokenExpired"
    FAILED = "failed"


class ContactOutcome(StrEnum):
    SYNCED = "SYNCED"
    SKIPPED = "SKIPPED"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class Counts:
    """`listed` counts participants found; the others what became of them."""

    listed: int = 0
    synced: int = 0
    skipped: int = 0
    failed: int = 0

    @property
    def settled(self) -> int:
        return self.synced + self.skipped + self.failed


@dataclass(frozen=True, slots=True)
class Failure:
    """`conversation_id` is None where the whole job failed; `message` says what to do, and quotes nobody."""

    conversation_id: str | None
    stage: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class SyncJob:
    job_id: str
    org_id: OrgId
    facebook_page_id: FacebookPageId
    mode: SyncMode
    created_at: datetime
    updated_at: datetime
    status: JobStatus = JobStatus.PENDING
    step: Step = Step.QUEUED
    platform: Platform = Platform.MESSENGER
    counts: Counts = Counts()
    listing_complete: bool = False
    waiting_until: datetime | None = None
    token_expired: bool = False
    cancel_requested: bool = False
    outcome: JobOutcome | None = None
    started_at: datetime | None = None
    completed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class BatchRef:
    """Names one batch of a job: the nth slice of a listed page."""

    job_id: str
    platform: Platform
    page: int
    batch: int


@dataclass(frozen=True, slots=True)
class BatchContent:
    """What a batch holds: how to find its leads, and the conversations they are in, one entry a lead."""

    payload_key: str
    conversation_ids: Sequence[str]


@dataclass(frozen=True, slots=True)
class LedgerBatch:
    """`outcomes` is None until the batch is settled, which happens once."""

    ref: BatchRef
    content: BatchContent
    outcomes: Sequence[ContactOutcome] | None = None


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Asks for one page of the list; `page` counts from 1 within a platform."""

    job_id: str
    platform: Platform
    page: int
    cursor: str | None
    limit: int


@dataclass(frozen=True, slots=True)
class ListedPage:
    """A page as the ledger registered it; `next` is None on the last page."""

    request: PageRequest
    batches: Sequence[BatchContent]
    next: PageRequest | None


@dataclass(frozen=True, slots=True)
class ContactResult:
    """What became of one lead; `failure` goes with FAILED, `reason` with SKIPPED."""

    outcome: ContactOutcome
    reason: str | None = None
    failure: Failure | None = None
