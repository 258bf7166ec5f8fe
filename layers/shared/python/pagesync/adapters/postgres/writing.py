"""The statements of a save: one upserts the contacts of a batch, one adds what happened to them."""

from collections.abc import Sequence
from typing import Any, LiteralString
from uuid import UUID, uuid4

from pagesync.adapters.postgres.connection import Cursor
from pagesync.adapters.postgres.identity import PERSON_COLUMN, stored_id
from pagesync.domain.contact import ActivityKind, Actor, ContactDraft, SaveContext, SaveOutcome
from pagesync.domain.errors import NotFound
from pagesync.domain.insight import Insight

# Whether an existing row takes the draft's stage. A draft is inserted with the version it read plus one, so that
# the row it would become is the successor of the row it was made from, or somebody else has written since.
_MOVES: LiteralString = """(
    excluded.stage_id IS NOT NULL
    AND excluded.version = contact.version + 1
    AND contact.stage_set_by IS DISTINCT FROM 'HUMAN'
    AND contact.stage_id IS DISTINCT FROM excluded.stage_id
    AND contact.stage_job_id IS DISTINCT FROM excluded.stage_job_id
)"""

# Rows are taken in the order of their person, so two batches that share people wait for each other and never in
# a circle. The stage is looked up rather than trusted: it may have been archived while the batch was analysed.
_UPSERT: LiteralString = """
INSERT INTO contact (
    id, org_id, facebook_page_id, {person}, first_name, last_name, last_interaction,
    ai_context, ai_model, ai_prompt_version, analysed_at, lead_score, lead_status, ai_confidence, ai_reasoning,
    pipeline_id, stage_id, stage_set_by, stage_job_id,
    version, synced_job_id, synced_by, created_at, updated_at
)
SELECT
    draft.id, page.org_id, page.id, draft.person_id, draft.first_name, draft.last_name, draft.last_interaction,
    draft.ai_context, draft.ai_model, draft.ai_prompt_version,
    CASE WHEN draft.ai_context IS NOT NULL THEN sync.saved_at END,
    draft.lead_score, draft.lead_status, draft.ai_confidence, draft.ai_reasoning,
    stage.pipeline_id, stage.id,
    CASE WHEN stage.id IS NOT NULL THEN 'AI' END, CASE WHEN stage.id IS NOT NULL THEN sync.job_id END,
    draft.version_read + 1, sync.job_id, sync.synced_by, sync.saved_at, sync.saved_at
FROM (VALUES {rows}) AS draft (
    id, person_id, first_name, last_name, last_interaction, ai_context, ai_model, ai_prompt_version,
    lead_score, lead_status, ai_confidence, ai_reasoning, stage_id, version_read
)
CROSS JOIN (VALUES (%s::text, %s::text, %s::timestamptz)) AS sync (job_id, synced_by, saved_at)
JOIN facebook_page AS page ON page.id = %s AND page.org_id = %s
LEFT JOIN stage ON stage.id = draft.stage_id AND stage.org_id = page.org_id AND NOT stage.archived
ORDER BY draft.person_id
ON CONFLICT (facebook_page_id, {person}) DO UPDATE SET
    first_name = CASE WHEN contact.name_set_by = 'HUMAN' THEN contact.first_name ELSE excluded.first_name END,
    last_name = CASE WHEN contact.name_set_by = 'HUMAN' THEN contact.last_name ELSE excluded.last_name END,
    last_interaction = greatest(contact.last_interaction, excluded.last_interaction),
    ai_context = coalesce(excluded.ai_context, contact.ai_context),
    ai_model = coalesce(excluded.ai_model, contact.ai_model),
    ai_prompt_version = coalesce(excluded.ai_prompt_version, contact.ai_prompt_version),
    analysed_at = coalesce(excluded.analysed_at, contact.analysed_at),
    lead_score = coalesce(excluded.lead_score, contact.lead_score),
    lead_status = coalesce(excluded.lead_status, contact.lead_status),
    ai_confidence = coalesce(excluded.ai_confidence, contact.ai_confidence),
    ai_reasoning = coalesce(excluded.ai_reasoning, contact.ai_reasoning),
    pipeline_id = CASE WHEN {moves} THEN excluded.pipeline_id ELSE contact.pipeline_id END,
    stage_id = CASE WHEN {moves} THEN excluded.stage_id ELSE contact.stage_id END,
    previous_stage_id = CASE WHEN {moves} THEN contact.stage_id ELSE contact.previous_stage_id END,
    stage_set_by = CASE WHEN {moves} THEN excluded.stage_set_by ELSE contact.stage_set_by END,
    stage_job_id = CASE WHEN {moves} THEN excluded.stage_job_id ELSE contact.stage_job_id END,
    version = contact.version + 1,
    synced_job_id = excluded.synced_job_id,
    synced_by = excluded.synced_by,
    updated_at = excluded.updated_at
WHERE contact.synced_job_id IS DISTINCT FROM excluded.synced_job_id OR contact.synced_by = excluded.synced_by
RETURNING id, {person} AS person_id, stage_id, previous_stage_id, stage_set_by, stage_job_id
"""
_UPSERT_ROW: LiteralString = (
    "(%s::uuid, %s::text, %s::text, %s::text, %s::timestamptz, %s::text, %s::text, %s::text,"
    " %s::int, %s::text, %s::int, %s::text, %s::uuid, %s::int)"
)

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
    saved = _upsert(cursor, context, drafts, new_ids)
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
    return [SaveOutcome.SAVED if draft.person_id in saved else SaveOutcome.ALREADY_SYNCED for draft in drafts]


def _upsert(
    cursor: Cursor, context: SaveContext, drafts: Sequence[ContactDraft], new_ids: dict[str, UUID]
) -> dict[str, dict[str, Any]]:
    """The rows written, by person; one that another batch of the job wrote first is not among them."""
    person = PERSON_COLUMN[drafts[0].platform]
    statement = _UPSERT.format(person=person, moves=_MOVES, rows=_repeated(_UPSERT_ROW, len(drafts)))
    values = [value for draft in drafts for value in (new_ids[draft.person_id], *_columns(draft))]
    values += [context.job_id, context.synced_by, context.saved_at]
    values += [stored_id(context.facebook_page_id), context.org_id]
    return {row["person_id"]: row for row in cursor.execute(statement, values)}


def _columns(draft: ContactDraft) -> Sequence[object]:
    return (
        draft.person_id,
        draft.name.first,
        draft.name.last,
        draft.last_interaction,
        *_insight_columns(draft.insight),
        draft.move.stage_id if draft.move else None,
        draft.version_read,
    )


def _insight_columns(insight: Insight | None) -> Sequence[object]:
    if insight is None:
        return (None,) * 7
    said = (insight.summary, insight.model, insight.prompt_version)
    placement = insight.placement
    if placement is None:
        return (*said, None, None, None, None)
    return (*said, placement.lead_score, placement.lead_status, placement.confidence, placement.reasoning)


def _check_page(cursor: Cursor, context: SaveContext) -> None:
    """Nothing written may mean that all were written before, or that the Page is not this organisation's."""
    statement = "SELECT 1 FROM facebook_page WHERE id = %s AND org_id = %s"
    if cursor.execute(statement, (stored_id(context.facebook_page_id), context.org_id)).fetchone() is None:
        raise NotFound("There is no such Page.")


def _activities(
    context: SaveContext, draft: ContactDraft, row: dict[str, Any], new_id: UUID
) -> list[tuple[object, ...]]:
    """What this save did to one contact, as rows; what it only repeats has the key of the first time."""

    def happened(kind: ActivityKind, *details: object) -> tuple[object, ...]:
        about = (uuid4(), context.org_id, row["id"], kind)
        return (*about, *details, context.job_id, f"{context.job_id}:{kind}", context.saved_at)

    found: list[tuple[object, ...]] = []
    if row["id"] == new_id:
        found.append(happened(ActivityKind.CONTACT_CREATED, None, None, None, None))
    moved = row["stage_job_id"] == context.job_id and row["stage_set_by"] == Actor.AI
    if draft.move and moved and str(row["stage_id"]) == draft.move.stage_id:
        stages = (row["previous_stage_id"], row["stage_id"])
        found.append(happened(ActivityKind.STAGE_CHANGED, Actor.AI, draft.move.note, *stages))
    return found


def _add_activities(cursor: Cursor, activities: Sequence[tuple[object, ...]]) -> None:
    statement = _ADD_ACTIVITIES.format(rows=_repeated(_ACTIVITY_ROW, len(activities)))
    cursor.execute(statement, [value for row in activities for value in row])


def _repeated(row: LiteralString, times: int) -> LiteralString:
    rows: list[LiteralString] = [row] * times
    return ", ".join(rows)
