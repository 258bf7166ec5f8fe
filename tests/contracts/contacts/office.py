"""An organisation in a CRM under test, and drafts to save to it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from pagesync.domain.contact import (
    ActivityKind,
    ContactDraft,
    KnownContact,
    SaveContext,
    SaveOutcome,
    StageMove,
    Suggestion,
)
from pagesync.domain.contact_book import Contact, ContactDetail, ContactFilter
from pagesync.domain.contact_edit import ContactEdit
from pagesync.domain.conversation import Platform
from pagesync.domain.insight import Evidence, Insight, LeadStatus, Placement
from pagesync.domain.page import FacebookPageId, OrgId, PageProfile
from pagesync.domain.person_name import PersonName
from pagesync.domain.pipeline import Pipeline, Stage, StageKind
from tests import edits
from tests.contracts.crm import Crm
from tests.fakes.contacts import Activity

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SOON = NOON + timedelta(seconds=1)
LATER = NOON + timedelta(minutes=1)
SAVED, ALREADY, REJECTED = SaveOutcome.SAVED, SaveOutcome.ALREADY_SYNCED, SaveOutcome.REJECTED
EVERYBODY = ContactFilter()
MARIA = "900000001"
CREATED = Activity(ActivityKind.CONTACT_CREATED, None, None, None, None)
SOME_ID = "3f0c8a52-6f6b-4c0e-9d0c-0b8f5d2a7c11"


def new_id() -> str:
    return str(uuid.uuid4())


def sales_pipeline() -> Pipeline:
    stages = [
        Stage(new_id(), "New Lead", "Wrote for the first time."),
        Stage(new_id(), "Qualified", "Asked for a price."),
        Stage(new_id(), "Won", "Paid.", StageKind.WON),
    ]
    return Pipeline(new_id(), "Sales", stages)


@dataclass
class Office:
    """An organisation with one Page and one pipeline, new for each test."""

    crm: Crm
    org_id: OrgId = field(default_factory=lambda: OrgId(new_id()))
    page_id: FacebookPageId = field(default_factory=lambda: FacebookPageId(new_id()))
    pipeline: Pipeline = field(default_factory=sales_pipeline)

    def __post_init__(self) -> None:
        self.crm.pipelines.edit(self.org_id, lambda found: [*found, self.pipeline])
        self.crm.store.add_page(self.profile)

    @property
    def profile(self) -> PageProfile:
        return PageProfile(
            facebook_page_id=self.page_id,
            org_id=self.org_id,
            page_id=f"meta-{self.page_id[:8]}",
            name="Sunrise Coffee",
            instagram_username="sunrise",
            auto_pipeline_id=self.pipeline.pipeline_id,
        )

    def batch(self, number: int = 0, *, job_id: str | None = None, saved_at: datetime = NOON) -> SaveContext:
        job_id = job_id or new_id()
        return SaveContext(self.org_id, self.page_id, job_id, f"{job_id}:messenger:1:{number}", saved_at)

    def move(self, stage: int) -> StageMove:
        target = self.pipeline.stages[stage]
        return StageMove(self.pipeline.pipeline_id, target.stage_id, f"AI auto-assigned to {target.name} in Sales")

    def suggestion(self, stage: int = 1, **changes: object) -> Suggestion:
        suggested = Suggestion(
            code="LOW_CONFIDENCE",
            reason="Not applied because the AI is 40 % sure and this Page asks for 60 %.",
            pipeline_id=self.pipeline.pipeline_id,
            stage_id=self.stage_id(stage),
            lead_status=LeadStatus.QUALIFIED,
            lead_score=70,
            confidence=40,
        )
        return replace(suggested, **changes)  # type: ignore[arg-type]

    def stage_id(self, number: int) -> str:
        return self.pipeline.stages[number].stage_id

    def save(self, *drafts: ContactDraft, **batch: object) -> list[SaveOutcome]:
        return list(self.crm.store.save(self.batch(**batch), drafts))  # type: ignore[arg-type]

    def contacts(self, where: ContactFilter = EVERYBODY) -> list[Contact]:
        return list(self.crm.book.contacts(self.org_id, where, cursor=None, limit=200).contacts)

    def only(self) -> Contact:
        (contact,) = self.contacts()
        return contact

    def detail(self, person_id: str = MARIA) -> ContactDetail:
        return self.crm.book.contact(self.org_id, self.known(person_id).contact_id)

    def edit(self, contact_id: str, change: ContactEdit, *, at: datetime = SOON) -> ContactDetail:
        return edits.edit(self.crm.book, self.org_id, contact_id, change, at=at)

    def person_moves(self, contact_id: str, stage_id: str | None) -> None:
        self.edit(contact_id, edits.to_stage(stage_id))

    def person_renames(self, contact_id: str, name: PersonName) -> None:
        self.edit(contact_id, edits.to_name(name))

    def tag(self, contact_id: str, *names: str) -> None:
        self.edit(contact_id, ContactEdit(tags=names))

    def known(self, person_id: str = MARIA) -> KnownContact:
        return self.crm.store.known(self.org_id, self.page_id, Platform.MESSENGER, [person_id])[person_id]

    def version(self, person_id: str = MARIA) -> int:
        return self.known(person_id).version


def draft(person_id: str = MARIA, **changes: object) -> ContactDraft:
    drafted = ContactDraft(person_id, Platform.MESSENGER, PersonName("Maria", "Santos"), NOON)
    return replace(drafted, **changes)  # type: ignore[arg-type]


def insight(summary: str = "Asks for a price.", **placement: object) -> Insight:
    placed = Placement("Qualified", LeadStatus.QUALIFIED, 70, 80, "Asked what it costs.")
    evidence = [Evidence("m_1", "How much is it?")]
    return Insight(summary, replace(placed, **placement), evidence, "gemini", "2")  # type: ignore[arg-type]


@dataclass
class TwoBatches:
    """Two batches of one job that have the same person."""

    office: Office
    first: SaveContext
    second: SaveContext

    def save(self, context: SaveContext, **changes: object) -> Sequence[SaveOutcome]:
        return self.office.crm.store.save(context, [draft(**changes)])

    def state(self) -> tuple[Contact, KnownContact, list[Activity]]:
        """All there is to see of the person."""
        contact = self.office.only()
        return contact, self.office.known("900000001"), self.office.crm.activities(contact.contact_id)
