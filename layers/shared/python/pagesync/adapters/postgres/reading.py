"""Statements that tell a sync what is known of somebody already."""

from collections.abc import Mapping, Sequence
from typing import Any, LiteralString

from pagesync.adapters.postgres.connection import Cursor
from pagesync.adapters.postgres.identity import PERSON_COLUMN, can_be_stored, stored_id, told_id
from pagesync.domain.contact import Actor, KnownContact
from pagesync.domain.conversation import Platform
from pagesync.domain.page import FacebookPageId, OrgId

_KNOWN: LiteralString = """
SELECT
    id, {person} AS person_id, version, pipeline_id, stage_id, stage_set_by,
    synced_by, content_hash, last_interaction
FROM contact
WHERE org_id = %s AND facebook_page_id = %s AND {person} = ANY(%s)
"""


def known(
    cursor: Cursor, org_id: OrgId, page_id: FacebookPageId, platform: Platform, person_ids: Sequence[str]
) -> Mapping[str, KnownContact]:
    wanted = [person_id for person_id in person_ids if can_be_stored(person_id)]
    statement = _KNOWN.format(person=PERSON_COLUMN[platform])
    rows = cursor.execute(statement, (org_id, stored_id(page_id), wanted)).fetchall()
    return {row["person_id"]: _known_contact(row) for row in rows}


def _known_contact(row: dict[str, Any]) -> KnownContact:
    return KnownContact(
        contact_id=str(row["id"]),
        person_id=row["person_id"],
        version=row["version"],
        pipeline_id=told_id(row["pipeline_id"]),
        stage_id=told_id(row["stage_id"]),
        stage_set_by=Actor(row["stage_set_by"]) if row["stage_set_by"] else None,
        synced_by=row["synced_by"],
        content_hash=row["content_hash"],
        last_interaction=row["last_interaction"],
    )
