"""A connected Facebook Page and what its organisation wants done with its contacts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

from pagesync.domain.conversation import Platform
from pagesync.domain.pipeline import Pipeline
from pagesync.domain.token_health import TokenTrouble

OrgId = NewType("OrgId", str)
FacebookPageId = NewType("FacebookPageId", str)
"""Our id of a connected Page (UUID). Meta's own number is `page_id`, always a plain string."""


DEFAULT_CONFIDENCE_THRESHOLD = 60
"""Of 100: an analyst that is less sure only suggests."""


class UpdateMode(StrEnum):
    """What a sync may do to the pipeline place of a contact that already has one."""

    SKIP_EXISTING = "SKIP_EXISTING"
    UPDATE_EXISTING = "UPDATE_EXISTING"


@dataclass(frozen=True, slots=True)
class PageConnection:
    """How we reach a Page at Meta, and the one sync that may be active on it."""

    facebook_page_id: FacebookPageId
    org_id: OrgId
    page_id: str
    token_ciphertext: bytes
    instagram_account_id: str | None = None
    meta_user_id: str | None = None
    """Of whoever connected it, as Facebook tells our app; None where no login did."""
    token_expired: bool = False
    token_trouble: TokenTrouble | None = None
    """What the last check found; None of a token that was accepted since."""
    last_synced_at: datetime | None = None
    active_job_id: str | None = None
    latest_job_id: str | None = None
    watermarks: Mapping[Platform, datetime] = field(default_factory=dict)
    """Newest update known when the last complete walk of each platform began."""
    last_full_walks: Mapping[Platform, datetime] = field(default_factory=dict)

    @property
    def own_ids(self) -> frozenset[str]:
        """Ids under which the business itself appears among participants and senders."""
        return frozenset(filter(None, (self.page_id, self.instagram_account_id)))


@dataclass(frozen=True, slots=True)
class PageProfile:
    """What the CRM keeps of a Page: its name and settings."""

    facebook_page_id: FacebookPageId
    org_id: OrgId
    page_id: str
    name: str
    picture_url: str | None = None
    """Facebook's, and good for some weeks."""
    instagram_username: str | None = None
    auto_pipeline_id: str | None = None
    update_mode: UpdateMode = UpdateMode.SKIP_EXISTING
    confidence_threshold: int = DEFAULT_CONFIDENCE_THRESHOLD
    contact_count: int = 0


@dataclass(frozen=True, slots=True)
class Playbook:
    """All that process_batch needs to know of a Page to place its contacts.

    `pipeline` is None where auto-pipeline is off. `language`, by its English name, is that of the summaries.
    `daily_budget_nano_usd` is the organisation's own, None where it has set none.
    """

    page_name: str
    update_mode: UpdateMode = UpdateMode.SKIP_EXISTING
    pipeline: Pipeline | None = None
    confidence_threshold: int = DEFAULT_CONFIDENCE_THRESHOLD
    language: str = "English"
    daily_budget_nano_usd: int | None = None
