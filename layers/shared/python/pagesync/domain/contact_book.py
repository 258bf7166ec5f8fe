"""Contacts as people look at them: the list and its filters, one contact in detail, and what happened to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pagesync.domain.contact import ActivityKind, Actor, Suggestion
from pagesync.domain.conversation import Platform
from pagesync.domain.insight import Evidence, LeadStatus
from pagesync.domain.page import FacebookPageId


@dataclass(frozen=True, slots=True)
class Identity:
    """A PSID on Messenger, an IGSID on Instagram."""

    platform: Platform
    person_id: str


@dataclass(frozen=True, slots=True)
class Contact:
    """A stored contact with what a list shows of it. `version` moves with everything that is written to it."""

    contact_id: str
    facebook_page_id: FacebookPageId
    messenger_psid: str | None
    instagram_sid: str | None
    first_name: str
    last_name: str
    last_interaction: datetime | None
    ai_context: str | None
    lead_score: int | None
    lead_status: LeadStatus | None
    pipeline_id: str | None
    stage_id: str | None
    stage_name: str | None
    stage_set_by: Actor | None
    confidence: int | None
    suggested_stage_id: str | None
    suggested_stage_name: str | None
    tags: Sequence[str]
    version: int
    created_at: datetime
    updated_at: datetime

    @property
    def has_messenger(self) -> bool:
        return self.messenger_psid is not None

    @property
    def has_instagram(self) -> bool:
        return self.instagram_sid is not None

    @property
    def identities(self) -> Sequence[Identity]:
        ids = {Platform.MESSENGER: self.messenger_psid, Platform.INSTAGRAM: self.instagram_sid}
        return [Identity(platform, person_id) for platform, person_id in ids.items() if person_id is not None]


@dataclass(frozen=True, slots=True)
class ContactFilter:
    """All that is set has to hold. `search` finds names by the beginnings of their words: see text.search_key.

    `interacted_after` belongs to the range, `interacted_before` does not: ranges can be put side by side.
    """

    facebook_page_id: FacebookPageId | None = None
    platform: Platform | None = None
    pipeline_id: str | None = None
    stage_id: str | None = None
    lead_status: LeadStatus | None = None
    min_score: int | None = None
    max_score: int | None = None
    tag: str | None = None
    search: str | None = None
    interacted_after: datetime | None = None
    interacted_before: datetime | None = None
    staged: bool | None = None
    suggested: bool | None = None


@dataclass(frozen=True, slots=True)
class ContactPage:
    """`next_cursor` is opaque and None on the last page."""

    contacts: Sequence[Contact]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class Analysis:
    """What the analyst last made of the conversation; without a pipeline it is only summarised."""

    summary: str
    reasoning: str | None
    confidence: int | None
    evidence: Sequence[Evidence]
    model: str
    prompt_version: str
    analysed_at: datetime


@dataclass(frozen=True, slots=True)
class OpenSuggestion(Suggestion):
    """A suggestion that nobody has acted on."""

    stage_name: str | None
    suggested_at: datetime


@dataclass(frozen=True, slots=True)
class ContactDetail(Contact):
    """`not_analysed` says why the last sync that saw news has no analysis of it."""

    name_set_by: Actor | None
    analysis: Analysis | None
    suggestion: OpenSuggestion | None
    not_analysed: str | None


@dataclass(frozen=True, slots=True)
class ContactActivity:
    """`actor` is None where the sync itself did it, and `actor_id` a person's id in the user pool."""

    activity_id: str
    kind: ActivityKind
    actor: Actor | None
    actor_id: str | None
    reason: str | None
    from_stage_id: str | None
    from_stage_name: str | None
    to_stage_id: str | None
    to_stage_name: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ActivityPage:
    """Newest first; `next_cursor` as in ContactPage."""

    activities: Sequence[ContactActivity]
    next_cursor: str | None
