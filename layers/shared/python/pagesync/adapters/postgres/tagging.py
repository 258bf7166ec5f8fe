"""Tags: one row for each name of an organisation, whatever its case."""

import uuid
from collections.abc import Sequence

from pagesync.adapters.postgres.connection import Cursor
from pagesync.domain.page import OrgId
from pagesync.domain.text import fold, printable

_NAMESPACE = uuid.UUID("8f2f7a0e-4b1f-4a86-9d5c-4f8f4d8b8f10")

_ADD_TAGS = """
INSERT INTO tag (id, org_id, name)
SELECT added.id, %s, added.name FROM unnest(%s::uuid[], %s::text[]) AS added (id, name)
ON CONFLICT DO NOTHING
"""
_PUT_ON = """
INSERT INTO contact_tag (contact_id, tag_id, org_id) SELECT %s, added.id, %s FROM unnest(%s::uuid[]) AS added (id)
ON CONFLICT DO NOTHING
"""
_TAKE_OFF = "DELETE FROM contact_tag WHERE org_id = %s AND contact_id = %s AND NOT tag_id = ANY(%s)"

_IN_USE = """
SELECT name FROM tag
WHERE org_id = %s AND EXISTS (SELECT 1 FROM contact_tag WHERE contact_tag.tag_id = tag.id)
ORDER BY name LIMIT %s
"""


def tag_id(org_id: OrgId, name: str) -> uuid.UUID:
    """Made of the name, so that two spellings of one tag meet in its primary key without being looked up."""
    return uuid.uuid5(uuid.uuid5(_NAMESPACE, org_id), fold(printable(name)))


def put_tags(cursor: Cursor, org_id: OrgId, contact_id: uuid.UUID, names: Sequence[str]) -> None:
    """Leave the contact with exactly these; the first spelling of a tag in the organisation stays."""
    ids = [tag_id(org_id, name) for name in names]
    cursor.execute(_TAKE_OFF, (org_id, contact_id, ids))
    if ids:
        cursor.execute(_ADD_TAGS, (org_id, ids, list(names)))
        cursor.execute(_PUT_ON, (contact_id, org_id, ids))


def in_use(cursor: Cursor, org_id: OrgId, *, limit: int) -> Sequence[str]:
    """Sorted again: the collation of a database is its own."""
    return sorted(row["name"] for row in cursor.execute(_IN_USE, (org_id, limit)))
