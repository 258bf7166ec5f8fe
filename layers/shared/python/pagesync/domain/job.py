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
    """RETRY walks nothing but the conversations that failed in an earlier job."""

    INCREMENTAL = "incremental"
    FULL = "full"
    RETRY = "retry"


class Leg(StrEnum):
    """A part of a job's walk: what failed before by id, a list from its newest, the head of that list again."""

    FAILED = "failed"
    LIST = "list"
    HEAD = "head"


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


CANCELLED = "CANCELLED"
"""Reason of a lead that was skipped because its job was cancelled first."""

NOT_ANALYSED = "NOT_ANALYSED_"
"""Begins the reason of a contact saved without the analysis it should have."""

BUDGET_SPENT = f"{NOT_ANALYSED}BUDGET_SPENT"
"""Reason of a contact whose organisation has spent the day's budget for analyses."""


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
    platform: Platform = Platform.MESSENGER


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
    retry_of: str | None = None
    """The job whose failures a RETRY job reads again."""
    abandoned: Sequence[Platform] = ()
    """Platforms whose walk ended unfinished."""
    unanalysed: int = 0
    """Contacts saved whose analysis is postponed to the next sync."""
    budget_spent: bool = False
    """Whether any was postponed because the organisation's budget of the day is spent."""


@dataclass(frozen=True, slots=True)
class JobPage:
    """`next_cursor` is opaque and None on the last page."""

    jobs: Sequence[SyncJob]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class BatchRef:
    """Names one batch of a job: the nth slice of a listed page."""

    job_id: str
    page: int
    batch: int


@dataclass(frozen=True, slots=True)
class BatchContent:
    """What a batch holds: how to find its leads, and the conversations they are in, one entry a lead."""

    payload_key: str
    conversation_ids: Sequence[str]
    platform: Platform = Platform.MESSENGER
    reread: bool = False
    """Whether these had failed before: what does not fail again is forgotten."""


@dataclass(frozen=True, slots=True)
class LedgerBatch:
    """`outcomes` is None until the batch is settled, which happens once."""

    ref: BatchRef
    content: BatchContent
    outcomes: Sequence[ContactOutcome] | None = None


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Asks for one page of the walk; `page` counts from 1 over the whole job.

    `since`: conversations last updated then or before are not wanted, and end the leg.
    `newest`: the newest update seen when the leg began. `attempt` counts tries that met trouble, `missing` those of
    them that Facebook answered with "not there". `restarted` says that the leg's cursor was lost once already,
    `not_before` when Facebook may be asked again.
    """

    job_id: str
    page: int
    leg: Leg
    platform: Platform
    limit: int
    cursor: str | None = None
    since: datetime | None = None
    newest: datetime | None = None
    attempt: int = 0
    missing: int = 0
    restarted: bool = False
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class ListedPage:
    """A page as the ledger registered it; `next` is None on the job's last page.

    `newest` is the newest update known when its leg began.
    """

    request: PageRequest
    batches: Sequence[BatchContent]
    next: PageRequest | None
    newest: datetime | None = None


@dataclass(frozen=True, slots=True)
class FailedBefore:
    """Conversations to read again, a page of them; `next_cursor` is None on the last."""

    conversation_ids: Sequence[str]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class ContactResult:
    """What became of one lead; `failure` goes with FAILED, `reason` with one skipped or saved unanalysed."""

    outcome: ContactOutcome
    reason: str | None = None
    failure: Failure | None = None

    @property
    def is_mended(self) -> bool:
        """Whether a conversation that had failed before needs no more reading."""
        return self.failure is None and self.reason != CANCELLED

    @property
    def is_unanalysed(self) -> bool:
        """Whether the contact is saved and its analysis postponed to the next sync."""
        return (self.reason or "").startswith(NOT_ANALYSED)
