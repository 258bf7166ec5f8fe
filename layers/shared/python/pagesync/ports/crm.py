"""Contacts, and what an organisation has arranged for them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from pagesync.domain.contact import ContactDraft, KnownContact, SaveContext, SaveOutcome
from pagesync.domain.contact_book import ActivityPage, ContactDetail, ContactFilter, ContactPage
from pagesync.domain.contact_edit import ContactEdit, EditContext
from pagesync.domain.conversation import Platform
from pagesync.domain.organisation import Organisation
from pagesync.domain.page import FacebookPageId, OrgId, PageProfile, Playbook
from pagesync.domain.pipeline import Pipeline


class ContactStore(Protocol):
    """The CRM's rows. Everything is within one organisation."""

    def playbook(self, org_id: OrgId, facebook_page_id: FacebookPageId) -> Playbook:
        """Raises NotFound."""
        ...

    def known(
        self, org_id: OrgId, facebook_page_id: FacebookPageId, platform: Platform, person_ids: Sequence[str]
    ) -> Mapping[str, KnownContact]:
        """Those of `person_ids` (PSIDs or IGSIDs) that are contacts of this Page already."""
        ...

    def save(self, context: SaveContext, drafts: Sequence[ContactDraft]) -> Sequence[SaveOutcome]:
        """Upsert all drafts (of one platform, no person twice) in one statement, with their activities.

        One outcome a draft, in order; a row the store refuses fails alone.
        """
        ...

    def add_page(self, profile: PageProfile) -> None:
        """Create it, or renew name, and picture and Instagram name where they are told; settings stay."""
        ...

    def edit_page(
        self, org_id: OrgId, facebook_page_id: FacebookPageId, change: Callable[[PageProfile], PageProfile]
    ) -> PageProfile:
        """Replace a Page's settings by those `change` makes of them; what it raises changes nothing.

        Raises NotFound, and InvalidRequest for an auto-pipeline that is unknown or archived.
        """
        ...

    def pages(self, org_id: OrgId) -> Sequence[PageProfile]:
        """With `contact_count`, by name."""
        ...

    def erase_contacts(self, org_id: OrgId, facebook_page_id: FacebookPageId) -> bool:
        """Delete some contacts of a Page, as many as a transaction takes, with all that is theirs.

        Whether there were any.
        """
        ...


class ContactBook(Protocol):
    """Contacts as people see and change them, within one organisation. Cursors are opaque: one that is not of the
    same list is InvalidRequest.
    """

    def contacts(self, org_id: OrgId, where: ContactFilter, *, cursor: str | None, limit: int) -> ContactPage:
        """Latest interaction first."""
        ...

    def count(self, org_id: OrgId, where: ContactFilter) -> int: ...

    def contact(self, org_id: OrgId, contact_id: str) -> ContactDetail:
        """Raises NotFound."""
        ...

    def edit(self, context: EditContext, contact_id: str, edit: ContactEdit) -> ContactDetail:
        """Change a contact as `contact_edit.edited` says, with its activities, in one transaction.

        The contact as it is afterwards. Raises NotFound, Conflict VERSION_CONFLICT, and InvalidRequest for a stage
        that is unknown or archived.
        """
        ...

    def activities(self, org_id: OrgId, contact_id: str, *, cursor: str | None, limit: int) -> ActivityPage:
        """Newest first. Raises NotFound."""
        ...

    def tags(self, org_id: OrgId, *, limit: int) -> Sequence[str]:
        """Those on any contact, by name."""
        ...


class Pipelines(Protocol):
    """The sales pipelines of organisations. What is archived is told of no more, and emptied."""

    def pipelines(self, org_id: OrgId) -> Sequence[Pipeline]:
        """In the order they were made."""
        ...

    def edit(
        self,
        org_id: OrgId,
        change: Callable[[Sequence[Pipeline]], Sequence[Pipeline]],
        *,
        contacts_to: str | None = None,
    ) -> Sequence[Pipeline]:
        """Replace them by what `change` makes of them, one edit of an organisation after another.

        `change` may be called more than once; what it raises changes nothing. Stages it leaves out are archived:
        nobody enters them any more, and `move_on` brings their contacts to the stage `contacts_to`. A Page whose
        auto-pipeline is left out gets the pipeline of that stage, or none. Raises Conflict HAS_CONTACTS for stages
        that have contacts when no stage is named for them.
        """
        ...

    def is_archived(self, org_id: OrgId, pipeline_id: str, stage_id: str | None = None) -> bool:
        """Whether there was such a pipeline, or such a stage in it."""
        ...

    def contact_counts(self, org_id: OrgId) -> Mapping[str, int]:
        """By the stage they are in, be it archived."""
        ...

    def move_on(self, org_id: OrgId, *, at: datetime) -> bool:
        """Bring some contacts, as many as a transaction takes, from an archived stage to where they are to go.

        Whether there were any. Each has an activity of it; who set its stage stays. Somebody who got into a stage
        archived without a target is left without a stage.
        """
        ...


class Organisations(Protocol):
    def organisation(self, org_id: OrgId) -> Organisation:
        """The defaults for one that has not decided anything."""
        ...

    def edit(self, org_id: OrgId, change: Callable[[Organisation], Organisation]) -> Organisation:
        """As Pipelines.edit."""
        ...


class ExportFiles(Protocol):
    def write(self, *, org_id: OrgId, name: str, chunks: Iterable[bytes]) -> str:
        """A URL under which anybody who has it can download the file as `name` for a few minutes.

        The chunks are asked for one after the other and held in memory a few at a time.
        """
        ...
