"""Brings a database to the newest schema; the only part of pagesync that needs Alembic and SQLAlchemy."""

import io
import random
import time
from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import create_engine
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from pagesync.adapters.postgres.connection import Database, Dialect

_ATTEMPTS = 10
_LONGEST_PAUSE_SECONDS = 0.5
# What a run sees of another that was faster: conflict, deadlock, unique key of the catalogue or of the version row,
# table or relation exists, catalogue row updated at once (an internal error in PostgreSQL).
_RACES = frozenset({"40001", "40P01", "23505", "42P07", "42710", "XX000"})


def migrate(database: Database) -> str:
    """Run what is missing and answer the head revision; runs at the same time and repeated runs are harmless."""
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
            if attempt + 1 == _ATTEMPTS or not _is_race(error):
                raise
        time.sleep(random.uniform(0, _LONGEST_PAUSE_SECONDS))
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
    command.upgrade(config, "head")
    (head,) = ScriptDirectory.from_config(config).get_heads()
    return head


def _config(dialect: Dialect) -> Config:
    config = Config()
    folder = str(Path(__file__).parent / "migrations")
    config.set_main_option("script_location", folder.replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["dialect"] = dialect
    return config


def _is_race(error: DBAPIError | CommandError) -> bool:
    """Alembic tells with a CommandError that the version row is no longer the one it started from."""
    if isinstance(error, CommandError):
        return True
    return isinstance(error.orig, psycopg.Error) and error.orig.sqlstate in _RACES
