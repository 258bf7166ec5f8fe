"""The shape of all that crosses a process edge: HTTP bodies and the state machine's payloads, camelCase outside."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainSerializer, WithJsonSchema
from pydantic.alias_generators import to_camel

from pagesync.domain.contact import Contact, ContactPage
from pagesync.domain.conversation import Platform
from pagesync.domain.insight import LeadStatus
from pagesync.domain.job import (
    BatchRef,
    ContactOutcome,
    Failure,
    FetchOutcome,
    JobOutcome,
    JobStatus,
    Leg,
    PageRequest,
    Step,
    SyncJob,
    SyncMode,
)
from pagesync.domain.page import FacebookPageId, UpdateMode
from pagesync.use_cases.fetch_page import Fetched
from pagesync.use_cases.process_batch import BatchTurn, Processed
from pagesync.use_cases.read_job import JobReport
from pagesync.use_cases.read_pages import ConnectedPage
from pagesync.use_cases.start_sync import StartedSync


def _utc_text(instant: datetime) -> str:
    return instant.isoformat(timespec="milliseconds").replace("+00:00", "Z")


Instant = Annotated[datetime, PlainSerializer(_utc_text, when_used="json-unless-none")]
_canonical = AfterValidator(lambda text: str(UUID(text)))
_uuid_schema = WithJsonSchema({"type": "string", "format": "uuid"})

Id = Annotated[str, _canonical, _uuid_schema]
"""A UUID in any spelling, kept in the canonical one."""

PageId = Annotated[FacebookPageId, _canonical, _uuid_schema]


class Message(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid", frozen=True)

    def dump(self) -> dict[str, Any]:
        """The JSON object that travels."""
        return self.model_dump(mode="json", by_alias=True)

    def facts(self) -> dict[str, Any]:
        """What a log may say of it: counts and outcomes, never ids of people or what they wrote."""
        return {}


class PageRequestMessage(Message):
    """Asks fetch_page for one page of the walk; a job's first request has no more than `jobId` and `limit`."""

    job_id: Id
    page: int = Field(default=1, ge=1)
    leg: Leg = Leg.FAILED
    platform: Platform = Platform.MESSENGER
    limit: int = Field(ge=1, le=100)
    cursor: str | None = None
    since: datetime | None = None
    newest: datetime | None = None
    attempt: int = Field(default=0, ge=0)
    restarted: bool = False
    not_before: datetime | None = None

    def to_domain(self) -> PageRequest:
        return PageRequest(**self.model_dump())

    @classmethod
    def of(cls, request: PageRequest) -> Self:
        return cls.model_validate(request, from_attributes=True)


class BatchTurnMessage(Message):
    """Asks process_batch for one turn of a batch."""

    job_id: Id
    page: int = Field(ge=1)
    batch: int = Field(ge=0)
    booked: bool = False
    turn: int = Field(default=1, ge=1)

    def to_domain(self) -> BatchTurn:
        return BatchTurn(BatchRef(self.job_id, self.page, self.batch), booked=self.booked, turn=self.turn)

    @classmethod
    def of(cls, turn: BatchTurn) -> Self:
        ref = turn.ref
        return cls(job_id=ref.job_id, page=ref.page, batch=ref.batch, booked=turn.booked, turn=turn.turn)


class FailureMessage(Message):
    """Why a sync failed, in our words."""

    code: str
    message: str

    def to_domain(self) -> Failure:
        return Failure(conversation_id=None, stage="SYNC", code=self.code, message=self.message)


class FetchedMessage(Message):
    """What fetch_page answers the flow. `next` is what to ask for next: the same request again after a WAIT."""

    outcome: FetchOutcome
    batches: Sequence[BatchTurnMessage] = ()
    next: PageRequestMessage | None = None
    wait_seconds: int = 0
    error: FailureMessage | None = None

    def facts(self) -> dict[str, Any]:
        return {"outcome": self.outcome, "batches": len(self.batches), "waitSeconds": self.wait_seconds}

    @classmethod
    def of(cls, fetched: Fetched) -> Self:
        page, failure = fetched.page, fetched.failure
        onward = page.next if page else fetched.retry
        return cls(
            outcome=fetched.outcome,
            batches=[
                BatchTurnMessage(job_id=page.request.job_id, page=page.request.page, batch=batch)
                for batch in range(len(page.batches))
            ]
            if page
            else [],
            next=PageRequestMessage.of(onward) if onward else None,
            wait_seconds=fetched.wait_seconds,
            error=FailureMessage(code=failure.code, message=failure.message) if failure else None,
        )


class ProcessedMessage(Message):
    """What process_batch answers: the tally of a settled batch, or how long to wait before its `next` turn."""

    synced: int
    skipped: int
    failed: int
    wait_seconds: int = 0
    next: BatchTurnMessage | None = None

    def facts(self) -> dict[str, Any]:
        return self.model_dump(by_alias=True, exclude={"next"})

    @classmethod
    def of(cls, processed: Processed) -> Self:
        outcomes = list(processed.batch.outcomes or [])
        return cls(
            synced=outcomes.count(ContactOutcome.SYNCED),
            skipped=outcomes.count(ContactOutcome.SKIPPED),
            failed=outcomes.count(ContactOutcome.FAILED),
            wait_seconds=processed.wait_seconds,
            next=BatchTurnMessage.of(processed.next) if processed.next else None,
        )


class FinalizeMessage(Message):
    """How the walk ended. An execution's name, which the event of a broken one tells, begins with the job's id."""

    job_id: Annotated[str, AfterValidator(lambda name: str(UUID(name[:36])))]
    outcome: FetchOutcome
    error: FailureMessage | None = None

    def to_domain(self) -> dict[str, Any]:
        failure = self.error.to_domain() if self.error else None
        return {"job_id": self.job_id, "outcome": self.outcome, "failure": failure}


class FinalizedMessage(Message):
    job_id: Id
    status: JobStatus

    def facts(self) -> dict[str, Any]:
        return {"status": self.status}

    @classmethod
    def of(cls, job: SyncJob) -> Self:
        return cls.model_validate(job, from_attributes=True)


class MigrateMessage(Message):
    """The deployment's event; nothing in it matters."""

    model_config = ConfigDict(extra="ignore")


class MigratedMessage(Message):
    revision: str

    def facts(self) -> dict[str, Any]:
        return self.dump()


class StartSyncBody(Message):
    """`full` walks everything again; `incremental` what is new since the last complete sync."""

    facebook_page_id: PageId
    mode: Literal[SyncMode.INCREMENTAL, SyncMode.FULL] = SyncMode.INCREMENTAL


class CancelView(Message):
    """The sync stops within seconds; its status says when it has."""

    success: bool = True
    job_id: Id
    status: JobStatus
    cancel_requested: bool

    @classmethod
    def of(cls, job: SyncJob) -> Self:
        return cls.model_validate(job, from_attributes=True)


class StartedView(Message):
    success: bool = True
    job_id: Id
    status: JobStatus
    existing: bool

    @classmethod
    def of(cls, started: StartedSync) -> Self:
        return cls(job_id=started.job.job_id, status=started.job.status, existing=started.existing)


class FailureView(Message):
    """`conversationId` is null where the whole sync failed."""

    conversation_id: str | None
    contact_name: str | None = None
    stage: str
    code: str
    message: str

    @classmethod
    def of(cls, failure: Failure) -> Self:
        return cls.model_validate(failure, from_attributes=True)


class JobView(Message):
    """`totalContacts` is what is known to be there so far, and exact once `listingComplete`.

    `unanalysedContacts` are saved, and analysed by the next sync. `retryOf`: whose failures this job reads.
    """

    job_id: Id
    facebook_page_id: PageId
    status: JobStatus
    step: Step
    platform: Platform
    listed_contacts: int
    synced_contacts: int
    skipped_contacts: int
    failed_contacts: int
    total_contacts: int
    listing_complete: bool
    unanalysed_contacts: int
    waiting_until: Instant | None
    token_expired: bool
    cancel_requested: bool
    retry_of: Id | None
    outcome: JobOutcome | None
    errors: Sequence[FailureView]
    created_at: Instant
    started_at: Instant | None
    completed_at: Instant | None
    updated_at: Instant

    @classmethod
    def of(cls, report: JobReport) -> Self:
        job, counts = report.job, report.job.counts
        return cls(
            job_id=job.job_id,
            facebook_page_id=job.facebook_page_id,
            status=job.status,
            step=job.step,
            platform=job.platform,
            listed_contacts=counts.listed,
            synced_contacts=counts.synced,
            skipped_contacts=counts.skipped,
            failed_contacts=counts.failed,
            total_contacts=counts.settled if job.status.is_final else counts.listed,
            listing_complete=job.listing_complete,
            unanalysed_contacts=job.unanalysed,
            waiting_until=job.waiting_until,
            token_expired=job.token_expired,
            cancel_requested=job.cancel_requested,
            retry_of=job.retry_of,
            outcome=job.outcome,
            errors=[FailureView.of(failure) for failure in report.failures],
            created_at=job.created_at,
            started_at=job.started_at,
            completed_at=job.completed_at,
            updated_at=job.updated_at,
        )


class LatestJobView(Message):
    """`job` is null for a Page that was never synced."""

    job: JobView | None

    @classmethod
    def of(cls, report: JobReport | None) -> Self:
        return cls(job=None if report is None else JobView.of(report))


class PageView(Message):
    """`activeJob` is the id of the sync under way."""

    id: Id
    page_id: str
    name: str
    contact_count: int
    last_synced_at: Instant | None
    token_expired: bool
    instagram_username: str | None
    auto_pipeline_id: Id | None
    update_mode: UpdateMode
    active_job: Id | None

    @classmethod
    def of(cls, page: ConnectedPage) -> Self:
        profile, connection = page.profile, page.connection
        return cls(
            id=profile.facebook_page_id,
            page_id=profile.page_id,
            name=profile.name,
            contact_count=profile.contact_count,
            last_synced_at=connection.last_synced_at,
            token_expired=connection.token_expired,
            instagram_username=profile.instagram_username,
            auto_pipeline_id=profile.auto_pipeline_id,
            update_mode=profile.update_mode,
            active_job=connection.active_job_id,
        )


class PagesView(Message):
    pages: Sequence[PageView]

    @classmethod
    def of(cls, pages: Sequence[ConnectedPage]) -> Self:
        return cls(pages=[PageView.of(page) for page in pages])


class ContactView(Message):
    """`aiContext` is the AI's summary; null until an analysis succeeded."""

    id: Id
    facebook_page_id: PageId
    messenger_psid: str | None = Field(alias="messengerPSID")
    instagram_sid: str | None = Field(alias="instagramSID")
    has_messenger: bool
    has_instagram: bool
    first_name: str
    last_name: str
    last_interaction: Instant | None
    ai_context: str | None
    lead_score: int | None
    lead_status: LeadStatus | None
    pipeline_id: Id | None
    stage_id: Id | None
    stage_name: str | None
    tags: Sequence[str]
    created_at: Instant
    updated_at: Instant

    @classmethod
    def of(cls, contact: Contact) -> Self:
        own = {name: getattr(contact, name) for name in cls.model_fields.keys() & _CONTACT_FIELDS}
        return cls(
            id=contact.contact_id,
            has_messenger=contact.messenger_psid is not None,
            has_instagram=contact.instagram_sid is not None,
            **own,
        )


_CONTACT_FIELDS = set(Contact.__dataclass_fields__)


class ContactsView(Message):
    contacts: Sequence[ContactView]
    next_cursor: str | None

    @classmethod
    def of(cls, page: ContactPage) -> Self:
        return cls(contacts=[ContactView.of(each) for each in page.contacts], next_cursor=page.next_cursor)


class CountView(Message):
    count: int


class ErrorView(Message):
    """Every error answer; `field` names what is wrong with the request where something is."""

    success: bool = False
    code: str
    message: str
    request_id: str
    field: str | None = None
