"""The CRM in memory: its rows, and what a sync does to them. People's side of it is in contact_book.py."""

import threading
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from pagesync.domain.contact import (
    ActivityKind,
    Actor,
    ContactDraft,
    KnownContact,
    SaveContext,
    SaveOutcome,
    StageMove,
    Suggestion,
)
from pagesync.domain.contact_book import Analysis, Contact, ContactActivity, OpenSuggestion
from pagesync.domain.contact_edit import StagePlace
from pagesync.domain.conversation import Platform
from pagesync.domain.errors import Conflict, InvalidRequest, NotFound
from pagesync.domain.insight import Insight
from pagesync.domain.organisation import Organisation
from pagesync.domain.page import FacebookPageId, OrgId, PageProfile, Playbook
from pagesync.domain.pipeline import Pipeline
from pagesync.domain.text import fold

LONGEST_PERSON_ID = 64
LONGEST_NAME = 200
LONGEST_HASH = 64


class Activity(NamedTuple):
    """What tests compare of one."""

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
    synced_job_id: str
    synced_by: str
    content_hash: str | None = None
    stage_job_id: str | None = None
    named_by: str | None = None
    """HUMAN; NOBODY for a name that only stands in for one; None for Facebook's."""
    analysis: Analysis | None = None
    suggestion: OpenSuggestion | None = None
    not_analysed: str | None = None
    edited_version: int = 0
    activities: dict[str, ContactActivity] = field(default_factory=dict)

    def add(self, key: str, activity: ContactActivity) -> None:
        """Each is a microsecond after the one before: what happened at once has an order."""
        apart = timedelta(microseconds=len(self.activities))
        self.activities.setdefault(key, replace(activity, created_at=activity.created_at + apart))


class InMemoryContacts:
    def __init__(self) -> None:
        self.lock = threading.RLock()
        self._pages: dict[FacebookPageId, PageProfile] = {}
        self.stored_organisations: dict[OrgId, Organisation] = {}
        self.stored_pipelines: dict[str, tuple[OrgId, Pipeline]] = {}
        self.archived: set[str] = set()
        """Ids of pipelines and stages."""
        self._people: dict[tuple[FacebookPageId, Platform, str], Row] = {}
        self._tags: dict[tuple[OrgId, str], str] = {}

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
            self._pages[profile.facebook_page_id] = replace(
                old,
                name=profile.name,
                picture_url=profile.picture_url or old.picture_url,
                instagram_username=profile.instagram_username or old.instagram_username,
            )

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
        counted = [row.contact.facebook_page_id for row in self.rows(org_id)]
        profiles = [
            replace(page, contact_count=counted.count(page.facebook_page_id))
            for page in self._pages.values()
            if page.org_id == org_id
        ]
        return sorted(profiles, key=lambda profile: (fold(profile.name), profile.facebook_page_id))

    def erase_contacts(self, org_id: OrgId, facebook_page_id: FacebookPageId) -> bool:
        with self.lock:
            page = self._pages.get(facebook_page_id)
            theirs = [key for key in self._people if key[0] == facebook_page_id]
            if page is None or page.org_id != org_id:
                return False
            for key in theirs:
                del self._people[key]
            return bool(theirs)

    # What the book, the pipelines and tests look at.

    def pipelines_of(self, org_id: OrgId) -> Sequence[Pipeline]:
        """Without what is archived."""
        return [
            replace(pipeline, stages=[stage for stage in pipeline.stages if stage.stage_id not in self.archived])
            for owner, pipeline in self.stored_pipelines.values()
            if owner == org_id and pipeline.pipeline_id not in self.archived
        ]

    def add_pipeline(self, org_id: OrgId, pipeline: Pipeline) -> None:
        self.stored_pipelines[pipeline.pipeline_id] = (org_id, pipeline)

    def store_page(self, profile: PageProfile) -> None:
        self._pages[profile.facebook_page_id] = profile

    def rows(self, org_id: OrgId) -> Iterable[Row]:
        return [row for row in self._people.values() if row.org_id == org_id]

    def place(self, org_id: OrgId, stage_id: str | None, *, archived_too: bool = True) -> StagePlace | None:
        pipelines = [pipeline for owner, pipeline in self.stored_pipelines.values() if owner == org_id]
        for pipeline in pipelines:
            stage = pipeline.stage(stage_id)
            if stage is not None and (archived_too or stage.stage_id not in self.archived):
                return StagePlace(pipeline.pipeline_id, pipeline.name, stage.stage_id, stage.name)
        return None

    def spelling(self, org_id: OrgId, tag: str) -> str:
        """The one under which the organisation first had the tag."""
        return self._tags.setdefault((org_id, fold(tag)), tag)

    def activities(self, contact_id: str) -> list[Activity]:
        """In the order they happened."""
        (row,) = [row for row in self._people.values() if row.contact.contact_id == contact_id]
        return [
            Activity(each.kind, each.actor, each.reason, each.from_stage_id, each.to_stage_id)
            for each in row.activities.values()
        ]

    def archive_stage(self, stage_id: str) -> None:
        self.archived.add(stage_id)

    def _page(self, org_id: OrgId, facebook_page_id: FacebookPageId) -> PageProfile:
        page = self._pages.get(facebook_page_id)
        if page is None or page.org_id != org_id:
            raise NotFound("There is no such Page.")
        return page

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
            row.add(*_happened(context, ActivityKind.CONTACT_CREATED, None, None))
        if draft.move is not None and (is_new or row.contact.version == draft.version_read):
            self._move(row, context, draft.move)
        has_missed = draft.move is not None and self._has_missed(row.contact, context, draft.move)
        self._update(row, context, draft, has_missed=has_missed)
        return SaveOutcome.SAVED if row.synced_by == context.synced_by else SaveOutcome.ALREADY_SYNCED

    def _has_missed(self, contact: Contact, context: SaveContext, move: StageMove) -> bool:
        is_free = contact.stage_set_by is not Actor.HUMAN and contact.stage_id != move.stage_id
        return is_free and self.place(context.org_id, move.stage_id, archived_too=False) is not None

    def _move(self, row: Row, context: SaveContext, move: StageMove) -> None:
        before = row.contact
        moved_already = row.stage_job_id == context.job_id
        if before.stage_set_by is Actor.HUMAN or before.stage_id == move.stage_id or moved_already:
            return
        place = self.place(context.org_id, move.stage_id, archived_too=False)
        if place is None:
            return
        row.contact = placed(replace(before, stage_set_by=Actor.AI), place)
        row.stage_job_id = context.job_id
        stages = (before.stage_id, move.stage_id)
        row.add(*_happened(context, ActivityKind.STAGE_CHANGED, Actor.AI, move.note, *stages))

    def _update(self, row: Row, context: SaveContext, draft: ContactDraft, *, has_missed: bool) -> None:
        has_seen_edits = draft.version_read >= row.edited_version
        _rename(row, draft)
        if draft.insight is not None:
            _analyse(row, context, draft, draft.insight)
            if has_seen_edits:
                self._suggest(row, context, draft.suggestion)
        elif draft.not_analysed is not None:
            row.not_analysed = draft.not_analysed
        row.content_hash = draft.content_hash if has_seen_edits and not has_missed else None
        latest = max(filter(None, (row.contact.last_interaction, draft.last_interaction)), default=None)
        version = row.contact.version + 1
        row.contact = replace(row.contact, last_interaction=latest, updated_at=context.saved_at, version=version)
        if row.synced_job_id != context.job_id:
            row.synced_job_id, row.synced_by = context.job_id, context.synced_by

    def _suggest(self, row: Row, context: SaveContext, suggestion: Suggestion | None) -> None:
        old = row.suggestion
        row.suggestion = None if suggestion is None else self._opened(context, suggestion)
        if row.suggestion is None:
            return
        if old is not None and _gist(old) == _gist(row.suggestion):
            row.suggestion = replace(row.suggestion, suggested_at=old.suggested_at)
        else:
            told = (row.suggestion.reason, None, row.suggestion.stage_id)
            row.add(*_happened(context, ActivityKind.SUGGESTION, Actor.AI, *told))

    def _opened(self, context: SaveContext, suggestion: Suggestion) -> OpenSuggestion:
        place = self.place(context.org_id, suggestion.stage_id, archived_too=False)
        return OpenSuggestion(
            code=suggestion.code,
            reason=suggestion.reason,
            pipeline_id=place and place.pipeline_id,
            stage_id=place and place.stage_id,
            lead_status=suggestion.lead_status,
            lead_score=suggestion.lead_score,
            confidence=suggestion.confidence,
            stage_name=place and place.stage_name,
            suggested_at=context.saved_at,
        )


def placed(contact: Contact, place: StagePlace | None) -> Contact:
    return replace(contact, pipeline_id=place and place.pipeline_id, stage_id=place and place.stage_id)


def _gist(suggestion: OpenSuggestion) -> tuple[object, ...]:
    """What makes one suggestion another."""
    return suggestion.code, suggestion.stage_id, suggestion.lead_score, suggestion.lead_status


def _happened(
    context: SaveContext,
    kind: ActivityKind,
    actor: Actor | None,
    note: str | None,
    from_stage_id: str | None = None,
    to_stage_id: str | None = None,
) -> tuple[str, ContactActivity]:
    """An activity and the key under which a job has it once."""
    activity = activity_at(
        context.saved_at, kind, actor, note, from_stage_id=from_stage_id, to_stage_id=to_stage_id
    )
    return f"{context.job_id}:{kind}", activity


def activity_at(
    moment: datetime,
    kind: ActivityKind,
    actor: Actor | None,
    note: str | None,
    *,
    from_stage_id: str | None,
    to_stage_id: str | None,
    actor_id: str | None = None,
) -> ContactActivity:
    """The names of its stages are looked up when it is shown."""
    return ContactActivity(
        activity_id=str(uuid.uuid4()),
        kind=kind,
        actor=actor,
        actor_id=actor_id,
        reason=note,
        from_stage_id=from_stage_id,
        from_stage_name=None,
        to_stage_id=to_stage_id,
        to_stage_name=None,
        created_at=moment,
    )


def _is_storable(draft: ContactDraft) -> bool:
    """What PostgreSQL and the schema take."""
    texts = [draft.person_id, draft.name.first, draft.name.last, draft.content_hash or ""]
    texts += [draft.insight.summary] if draft.insight else []
    quoted = draft.insight.evidence if draft.insight else []
    texts_pass = not any("\0" in text or _has_surrogate(text) for text in texts)
    quotes_pass = not any(_has_surrogate(each.message_id + each.quote) for each in quoted)
    names_pass = max(len(draft.name.first), len(draft.name.last)) <= LONGEST_NAME
    hash_passes = len(draft.content_hash or "") <= LONGEST_HASH
    placement = draft.insight.placement if draft.insight else None
    scores_pass = placement is None or (0 <= placement.lead_score <= 100 and 0 <= placement.confidence <= 100)
    person_passes = 0 < len(draft.person_id) <= LONGEST_PERSON_ID
    return texts_pass and quotes_pass and names_pass and hash_passes and scores_pass and person_passes


def _has_surrogate(text: str) -> bool:
    return any("\ud800" <= char <= "\udfff" for char in text)


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
        stage_set_by=None,
        confidence=None,
        suggested_stage_id=None,
        suggested_stage_name=None,
        tags=(),
        version=draft.version_read,
        created_at=context.saved_at,
        updated_at=context.saved_at,
    )
    named_by = "NOBODY" if draft.name.is_placeholder else None
    return Row(contact, context.org_id, context.job_id, context.synced_by, named_by=named_by)


def _rename(row: Row, draft: ContactDraft) -> None:
    if row.named_by != Actor.HUMAN and not draft.name.is_placeholder:
        row.contact = replace(row.contact, first_name=draft.name.first, last_name=draft.name.last)
        row.named_by = None


def _analyse(row: Row, context: SaveContext, draft: ContactDraft, insight: Insight) -> None:
    placement = insight.placement
    row.not_analysed = None
    row.analysis = Analysis(
        summary=insight.summary,
        reasoning=placement and placement.reasoning,
        confidence=placement and placement.confidence,
        evidence=list(insight.evidence),
        model=insight.model,
        prompt_version=insight.prompt_version,
        analysed_at=context.saved_at,
    )
    row.contact = replace(row.contact, ai_context=insight.summary, confidence=row.analysis.confidence)
    if placement is not None and draft.is_backed:
        row.contact = replace(row.contact, lead_score=placement.lead_score, lead_status=placement.lead_status)


def _known(person_id: str, row: Row) -> KnownContact:
    contact = row.contact
    return KnownContact(
        contact_id=contact.contact_id,
        person_id=person_id,
        version=contact.version,
        pipeline_id=contact.pipeline_id,
        stage_id=contact.stage_id,
        stage_set_by=contact.stage_set_by,
        synced_by=row.synced_by,
        content_hash=row.content_hash,
        last_interaction=contact.last_interaction,
    )
