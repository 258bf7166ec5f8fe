"""Runs the migrations on the connection, or into the text, that `migrate` prepared; Alembic loads this file."""

from alembic import context

from pagesync.adapters.postgres.connection import Dialect
from pagesync.adapters.postgres.migrations.ddl import DSQL_OPTION

# Of two runs that race, Alembic's own table would take a row each: one says 0001 when the other is at 0002.
VERSION_TABLE = """
CREATE TABLE IF NOT EXISTS alembic_version (
    version_num varchar(32) NOT NULL,
    the_only_row integer PRIMARY KEY DEFAULT 1 CHECK (the_only_row = 1)
)
"""

attributes = context.config.attributes
options = {DSQL_OPTION: attributes["dialect"] is Dialect.AURORA_DSQL, "transactional_ddl": False}

if context.is_offline_mode():
    context.configure(dialect_name="postgresql", **options)
else:
    attributes["connection"].exec_driver_sql(VERSION_TABLE)
    context.configure(connection=attributes["connection"], **options)
context.run_migrations()
