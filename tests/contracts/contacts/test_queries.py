"""What reading and saving contacts costs a database: statements counted, plans looked at."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from pagesync.adapters.postgres.book import PostgresContactBook
from pagesync.adapters.postgres.connection import Database
from pagesync.adapters.postgres.store import PostgresContacts
from pagesync.domain.contact import SaveOutcome
from pagesync.domain.contact_book import ContactFilter, ContactPage
from pagesync.domain.page import FacebookPageId, OrgId, PageProfile
from tests.contracts.contacts.office import EVERYBODY, NOON, Office, draft, insight
from tests.contracts.crm import PostgresCrm
from tests.databases import Engine

CONTACTS, LIMIT = 10_000, 200
# A fifth never wrote, the others ten at a moment.
FILL = """
INSERT INTO contact (id, org_id, facebook_page_id, messenger_psid, first_name, last_name, last_interaction, version,
                     created_at, updated_at)
SELECT gen_random_uuid(), %s, %s, number::text, 'A', 'B',
       CASE WHEN number %% 5 > 0 THEN timestamptz '2026-03-01' - make_interval(mins => number / 10) END,
       1, now(), now()
FROM generate_series(1, %s) AS number
"""
ROWS_READ = re.compile(r"Index (?:Only )?Scan.*? on contact .*?rows=(\d+).*?loops=1")


class Watched:
    """A store whose statements are kept, with the values they were sent with."""

    def __init__(self, engine: Engine) -> None:
        self.statements: list[tuple[str, Any]] = []
        watched = self

        class Cursor(psycopg.Cursor[Any]):
            def execute(self, query: Any, params: Any = None, **kwargs: Any) -> Any:
                watched.statements.append((str(query), params))
                return super().execute(query, params, **kwargs)

        def connect() -> psycopg.Connection[Any]:
            connection = engine.open().connect()
            connection.cursor_factory = Cursor
            return connection

        self.database = Database(connect, engine.dialect)
        self.store = PostgresContacts(self.database)
        self.book = PostgresContactBook(self.database)


@pytest.fixture(params=["postgres", "dsql"])
def watched(request: pytest.FixtureRequest) -> Iterator[Watched]:
    made = Watched(request.getfixturevalue(request.param))
    yield made
    made.database.close()


@pytest.fixture
def crowd(watched: Watched) -> tuple[OrgId, FacebookPageId]:
    """An organisation with very many contacts on its Page, among other organisations'."""
    org_id, page_id = OrgId(str(uuid4())), FacebookPageId(str(uuid4()))
    watched.store.add_page(PageProfile(page_id, org_id, "meta", "Sunrise Coffee"))
    watched.database.run(lambda cursor: cursor.execute(FILL, (org_id, page_id, CONTACTS)))
    watched.database.read(lambda cursor: cursor.execute("ANALYZE contact"))
    watched.statements.clear()
    return org_id, page_id


def walk(watched: Watched, org_id: OrgId, where: ContactFilter) -> Iterator[ContactPage]:
    cursor: str | None = None
    for _ in range(CONTACTS):
        page = watched.book.contacts(org_id, where, cursor=cursor, limit=LIMIT)
        yield page
        cursor = page.next_cursor
        if cursor is None:
            return


def test_ten_thousand_contacts_are_listed_once_each_with_two_statements_a_page(
    watched: Watched, crowd: tuple[OrgId, FacebookPageId]
) -> None:
    seen = [contact.messenger_psid for page in walk(watched, crowd[0], EVERYBODY) for contact in page.contacts]
    assert len(seen) == len(set(seen)) == CONTACTS
    assert len(watched.statements) == 2 * CONTACTS / LIMIT


@pytest.mark.parametrize("of_one_page", [False, True])
def test_no_page_of_the_list_is_read_past_its_end(
    watched: Watched, crowd: tuple[OrgId, FacebookPageId], of_one_page: bool
) -> None:
    """Every plan walks an index from where the page starts: no scan of the table, no sort of more than the page."""
    org_id, page_id = crowd
    pages = list(walk(watched, org_id, ContactFilter(page_id) if of_one_page else EVERYBODY))
    listings = [statement for statement in watched.statements if "listed" in statement[0]]
    assert len(listings) == len(pages)
    for statement, values in listings[:: len(listings) // 5]:
        plan = explained(watched, statement, values)
        assert "Seq Scan on contact" not in plan
        read = [int(rows) for rows in ROWS_READ.findall(plan)]
        assert read, plan
        assert sum(read) <= 2 * (LIMIT + 1), plan
        assert "Rows Removed by Filter" not in plan


def explained(watched: Watched, statement: str, values: Any) -> str:
    explain = f"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, BUFFERS OFF) {statement}".encode()
    rows = watched.database.read(lambda cursor: cursor.execute(explain, values).fetchall())
    return "\n".join(row["QUERY PLAN"] for row in rows)


def test_a_batch_of_any_size_is_saved_with_two_statements(watched: Watched) -> None:
    crm = PostgresCrm(lambda: watched.database)
    office = Office(crm)
    watched.statements.clear()
    people = [draft(str(number), insight=insight(), move=office.move(1)) for number in range(10)]
    crm.store.save(office.batch(), people)
    assert [statement.split()[:3] for statement, _ in watched.statements] == [
        ["INSERT", "INTO", "contact"],
        ["INSERT", "INTO", "contact_activity"],
    ]


def test_saving_again_what_changes_no_stage_is_one_statement(watched: Watched) -> None:
    crm = PostgresCrm(lambda: watched.database)
    office = Office(crm)
    people = [draft(str(number)) for number in range(10)]
    crm.store.save(office.batch(), people)
    watched.statements.clear()
    crm.store.save(office.batch(), [replace(each, insight=insight()) for each in people])
    assert len(watched.statements) == 1


def test_what_a_second_batch_of_the_job_brings_up_to_date_is_one_statement(watched: Watched) -> None:
    crm = PostgresCrm(lambda: watched.database)
    office, job_id = Office(crm), str(uuid4())
    people = [draft(str(number)) for number in range(10)]
    crm.store.save(office.batch(1, job_id=job_id), people)
    watched.statements.clear()
    later = [replace(each, insight=insight(), last_interaction=NOON + timedelta(hours=1)) for each in people]
    assert set(crm.store.save(office.batch(2, job_id=job_id), later)) == {SaveOutcome.ALREADY_SYNCED}
    assert len(watched.statements) == 1


def test_a_transaction_writes_no_more_rows_than_aurora_dsql_takes(watched: Watched) -> None:
    crm = PostgresCrm(lambda: watched.database)
    office = Office(crm)
    watched.statements.clear()
    crm.store.save(office.batch(), [draft(str(number), move=office.move(1)) for number in range(1_700)])
    sent = watched.statements
    contacts = [len(values) // 25 for statement, values in sent if "contact_activity" not in statement]
    activities = [len(values) // 11 for statement, values in sent if "contact_activity" in statement]
    assert sum(contacts) == 1_700
    assert sum(activities) == 3_400
    assert max(first + second for first, second in zip(contacts, activities, strict=True)) <= 3_000
