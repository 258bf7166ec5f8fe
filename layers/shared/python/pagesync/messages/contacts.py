"""Bodies and queries of the routes over contacts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import AliasChoices, AwareDatetime, BeforeValidator, Field

from pagesync.domain.contact import ActivityKind, Actor
from pagesync.domain.contact_book import (
    ActivityPage,
    Contact,
    ContactFilter,
    ContactPage,
)
from pagesync.domain.contact_edit import LONGEST_TAG, ContactEdit, StageChoice
from pagesync.domain.conversation import Platform
from pagesync.domain.errors import InvalidRequest
from pagesync.domain.insight import LeadStatus
from pagesync.domain.person_name import MAX_PART_CHARACTERS
from pagesync.messages.base import Id, Instant, Message, PageId, examples
from pagesync.use_cases.export_contacts import Exported

MOST_GIVEN_TAGS = 200
"""Of a body, before they are compared: fifty of them may be different."""


def _no_number(given: object) -> object:
    """Pydantic would take it for seconds, or for milliseconds if it is large."""
    if isinstance(given, str) and ":" not in given:
        raise ValueError("Give a time such as 2026-03-01T00:00:00Z")
    return given


Score = Annotated[int, Field(ge=0, le=100)]
Time = Annotated[AwareDatetime, BeforeValidator(_no_number)]
NamePart = Annotated[str, Field(max_length=MAX_PART_CHARACTERS)]


class ContactQuery(Message):
    """All that is given has to hold. `q` finds contacts whose name has words that begin so, in any case and with or
    without accents; `interactedAfter` is included, `interactedBefore` is not. `staged`: in any stage,
    or in none.
    """

    facebook_page_id: PageId | None = None
    platform: Platform | None = None
    pipeline_id: Id | None = None
    stage_id: Id | None = None
    lead_status: LeadStatus | None = None
    min_score: Score | None = None
    max_score: Score | None = None
    tag: Annotated[str, Field(min_length=1, max_length=LONGEST_TAG)] | None = None
    q: Annotated[str, Field(max_length=100)] | None = None
    interacted_after: Time | None = None
    interacted_before: Time | None = None
    staged: bool | None = None
    suggested: bool | None = None

    def to_domain(self) -> ContactFilter:
        """Raises InvalidRequest for a range that ends before it begins."""
        _check_range(self.min_score, self.max_score, field="minScore")
        _check_range(self.interacted_after, self.interacted_before, field="interactedAfter")
        return ContactFilter(search=(self.q or "").strip() or None, **self.model_dump(exclude={"q"}))


class ContactEditBody(Message):
    """What is left out stays as it is. `stageId` null takes the contact out of its pipeline. `version` is the one
    you have seen: somebody else's change in the meantime is then not overwritten. `aiManaged` gives stage and name
    back to the AI, and asks for a new analysis by the next sync.
    """

    model_config = examples(
        {
            "version": 3,
            "firstName": "Maria",
            "lastName": "Silva",
            "stageId": "e1c7d9f2-8a36-4d0b-b7c4-62f3a9518d21",
            "tags": ["Wholesale", "Trade fair"],
        },
        {"aiManaged": True},
    )

    version: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None
    first_name: NamePart | None = None
    last_name: NamePart | None = None
    stage_id: Id | None = None
    tags: Annotated[Sequence[str], Field(max_length=MOST_GIVEN_TAGS)] | None = None
    ai_managed: Literal[True] | None = None

    def to_domain(self) -> ContactEdit:
        return ContactEdit(
            version=self.version,
            first_name=self.first_name,
            last_name=self.last_name,
            stage=StageChoice(self.stage_id) if "stage_id" in self.model_fields_set else None,
            tags=self.tags,
            ai_managed=bool(self.ai_managed),
        )


class ContactView(Message):
    """`aiContext` is the AI's summary, null until an analysis succeeded; `confidence` is the AI's in its opinion.
    `leadScore` and `leadStatus` are only those that the customer's own words back. `suggestedStageId`: a stage that
    the AI would choose and did not. `version` moves with everything that is written to the contact.
    """

    id: Id = Field(validation_alias=AliasChoices("id", "contact_id"))
    facebook_page_id: PageId
    messenger_psid: str | None = Field(alias="messengerPSID")
    instagram_sid: str | None = Field(alias="instagramSID")
    has_messenger: bool
    has_instagram: bool
    first_name: str
    last_name: str
    last_interaction: Instant | None
    ai_context: str | None
    lead_score: Score | None
    lead_status: LeadStatus | None
    pipeline_id: Id | None
    stage_id: Id | None
    stage_name: str | None
    stage_set_by: Actor | None
    confidence: Score | None
    suggested_stage_id: Id | None
    suggested_stage_name: str | None
    tags: Sequence[str]
    version: int
    created_at: Instant
    updated_at: Instant

    @classmethod
    def of(cls, contact: Contact) -> Self:
        return cls.model_validate(contact, from_attributes=True)


class ContactsView(Message):
    """`nextCursor` asks for the next page, with the same filters; null on the last."""

    contacts: Sequence[ContactView]
    next_cursor: str | None

    @classmethod
    def of(cls, page: ContactPage) -> Self:
        return cls.model_validate(page, from_attributes=True)


class CountView(Message):
    count: int


class IdentityView(Message):
    """A PSID on Messenger, an IGSID on Instagram."""

    platform: Platform
    person_id: str


class EvidenceView(Message):
    """What the customer wrote, word for word."""

    message_id: str
    quote: str


class AnalysisView(Message):
    """`reasoning` and `confidence` are null where there was no pipeline to choose a stage from."""

    summary: str
    reasoning: str | None
    confidence: Score | None
    evidence: Sequence[EvidenceView]
    model: str
    prompt_version: str
    analysed_at: Instant


class SuggestionView(Message):
    """What the AI would do and did not; `reason` says why to people, `code` to programs."""

    stage_id: Id | None
    stage_name: str | None
    pipeline_id: Id | None
    lead_score: Score
    lead_status: LeadStatus
    confidence: Score
    code: str
    reason: str
    suggested_at: Instant


class ContactDetailView(ContactView):
    """`notAnalysed` says why the last sync that saw news has no analysis of it."""

    name_set_by: Actor | None
    identities: Sequence[IdentityView]
    analysis: AnalysisView | None
    suggestion: SuggestionView | None
    not_analysed: str | None


class ActivityView(Message):
    """`actor` SYNC: it came with the sync itself. `toStageId` of a SUGGESTION is the stage suggested."""

    id: Id = Field(validation_alias=AliasChoices("id", "activity_id"))
    kind: ActivityKind
    actor: Annotated[Literal["AI", "HUMAN", "SYNC"], BeforeValidator(lambda actor: actor or "SYNC")]
    reason: str | None
    from_stage_id: Id | None
    from_stage_name: str | None
    to_stage_id: Id | None
    to_stage_name: str | None
    created_at: Instant


class ActivitiesView(Message):
    """Newest first."""

    activities: Sequence[ActivityView]
    next_cursor: str | None

    @classmethod
    def of(cls, page: ActivityPage) -> Self:
        return cls.model_validate(page, from_attributes=True)


class ExportView(Message):
    """A CSV file (UTF-8, RFC 4180) that `url` downloads for five minutes. A cell that a spreadsheet would run as a
    formula begins with a '. Ids have more digits than a spreadsheet's numbers: import their columns as text.
    `nextCursor` asks for the next file, with the same filters; null after the last.
    """

    url: str
    contact_count: int
    next_cursor: str | None

    @classmethod
    def of(cls, exported: Exported) -> Self:
        return cls.model_validate(exported, from_attributes=True)


class TagsView(Message):
    """By name."""

    tags: Sequence[str]


def _check_range(start: int | datetime | None, end: int | datetime | None, *, field: str) -> None:
    if start is not None and end is not None and start > end:  # type: ignore[operator]
        raise InvalidRequest("This range ends before it begins.", field=field)
