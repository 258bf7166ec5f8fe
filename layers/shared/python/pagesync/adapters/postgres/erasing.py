"""Statements that delete a Page's contacts, bit by bit."""

from collections.abc import Sequence
from uuid import UUID

from pagesync.adapters.postgres.connection import Cursor
from pagesync.adapters.postgres.identity import stored_id
from pagesync.domain.page import FacebookPageId, OrgId

# Aurora DSQL takes 3,000 rows in a transaction: https://docs.aws.amazon.com/aurora-dsql/latest/userguide/CHAP_quotas.html
_CONTACTS = 500
_THEIRS = 1_200
"""Of each kind."""

_SOME = "SELECT id FROM contact WHERE org_id = %s AND facebook_page_id = %s ORDER BY id LIMIT %s"
_ERASE_ACTIVITIES = """
DELETE FROM contact_activity WHERE id IN (
    SELECT id FROM contact_activity WHERE org_id = %s AND contact_id = ANY(%s) LIMIT %s
)
"""
_ERASE_TAGS = """
DELETE FROM contact_tag WHERE (contact_id, tag_id) IN (
    SELECT contact_id, tag_id FROM contact_tag WHERE org_id = %s AND contact_id = ANY(%s) LIMIT %s
)
"""
_ERASE_CONTACTS = "DELETE FROM contact WHERE org_id = %s AND id = ANY(%s)"


def erase_contacts(cursor: Cursor, org_id: OrgId, facebook_page_id: FacebookPageId) -> bool:
    """A contact goes once nothing of it is left, so that no piece of work leaves anything of nobody."""
    rows = cursor.execute(_SOME, (org_id, stored_id(facebook_page_id), _CONTACTS)).fetchall()
    ids = [row["id"] for row in rows]
    if ids and _erase_theirs(cursor, org_id, ids) < _THEIRS:
        cursor.execute(_ERASE_CONTACTS, (org_id, ids))
        # That waited for whoever was changing one of them, and now sees what was told of the change.
        _erase_theirs(cursor, org_id, ids)
    return bool(ids)


def _erase_theirs(cursor: Cursor, org_id: OrgId, ids: Sequence[UUID]) -> int:
    """How many of the more frequent kind."""
    statements = (_ERASE_ACTIVITIES, _ERASE_TAGS)
    return max(cursor.execute(statement, (org_id, ids, _THEIRS)).rowcount for statement in statements)
