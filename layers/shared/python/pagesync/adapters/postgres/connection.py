"""One database connection a container, and transactions that outlive conflicts and lost connections."""

import random
import threading
import time
from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar, cast

import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import DictRow, dict_row

from pagesync.domain.errors import PagesyncError

Cursor = psycopg.Cursor[DictRow]
Result = TypeVar("Result")

# Serialization failure and deadlock. Aurora DSQL tells every optimistic conflict (its OC000 and OC001) as 40001:
# https://docs.aws.amazon.com/aurora-dsql/latest/userguide/working-with-concurrency-control.html
_CONFLICTS = frozenset({"40001", "40P01"})
# Data exception, constraint violation, a limit of size (an index key too long, a row too wide).
_DATA_CLASSES = ("22", "23", "54")
# A server that opens no connection now and will soon; libpq gives a refused connection no SQLSTATE, only words.
# An Aurora DSQL cluster that nobody has used for long sleeps, and its first callers find it waking up.
_WAKING = (
    "waking up cluster",
    "database system is starting up",
    "too many open connections",
    "too many clients",
    "rate exceeded",
)
_LONGEST_WAKING_PAUSE_SECONDS = 2.0
_ATTEMPTS = 10
_FIRST_PAUSE_SECONDS = 0.01
_LONGEST_PAUSE_SECONDS = 0.5
_PARAMETERS: dict[str, Any] = {
    "application_name": "pagesync",
    "connect_timeout": 5,
    # A frozen container wakes with a dead connection: it must notice in seconds, not in TCP's own quarter hour.
    "keepalives_idle": 30,
    "tcp_user_timeout": 10_000,
}
_SESSION: dict[str, Any] = {
    "autocommit": True,
    # A pooler may give each transaction another server, which has not seen the statements prepared before.
    "prepare_threshold": None,
}


class Dialect(StrEnum):
    POSTGRESQL = "postgresql"
    AURORA_DSQL = "aurora-dsql"


class DatabaseFailed(PagesyncError):
    """A statement failed; what the server said of it is left out where it may quote a row."""

    code = "DATABASE_FAILED"

    def __init__(self, sqlstate: str | None, *, said: str | None = None) -> None:
        super().__init__(f"The database failed (SQLSTATE {sqlstate or 'unknown'}{f': {said}' if said else ''}).")
        self.sqlstate = sqlstate


class DataRefused(DatabaseFailed):
    """The values are at fault: the same statement with others may pass."""

    code = "DATA_REFUSED"


class Database:
    """Opens connections with `open_connection`, keeps one, and runs one piece of work at a time on it."""

    def __init__(
        self,
        open_connection: Callable[[], psycopg.Connection[Any]],
        dialect: Dialect = Dialect.POSTGRESQL,
        *,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._open_connection = open_connection
        self.dialect = dialect
        self._pause = pause
        self._connection: psycopg.Connection[Any] | None = None
        self._lock = threading.Lock()

    def run(self, work: Callable[[Cursor], Result]) -> Result:
        """Do `work` in one transaction and commit it.

        Repeated from its start after a conflict or a lost connection, so `work` has no effect outside the database,
        and may find what an attempt whose commit was not confirmed left. Raises DatabaseFailed and DataRefused.
        """
        return self._with_retries(lambda connection: _in_transaction(connection, work))

    def read(self, work: Callable[[Cursor], Result]) -> Result:
        """Do `work`, whose statements only read, each on its own: the round trips of a transaction are saved."""
        return self._with_retries(lambda connection: _in_cursor(connection, work))

    def connect(self) -> psycopg.Connection[Any]:
        """Another connection, of the caller's own; a server that wakes up is asked again for some ten seconds."""
        for attempt in range(_ATTEMPTS):
            try:
                return self._open_connection()
            except psycopg.OperationalError as error:
                if attempt + 1 == _ATTEMPTS or not any(words in str(error) for words in _WAKING):
                    raise
            self._pause(random.uniform(0.5, 1) * min(_LONGEST_WAKING_PAUSE_SECONDS, 0.1 * 2**attempt))
        raise AssertionError("the last attempt returns or raises")

    def close(self) -> None:
        """Give the connection back; the next piece of work opens another."""
        with self._lock:
            self._drop_connection()

    def _with_retries(self, work: Callable[[psycopg.Connection[Any]], Result]) -> Result:
        with self._lock:
            for attempt in range(_ATTEMPTS):
                connection = self._connected()
                try:
                    return work(connection)
                except (psycopg.Error, UnicodeEncodeError) as error:
                    if attempt + 1 == _ATTEMPTS or not _may_pass(error, connection):
                        raise _told(error) from None
                self._pause(random.uniform(0, min(_LONGEST_PAUSE_SECONDS, _FIRST_PAUSE_SECONDS * 2**attempt)))
        raise AssertionError("the last attempt returns or raises")

    def _connected(self) -> psycopg.Connection[Any]:
        if self._connection is None or self._connection.closed:
            self._drop_connection()
            try:
                self._connection = self.connect()
            except psycopg.Error as error:
                # Says which host did not answer, and nothing of any row.
                raise DatabaseFailed(error.sqlstate) from error
        return self._connection

    def _drop_connection(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def postgresql(url: str) -> Database:
    """Any PostgreSQL; `url` is a `postgresql://` URL and wins over our own connection parameters."""
    parameters = _parameters_of(url)
    return Database(lambda: psycopg.connect(**parameters, **_SESSION))


def secret_postgresql(url: Callable[[], str]) -> Database:
    """As `postgresql`, whose password may change: every connection asks for the URL."""
    return Database(lambda: psycopg.connect(**_parameters_of(url()), **_SESSION))


def _parameters_of(url: str) -> dict[str, Any]:
    try:
        return {**_PARAMETERS, **conninfo_to_dict(url)}
    except psycopg.ProgrammingError:
        raise ValueError("The database URL is malformed.") from None


def aurora_dsql(endpoint: str, *, user: str = "admin") -> Database:
    """An Aurora DSQL cluster by its host name; every connection gets a fresh IAM token."""
    # Only a cluster needs them, and every cold start would pay for them.
    import aurora_dsql_psycopg  # noqa: PLC0415
    import certifi  # noqa: PLC0415

    parameters = {
        **_PARAMETERS,
        "user": user,
        "sslmode": "verify-full",
        "sslrootcert": certifi.where(),
        # libpq 17 and later: TLS from the first byte, one round trip less.
        "sslnegotiation": "direct",
    }
    open_connection = cast("Callable[..., psycopg.Connection[Any]]", aurora_dsql_psycopg.connect)
    return Database(lambda: open_connection(host=endpoint, **parameters, **_SESSION), Dialect.AURORA_DSQL)


def _in_transaction(connection: psycopg.Connection[Any], work: Callable[[Cursor], Result]) -> Result:
    with connection.transaction():
        return _in_cursor(connection, work)


def _in_cursor(connection: psycopg.Connection[Any], work: Callable[[Cursor], Result]) -> Result:
    with connection.cursor(row_factory=dict_row) as cursor:
        return work(cursor)


def _may_pass(error: Exception, connection: psycopg.Connection[Any]) -> bool:
    """Whether trying again can help: somebody else was faster, or the connection is gone."""
    return connection.closed or (isinstance(error, psycopg.Error) and error.sqlstate in _CONFLICTS)


def _told(error: psycopg.Error | UnicodeEncodeError) -> DatabaseFailed:
    """The same failure without a word of what was being stored."""
    if isinstance(error, UnicodeEncodeError):
        return DataRefused(None)
    # Without a SQLSTATE it is psycopg that refuses to send the value: a NUL in a text, for one.
    ours = isinstance(error, psycopg.DataError) and error.sqlstate is None
    sqlstate = error.sqlstate or ""
    if ours or sqlstate.startswith(_DATA_CLASSES):
        return DataRefused(error.sqlstate)
    # Class 42 is a fault of the statement or the schema: it names tables and columns, never a value.
    return DatabaseFailed(error.sqlstate, said=error.diag.message_primary if sqlstate.startswith("42") else None)
