"""Bodies of the HTTP API, as docs/openapi.json describes them."""

from collections.abc import Sequence
from typing import Annotated, Literal, Self

from pydantic import Field

from pagesync.domain.conversation import Platform
from pagesync.domain.cost import Spend
from pagesync.domain.job import (
    Failure,
    JobOutcome,
    JobStatus,
    Step,
    SyncJob,
    SyncMode,
)
from pagesync.domain.page import PageConnection, UpdateMode
from pagesync.domain.token_health import TokenTrouble
from pagesync.messages.base import Id, Instant, Message, PageId, example, may_be_left_out
from pagesync.use_cases.read_job import History, JobReport
from pagesync.use_cases.read_pages import ConnectedPage
from pagesync.use_cases.start_sync import StartedSync


class StartSyncBody(Message):
    """`full` walks everything again; `incremental` what is new since the last complete sync."""

    model_config = example(facebookPageId="0a0b0c0d-0000-4000-8000-000000000001", mode="incremental")

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


class CostView(Message):
    """`usd` by the price table of the environment; thinking is billed as output."""

    usd: float
    input_tokens: int
    output_tokens: int
    thinking_tokens: int

    @classmethod
    def of(cls, spend: Spend) -> Self:
        usage = spend.usage
        return cls(
            usd=spend.usd,
            input_tokens=usage.input,
            output_tokens=usage.output,
            thinking_tokens=usage.thinking,
        )


class JobView(Message):
    """`totalContacts` is what is known to be there so far, and exact once `listingComplete`.

    `unanalysedContacts` are saved, and analysed by the next sync; `budgetSpent`: some of them because the
    organisation's budget of the day is spent. `retryOf`: whose failures this job reads.
    """

    job_id: Id
    facebook_page_id: PageId
    mode: SyncMode
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
    budget_spent: bool
    cost: CostView
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
            mode=job.mode,
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
            budget_spent=job.budget_spent,
            cost=CostView.of(report.spend),
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
    """`job` is null for a Page that was never synced, or so long ago that the job has expired."""

    job: JobView | None

    @classmethod
    def of(cls, report: JobReport | None) -> Self:
        return cls(job=None if report is None else JobView.of(report))


class JobsView(Message):
    """Newest first; `nextCursor` is null on the last page."""

    jobs: Sequence[JobView]
    next_cursor: str | None

    @classmethod
    def of(cls, history: History) -> Self:
        return cls(jobs=[JobView.of(each) for each in history.reports], next_cursor=history.next_cursor)


class TokenProblemView(Message):
    """`message` says what to do; `code` tells a token that is dead from one that will be."""

    code: TokenTrouble
    message: str

    @classmethod
    def of(cls, connection: PageConnection) -> Self | None:
        """A sync that was refused says only that it was."""
        trouble = connection.token_trouble or (TokenTrouble.REJECTED if connection.token_expired else None)
        return None if trouble is None else cls(code=trouble, message=trouble.advice)


class PageView(Message):
    """`activeJob` is the id of the sync under way. `tokenProblem`: why the Page must be reconnected, or soon."""

    id: Id
    page_id: str
    name: str
    picture_url: str | None
    contact_count: int
    last_synced_at: Instant | None
    token_expired: bool
    token_problem: TokenProblemView | None
    instagram_username: str | None
    auto_pipeline_id: Id | None
    update_mode: UpdateMode
    confidence_threshold: int
    active_job: Id | None

    @classmethod
    def of(cls, page: ConnectedPage) -> Self:
        profile, connection = page.profile, page.connection
        return cls(
            id=profile.facebook_page_id,
            page_id=profile.page_id,
            name=profile.name,
            picture_url=profile.picture_url,
            contact_count=profile.contact_count,
            last_synced_at=connection.last_synced_at,
            token_expired=connection.token_expired,
            token_problem=TokenProblemView.of(connection),
            instagram_username=profile.instagram_username,
            auto_pipeline_id=profile.auto_pipeline_id,
            update_mode=profile.update_mode,
            confidence_threshold=profile.confidence_threshold,
            active_job=connection.active_job_id,
        )


class EditPageBody(Message):
    """`autoPipelineId` null switches auto-pipeline off: contacts are summed up, and placed by people alone.

    The AI places a contact itself when it is at least so sure as `confidenceThreshold`, of 100, and suggests it
    otherwise. With SKIP_EXISTING whom it has placed stays there, unless a person gives the contact back to it; with
    UPDATE_EXISTING it moves contacts on. Nobody's stage is moved that a person has set.
    """

    model_config = example(
        autoPipelineId="5b9a2c1e-3f44-4b7e-9a51-0d6f8c2e7a10", updateMode="UPDATE_EXISTING", confidenceThreshold=75
    )

    auto_pipeline_id: Id | None = may_be_left_out()
    update_mode: UpdateMode = may_be_left_out()
    confidence_threshold: Annotated[int, Field(ge=0, le=100)] = may_be_left_out()


class PagesView(Message):
    pages: Sequence[PageView]

    @classmethod
    def of(cls, pages: Sequence[ConnectedPage]) -> Self:
        return cls(pages=[PageView.of(page) for page in pages])


class ErrorView(Message):
    """Every error answer; `field` names what is wrong with the request where something is, and `currentVersion` is
    that of what somebody else has changed.
    """

    success: bool = False
    code: str
    message: str
    request_id: str
    field: str | None = None
    current_version: int | None = None


class GatewayView(Message):
    """What API Gateway answers by itself, before any function is asked."""

    message: str
