"""Payloads of the state machine, as infra/sync.asl.json passes them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field

from pagesync.adapters.telemetry import Metric
from pagesync.domain.conversation import Platform
from pagesync.domain.job import (
    BatchRef,
    ContactOutcome,
    Failure,
    FetchOutcome,
    JobStatus,
    Leg,
    PageRequest,
    SyncJob,
)
from pagesync.messages.base import Id, Message
from pagesync.use_cases.check_tokens import Checked
from pagesync.use_cases.fetch_page import Fetched
from pagesync.use_cases.process_batch import BatchTurn, Processed
from pagesync.use_cases.sweep_jobs import Swept


class FlowMessage(Message):
    """A payload of the flow. Rolled back, a release meets those of the next: what it does not know, it leaves."""

    model_config = ConfigDict(extra="ignore")


class PageRequestMessage(FlowMessage):
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
    missing: int = Field(default=0, ge=0)
    restarted: bool = False
    not_before: datetime | None = None

    def to_domain(self) -> PageRequest:
        return PageRequest(**self.model_dump())

    @classmethod
    def of(cls, request: PageRequest) -> Self:
        return cls.model_validate(request, from_attributes=True)


class BatchTurnMessage(FlowMessage):
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


class FailureMessage(FlowMessage):
    """Why a sync failed, in our words."""

    code: str
    message: str

    def to_domain(self) -> Failure:
        return Failure(conversation_id=None, stage="SYNC", code=self.code, message=self.message)


class FetchedMessage(FlowMessage):
    """What fetch_page answers the flow. `next` is what to ask for next: the same request again after a WAIT."""

    outcome: FetchOutcome
    batches: Sequence[BatchTurnMessage] = ()
    next: PageRequestMessage | None = None
    wait_seconds: int = 0
    error: FailureMessage | None = None

    def facts(self) -> dict[str, Any]:
        return {"outcome": self.outcome, "batches": len(self.batches), "waitSeconds": self.wait_seconds}

    def measures(self) -> Mapping[Metric, float]:
        return {Metric.GRAPH_WAIT_SECONDS: self.wait_seconds} if self.wait_seconds else {}

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


class ProcessedMessage(FlowMessage):
    """What process_batch answers: the tally of a settled batch, or how long to wait before its `next` turn."""

    synced: int
    skipped: int
    failed: int
    wait_seconds: int = 0
    next: BatchTurnMessage | None = None

    def facts(self) -> dict[str, Any]:
        return self.model_dump(by_alias=True, exclude={"next"})

    def measures(self) -> Mapping[Metric, float]:
        return {Metric.GEMINI_WAIT_SECONDS: self.wait_seconds} if self.wait_seconds else {}

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


class FinalizeMessage(FlowMessage):
    """How the walk ended. An execution's name, which the event of a broken one tells, begins with the job's id."""

    job_id: Annotated[str, AfterValidator(lambda name: str(UUID(name[:36])))]
    outcome: FetchOutcome
    error: FailureMessage | None = None

    def to_domain(self) -> dict[str, Any]:
        failure = self.error.to_domain() if self.error else None
        return {"job_id": self.job_id, "outcome": self.outcome, "failure": failure}


class FinalizedMessage(FlowMessage):
    job_id: Id
    status: JobStatus

    def facts(self) -> dict[str, Any]:
        return {"status": self.status}

    @classmethod
    def of(cls, job: SyncJob) -> Self:
        return cls.model_validate(job, from_attributes=True)


class MigrateMessage(FlowMessage):
    """The deployment's event; nothing in it matters."""


class MigratedMessage(FlowMessage):
    revision: str

    def facts(self) -> dict[str, Any]:
        return self.dump()


class CheckTokensMessage(FlowMessage):
    """The schedule's event; nothing in it matters."""


class CheckedMessage(FlowMessage):
    """`died` and `ending` are news; `unchecked` are asked about tomorrow."""

    pages: int
    died: int
    ending: int
    unchecked: int

    def facts(self) -> dict[str, Any]:
        return self.dump()

    def measures(self) -> Mapping[Metric, float]:
        return {Metric.TOKEN_DEATHS: self.died, Metric.TOKENS_ENDING: self.ending}

    @classmethod
    def of(cls, checked: Checked) -> Self:
        return cls.model_validate(checked, from_attributes=True)


class SweepMessage(FlowMessage):
    """The schedule's event; nothing in it matters."""


class SweptMessage(FlowMessage):
    """`closed` were stuck; `unclosed` still are, each with the kind of error."""

    open_jobs: int
    closed: Sequence[str]
    unclosed: Mapping[str, str]

    def facts(self) -> dict[str, Any]:
        return self.dump()

    def measures(self) -> Mapping[Metric, float]:
        return {Metric.STUCK_JOBS: len(self.closed) + len(self.unclosed)}

    @classmethod
    def of(cls, swept: Swept) -> Self:
        return cls.model_validate(swept, from_attributes=True)
