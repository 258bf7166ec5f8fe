"""A save: the contacts of a batch in one statement, and what happened to them in another."""

from collections.abc import Sequence
from typing import Any, LiteralString
from uuid import UUID, uuid4

from pagesync.adapters.postgres.connection import Cursor
from pagesync.adapters.postgres.identity import stored_id
from pagesync.adapters.postgres.rows import MICROSECOND
from pagesync.adapters.postgres.upsert import upsert
from pagesync.domain.contact import ActivityKind, Actor, ContactDraft, SaveContext, SaveOutcome
from pagesync.domain.errors import NotFound

_ADD_ACTIVITIES: LiteralString = """
INSERT INTO contact_activity (
    id, org_id, contact_id, kind, actor, note, from_stage_id, to_stage_id, job_id, idempotency_key, created_at
)
VALUES {rows}
ON CONFLICT (contact_id, idempotency_key) DO NOTHING
"""
_ACTIVITY_ROW: LiteralString = "(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"


def save(cursor: Cursor, context: SaveContext, drafts: Sequence[ContactDraft]) -> list[SaveOutcome]:
    """One outcome a draft; the drafts are of one platform, and each is of another person."""
    if not drafts:
        return []
    new_ids = {draft.person_id: uuid4() for draft in drafts}
    saved = upsert(cursor, context, drafts, new_ids)
    if not saved:
        _check_page(cursor, context)
    activities = [
        activity
        for draft in drafts
        if draft.person_id in saved
        for activity in _activities(context, draft, saved[draft.person_id], new_ids[draft.person_id])
    ]
    if activities:
        _add_activities(cursor, activities)
    return [_outcome(context, saved.get(draft.person_id)) for draft in drafts]


def _outcome(context: SaveContext, row: dict[str, Any] | None) -> SaveOutcome:
    """Told by the row itself, as the statement left it: each person counts for one batch of a job alone."""
    owned = row is not None and row["synced_by"] == context.synced_by
    return SaveOutcome.SAVED if owned else SaveOutcome.ALREADY_SYNCED


def _check_page(cursor: Cursor, context: SaveContext) -> None:
    """Nothing written may mean that all were written before, or that the Page is not this organisation's."""
    statement = "SELECT 1 FROM facebook_page WHERE id = %s AND org_id = %s"
    if cursor.execute(statement, (stored_id(context.facebook_page_id), context.org_id)).fetchone() is None:
        raise NotFound("There is no such Page.")


def _activities(
    context: SaveContext, draft: ContactDraft, row: dict[str, Any], new_id: UUID
) -> list[tuple[object, ...]]:
    """What this save did to one contact, as rows; what it only repeats has the key of the first time."""
    found: list[tuple[object, ...]] = []

    def happened(kind: ActivityKind, *details: object) -> None:
        moment = context.saved_at + len(found) * MICROSECOND
        about = (uuid4(), context.org_id, row["id"], kind)
        found.append((*about, *details, context.job_id, f"{context.job_id}:{kind}", moment))

    if row["id"] == new_id:
        happened(ActivityKind.CONTACT_CREATED, None, None, None, None)
    moved = row["stage_job_id"] == context.job_id and row["stage_set_by"] == Actor.AI
    if draft.move and moved and str(row["stage_id"]) == draft.move.stage_id:
        stages = (row["previous_stage_id"], row["stage_id"])
        happened(ActivityKind.STAGE_CHANGED, Actor.AI, draft.move.note, *stages)
    if row["suggestion_code"] and row["suggestion_job_id"] == context.job_id:
        suggested = (row["suggestion_reason"], None, row["suggested_stage_id"])
        happened(ActivityKind.SUGGESTION, Actor.AI, *suggested)
    return found


def _add_activities(cursor: Cursor, activities: Sequence[tuple[object, ...]]) -> None:
    rows: list[LiteralString] = [_ACTIVITY_ROW] * len(activities)
    statement = _ADD_ACTIVITIES.format(rows=", ".join(rows))
    cursor.execute(statement, [value for row in activities for value in row])
