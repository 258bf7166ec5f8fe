"""The statement that saves the contacts of a batch, and decides what becomes of each."""

from collections.abc import Mapping, Sequence
from typing import Any, LiteralString
from uuid import UUID

from pagesync.adapters.postgres.connection import Cursor
from pagesync.adapters.postgres.identity import PERSON_COLUMN, stored_id
from pagesync.adapters.postgres.rows import stored_evidence
from pagesync.domain.contact import ContactDraft, SaveContext, Suggestion
from pagesync.domain.text import search_key

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
_ANALYSES: LiteralString = f"({_CURRENT} AND excluded.ai_context IS NOT NULL)"
_SCORES: LiteralString = f"({_CURRENT} AND excluded.lead_score IS NOT NULL)"
_EXPLAINS: LiteralString = (
    f"({_CURRENT} AND (excluded.ai_context IS NOT NULL OR excluded.not_analysed IS NOT NULL))"
)
# A draft is inserted with the version it read plus one. A person who has edited the row since then is not overruled
# by what the analysis made of it as it was; without the fingerprint, the next sync looks again.
_HAS_SEEN_EDITS: LiteralString = "excluded.version > coalesce(contact.edited_version, 0)"
_SUGGESTS: LiteralString = f"({_ANALYSES} AND {_HAS_SEEN_EDITS})"
_SUGGESTION: tuple[LiteralString, ...] = (
    "suggestion_code",
    "suggested_pipeline_id",
    "suggested_stage_id",
    "suggested_score",
    "suggested_status",
)
# How sure the analyst is, and so the sentence that says why nothing was done, may differ for the same suggestion.
_SUGGESTS_OTHER: LiteralString = f"""(
    {_SUGGESTS} AND ({", ".join(f"contact.{column}" for column in _SUGGESTION)})
        IS DISTINCT FROM ({", ".join(f"excluded.{column}" for column in _SUGGESTION)})
)"""
# Whether an existing row takes the draft's stage: the row the draft would become is the successor of the row it was
# made from, or somebody else has written since.
_MOVES: LiteralString = f"""(
    {_CURRENT}
    AND excluded.stage_id IS NOT NULL
    AND excluded.version = contact.version + 1
    AND contact.stage_set_by IS DISTINCT FROM 'HUMAN'
    AND contact.stage_id IS DISTINCT FROM excluded.stage_id
    AND contact.stage_job_id IS DISTINCT FROM excluded.stage_job_id
)"""

# Within one job a contact is moved once. Where newer words ask for another stage, the next job looks again.
_MISSES: LiteralString = f"""(
    excluded.stage_id IS NOT NULL
    AND contact.stage_set_by IS DISTINCT FROM 'HUMAN'
    AND contact.stage_id IS DISTINCT FROM excluded.stage_id
    AND NOT {_MOVES}
)"""


def _taken(condition: LiteralString, *columns: LiteralString) -> LiteralString:
    """Assignments that give an existing row the draft's `columns` where `condition` holds."""
    assignments: list[LiteralString] = [
        f"{column} = CASE WHEN {condition} THEN excluded.{column} ELSE contact.{column} END" for column in columns
    ]
    return ", ".join(assignments)


_CHANGES: LiteralString = f"""
    {_taken(_RENAMES, "first_name", "last_name", "search_key", "name_set_by")},
    {_taken(_ANALYSES, "ai_context", "ai_evidence", "ai_confidence", "ai_reasoning")},
    {_taken(_ANALYSES, "ai_model", "ai_prompt_version", "analysed_at")},
    {_taken(_EXPLAINS, "not_analysed")},
    {_taken(_SCORES, "lead_score", "lead_status")},
    {_taken(_SUGGESTS, *_SUGGESTION, "suggestion_reason", "suggested_confidence")},
    {_taken(_SUGGESTS_OTHER, "suggested_at", "suggestion_job_id")},
    {_taken(_MOVES, "pipeline_id", "stage_id", "stage_set_by", "stage_job_id")},
    {_taken(_CURRENT, "updated_at")},
    {_taken(_OF_ANOTHER_JOB, "synced_job_id", "synced_by")},
    content_hash = CASE
        WHEN NOT {_CURRENT} THEN contact.content_hash
        WHEN {_HAS_SEEN_EDITS} AND NOT {_MISSES} THEN excluded.content_hash
    END,
    previous_stage_id = CASE WHEN {_MOVES} THEN contact.stage_id ELSE contact.previous_stage_id END,
    last_interaction = {_LATEST},
    version = CASE WHEN {_CURRENT} THEN contact.version + 1 ELSE contact.version END
"""

# Rows are taken in the order of their person, so two batches that share people wait for each other and never in
# a circle. Stages are looked up rather than trusted: one may have been archived while the batch was analysed.
_UPSERT: LiteralString = """
INSERT INTO contact (
    id, org_id, facebook_page_id, {person}, first_name, last_name, search_key, name_set_by, last_interaction,
    content_hash, ai_context, ai_evidence, ai_model, ai_prompt_version, analysed_at, ai_confidence, ai_reasoning,
    not_analysed, lead_score, lead_status,
    suggestion_code, suggestion_reason, suggested_pipeline_id, suggested_stage_id, suggested_score,
    suggested_status, suggested_confidence, suggested_at, suggestion_job_id,
    pipeline_id, stage_id, stage_set_by, stage_job_id,
    version, synced_job_id, synced_by, created_at, updated_at
)
SELECT
    draft.id, page.org_id, page.id, draft.person_id, draft.first_name, draft.last_name, draft.search_key,
    draft.name_set_by, draft.last_interaction, draft.content_hash,
    draft.ai_context, draft.ai_evidence, draft.ai_model, draft.ai_prompt_version,
    CASE WHEN draft.ai_context IS NOT NULL THEN sync.saved_at END,
    draft.ai_confidence, draft.ai_reasoning, draft.not_analysed, draft.lead_score, draft.lead_status,
    draft.suggestion_code, draft.suggestion_reason, suggested.pipeline_id, suggested.id, draft.suggested_score,
    draft.suggested_status, draft.suggested_confidence,
    CASE WHEN draft.suggestion_code IS NOT NULL THEN sync.saved_at END,
    CASE WHEN draft.suggestion_code IS NOT NULL THEN sync.job_id END,
    stage.pipeline_id, stage.id,
    CASE WHEN stage.id IS NOT NULL THEN 'AI' END, CASE WHEN stage.id IS NOT NULL THEN sync.job_id END,
    draft.version_read + 1, sync.job_id, sync.synced_by, sync.saved_at, sync.saved_at
FROM (VALUES {rows}) AS draft (
    id, person_id, first_name, last_name, search_key, name_set_by, last_interaction, content_hash,
    ai_context, ai_evidence, ai_model, ai_prompt_version, ai_confidence, ai_reasoning, not_analysed,
    lead_score, lead_status, suggestion_code, suggestion_reason, suggested_stage_id, suggested_score,
    suggested_status, suggested_confidence, stage_id, version_read
)
CROSS JOIN (VALUES (%s::text, %s::text, %s::timestamptz)) AS sync (job_id, synced_by, saved_at)
JOIN facebook_page AS page ON page.id = %s AND page.org_id = %s
LEFT JOIN stage ON stage.id = draft.stage_id AND stage.org_id = page.org_id AND NOT stage.archived
LEFT JOIN stage AS suggested
    ON suggested.id = draft.suggested_stage_id AND suggested.org_id = page.org_id AND NOT suggested.archived
ORDER BY draft.person_id
ON CONFLICT (facebook_page_id, {person}) DO UPDATE SET {changes}
WHERE {of_another_job} OR contact.synced_by = excluded.synced_by OR {newer}
RETURNING id, {person} AS person_id, synced_by, stage_id, previous_stage_id, stage_set_by, stage_job_id,
    suggestion_code, suggestion_reason, suggested_stage_id, suggestion_job_id
"""
_ROW: LiteralString = (
    "(%s::uuid, %s::text, %s::text, %s::text, %s::text, %s::text, %s::timestamptz, %s::text,"
    " %s::text, %s::text, %s::text, %s::text, %s::int, %s::text, %s::text,"
    " %s::int, %s::text, %s::text, %s::text, %s::uuid, %s::int,"
    " %s::text, %s::int, %s::uuid, %s::int)"
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
        search_key(draft.name.first, draft.name.last),
        "NOBODY" if draft.name.is_placeholder else None,
        draft.last_interaction,
        draft.content_hash,
        *_insight_columns(draft),
        *_suggestion_columns(draft.suggestion),
        draft.move.stage_id if draft.move else None,
        draft.version_read,
    )


def _insight_columns(draft: ContactDraft) -> Sequence[object]:
    insight = draft.insight
    if insight is None:
        return (*(None,) * 6, draft.not_analysed, None, None)
    said = (insight.summary, stored_evidence(insight.evidence), insight.model, insight.prompt_version)
    placement = insight.placement
    if placement is None:
        return (*said, *(None,) * 5)
    score = (placement.lead_score, placement.lead_status) if draft.is_backed else (None, None)
    return (*said, placement.confidence, placement.reasoning, None, *score)


def _suggestion_columns(suggestion: Suggestion | None) -> Sequence[object]:
    if suggestion is None:
        return (None,) * 6
    said = (suggestion.code, suggestion.reason, suggestion.stage_id)
    return (*said, suggestion.lead_score, suggestion.lead_status, suggestion.confidence)
