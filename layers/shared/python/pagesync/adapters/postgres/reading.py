"""Statements that look contacts up and list them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, LiteralString
from uuid import UUID

from pagesync.adapters.postgres.connection import Cursor
from pagesync.adapters.postgres.identity import PERSON_COLUMN, can_be_stored, stored_id
from pagesync.adapters.postgres.paging import Position, decode, encode
from pagesync.domain.contact import Actor, Contact, ContactFilter, ContactPage, KnownContact
from pagesync.domain.conversation import Platform
from pagesync.domain.insight import LeadStatus
from pagesync.domain.page import FacebookPageId, OrgId

_KNOWN: LiteralString = """
SELECT
    id, {person} AS person_id, version, pipeline_id, stage_id, stage_set_by,
    synced_by, content_hash, last_interaction
FROM contact
WHERE org_id = %s AND facebook_page_id = %s AND {person} = ANY(%s)
"""

# The list is two ranges of one index, one after the other: contacts with a last interaction, then those without.
# One condition for both ("earlier than this, or none") would be checked row by row from the top, for every page.
_RANGE: LiteralString = """
(SELECT * FROM contact WHERE {where} AND {range} ORDER BY last_interaction DESC, id DESC LIMIT %(rows)s)
"""
_LIST: LiteralString = """
WITH listed AS (
    SELECT * FROM ({ranges}) AS contact ORDER BY last_interaction DESC NULLS LAST, id DESC LIMIT %(rows)s
)
SELECT listed.*, stage.name AS stage_name
FROM listed LEFT JOIN stage ON stage.id = listed.stage_id AND stage.org_id = listed.org_id
ORDER BY listed.last_interaction DESC NULLS LAST, listed.id DESC
"""

_TAGS = """
SELECT contact_tag.contact_id, tag.name
FROM contact_tag JOIN tag ON tag.id = contact_tag.tag_id AND tag.org_id = contact_tag.org_id
WHERE contact_tag.org_id = %s AND contact_tag.contact_id = ANY(%s)
"""


def known(
    cursor: Cursor, org_id: OrgId, page_id: FacebookPageId, platform: Platform, person_ids: Sequence[str]
) -> Mapping[str, KnownContact]:
    wanted = [person_id for person_id in person_ids if can_be_stored(person_id)]
    statement = _KNOWN.format(person=PERSON_COLUMN[platform])
    rows = cursor.execute(statement, (org_id, stored_id(page_id), wanted)).fetchall()
    return {row["person_id"]: _known_contact(row) for row in rows}


def contacts(cursor: Cursor, org_id: OrgId, where: ContactFilter, *, after: str | None, limit: int) -> ContactPage:
    position = decode(after) if after is not None else None
    conditions, values = _conditions(org_id, where)
    ranges: list[LiteralString] = [_RANGE.format(where=conditions, range=part) for part in _ranges(position)]
    if position:
        values |= {"after_time": position.last_interaction, "after_id": position.contact_id}
    # One row more than asked for tells whether there is a next page.
    rows = cursor.execute(_LIST.format(ranges="UNION ALL".join(ranges)), values | {"rows": limit + 1}).fetchall()
    shown = rows[:limit]
    tags = _tags(cursor, org_id, [row["id"] for row in shown])
    last = shown[-1] if len(rows) > limit else None
    return ContactPage(
        contacts=[_contact(row, tags.get(row["id"], ())) for row in shown],
        next_cursor=encode(Position(last["last_interaction"], last["id"])) if last else None,
    )


def count(cursor: Cursor, org_id: OrgId, where: ContactFilter) -> int:
    conditions, values = _conditions(org_id, where)
    statement: LiteralString = "SELECT count(*) AS contacts FROM contact WHERE {where}"
    row = cursor.execute(statement.format(where=conditions), values).fetchone()
    return row["contacts"] if row else 0


def _ranges(position: Position | None) -> Sequence[LiteralString]:
    if position is None:
        return "last_interaction IS NOT NULL", "last_interaction IS NULL"
    if position.last_interaction is None:
        return ("last_interaction IS NULL AND id < %(after_id)s",)
    return "(last_interaction, id) < (%(after_time)s, %(after_id)s)", "last_interaction IS NULL"


def _conditions(org_id: OrgId, where: ContactFilter) -> tuple[LiteralString, dict[str, Any]]:
    conditions: list[LiteralString] = ["org_id = %(org_id)s"]
    values: dict[str, Any] = {"org_id": org_id}
    if where.facebook_page_id is not None:
        conditions.append("facebook_page_id = %(facebook_page_id)s")
        values["facebook_page_id"] = stored_id(where.facebook_page_id)
    return " AND ".join(conditions), values


def _tags(cursor: Cursor, org_id: OrgId, contact_ids: Sequence[UUID]) -> Mapping[UUID, Sequence[str]]:
    found: dict[UUID, list[str]] = {}
    if contact_ids:
        for row in cursor.execute(_TAGS, (org_id, list(contact_ids))):
            found.setdefault(row["contact_id"], []).append(row["name"])
    return {contact_id: sorted(names) for contact_id, names in found.items()}


def _known_contact(row: dict[str, Any]) -> KnownContact:
    return KnownContact(
        contact_id=str(row["id"]),
        person_id=row["person_id"],
        version=row["version"],
        pipeline_id=_text(row["pipeline_id"]),
        stage_id=_text(row["stage_id"]),
        stage_set_by=Actor(row["stage_set_by"]) if row["stage_set_by"] else None,
        synced_by=row["synced_by"],
        content_hash=row["content_hash"],
        last_interaction=row["last_interaction"],
    )


def _contact(row: dict[str, Any], tags: Sequence[str]) -> Contact:
    return Contact(
        contact_id=str(row["id"]),
        facebook_page_id=FacebookPageId(str(row["facebook_page_id"])),
        messenger_psid=row["messenger_psid"],
        instagram_sid=row["instagram_sid"],
        first_name=row["first_name"],
        last_name=row["last_name"],
        last_interaction=row["last_interaction"] and _utc(row["last_interaction"]),
        ai_context=row["ai_context"],
        lead_score=row["lead_score"],
        lead_status=LeadStatus(row["lead_status"]) if row["lead_status"] else None,
        pipeline_id=_text(row["pipeline_id"]),
        stage_id=_text(row["stage_id"]),
        stage_name=row["stage_name"],
        tags=tags,
        created_at=_utc(row["created_at"]),
        updated_at=_utc(row["updated_at"]),
    )


def _text(found: UUID | None) -> str | None:
    return None if found is None else str(found)


def _utc(moment: datetime) -> datetime:
    """The same instant; the session's time zone, in which the driver tells it, is the server's affair."""
    return moment.astimezone(UTC)
