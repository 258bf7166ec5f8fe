"""What a person changes about a contact, written together with what follows from it."""

from typing import Any
from uuid import UUID, uuid4

from pagesync.adapters.postgres import detail
from pagesync.adapters.postgres.connection import Cursor
from pagesync.adapters.postgres.identity import stored_id
from pagesync.adapters.postgres.listing import tags_of
from pagesync.adapters.postgres.rows import MICROSECOND, actor_of
from pagesync.adapters.postgres.tagging import put_tags
from pagesync.domain.contact import Actor
from pagesync.domain.contact_book import ContactDetail
from pagesync.domain.contact_edit import Card, ContactEdit, EditContext, Edited, StagePlace, edited
from pagesync.domain.errors import InvalidRequest
from pagesync.domain.page import OrgId
from pagesync.domain.text import search_key

# One edit of a contact after another: the second waits for the first, or in Aurora DSQL conflicts and is repeated.
_CONTACT = """
SELECT id, version, first_name, last_name, name_set_by, stage_id, stage_set_by, suggestion_code, content_hash
FROM contact WHERE id = %s AND org_id = %s
FOR UPDATE
"""
_DONE_BEFORE = "SELECT 1 FROM contact_activity WHERE contact_id = %s AND idempotency_key = %s"

_PLACE = """
SELECT stage.id, stage.name, stage.archived OR pipeline.archived AS archived,
       pipeline.id AS pipeline_id, pipeline.name AS pipeline_name
FROM stage JOIN pipeline ON pipeline.id = stage.pipeline_id AND pipeline.org_id = stage.org_id
WHERE stage.id = %s AND stage.org_id = %s
"""
# Whoever archives the stage at this moment comes before this edit or after it.
_LOCK_STAGE = "SELECT 1 FROM stage WHERE id = %s AND org_id = %s FOR UPDATE"

_CHANGE = """
UPDATE contact SET
    first_name = %(first_name)s, last_name = %(last_name)s, search_key = %(search_key)s,
    name_set_by = CASE
        WHEN %(named)s THEN 'HUMAN' WHEN name_set_by = 'HUMAN' THEN NULL ELSE name_set_by
    END,
    pipeline_id = %(pipeline_id)s, stage_id = %(stage_id)s, stage_set_by = %(stage_set_by)s,
    suggestion_code = CASE WHEN %(suggested)s THEN suggestion_code END,
    suggestion_reason = CASE WHEN %(suggested)s THEN suggestion_reason END,
    suggested_pipeline_id = CASE WHEN %(suggested)s THEN suggested_pipeline_id END,
    suggested_stage_id = CASE WHEN %(suggested)s THEN suggested_stage_id END,
    suggested_score = CASE WHEN %(suggested)s THEN suggested_score END,
    suggested_status = CASE WHEN %(suggested)s THEN suggested_status END,
    suggested_confidence = CASE WHEN %(suggested)s THEN suggested_confidence END,
    suggested_at = CASE WHEN %(suggested)s THEN suggested_at END,
    content_hash = CASE WHEN %(analysed)s THEN content_hash END,
    version = version + 1, edited_version = version + 1, updated_at = %(edited_at)s
WHERE id = %(id)s
"""

_ADD_ACTIVITY = """
INSERT INTO contact_activity (
    id, org_id, contact_id, kind, actor, actor_id, note, from_stage_id, to_stage_id, idempotency_key, created_at
)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


def edit(cursor: Cursor, context: EditContext, contact_id: str, change: ContactEdit) -> ContactDetail:
    row = cursor.execute(_CONTACT, (stored_id(contact_id), context.org_id)).fetchone()
    if row is None:
        raise detail.unknown()
    # An attempt whose commit was not confirmed may have done it, and moved the version itself.
    if not cursor.execute(_DONE_BEFORE, (row["id"], _key(context, 0))).fetchone():
        before = _card(cursor, context.org_id, row)
        after = edited(before, change, _chosen(cursor, context.org_id, change))
        if after.card != before:
            _write(cursor, context, row["id"], before, after)
    return detail.contact(cursor, context.org_id, contact_id)


def _card(cursor: Cursor, org_id: OrgId, row: dict[str, Any]) -> Card:
    place = cursor.execute(_PLACE, (row["stage_id"], org_id)).fetchone() if row["stage_id"] else None
    return Card(
        version=row["version"],
        first_name=row["first_name"],
        last_name=row["last_name"],
        is_named_by_person=row["name_set_by"] == Actor.HUMAN,
        place=_place(place) if place else None,
        stage_set_by=actor_of(row["stage_set_by"]),
        has_suggestion=row["suggestion_code"] is not None,
        is_analysed=row["content_hash"] is not None,
        tags=tags_of(cursor, org_id, [row["id"]]).get(row["id"], ()),
    )


def _chosen(cursor: Cursor, org_id: OrgId, change: ContactEdit) -> StagePlace | None:
    if change.stage is None or change.stage.stage_id is None:
        return None
    stage_id = stored_id(change.stage.stage_id)
    cursor.execute(_LOCK_STAGE, (stage_id, org_id))
    place = cursor.execute(_PLACE, (stage_id, org_id)).fetchone()
    if place is None or place["archived"]:
        raise InvalidRequest("There is no such stage, or it is archived.", field="stageId")
    return _place(place)


def _place(row: dict[str, Any]) -> StagePlace:
    return StagePlace(str(row["pipeline_id"]), row["pipeline_name"], str(row["id"]), row["name"])


def _write(cursor: Cursor, context: EditContext, contact_id: UUID, before: Card, after: Edited) -> None:
    card = after.card
    values = {
        "id": contact_id,
        "first_name": card.first_name,
        "last_name": card.last_name,
        "search_key": search_key(card.first_name, card.last_name),
        "named": card.is_named_by_person,
        "pipeline_id": card.place and card.place.pipeline_id,
        "stage_id": card.place and card.place.stage_id,
        "stage_set_by": card.stage_set_by,
        "suggested": card.has_suggestion,
        "analysed": card.is_analysed,
        "edited_at": context.edited_at,
    }
    cursor.execute(_CHANGE, values)
    if card.tags != before.tags:
        put_tags(cursor, context.org_id, contact_id, card.tags)
    for number, each in enumerate(after.happenings):
        moment = context.edited_at + number * MICROSECOND
        told = (each.note, each.from_stage_id, each.to_stage_id, _key(context, number), moment)
        about = (uuid4(), context.org_id, contact_id, each.kind, Actor.HUMAN, context.actor_id)
        cursor.execute(_ADD_ACTIVITY, (*about, *told))


def _key(context: EditContext, number: int) -> str:
    return f"{context.edit_id}:{number}"
