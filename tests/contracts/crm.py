"""A CRM under test: what a sync and what people use of it, and what else may happen to its rows."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from pagesync.adapters.postgres.book import PostgresContactBook
from pagesync.adapters.postgres.connection import Database
from pagesync.adapters.postgres.organisations import PostgresOrganisations
from pagesync.adapters.postgres.pipelines import PostgresPipelines
from pagesync.adapters.postgres.store import PostgresContacts
from pagesync.ports import ContactBook, ContactStore, Organisations, Pipelines
from tests.fakes.contact_book import InMemoryContactBook
from tests.fakes.contacts import Activity, InMemoryContacts
from tests.fakes.pipelines import InMemoryOrganisations, InMemoryPipelines


class Crm(Protocol):
    @property
    def store(self) -> ContactStore: ...

    @property
    def book(self) -> ContactBook: ...

    @property
    def pipelines(self) -> Pipelines: ...

    @property
    def organisations(self) -> Organisations: ...

    def another_store(self) -> ContactStore:
        """What another container would use on the same rows."""
        ...

    def another_book(self) -> ContactBook: ...

    def other_pipelines(self) -> Pipelines: ...

    def other_organisations(self) -> Organisations: ...

    def activities(self, contact_id: str) -> list[Activity]:
        """In the order they happened."""
        ...

    def archive_stage(self, stage_id: str) -> None: ...


class MemoryCrm(InMemoryContacts):
    def __init__(self) -> None:
        super().__init__()
        self.pipelines = InMemoryPipelines(self)
        self.organisations = InMemoryOrganisations(self)

    @property
    def store(self) -> ContactStore:
        return self

    @property
    def book(self) -> ContactBook:
        return InMemoryContactBook(self)

    def another_store(self) -> ContactStore:
        return self

    def another_book(self) -> ContactBook:
        return self.book

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
        self.book = PostgresContactBook(self.database)
        self.pipelines = PostgresPipelines(self.database)
        self.organisations = PostgresOrganisations(self.database)

    def another_store(self) -> PostgresContacts:
        return PostgresContacts(self._open())

    def another_book(self) -> PostgresContactBook:
        return PostgresContactBook(self._open())

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
            " ORDER BY created_at",
            contact_id,
        )
        stages = ("from_stage_id", "to_stage_id")
        return [Activity(**row | {name: row[name] and str(row[name]) for name in stages}) for row in rows]

    def archive_stage(self, stage_id: str) -> None:
        self.execute("UPDATE stage SET archived = true WHERE id = %s RETURNING id", stage_id)

    def execute(self, statement: str, *values: object) -> list[dict[str, Any]]:
        return self.database.run(lambda cursor: cursor.execute(statement.encode(), values).fetchall())

    def _open(self) -> Database:
        database = self.open_database()
        self._opened.append(database)
        return database
