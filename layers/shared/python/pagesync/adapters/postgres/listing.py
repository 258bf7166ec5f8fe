"""Statements that list and count contacts by their filters."""

from collections.abc import Mapping, Sequence
from typing import Any, LiteralString
from uuid import UUID

from pagesync.adapters.postgres.connection import Cursor
from pagesync.adapters.postgres.identity import PERSON_COLUMN, stored_id
from pagesync.adapters.postgres.paging import Position, decode, encode
from pagesync.adapters.postgres.rows import contact_of
from pagesync.adapters.postgres.tagging import tag_id
from pagesync.domain.contact_book import ContactFilter, ContactPage
from pagesync.domain.page import OrgId
from pagesync.domain.text import search_words

# The list is two ranges of one index, one after the other: contacts with a last interaction, then those without.
# One condition for both ("earlier than this, or none") would be checked row by row from the top, for every page.
_RANGE: LiteralString = """
(SELECT id, last_interaction FROM contact WHERE {where} AND {range}
 ORDER BY last_interaction DESC, id DESC LIMIT %(rows)s)
"""
# The index alone tells which contacts are on the page; only their rows are read.
_LIST: LiteralString = """
WITH listed AS (
    SELECT * FROM ({ranges}) AS found ORDER BY last_interaction DESC NULLS LAST, id DESC LIMIT %(rows)s
)
SELECT contact.*, stage.name AS stage_name, suggested.name AS suggested_stage_name
FROM listed
JOIN contact ON contact.id = listed.id
LEFT JOIN stage ON stage.id = contact.stage_id AND stage.org_id = contact.org_id
LEFT JOIN stage AS suggested ON suggested.id = contact.suggested_stage_id AND suggested.org_id = contact.org_id
ORDER BY listed.last_interaction DESC NULLS LAST, listed.id DESC
"""

_TAGS = """
SELECT contact_tag.contact_id, tag.name
FROM contact_tag JOIN tag ON tag.id = contact_tag.tag_id AND tag.org_id = contact_tag.org_id
WHERE contact_tag.org_id = %s AND contact_tag.contact_id = ANY(%s)
"""

_TAGGED: LiteralString = """EXISTS (
    SELECT 1 FROM contact_tag WHERE contact_tag.contact_id = contact.id AND contact_tag.tag_id = %(tag_id)s
)"""


def contacts(cursor: Cursor, org_id: OrgId, where: ContactFilter, *, after: str | None, limit: int) -> ContactPage:
    position = decode(after, of=where) if after is not None else None
    conditions, values = _conditions(org_id, where)
    ranges: list[LiteralString] = [_RANGE.format(where=conditions, range=part) for part in _ranges(position)]
    if position:
        values |= {"after_time": position.moment, "after_id": position.row_id}
    # One row more than asked for tells whether there is a next page.
    rows = cursor.execute(_LIST.format(ranges="UNION ALL".join(ranges)), values | {"rows": limit + 1}).fetchall()
    shown = rows[:limit]
    tags = tags_of(cursor, org_id, [row["id"] for row in shown])
    last = shown[-1] if len(rows) > limit else None
    return ContactPage(
        contacts=[contact_of(row, tags.get(row["id"], ())) for row in shown],
        next_cursor=encode(Position(last["last_interaction"], last["id"]), of=where) if last else None,
    )


def count(cursor: Cursor, org_id: OrgId, where: ContactFilter) -> int:
    conditions, values = _conditions(org_id, where)
    statement: LiteralString = "SELECT count(*) AS contacts FROM contact WHERE {where}"
    row = cursor.execute(statement.format(where=conditions), values).fetchone()
    return row["contacts"] if row else 0


def tags_of(cursor: Cursor, org_id: OrgId, contact_ids: Sequence[UUID]) -> Mapping[UUID, Sequence[str]]:
    """In order, by contact; one without tags is left out."""
    found: dict[UUID, list[str]] = {}
    if contact_ids:
        for row in cursor.execute(_TAGS, (org_id, list(contact_ids))):
            found.setdefault(row["contact_id"], []).append(row["name"])
    return {contact_id: sorted(names) for contact_id, names in found.items()}


def _ranges(position: Position | None) -> Sequence[LiteralString]:
    if position is None:
        return "last_interaction IS NOT NULL", "last_interaction IS NULL"
    if position.moment is None:
        return ("last_interaction IS NULL AND id < %(after_id)s",)
    return "(last_interaction, id) < (%(after_time)s, %(after_id)s)", "last_interaction IS NULL"


def _conditions(org_id: OrgId, where: ContactFilter) -> tuple[LiteralString, dict[str, Any]]:
    values: dict[str, Any] = {
        "org_id": org_id,
        "facebook_page_id": stored_id(where.facebook_page_id),
        "pipeline_id": stored_id(where.pipeline_id),
        "stage_id": stored_id(where.stage_id),
        "lead_status": where.lead_status,
        "min_score": where.min_score,
        "max_score": where.max_score,
        "tag_id": None if where.tag is None else tag_id(org_id, where.tag),
        "interacted_after": where.interacted_after,
        "interacted_before": where.interacted_before,
    }
    asked: list[tuple[bool, LiteralString]] = [
        (where.facebook_page_id is not None, "facebook_page_id = %(facebook_page_id)s"),
        (where.pipeline_id is not None, "pipeline_id = %(pipeline_id)s"),
        (where.stage_id is not None, "stage_id = %(stage_id)s"),
        (where.lead_status is not None, "lead_status = %(lead_status)s"),
        (where.min_score is not None, "lead_score >= %(min_score)s"),
        (where.max_score is not None, "lead_score <= %(max_score)s"),
        (where.tag is not None, _TAGGED),
        (where.interacted_after is not None, "last_interaction >= %(interacted_after)s"),
        (where.interacted_before is not None, "last_interaction < %(interacted_before)s"),
        (where.staged is True, "stage_id IS NOT NULL"),
        (where.staged is False, "stage_id IS NULL"),
        (where.suggested is True, "suggestion_code IS NOT NULL"),
        (where.suggested is False, "suggestion_code IS NULL"),
    ]
    conditions: list[LiteralString] = ["org_id = %(org_id)s", *(condition for holds, condition in asked if holds)]
    if where.platform is not None:
        conditions.append(f"{PERSON_COLUMN[where.platform]} IS NOT NULL")
    if where.search is not None:
        conditions += _search(where.search, values)
    return " AND ".join(conditions), values


def _search(text: str, values: dict[str, Any]) -> list[LiteralString]:
    """Each word has to begin a word of the name; a text without any is in no name."""
    words = list(dict.fromkeys(search_words(text)))
    if not words:
        return ["false"]
    values["words"] = [f"% {word}%" for word in words]
    return ["search_key LIKE ALL(%(words)s)"]
