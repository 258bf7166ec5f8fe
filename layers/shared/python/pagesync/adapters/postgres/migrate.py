"""Brings a database to the newest schema; the only part of pagesync that needs Alembic and SQLAlchemy."""

import io
import random
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import create_engine
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from pagesync.adapters.postgres.connection import Database, Dialect

_ATTEMPTS = 10
_LONGEST_PAUSE_SECONDS = 0.5
_UNREACHABLE_PAUSE_SECONDS = 3.0
# What a run sees of another that was faster: conflict, deadlock, unique key of the catalogue or of the version row,
# table or relation exists, catalogue row updated at once (an internal error in PostgreSQL).
_RACES = frozenset({"40001", "40P01", "23505", "42P07", "42710", "XX000"})


def migrate(database: Database, *, pause: Callable[[float], None] = time.sleep) -> str:
    """Run what is missing and answer the revision that the database has then.

    Runs at the same time and repeated runs are harmless. A revision that this release does not know is a later
    one's: it stays, as a deployment of an older release, or a rollback to it, has to succeed.
    """
    engine = create_engine(
        "postgresql+psycopg://",
        creator=database.connect,
        poolclass=NullPool,
        isolation_level="AUTOCOMMIT",
        # Looking the type up takes a savepoint, which Aurora DSQL does not have.
        use_native_hstore=False,
    )
    for attempt in range(_ATTEMPTS):
        try:
            with engine.connect() as connection:
                return _upgrade(connection, database.dialect)
        except (DBAPIError, CommandError) as error:
            if attempt + 1 == _ATTEMPTS or not _may_pass(error):
                raise
            pause(_pause_seconds(error))
    raise AssertionError("the last attempt returns or raises")


def rendered(dialect: Dialect) -> str:
    """The SQL of all migrations, as it would run on an empty database."""
    config = _config(dialect)
    config.output_buffer = io.StringIO()
    command.upgrade(config, "head", sql=True)
    return config.output_buffer.getvalue()


def _upgrade(connection: Connection, dialect: Dialect) -> str:
    config = _config(dialect)
    config.attributes["connection"] = connection
    scripts = ScriptDirectory.from_config(config)
    stored = MigrationContext.configure(connection).get_current_revision()
    if stored is not None and stored not in {script.revision for script in scripts.walk_revisions()}:
        return stored
    command.upgrade(config, "head")
    (head,) = scripts.get_heads()
    return head


def _config(dialect: Dialect) -> Config:
    config = Config()
    folder = str(Path(__file__).parent / "migrations")
    config.set_main_option("script_location", folder.replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["dialect"] = dialect
    return config


def _may_pass(error: DBAPIError | CommandError) -> bool:
    """Alembic tells with a CommandError that the version row is no longer the one it started from."""
    if isinstance(error, CommandError):
        return True
    return _is_unreachable(error) or (isinstance(error.orig, psycopg.Error) and error.orig.sqlstate in _RACES)


def _is_unreachable(error: DBAPIError | CommandError) -> bool:
    """No connection yet: a new cluster's address, or a new role's permission, may take seconds to be known."""
    cause = error.orig if isinstance(error, DBAPIError) else None
    return isinstance(cause, psycopg.OperationalError) and cause.sqlstate is None


def _pause_seconds(error: DBAPIError | CommandError) -> float:
    return _UNREACHABLE_PAUSE_SECONDS if _is_unreachable(error) else random.uniform(0, _LONGEST_PAUSE_SECONDS)
