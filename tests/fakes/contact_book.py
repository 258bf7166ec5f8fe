"""People's side of the CRM in memory."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from datetime import datetime

from pagesync.adapters.postgres.paging import Position, decode, encode
from pagesync.domain.contact import Actor
from pagesync.domain.contact_book import (
    ActivityPage,
    Contact,
    ContactActivity,
    ContactDetail,
    ContactFilter,
    ContactPage,
)
from pagesync.domain.contact_edit import Card, ContactEdit, EditContext, Edited, StagePlace, edited
from pagesync.domain.conversation import Platform
from pagesync.domain.errors import InvalidRequest, NotFound
from pagesync.domain.page import OrgId
from pagesync.domain.text import fold, search_key, search_words
from tests.fakes.contacts import InMemoryContacts, Row, activity_at, placed


class InMemoryContactBook:
    def __init__(self, contacts: InMemoryContacts) -> None:
        self._contacts = contacts

    def contacts(self, org_id: OrgId, where: ContactFilter, *, cursor: str | None, limit: int) -> ContactPage:
        after = None if cursor is None else _sort_key(decode(cursor, of=where))
        with self._contacts.lock:
            rows = sorted(self._found(org_id, where), key=lambda row: _sort_key(_position(row)), reverse=True)
            rest = [row for row in rows if after is None or _sort_key(_position(row)) < after]
            more = len(rest) > limit
            return ContactPage(
                contacts=[self._shown(row) for row in rest[:limit]],
                next_cursor=encode(_position(rest[limit - 1]), of=where) if more else None,
            )

    def count(self, org_id: OrgId, where: ContactFilter) -> int:
        with self._contacts.lock:
            return len(self._found(org_id, where))

    def contact(self, org_id: OrgId, contact_id: str) -> ContactDetail:
        with self._contacts.lock:
            row = self._row(org_id, contact_id)
            shown = self._shown(row)
            return ContactDetail(
                **{each.name: getattr(shown, each.name) for each in fields(shown)},
                name_set_by=Actor.HUMAN if row.named_by == Actor.HUMAN else None,
                analysis=row.analysis,
                suggestion=row.suggestion,
                not_analysed=row.not_analysed,
            )

    def edit(self, context: EditContext, contact_id: str, edit: ContactEdit) -> ContactDetail:
        with self._contacts.lock:
            row = self._row(context.org_id, contact_id)
            if f"{context.edit_id}:0" not in row.activities:
                before = self._card(row)
                after = edited(before, edit, self._chosen(context.org_id, edit))
                if after.card != before:
                    tags = [self._contacts.spelling(context.org_id, tag) for tag in after.card.tags]
                    _write(row, context, replace(after, card=replace(after.card, tags=tags)))
            return self.contact(context.org_id, contact_id)

    def activities(self, org_id: OrgId, contact_id: str, *, cursor: str | None, limit: int) -> ActivityPage:
        with self._contacts.lock:
            found = self._row(org_id, contact_id).activities.values()
            after = None if cursor is None else _sort_key(decode(cursor, of=contact_id))
            ordered = sorted(found, key=lambda each: _sort_key(_moment(each)), reverse=True)
            rest = [each for each in ordered if after is None or _sort_key(_moment(each)) < after]
            more = len(rest) > limit
            return ActivityPage(
                activities=[self._told(org_id, each) for each in rest[:limit]],
                next_cursor=encode(_moment(rest[limit - 1]), of=contact_id) if more else None,
            )

    def tags(self, org_id: OrgId, *, limit: int) -> Sequence[str]:
        return sorted({tag for row in self._contacts.rows(org_id) for tag in row.contact.tags})[:limit]

    def _found(self, org_id: OrgId, where: ContactFilter) -> list[Row]:
        return [row for row in self._contacts.rows(org_id) if _passes(row, where)]

    def _row(self, org_id: OrgId, contact_id: str) -> Row:
        found = [row for row in self._contacts.rows(org_id) if row.contact.contact_id == contact_id]
        if not found:
            raise NotFound("There is no such contact.")
        return found[0]

    def _shown(self, row: Row) -> Contact:
        place = self._contacts.place(row.org_id, row.contact.stage_id)
        suggested = row.suggestion
        return replace(
            row.contact,
            stage_name=place and place.stage_name,
            suggested_stage_id=suggested and suggested.stage_id,
            suggested_stage_name=suggested and suggested.stage_name,
            tags=sorted(row.contact.tags),
        )

    def _told(self, org_id: OrgId, activity: ContactActivity) -> ContactActivity:
        places = [self._contacts.place(org_id, each) for each in (activity.from_stage_id, activity.to_stage_id)]
        names = [place and place.stage_name for place in places]
        return replace(activity, from_stage_name=names[0], to_stage_name=names[1])

    def _card(self, row: Row) -> Card:
        contact = row.contact
        return Card(
            version=contact.version,
            first_name=contact.first_name,
            last_name=contact.last_name,
            is_named_by_person=row.named_by == Actor.HUMAN,
            place=self._contacts.place(row.org_id, contact.stage_id),
            stage_set_by=contact.stage_set_by,
            has_suggestion=row.suggestion is not None,
            is_analysed=row.content_hash is not None,
            tags=contact.tags,
        )

    def _chosen(self, org_id: OrgId, edit: ContactEdit) -> StagePlace | None:
        if edit.stage is None or edit.stage.stage_id is None:
            return None
        place = self._contacts.place(org_id, edit.stage.stage_id, archived_too=False)
        if place is None:
            raise InvalidRequest("There is no such stage, or it is archived.", field="stageId")
        return place


def _write(row: Row, context: EditContext, after: Edited) -> None:
    card, version = after.card, row.contact.version + 1
    contact = replace(row.contact, first_name=card.first_name, last_name=card.last_name, tags=card.tags)
    contact = replace(contact, stage_set_by=card.stage_set_by, updated_at=context.edited_at, version=version)
    row.contact = placed(contact, card.place)
    row.edited_version = version
    if card.is_named_by_person:
        row.named_by = Actor.HUMAN
    elif row.named_by == Actor.HUMAN:
        row.named_by = None
    row.suggestion = row.suggestion if card.has_suggestion else None
    row.content_hash = row.content_hash if card.is_analysed else None
    for number, each in enumerate(after.happenings):
        activity = activity_at(
            context.edited_at,
            each.kind,
            Actor.HUMAN,
            each.note,
            from_stage_id=each.from_stage_id,
            to_stage_id=each.to_stage_id,
            actor_id=context.actor_id,
        )
        row.add(f"{context.edit_id}:{number}", activity)


def _passes(row: Row, where: ContactFilter) -> bool:
    contact = row.contact
    channels = {Platform.MESSENGER: contact.messenger_psid, Platform.INSTAGRAM: contact.instagram_sid}
    checks: list[tuple[object, Callable[[], bool]]] = [
        (where.facebook_page_id, lambda: contact.facebook_page_id == where.facebook_page_id),
        (where.platform, lambda: where.platform is not None and channels[where.platform] is not None),
        (where.pipeline_id, lambda: contact.pipeline_id == where.pipeline_id),
        (where.stage_id, lambda: contact.stage_id == where.stage_id),
        (where.lead_status, lambda: contact.lead_status == where.lead_status),
        (where.min_score, lambda: (contact.lead_score or 0) >= (where.min_score or 0)),
        (where.max_score, lambda: (contact.lead_score or 0) <= (where.max_score or 0)),
        (where.tag, lambda: fold(where.tag or "") in {fold(tag) for tag in contact.tags}),
        (where.search, lambda: _is_found(contact, where.search or "")),
        (where.interacted_after, lambda: _is_within(contact, where.interacted_after, None)),
        (where.interacted_before, lambda: _is_within(contact, None, where.interacted_before)),
        (where.staged, lambda: (contact.stage_id is not None) == where.staged),
        (where.suggested, lambda: (row.suggestion is not None) == where.suggested),
    ]
    scored = contact.lead_score is not None or (where.min_score is None and where.max_score is None)
    return scored and all(holds() for asked, holds in checks if asked is not None)


def _is_found(contact: Contact, text: str) -> bool:
    words = search_words(text)
    return bool(words) and all(f" {word}" in search_key(contact.first_name, contact.last_name) for word in words)


def _is_within(contact: Contact, start: datetime | None, end: datetime | None) -> bool:
    moment = contact.last_interaction
    return moment is not None and (start is None or moment >= start) and (end is None or moment < end)


def _position(row: Row) -> Position:
    return Position(row.contact.last_interaction, uuid.UUID(row.contact.contact_id))


def _moment(activity: ContactActivity) -> Position:
    return Position(activity.created_at, uuid.UUID(activity.activity_id))


def _sort_key(position: Position) -> tuple[bool, float, uuid.UUID]:
    """The list runs from the highest key down: latest first, those who never wrote last."""
    moment = position.moment
    return moment is not None, moment.timestamp() if moment else 0.0, position.row_id
