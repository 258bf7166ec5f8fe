"""`Database` keeps its promises on a real server: repeated transactions, lost connections, silent errors."""

import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import errors

from pagesync.adapters.postgres import connection as module
from pagesync.adapters.postgres.connection import (
    Cursor,
    Database,
    DatabaseFailed,
    DataRefused,
    Dialect,
    postgresql,
    secret_postgresql,
)
from tests.databases import Engine

SECRET = "Maria Santos asked for two"


class Failing:
    """Work that fails with `error` so many times before it succeeds."""

    def __init__(self, error: Exception, *, times: int) -> None:
        self.error, self.times, self.calls = error, times, 0

    def __call__(self, cursor: Cursor) -> int:
        self.calls += 1
        cursor.execute("SELECT 1")
        if self.calls <= self.times:
            raise self.error
        return self.calls


@pytest.fixture(params=["postgres", "dsql"])
def engine(request: pytest.FixtureRequest) -> Engine:
    return request.getfixturevalue(request.param)


def impatient(engine: Engine) -> tuple[Database, list[float]]:
    """A database that does not wait between attempts but tells how long it would have."""
    pauses: list[float] = []
    return Database(engine.open().connect, engine.dialect, pause=pauses.append), pauses


@pytest.mark.parametrize("conflict", [errors.SerializationFailure, errors.DeadlockDetected])
def test_a_conflict_is_tried_again_from_the_start(engine: Engine, conflict: type[psycopg.Error]) -> None:
    database, pauses = impatient(engine)
    work = Failing(conflict(), times=3)
    assert database.run(work) == 4
    assert len(pauses) == 3
    database.close()


def test_a_conflict_without_end_is_given_up_after_bounded_pauses(engine: Engine) -> None:
    database, pauses = impatient(engine)
    work = Failing(errors.SerializationFailure(), times=1_000)
    with pytest.raises(DatabaseFailed) as failed:
        database.run(work)
    assert failed.value.sqlstate == "40001"
    assert work.calls == len(pauses) + 1 == 10
    assert all(0 <= pause <= 0.5 for pause in pauses)
    database.close()


def test_pauses_are_not_the_same_for_everybody(engine: Engine) -> None:
    first, second = impatient(engine), impatient(engine)
    for database, _ in (first, second):
        database.run(Failing(errors.SerializationFailure(), times=5))
        database.close()
    assert first[1] != second[1]


@pytest.mark.parametrize(
    "said",
    [
        "FATAL:  unable to accept connection, waking up cluster, please retry later",
        "FATAL:  the database system is starting up",
        "Unable to accept connection, too many open connections.",
    ],
)
def test_a_server_that_is_waking_up_is_asked_again(engine: Engine, said: str) -> None:
    refusals = [psycopg.OperationalError(said) for _ in range(4)]

    def connect() -> psycopg.Connection[Any]:
        if refusals:
            raise refusals.pop()
        return engine.open().connect()

    pauses: list[float] = []
    database = Database(connect, engine.dialect, pause=pauses.append)
    assert database.read(lambda cursor: cursor.execute("SELECT 1 AS one").fetchone()) == {"one": 1}
    assert len(pauses) == 4
    database.close()


def test_a_server_that_does_not_wake_up_is_given_up_within_the_gateways_time(engine: Engine) -> None:
    def connect() -> psycopg.Connection[Any]:
        raise psycopg.OperationalError("unable to accept connection, waking up cluster, please retry later")

    pauses: list[float] = []
    with pytest.raises(DatabaseFailed):
        Database(connect, engine.dialect, pause=pauses.append).read(lambda cursor: cursor.execute("SELECT 1"))
    assert 5 < sum(pauses) < 15


@pytest.mark.parametrize("error", [errors.UndefinedTable(), errors.QueryCanceled(), errors.InsufficientPrivilege()])
def test_other_failures_are_not_repeated(engine: Engine, error: psycopg.Error) -> None:
    database, _ = impatient(engine)
    work = Failing(error, times=1)
    with pytest.raises(DatabaseFailed):
        database.run(work)
    assert work.calls == 1
    database.close()


def test_an_exception_of_the_work_itself_undoes_its_transaction(engine: Engine) -> None:
    database = engine.open()
    database.run(lambda cursor: cursor.execute("DELETE FROM tag"))

    def add_and_fail(cursor: Cursor) -> None:
        cursor.execute("INSERT INTO tag VALUES (gen_random_uuid(), 'org', 'vip')")
        raise LookupError("not the database's affair")

    with pytest.raises(LookupError):
        database.run(add_and_fail)
    assert database.read(lambda cursor: cursor.execute("SELECT * FROM tag").fetchall()) == []
    database.close()


def cut(cursor: Cursor) -> None:
    """End this very connection from the server's side."""
    cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")


@pytest.mark.parametrize("way", [Database.run, Database.read])
def test_work_survives_a_connection_lost_in_its_middle(postgres: Engine, way: Callable[..., int]) -> None:
    database, _ = impatient(postgres)
    calls: list[int] = []

    def lose_the_first(cursor: Cursor) -> int:
        calls.append(1)
        if len(calls) == 1:
            cut(cursor)
        row = cursor.execute("SELECT 7 AS number").fetchone()
        return row["number"] if row else 0

    assert way(database, lose_the_first) == 7
    assert len(calls) == 2
    database.close()


def test_a_connection_lost_while_idle_is_replaced(postgres: Engine) -> None:
    database, other = postgres.open(), postgres.open()
    pid = database.read(lambda cursor: cursor.execute("SELECT pg_backend_pid() AS pid").fetchall())[0]["pid"]
    other.read(lambda cursor: cursor.execute("SELECT pg_terminate_backend(%s, 10000)", (pid,)).fetchall())
    assert database.run(lambda cursor: cursor.execute("SELECT 7 AS number").fetchall()) == [{"number": 7}]
    database.close()
    other.close()


def test_one_connection_serves_all_work(engine: Engine) -> None:
    opened: list[psycopg.Connection[Any]] = []

    def connect() -> psycopg.Connection[Any]:
        opened.append(engine.open().connect())
        return opened[-1]

    database = Database(connect)
    for _ in range(3):
        database.run(lambda cursor: cursor.execute("SELECT 1"))
        database.read(lambda cursor: cursor.execute("SELECT 1"))
    assert len(opened) == 1
    database.close()


@pytest.mark.parametrize(
    ("statement", "values"),
    [
        ("INSERT INTO tag VALUES (gen_random_uuid(), 'org', %s), (gen_random_uuid(), 'org', %s)", [SECRET, SECRET]),
        ("SELECT %s::uuid", [SECRET]),
        ("INSERT INTO tag VALUES (gen_random_uuid(), 'org', %s)", [SECRET * 10]),
        ("SELECT %s", [SECRET + "\0"]),
        ("SELECT %s", [SECRET + "\ud800"]),
        ("SELECT %s::int", [SECRET]),
    ],
)
def test_a_refused_value_is_told_without_quoting_it(engine: Engine, statement: str, values: list[str]) -> None:
    database = engine.open()
    with pytest.raises(DataRefused) as refused:
        database.run(lambda cursor: cursor.execute(statement.encode(), values))
    told = "".join(traceback.format_exception(refused.value)) + repr(refused.value) + refused.value.message
    assert "Maria" not in told
    database.close()


def test_a_fault_of_the_schema_says_what_is_missing(engine: Engine) -> None:
    database = engine.open()
    with pytest.raises(DatabaseFailed, match='42P01: relation "nowhere" does not exist'):
        database.read(lambda cursor: cursor.execute("SELECT * FROM nowhere WHERE name = %s", (SECRET,)))
    database.close()


def test_other_failures_are_told_by_their_code_alone(engine: Engine) -> None:
    def too_late(cursor: Cursor) -> None:
        cursor.execute("SELECT 1")
        cursor.execute("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE")

    database = engine.open()
    with pytest.raises(DatabaseFailed) as failed:
        database.run(too_late)
    assert failed.value.message == "The database failed (SQLSTATE 25001)."
    database.close()


def test_a_server_that_is_not_there_is_told_without_its_password() -> None:
    database = postgresql("postgresql://postgres:hunter2@127.0.0.1:1/postgres")
    with pytest.raises(DatabaseFailed) as failed:
        database.read(lambda cursor: cursor.execute("SELECT 1"))
    assert "hunter2" not in "".join(traceback.format_exception(failed.value))


@pytest.mark.parametrize("url", ["hunter2", "postgresql://postgres:hunter2@[::1/x", "host=a password=hunter2 b"])
def test_a_malformed_url_is_not_repeated(url: str) -> None:
    with pytest.raises(ValueError, match="malformed") as refused:
        postgresql(url)
    assert "hunter2" not in "".join(traceback.format_exception(refused.value))


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The parameters with which libpq would have connected."""
    parameters: dict[str, Any] = {}

    def connect(_: object, conninfo: str = "", **given: Any) -> None:
        parameters.update(given, conninfo=conninfo)
        raise psycopg.OperationalError

    monkeypatch.setattr(psycopg.Connection, "connect", classmethod(connect))
    monkeypatch.setattr(psycopg, "connect", psycopg.Connection.connect)
    return parameters


def test_a_password_that_is_rotated_is_used_by_the_next_connection(asked: dict[str, Any]) -> None:
    passwords = ["old", "new"]
    database = secret_postgresql(lambda: f"postgresql://app:{passwords.pop(0)}@h/d")
    for expected in ("old", "new"):
        with pytest.raises(DatabaseFailed):
            database.read(lambda _: None)
        assert asked["password"] == expected


def test_a_connection_gives_up_in_seconds_unless_its_url_says_otherwise(asked: dict[str, Any]) -> None:
    for url, seconds in (("postgresql://h/d", 5), ("postgresql://h/d?connect_timeout=30&sslmode=require", "30")):
        with pytest.raises(DatabaseFailed):
            postgresql(url).read(lambda _: None)
        assert asked["connect_timeout"] == seconds
    assert (asked["host"], asked["dbname"], asked["sslmode"]) == ("h", "d", "require")
    assert (asked["autocommit"], asked["prepare_threshold"]) == (True, None)


def test_aurora_dsql_is_reached_with_an_iam_token_over_verified_tls(asked: dict[str, Any]) -> None:
    host = "abc.dsql.eu-west-1.on.aws"
    database = module.aurora_dsql(host)
    with pytest.raises(DatabaseFailed):
        database.read(lambda _: None)
    assert database.dialect is Dialect.AURORA_DSQL
    assert (asked["host"], asked["user"], asked["dbname"]) == (host, "admin", "postgres")
    assert asked["sslmode"] == "verify-full"
    assert (asked["autocommit"], asked["prepare_threshold"]) == (True, None)
    assert asked["password"].startswith(f"{host}/?Action=DbConnectAdmin&")
    assert "BEGIN CERTIFICATE" in Path(asked["sslrootcert"]).read_text()


def test_each_connection_to_aurora_dsql_has_a_token_for_its_user(asked: dict[str, Any]) -> None:
    with pytest.raises(DatabaseFailed):
        module.aurora_dsql("abc.dsql.eu-west-1.on.aws", user="pagesync").read(lambda _: None)
    assert "Action=DbConnect&" in asked["password"]
