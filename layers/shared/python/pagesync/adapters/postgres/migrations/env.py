"""Runs the migrations on the connection, or into the text, that `migrate` prepared; Alembic loads this file."""

from alembic import context

from pagesync.adapters.postgres.connection import Dialect
from pagesync.adapters.postgres.migrations.ddl import DSQL_OPTION

attributes = context.config.attributes
options = {DSQL_OPTION: attributes["dialect"] is Dialect.AURORA_DSQL, "transactional_ddl": False}

if context.is_offline_mode():
    context.configure(dialect_name="postgresql", **options)
else:
    context.configure(connection=attributes["connection"], **options)
context.run_migrations()
