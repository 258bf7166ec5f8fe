"""`ContactStore` on PostgreSQL: each method is one piece of work in the database."""

from collections.abc import Callable, Mapping, Sequence

from pagesync.adapters.postgres import erasing, pages, reading, writing
from pagesync.adapters.postgres.connection import Database, DataRefused
from pagesync.domain.contact import ContactDraft, KnownContact, SaveContext, SaveOutcome
from pagesync.domain.conversation import Platform
from pagesync.domain.page import FacebookPageId, OrgId, PageProfile, Playbook

# A draft writes up to three rows (the contact and two activities), and Aurora DSQL takes 3,000 in a transaction:
# https://docs.aws.amazon.com/aurora-dsql/latest/userguide/CHAP_quotas.html
_DRAFTS_IN_A_TRANSACTION = 500


class PostgresContacts:
    def __init__(self, database: Database) -> None:
        self._database = database

    def playbook(self, org_id: OrgId, facebook_page_id: FacebookPageId) -> Playbook:
        return self._database.read(lambda cursor: pages.playbook(cursor, org_id, facebook_page_id))

    def known(
        self, org_id: OrgId, facebook_page_id: FacebookPageId, platform: Platform, person_ids: Sequence[str]
    ) -> Mapping[str, KnownContact]:
        return self._database.read(
            lambda cursor: reading.known(cursor, org_id, facebook_page_id, platform, person_ids)
        )

    def save(self, context: SaveContext, drafts: Sequence[ContactDraft]) -> Sequence[SaveOutcome]:
        outcomes: list[SaveOutcome] = []
        for start in range(0, len(drafts), _DRAFTS_IN_A_TRANSACTION):
            outcomes += self._save_together(context, drafts[start : start + _DRAFTS_IN_A_TRANSACTION])
        return outcomes

    def add_page(self, profile: PageProfile) -> None:
        self._database.run(lambda cursor: pages.add_page(cursor, profile))

    def edit_page(
        self, org_id: OrgId, facebook_page_id: FacebookPageId, change: Callable[[PageProfile], PageProfile]
    ) -> PageProfile:
        return self._database.run(lambda cursor: pages.edit(cursor, org_id, facebook_page_id, change))

    def pages(self, org_id: OrgId) -> Sequence[PageProfile]:
        return self._database.read(lambda cursor: pages.of_organisation(cursor, org_id))

    def erase_contacts(self, org_id: OrgId, facebook_page_id: FacebookPageId) -> bool:
        return self._database.run(lambda cursor: erasing.erase_contacts(cursor, org_id, facebook_page_id))

    def _save_together(self, context: SaveContext, drafts: Sequence[ContactDraft]) -> Sequence[SaveOutcome]:
        """In one statement, or row by row once the database has refused a value of one of them."""
        try:
            return self._database.run(lambda cursor: writing.save(cursor, context, drafts))
        except DataRefused:
            if len(drafts) == 1:
                return [SaveOutcome.REJECTED]
        return [outcome for draft in drafts for outcome in self._save_together(context, [draft])]
