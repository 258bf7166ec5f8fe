"""A contact as a sync writes it; people's side of it is in contact_book.py."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pagesync.domain.conversation import Platform
from pagesync.domain.insight import Insight, LeadStatus
from pagesync.domain.page import FacebookPageId, OrgId
from pagesync.domain.person_name import PersonName


class Actor(StrEnum):
    AI = "AI"
    HUMAN = "HUMAN"


class ActivityKind(StrEnum):
    CONTACT_CREATED = "CONTACT_CREATED"
    STAGE_CHANGED = "STAGE_CHANGED"
    SUGGESTION = "SUGGESTION"
    TAGS_CHANGED = "TAGS_CHANGED"
    NAME_CHANGED = "NAME_CHANGED"


@dataclass(frozen=True, slots=True)
class KnownContact:
    """What the store already has of somebody.

    `synced_by` names the last job that saved it, and the first batch of it that did.
    """

    contact_id: str
    person_id: str
    version: int
    pipeline_id: str | None
    stage_id: str | None
    stage_set_by: Actor | None
    synced_by: str | None
    content_hash: str | None = None
    """Fingerprint of the conversation as last analysed; None makes the next sync analyse it again."""
    last_interaction: datetime | None = None


@dataclass(frozen=True, slots=True)
class StageMove:
    """A stage to set, and the sentence its STAGE_CHANGED activity says."""

    pipeline_id: str
    stage_id: str
    note: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the analyst would do and pagesync did not; `reason` says why to people, and `code` to programs.

    `stage_id` and `pipeline_id` are None where it named no stage of the pipeline.
    """

    code: str
    reason: str
    pipeline_id: str | None
    stage_id: str | None
    lead_status: LeadStatus
    lead_score: int
    confidence: int


@dataclass(frozen=True, slots=True)
class ContactDraft:
    """One row to upsert by PSID or IGSID and Page.

    `insight` None leaves what earlier analyses said and suggested; `not_analysed` then says why there is none. With
    an insight, `suggestion` replaces the old one. `move` None leaves the pipeline place. The move is applied only
    while the stored row still has `version_read` (0: no row), so a person's edit in mid-sync wins.
    """

    person_id: str
    platform: Platform
    name: PersonName
    last_interaction: datetime | None
    insight: Insight | None = None
    is_backed: bool = True
    """Whether the insight's score and status are taken over: without evidence they are no more than suggested."""
    move: StageMove | None = None
    suggestion: Suggestion | None = None
    not_analysed: str | None = None
    version_read: int = 0
    content_hash: str | None = None


@dataclass(frozen=True, slots=True)
class SaveContext:
    """What all drafts of one save share; `synced_by` is the ledger's name of the batch."""

    org_id: OrgId
    facebook_page_id: FacebookPageId
    job_id: str
    synced_by: str
    saved_at: datetime


class SaveOutcome(StrEnum):
    SAVED = "SAVED"
    ALREADY_SYNCED = "ALREADY_SYNCED"
    """Another batch of the same job wrote this person first; what was newer now is stored."""
    REJECTED = "REJECTED"
