"""Migrations bring either database to the same schema, however often, together or half done they run."""

import itertools
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy.exc import DBAPIError

from pagesync.adapters.postgres.connection import Database, Dialect
from pagesync.adapters.postgres.migrate import migrate, rendered
from pagesync.adapters.postgres.migrations import versions
from tests.databases import Databases, Engine

ROOT = Path(__file__).parents[2]
HEAD = max(path.name for path in Path(versions.__path__[0]).glob("0*.py"))[:4]


@pytest.fixture(params=list(Dialect))
def empty(request: pytest.FixtureRequest, database_server: Databases) -> Engine:
    return database_server.new(request.param)


def schema(engine: Engine) -> Sequence[tuple[Any, ...]]:
    """Every column, constraint and index, and the version."""
    with engine.open().connect() as connection:
        return [
            *connection.execute(
                "SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, column_default"
                " FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2"
            ),
            *connection.execute(
                "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1, 2"
            ),
            *connection.execute(
                "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
                " WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2"
            ),
            *connection.execute("SELECT version_num FROM alembic_version"),
        ]


def test_migrating_twice_is_migrating_once(empty: Engine) -> None:
    assert migrate(empty.open()) == HEAD
    once = schema(empty)
    assert migrate(empty.open()) == HEAD
    assert schema(empty) == once
    assert once[-1] == (HEAD,)


def test_both_databases_get_the_same_schema(postgres: Engine, dsql: Engine) -> None:
    assert schema(postgres) == schema(dsql)


def test_an_older_release_leaves_a_newer_schema_as_it_is(empty: Engine) -> None:
    """CloudFormation rolls back by deploying what was there before, its migrations too."""
    migrate(empty.open())
    with empty.open().connect() as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    before = schema(empty)
    assert migrate(empty.open(), pause=pytest.fail) == "9999"
    assert schema(empty) == before


def test_a_database_that_cannot_be_reached_yet_is_asked_again_for_half_a_minute(empty: Engine) -> None:
    left = itertools.count(5, -1)

    def connect() -> psycopg.Connection[Any]:
        if next(left) > 0:
            raise psycopg.OperationalError("unable to accept connection, access denied")
        return empty.open().connect()

    pauses: list[float] = []
    assert migrate(Database(connect, empty.dialect), pause=pauses.append) == HEAD
    assert len(pauses) == 5


def test_a_database_that_is_never_reached_fails_the_deployment(empty: Engine) -> None:
    def connect() -> psycopg.Connection[Any]:
        raise psycopg.OperationalError("unable to accept connection, access denied")

    pauses: list[float] = []
    with pytest.raises(DBAPIError, match="access denied"):
        migrate(Database(connect, empty.dialect), pause=pauses.append)
    assert sum(pauses) >= 25


RUN = """
import sys
from pagesync.adapters.postgres.connection import Database, Dialect, postgresql
from pagesync.adapters.postgres.migrate import migrate
database = Database(postgresql(sys.argv[1]).connect, Dialect(sys.argv[2]))
print("ready", flush=True)
sys.stdin.readline()
print(migrate(database))
"""


def test_runs_at_the_same_time_do_not_disturb_each_other(empty: Engine, postgres: Engine) -> None:
    """In processes, as containers are: Alembic keeps one run a process."""
    command = [sys.executable, "-c", RUN, empty.url, empty.dialect]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with ExitStack() as running:
        runs = [running.enter_context(subprocess.Popen(command, text=True, cwd=ROOT, **pipes)) for _ in range(3)]
        for run in runs:
            assert run.stdout is not None
            assert run.stdout.readline() == "ready\n"
        with ThreadPoolExecutor(len(runs)) as pool:
            told = list(pool.map(lambda run: run.communicate("go\n", timeout=60), runs))
    assert told == [(f"{HEAD}\n", "")] * len(runs)
    assert schema(empty) == schema(postgres)


@pytest.mark.parametrize("dialect", list(Dialect))
def test_no_migration_drops_what_another_creates(dialect: Dialect) -> None:
    """Statements are their own transactions, so the slower of two runs may still create what is dropped already."""
    told = rendered(dialect)
    created = re.findall(r"CREATE (?:UNIQUE )?(?:INDEX|TABLE) (?:ASYNC )?(?:IF NOT EXISTS )?(\w+)", told)
    dropped = re.findall(r"DROP (?:INDEX|TABLE) IF EXISTS (\w+)", told)
    assert len(created) > 10
    assert not set(created) & set(dropped)


class Crash(Exception):
    """The process died."""


def dies_after(engine: Engine, statements: int) -> Database:
    """A database whose process dies when it has run so many statements of DDL."""
    left = itertools.count(statements, -1)

    class Mortal(psycopg.Cursor[Any]):
        def execute(self, query: Any, *args: Any, **kwargs: Any) -> Any:
            if str(query).lstrip().startswith(("CREATE", "ALTER", "DROP")) and next(left) == 0:
                raise Crash
            return super().execute(query, *args, **kwargs)

    def connect() -> psycopg.Connection[Any]:
        connection = engine.open().connect()
        connection.cursor_factory = Mortal
        return connection

    return Database(connect, engine.dialect)


@pytest.mark.parametrize("statements", [0, 1, 3, 5, 8, 10, 13, 14, 15, 16, 17])
def test_a_run_that_died_half_way_is_finished_by_the_next(empty: Engine, postgres: Engine, statements: int) -> None:
    with pytest.raises(Crash):
        migrate(dies_after(empty, statements))
    assert migrate(empty.open()) == HEAD
    assert schema(empty) == schema(postgres)


def test_the_rules_of_aurora_dsql_are_enforced_where_we_test(database_server: Databases) -> None:
    """Else the tests behind them would prove nothing: DDL meant for PostgreSQL has to fail there."""
    engine = database_server.new(Dialect.AURORA_DSQL)
    with pytest.raises(DBAPIError, match="CREATE INDEX ASYNC"):
        migrate(Database(engine.open().connect, Dialect.POSTGRESQL))


def test_dsql_lint_finds_nothing_in_the_migrations(tmp_path: Path) -> None:
    script = tmp_path / "migrations.sql"
    script.write_text(rendered(Dialect.AURORA_DSQL))
    assert "CREATE TABLE" in script.read_text()
    dsql_lint = shutil.which("dsql-lint", path=str(Path(sys.executable).parent))
    assert dsql_lint is not None, "dsql-lint is installed with the other checks"
    lint = subprocess.run([dsql_lint, str(script)], capture_output=True, text=True, check=False)
    assert lint.returncode == 0, lint.stdout + lint.stderr


def test_dsql_lint_would_find_what_only_postgresql_takes(tmp_path: Path) -> None:
    script = tmp_path / "migrations.sql"
    script.write_text(rendered(Dialect.POSTGRESQL))
    dsql_lint = Path(sys.executable).parent / "dsql-lint"
    assert subprocess.run([dsql_lint, str(script)], capture_output=True, check=False).returncode == 1
