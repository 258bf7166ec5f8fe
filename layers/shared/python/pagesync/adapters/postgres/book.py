"""`ContactBook` on PostgreSQL: each method is one piece of work in the database."""

from collections.abc import Sequence

from pagesync.adapters.postgres import detail, editing, listing, tagging
from pagesync.adapters.postgres.connection import Database
from pagesync.domain.contact_book import ActivityPage, ContactDetail, ContactFilter, ContactPage
from pagesync.domain.contact_edit import ContactEdit, EditContext
from pagesync.domain.page import OrgId


class PostgresContactBook:
    def __init__(self, database: Database) -> None:
        self._database = database

    def contacts(self, org_id: OrgId, where: ContactFilter, *, cursor: str | None, limit: int) -> ContactPage:
        return self._database.read(
            lambda statements: listing.contacts(statements, org_id, where, after=cursor, limit=limit)
        )

    def count(self, org_id: OrgId, where: ContactFilter) -> int:
        return self._database.read(lambda cursor: listing.count(cursor, org_id, where))

    def contact(self, org_id: OrgId, contact_id: str) -> ContactDetail:
        return self._database.read(lambda cursor: detail.contact(cursor, org_id, contact_id))

    def edit(self, context: EditContext, contact_id: str, edit: ContactEdit) -> ContactDetail:
        return self._database.run(lambda cursor: editing.edit(cursor, context, contact_id, edit))

    def activities(self, org_id: OrgId, contact_id: str, *, cursor: str | None, limit: int) -> ActivityPage:
        return self._database.read(
            lambda statements: detail.activities(statements, org_id, contact_id, after=cursor, limit=limit)
        )

    def tags(self, org_id: OrgId, *, limit: int) -> Sequence[str]:
        return self._database.read(lambda cursor: tagging.in_use(cursor, org_id, limit=limit))
