"""A CRM under test: its store, and what a person may do to the same rows beside a sync."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import uuid4

from pagesync.adapters.postgres.connection import Database
from pagesync.adapters.postgres.organisations import PostgresOrganisations
from pagesync.adapters.postgres.pipelines import PostgresPipelines
from pagesync.adapters.postgres.store import PostgresContacts
from pagesync.domain.person_name import PersonName
from pagesync.ports import ContactStore, Organisations, Pipelines
from tests.fakes.contacts import Activity, InMemoryContacts
from tests.fakes.pipelines import InMemoryOrganisations, InMemoryPipelines


class Crm(Protocol):
    @property
    def store(self) -> ContactStore: ...

    @property
    def pipelines(self) -> Pipelines: ...

    @property
    def organisations(self) -> Organisations: ...

    def another_store(self) -> ContactStore:
        """What another container would use on the same rows."""
        ...

    def other_pipelines(self) -> Pipelines: ...

    def other_organisations(self) -> Organisations: ...

    def activities(self, contact_id: str) -> list[Activity]:
        """In the order they happened."""
        ...

    def person_moves(self, contact_id: str, stage_id: str) -> None: ...

    def person_renames(self, contact_id: str, name: PersonName) -> None: ...

    def tag(self, contact_id: str, name: str) -> None: ...

    def archive_stage(self, stage_id: str) -> None: ...


class MemoryCrm(InMemoryContacts):
    def __init__(self) -> None:
        super().__init__()
        self.pipelines = InMemoryPipelines(self)
        self.organisations = InMemoryOrganisations(self)

    @property
    def store(self) -> ContactStore:
        return self

    def another_store(self) -> ContactStore:
        return self

    def other_pipelines(self) -> Pipelines:
        return self.pipelines

    def other_organisations(self) -> Organisations:
        return self.organisations


@dataclass
class PostgresCrm:
    """`open_database` makes a `Database` with a connection of its own."""

    open_database: Callable[[], Database]

    def __post_init__(self) -> None:
        self._opened: list[Database] = []
        self.database = self._open()
        self.store = PostgresContacts(self.database)
        self.pipelines = PostgresPipelines(self.database)
        self.organisations = PostgresOrganisations(self.database)

    def another_store(self) -> PostgresContacts:
        return PostgresContacts(self._open())

    def other_pipelines(self) -> PostgresPipelines:
        return PostgresPipelines(self._open())

    def other_organisations(self) -> PostgresOrganisations:
        return PostgresOrganisations(self._open())

    def close(self) -> None:
        for database in self._opened:
            database.close()

    def activities(self, contact_id: str) -> list[Activity]:
        rows = self.execute(
            "SELECT kind, actor, note, from_stage_id, to_stage_id FROM contact_activity WHERE contact_id = %s"
            " ORDER BY created_at, kind",
            contact_id,
        )
        stages = ("from_stage_id", "to_stage_id")
        return [Activity(**row | {name: row[name] and str(row[name]) for name in stages}) for row in rows]

    def person_moves(self, contact_id: str, stage_id: str) -> None:
        self.execute(
            "UPDATE contact SET stage_id = %s, pipeline_id = (SELECT pipeline_id FROM stage WHERE id = %s),"
            " stage_set_by = 'HUMAN', version = version + 1 WHERE id = %s RETURNING id",
            stage_id,
            stage_id,
            contact_id,
        )

    def person_renames(self, contact_id: str, name: PersonName) -> None:
        self.execute(
            "UPDATE contact SET first_name = %s, last_name = %s, name_set_by = 'HUMAN', version = version + 1"
            " WHERE id = %s RETURNING id",
            name.first,
            name.last,
            contact_id,
        )

    def tag(self, contact_id: str, name: str) -> None:
        self.execute(
            "INSERT INTO tag (id, org_id, name) SELECT %s, org_id, %s FROM contact WHERE id = %s"
            " ON CONFLICT (org_id, name) DO NOTHING RETURNING id",
            uuid4(),
            name,
            contact_id,
        )
        self.execute(
            "INSERT INTO contact_tag (contact_id, tag_id, org_id)"
            " SELECT contact.id, tag.id, contact.org_id FROM contact JOIN tag ON tag.org_id = contact.org_id"
            " WHERE contact.id = %s AND tag.name = %s RETURNING contact_id",
            contact_id,
            name,
        )

    def archive_stage(self, stage_id: str) -> None:
        self.execute("UPDATE stage SET archived = true WHERE id = %s RETURNING id", stage_id)

    def execute(self, statement: str, *values: object) -> list[dict[str, Any]]:
        return self.database.run(lambda cursor: cursor.execute(statement.encode(), values).fetchall())

    def _open(self) -> Database:
        database = self.open_database()
        self._opened.append(database)
        return database
