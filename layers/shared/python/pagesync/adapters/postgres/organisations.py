"""`Organisations` on PostgreSQL, and the row under which the edits of one organisation come one after another."""

from collections.abc import Callable, Mapping
from typing import Any

from pagesync.adapters.postgres.connection import Cursor, Database
from pagesync.domain.language import ENGLISH, language_of
from pagesync.domain.organisation import Organisation
from pagesync.domain.page import OrgId

# Aurora DSQL takes no lock: of two transactions that write one row, the second to commit is told to start over.
_LOCK = """
INSERT INTO organisation (org_id, revision, updated_at) VALUES (%s, 1, now())
ON CONFLICT (org_id) DO UPDATE SET revision = organisation.revision + 1, updated_at = excluded.updated_at
RETURNING language, daily_budget_usd
"""

_SAVE = "UPDATE organisation SET language = %s, daily_budget_usd = %s WHERE org_id = %s"

_READ = "SELECT language, daily_budget_usd FROM organisation WHERE org_id = %s"


class PostgresOrganisations:
    def __init__(self, database: Database) -> None:
        self._database = database

    def organisation(self, org_id: OrgId) -> Organisation:
        row = self._database.read(lambda cursor: cursor.execute(_READ, (org_id,)).fetchone())
        return organisation_of(row or {})

    def edit(self, org_id: OrgId, change: Callable[[Organisation], Organisation]) -> Organisation:
        def work(cursor: Cursor) -> Organisation:
            changed = change(lock(cursor, org_id))
            cursor.execute(_SAVE, (changed.language.code, changed.daily_budget_usd, org_id))
            return changed

        return self._database.run(work)


def lock(cursor: Cursor, org_id: OrgId) -> Organisation:
    """Whoever edits what belongs to an organisation writes its row first, so that nobody edits beside them."""
    return organisation_of(cursor.execute(_LOCK, (org_id,)).fetchone() or {})


def organisation_of(row: Mapping[str, Any]) -> Organisation:
    """Of columns of its table, or of none where it has never decided anything."""
    return Organisation(
        language=language_of(row.get("language") or ENGLISH.code) or ENGLISH,
        daily_budget_usd=row.get("daily_budget_usd"),
    )
