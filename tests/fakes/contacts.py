"""The CRM in memory, with what a person or a deletion may do to it between two saves."""

import threading
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from pagesync.adapters.postgres.paging import Position, decode, encode
from pagesync.domain.contact import (
    ActivityKind,
    Actor,
    Contact,
    ContactDraft,
    ContactFilter,
    ContactPage,
    KnownContact,
    SaveContext,
    SaveOutcome,
    StageMove,
)
from pagesync.domain.conversation import Platform
from pagesync.domain.errors import Conflict, InvalidRequest, NotFound
from pagesync.domain.insight import Insight
from pagesync.domain.organisation import Organisation
from pagesync.domain.page import FacebookPageId, OrgId, PageProfile, Playbook
from pagesync.domain.person_name import PersonName
from pagesync.domain.pipeline import Pipeline
from pagesync.domain.text import fold

LONGEST_PERSON_ID = 64
LONGEST_NAME = 200
LONGEST_HASH = 64


class Activity(NamedTuple):
    kind: str
    actor: str | None
    note: str | None
    from_stage_id: str | None
    to_stage_id: str | None


@dataclass
class Row:
    """A contact with what only the store knows of it."""

    contact: Contact
    org_id: OrgId
    version: int
    synced_job_id: str
    synced_by: str
    content_hash: str | None = None
    stage_set_by: Actor | None = None
    stage_job_id: str | None = None
    name_is_a_persons: bool = False
    activities: dict[str, Activity] = field(default_factory=dict)


class InMemoryContacts:
    def __init__(self) -> None:
        self.lock = threading.RLock()
        self._pages: dict[FacebookPageId, PageProfile] = {}
        self.stored_organisations: dict[OrgId, Organisation] = {}
        self.stored_pipelines: dict[str, tuple[OrgId, Pipeline]] = {}
        self.archived: set[str] = set()
        """Ids of pipelines and stages."""
        self._people: dict[tuple[FacebookPageId, Platform, str], Row] = {}
        self._tags: dict[str, set[str]] = {}

    def playbook(self, org_id: OrgId, facebook_page_id: FacebookPageId) -> Playbook:
        page = self._page(org_id, facebook_page_id)
        organisation = self.stored_organisations.get(org_id, Organisation())
        auto = (each for each in self.pipelines_of(org_id) if each.pipeline_id == page.auto_pipeline_id)
        return Playbook(
            page_name=page.name,
            update_mode=page.update_mode,
            pipeline=next(auto, None),
            confidence_threshold=page.confidence_threshold,
            language=organisation.language.english_name,
            daily_budget_nano_usd=organisation.daily_budget_nano_usd,
        )

    def known(
        self, org_id: OrgId, facebook_page_id: FacebookPageId, platform: Platform, person_ids: Sequence[str]
    ) -> Mapping[str, KnownContact]:
        with self.lock:
            rows = {each: self._people.get((facebook_page_id, platform, each)) for each in person_ids}
            return {each: _known(each, row) for each, row in rows.items() if row and row.org_id == org_id}

    def save(self, context: SaveContext, drafts: Sequence[ContactDraft]) -> Sequence[SaveOutcome]:
        with self.lock:
            if drafts:
                self._page(context.org_id, context.facebook_page_id)
            return [self._save(context, draft) for draft in drafts]

    def add_page(self, profile: PageProfile) -> None:
        with self.lock:
            taken = [
                (page.org_id, page.page_id) == (profile.org_id, profile.page_id)
                for page_id, page in self._pages.items()
                if page_id != profile.facebook_page_id
            ]
            old = self._pages.get(profile.facebook_page_id, profile)
            if any(taken) or (old.org_id, old.page_id) != (profile.org_id, profile.page_id):
                raise Conflict("This Page, or this id of a Page, is taken already.")
            self._pages[profile.facebook_page_id] = replace(old, name=profile.name)

    def edit_page(
        self, org_id: OrgId, facebook_page_id: FacebookPageId, change: Callable[[PageProfile], PageProfile]
    ) -> PageProfile:
        with self.lock:
            before = next((each for each in self.pages(org_id) if each.facebook_page_id == facebook_page_id), None)
            if before is None:
                raise NotFound("There is no such Page.")
            after = change(before)
            known = {None, before.auto_pipeline_id, *(each.pipeline_id for each in self.pipelines_of(org_id))}
            if after.auto_pipeline_id not in known:
                raise InvalidRequest("There is no such pipeline, or it is archived.", field="autoPipelineId")
            self.store_page(after)
            return after

    def pages(self, org_id: OrgId) -> Sequence[PageProfile]:
        profiles = [
            replace(page, contact_count=self.count(org_id, ContactFilter(page.facebook_page_id)))
            for page in self._pages.values()
            if page.org_id == org_id
        ]
        return sorted(profiles, key=lambda profile: (fold(profile.name), profile.facebook_page_id))

    def contacts(self, org_id: OrgId, where: ContactFilter, *, cursor: str | None, limit: int) -> ContactPage:
        after = None if cursor is None else _sort_key(decode(cursor))
        with self.lock:
            rows = sorted(self._listed(org_id, where), key=lambda row: _sort_key(_position(row)), reverse=True)
            rest = [row for row in rows if after is None or _sort_key(_position(row)) < after]
            more = len(rest) > limit
            return ContactPage(
                contacts=[self._shown(row) for row in rest[:limit]],
                next_cursor=encode(_position(rest[limit - 1])) if more else None,
            )

    def count(self, org_id: OrgId, where: ContactFilter) -> int:
        with self.lock:
            return len(self._listed(org_id, where))

    # What pipelines and organisations in memory share with contacts.

    def pipelines_of(self, org_id: OrgId) -> Sequence[Pipeline]:
        """Without what is archived."""
        return [
            replace(pipeline, stages=[stage for stage in pipeline.stages if stage.stage_id not in self.archived])
            for owner, pipeline in self.stored_pipelines.values()
            if owner == org_id and pipeline.pipeline_id not in self.archived
        ]

    def rows(self, org_id: OrgId) -> list["Row"]:
        return [row for row in self._people.values() if row.org_id == org_id]

    def store_page(self, profile: PageProfile) -> None:
        self._pages[profile.facebook_page_id] = profile

    def add_pipeline(self, org_id: OrgId, pipeline: Pipeline) -> None:
        self.stored_pipelines[pipeline.pipeline_id] = (org_id, pipeline)

    # What happens to a CRM beside a sync.

    def activities(self, contact_id: str) -> list[Activity]:
        return list(self._row(contact_id).activities.values())

    def person_moves(self, contact_id: str, stage_id: str) -> None:
        with self.lock:
            row = self._row(contact_id)
            row.contact = self._placed(row.contact, stage_id)
            row.stage_set_by, row.version = Actor.HUMAN, row.version + 1

    def person_renames(self, contact_id: str, name: PersonName) -> None:
        with self.lock:
            row = self._row(contact_id)
            row.contact = replace(row.contact, first_name=name.first, last_name=name.last)
            row.name_is_a_persons, row.version = True, row.version + 1

    def tag(self, contact_id: str, name: str) -> None:
        self._tags.setdefault(contact_id, set()).add(name)

    def archive_stage(self, stage_id: str) -> None:
        self.archived.add(stage_id)

    def _page(self, org_id: OrgId, facebook_page_id: FacebookPageId) -> PageProfile:
        page = self._pages.get(facebook_page_id)
        if page is None or page.org_id != org_id:
            raise NotFound("There is no such Page.")
        return page

    def _row(self, contact_id: str) -> Row:
        return next(row for row in self._people.values() if row.contact.contact_id == contact_id)

    def _listed(self, org_id: OrgId, where: ContactFilter) -> list[Row]:
        wanted = where.facebook_page_id
        return [
            row
            for row in self._people.values()
            if row.org_id == org_id and wanted in (None, row.contact.facebook_page_id)
        ]

    def _shown(self, row: Row) -> Contact:
        stages = (stage for _, pipeline in self.stored_pipelines.values() for stage in pipeline.stages)
        stage = next((stage for stage in stages if stage.stage_id == row.contact.stage_id), None)
        tags = sorted(self._tags.get(row.contact.contact_id, ()))
        return replace(row.contact, stage_name=stage and stage.name, tags=tags)

    def _save(self, context: SaveContext, draft: ContactDraft) -> SaveOutcome:
        if not _is_storable(draft):
            return SaveOutcome.REJECTED
        key = (context.facebook_page_id, draft.platform, draft.person_id)
        row = self._people.get(key)
        if row is not None and row.synced_job_id == context.job_id:
            owned = row.synced_by == context.synced_by
            if _has_nothing_new(draft, row.contact, repeated=owned):
                return SaveOutcome.SAVED if owned else SaveOutcome.ALREADY_SYNCED
        is_new = row is None
        if row is None:
            row = self._people[key] = _new_row(context, draft)
            row.activities[f"{context.job_id}:{ActivityKind.CONTACT_CREATED}"] = Activity(
                ActivityKind.CONTACT_CREATED, None, None, None, None
            )
        if draft.move is not None and (is_new or row.version == draft.version_read):
            self._move(row, context, draft.move)
        row.contact = _updated(row, context, draft)
        row.content_hash, row.version = draft.content_hash, row.version + 1
        if row.synced_job_id != context.job_id:
            row.synced_job_id, row.synced_by = context.job_id, context.synced_by
        return SaveOutcome.SAVED if row.synced_by == context.synced_by else SaveOutcome.ALREADY_SYNCED

    def _move(self, row: Row, context: SaveContext, move: StageMove) -> None:
        before = row.contact.stage_id
        moved_already = row.stage_job_id == context.job_id
        if row.stage_set_by is Actor.HUMAN or before == move.stage_id or moved_already:
            return
        if not self._is_open_for_moves(context.org_id, move.stage_id):
            return
        row.contact = self._placed(row.contact, move.stage_id)
        row.stage_set_by, row.stage_job_id = Actor.AI, context.job_id
        row.activities[f"{context.job_id}:{ActivityKind.STAGE_CHANGED}"] = Activity(
            ActivityKind.STAGE_CHANGED, Actor.AI, move.note, before, move.stage_id
        )

    def _is_open_for_moves(self, org_id: OrgId, stage_id: str) -> bool:
        pipelines = [pipeline for owner, pipeline in self.stored_pipelines.values() if owner == org_id]
        return stage_id not in self.archived and any(pipeline.stage(stage_id) for pipeline in pipelines)

    def _placed(self, contact: Contact, stage_id: str) -> Contact:
        pipelines = (pipeline for _, pipeline in self.stored_pipelines.values())
        home = next(pipeline.pipeline_id for pipeline in pipelines if pipeline.stage(stage_id))
        return replace(contact, pipeline_id=home, stage_id=stage_id)


def _is_storable(draft: ContactDraft) -> bool:
    """What PostgreSQL and the schema take."""
    texts = [draft.person_id, draft.name.first, draft.name.last, draft.content_hash or ""]
    texts += [draft.insight.summary] if draft.insight else []
    texts_pass = all("\0" not in text and not any("\ud800" <= char <= "\udfff" for char in text) for text in texts)
    names_pass = max(len(draft.name.first), len(draft.name.last)) <= LONGEST_NAME
    hash_passes = len(draft.content_hash or "") <= LONGEST_HASH
    placement = draft.insight.placement if draft.insight else None
    scores_pass = placement is None or (0 <= placement.lead_score <= 100 and 0 <= placement.confidence <= 100)
    person_passes = 0 < len(draft.person_id) <= LONGEST_PERSON_ID
    return texts_pass and names_pass and hash_passes and scores_pass and person_passes


def _has_nothing_new(draft: ContactDraft, stored: Contact, *, repeated: bool) -> bool:
    """Whether a second draft of one job leaves the contact as it is; the first, `repeated`, may be as old as it."""
    if stored.last_interaction is None:
        return draft.last_interaction is None and not repeated
    if draft.last_interaction is None or draft.last_interaction < stored.last_interaction:
        return True
    return draft.last_interaction == stored.last_interaction and not repeated


def _new_row(context: SaveContext, draft: ContactDraft) -> Row:
    contact = Contact(
        contact_id=str(uuid.uuid4()),
        facebook_page_id=context.facebook_page_id,
        messenger_psid=draft.person_id if draft.platform is Platform.MESSENGER else None,
        instagram_sid=draft.person_id if draft.platform is Platform.INSTAGRAM else None,
        first_name=draft.name.first,
        last_name=draft.name.last,
        last_interaction=draft.last_interaction,
        ai_context=None,
        lead_score=None,
        lead_status=None,
        pipeline_id=None,
        stage_id=None,
        stage_name=None,
        tags=(),
        created_at=context.saved_at,
        updated_at=context.saved_at,
    )
    return Row(contact, context.org_id, draft.version_read, context.job_id, context.synced_by)


def _updated(row: Row, context: SaveContext, draft: ContactDraft) -> Contact:
    contact = row.contact
    if not row.name_is_a_persons and not draft.name.is_placeholder:
        contact = replace(contact, first_name=draft.name.first, last_name=draft.name.last)
    moments = [moment for moment in (contact.last_interaction, draft.last_interaction) if moment is not None]
    contact = replace(contact, last_interaction=max(moments, default=None), updated_at=context.saved_at)
    return _analysed(contact, draft.insight) if draft.insight else contact


def _analysed(contact: Contact, insight: Insight) -> Contact:
    contact = replace(contact, ai_context=insight.summary)
    placement = insight.placement
    if placement is None:
        return contact
    return replace(contact, lead_score=placement.lead_score, lead_status=placement.lead_status)


def _known(person_id: str, row: Row) -> KnownContact:
    contact = row.contact
    return KnownContact(
        contact_id=contact.contact_id,
        person_id=person_id,
        version=row.version,
        pipeline_id=contact.pipeline_id,
        stage_id=contact.stage_id,
        stage_set_by=row.stage_set_by,
        synced_by=row.synced_by,
        content_hash=row.content_hash,
        last_interaction=contact.last_interaction,
    )


def _position(row: Row) -> Position:
    return Position(row.contact.last_interaction, uuid.UUID(row.contact.contact_id))


def _sort_key(position: Position) -> tuple[bool, float, uuid.UUID]:
    """The list runs from the highest key down: latest first, those who never wrote last."""
    moment = position.last_interaction
    return moment is not None, moment.timestamp() if moment else 0.0, position.contact_id
