"""The statement that saves the contacts of a batch, and decides what becomes of each."""

from collections.abc import Mapping, Sequence
from typing import Any, LiteralString
from uuid import UUID

from pagesync.adapters.postgres.connection import Cursor
from pagesync.adapters.postgres.identity import PERSON_COLUMN, stored_id
from pagesync.domain.contact import ContactDraft, SaveContext
from pagesync.domain.insight import Insight

# A conversation may come twice in a job: with a new message it is listed again, in another batch. The batch that
# saved a person first owns the row for the rest of the job, and the latest words are what is stored: a draft of
# another batch has to be newer than the row, and the owner's own, when it is repeated, must not be older.
_OF_ANOTHER_JOB: LiteralString = "contact.synced_job_id IS DISTINCT FROM excluded.synced_job_id"
_LATEST: LiteralString = "greatest(contact.last_interaction, excluded.last_interaction)"
_NEWER: LiteralString = f"{_LATEST} IS DISTINCT FROM contact.last_interaction"
_CURRENT: LiteralString = f"({_OF_ANOTHER_JOB} OR {_LATEST} IS NOT DISTINCT FROM excluded.last_interaction)"

_RENAMES: LiteralString = f"""(
    {_CURRENT}
    AND contact.name_set_by IS DISTINCT FROM 'HUMAN'
    AND excluded.name_set_by IS DISTINCT FROM 'NOBODY'
)"""
_SUMMARISES: LiteralString = f"({_CURRENT} AND excluded.ai_context IS NOT NULL)"
_PLACES: LiteralString = f"({_CURRENT} AND excluded.lead_score IS NOT NULL)"
# Whether an existing row takes the draft's stage. A draft is inserted with the version it read plus one, so that
# the row it would become is the successor of the row it was made from, or somebody else has written since.
_MOVES: LiteralString = f"""(
    {_CURRENT}
    AND excluded.stage_id IS NOT NULL
    AND excluded.version = contact.version + 1
    AND contact.stage_set_by IS DISTINCT FROM 'HUMAN'
    AND contact.stage_id IS DISTINCT FROM excluded.stage_id
    AND contact.stage_job_id IS DISTINCT FROM excluded.stage_job_id
)"""


def _taken(condition: LiteralString, *columns: LiteralString) -> LiteralString:
    """Assignments that give an existing row the draft's `columns` where `condition` holds."""
    assignments: list[LiteralString] = [
        f"{column} = CASE WHEN {condition} THEN excluded.{column} ELSE contact.{column} END" for column in columns
    ]
    return ", ".join(assignments)


_CHANGES: LiteralString = f"""
    {_taken(_RENAMES, "first_name", "last_name", "name_set_by")},
    {_taken(_SUMMARISES, "ai_context", "ai_model", "ai_prompt_version", "analysed_at")},
    {_taken(_PLACES, "lead_score", "lead_status", "ai_confidence", "ai_reasoning")},
    {_taken(_MOVES, "pipeline_id", "stage_id", "stage_set_by", "stage_job_id")},
    {_taken(_CURRENT, "content_hash", "updated_at")},
    {_taken(_OF_ANOTHER_JOB, "synced_job_id", "synced_by")},
    previous_stage_id = CASE WHEN {_MOVES} THEN contact.stage_id ELSE contact.previous_stage_id END,
    last_interaction = {_LATEST},
    version = CASE WHEN {_CURRENT} THEN contact.version + 1 ELSE contact.version END
"""

# Rows are taken in the order of their person, so two batches that share people wait for each other and never in
# a circle. The stage is looked up rather than trusted: it may have been archived while the batch was analysed.
_UPSERT: LiteralString = """
INSERT INTO contact (
    id, org_id, facebook_page_id, {person}, first_name, last_name, name_set_by, last_interaction, content_hash,
    ai_context, ai_model, ai_prompt_version, analysed_at, lead_score, lead_status, ai_confidence, ai_reasoning,
    pipeline_id, stage_id, stage_set_by, stage_job_id,
    version, synced_job_id, synced_by, created_at, updated_at
)
SELECT
    draft.id, page.org_id, page.id, draft.person_id, draft.first_name, draft.last_name, draft.name_set_by,
    draft.last_interaction, draft.content_hash,
    draft.ai_context, draft.ai_model, draft.ai_prompt_version,
    CASE WHEN draft.ai_context IS NOT NULL THEN sync.saved_at END,
    draft.lead_score, draft.lead_status, draft.ai_confidence, draft.ai_reasoning,
    stage.pipeline_id, stage.id,
    CASE WHEN stage.id IS NOT NULL THEN 'AI' END, CASE WHEN stage.id IS NOT NULL THEN sync.job_id END,
    draft.version_read + 1, sync.job_id, sync.synced_by, sync.saved_at, sync.saved_at
FROM (VALUES {rows}) AS draft (
    id, person_id, first_name, last_name, name_set_by, last_interaction, content_hash,
    ai_context, ai_model, ai_prompt_version, lead_score, lead_status, ai_confidence, ai_reasoning,
    stage_id, version_read
)
CROSS JOIN (VALUES (%s::text, %s::text, %s::timestamptz)) AS sync (job_id, synced_by, saved_at)
JOIN facebook_page AS page ON page.id = %s AND page.org_id = %s
LEFT JOIN stage ON stage.id = draft.stage_id AND stage.org_id = page.org_id AND NOT stage.archived
ORDER BY draft.person_id
ON CONFLICT (facebook_page_id, {person}) DO UPDATE SET {changes}
WHERE {of_another_job} OR contact.synced_by = excluded.synced_by OR {newer}
RETURNING id, {person} AS person_id, synced_by, stage_id, previous_stage_id, stage_set_by, stage_job_id
"""
_ROW: LiteralString = (
    "(%s::uuid, %s::text, %s::text, %s::text, %s::text, %s::timestamptz, %s::text,"
    " %s::text, %s::text, %s::text, %s::int, %s::text, %s::int, %s::text, %s::uuid, %s::int)"
)


def upsert(
    cursor: Cursor, context: SaveContext, drafts: Sequence[ContactDraft], new_ids: Mapping[str, UUID]
) -> dict[str, dict[str, Any]]:
    """The rows by person, without those that had nothing to learn from another batch of the same job.

    `synced_by` of a row is the batch that owns it in this job; the row may hold something newer than the draft.
    """
    rows: list[LiteralString] = [_ROW] * len(drafts)
    statement = _UPSERT.format(
        person=PERSON_COLUMN[drafts[0].platform],
        rows=", ".join(rows),
        changes=_CHANGES,
        of_another_job=_OF_ANOTHER_JOB,
        newer=_NEWER,
    )
    values = [value for draft in drafts for value in (new_ids[draft.person_id], *_columns(draft))]
    values += [context.job_id, context.synced_by, context.saved_at]
    values += [stored_id(context.facebook_page_id), context.org_id]
    return {row["person_id"]: row for row in cursor.execute(statement, values)}


def _columns(draft: ContactDraft) -> Sequence[object]:
    return (
        draft.person_id,
        draft.name.first,
        draft.name.last,
        "NOBODY" if draft.name.is_placeholder else None,
        draft.last_interaction,
        draft.content_hash,
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
