"""Statements that show one contact and what happened to it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from pagesync.adapters.postgres.connection import Cursor
from pagesync.adapters.postgres.identity import stored_id, told_id
from pagesync.adapters.postgres.listing import tags_of
from pagesync.adapters.postgres.paging import Position, decode, encode
from pagesync.adapters.postgres.rows import actor_of, detail_of, utc
from pagesync.domain.contact import ActivityKind
from pagesync.domain.contact_book import ActivityPage, ContactActivity, ContactDetail
from pagesync.domain.errors import NotFound
from pagesync.domain.page import OrgId

_CONTACT = """
SELECT contact.*, stage.name AS stage_name, suggested.name AS suggested_stage_name
FROM contact
LEFT JOIN stage ON stage.id = contact.stage_id AND stage.org_id = contact.org_id
LEFT JOIN stage AS suggested ON suggested.id = contact.suggested_stage_id AND suggested.org_id = contact.org_id
WHERE contact.id = %s AND contact.org_id = %s
"""

_IS_THERE = "SELECT 1 FROM contact WHERE id = %s AND org_id = %s"

# The unique key begins with the contact, who has few enough to be sorted.
_ACTIVITIES = """
SELECT activity.*, origin.name AS from_stage_name, target.name AS to_stage_name
FROM contact_activity AS activity
LEFT JOIN stage AS origin ON origin.id = activity.from_stage_id AND origin.org_id = activity.org_id
LEFT JOIN stage AS target ON target.id = activity.to_stage_id AND target.org_id = activity.org_id
WHERE activity.contact_id = %(contact_id)s AND activity.org_id = %(org_id)s
    AND (%(first)s OR (activity.created_at, activity.id) < (%(after_time)s, %(after_id)s))
ORDER BY activity.created_at DESC, activity.id DESC
LIMIT %(rows)s
"""


def contact(cursor: Cursor, org_id: OrgId, contact_id: str) -> ContactDetail:
    row = cursor.execute(_CONTACT, (stored_id(contact_id), org_id)).fetchone()
    if row is None:
        raise unknown()
    return detail_of(row, tags_of(cursor, org_id, [row["id"]]).get(row["id"], ()))


def activities(cursor: Cursor, org_id: OrgId, contact_id: str, *, after: str | None, limit: int) -> ActivityPage:
    found = stored_id(contact_id)
    if cursor.execute(_IS_THERE, (found, org_id)).fetchone() is None:
        raise unknown()
    position = decode(after, of=contact_id) if after is not None else None
    values = {"contact_id": found, "org_id": org_id, "rows": limit + 1, **_after(position)}
    rows = cursor.execute(_ACTIVITIES, values).fetchall()
    shown = rows[:limit]
    last = shown[-1] if len(rows) > limit else None
    return ActivityPage(
        activities=[_activity(row) for row in shown],
        next_cursor=encode(Position(last["created_at"], last["id"]), of=contact_id) if last else None,
    )


def unknown() -> NotFound:
    return NotFound("There is no such contact.")


def _after(position: Position | None) -> Mapping[str, object]:
    if position is None:
        return {"first": True, "after_time": None, "after_id": UUID(int=0)}
    return {"first": False, "after_time": position.moment, "after_id": position.row_id}


def _activity(row: Mapping[str, Any]) -> ContactActivity:
    return ContactActivity(
        activity_id=str(row["id"]),
        kind=ActivityKind(row["kind"]),
        actor=actor_of(row["actor"]),
        actor_id=row["actor_id"],
        reason=row["note"],
        from_stage_id=told_id(row["from_stage_id"]),
        from_stage_name=row["from_stage_name"],
        to_stage_id=told_id(row["to_stage_id"]),
        to_stage_name=row["to_stage_name"],
        created_at=utc(row["created_at"]),
    )
