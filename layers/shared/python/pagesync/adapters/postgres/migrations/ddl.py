"""DDL that PostgreSQL and Aurora DSQL spell differently."""

from alembic import op

DSQL_OPTION = "aurora_dsql"


def create_index(name: str, on: str) -> None:
    """`on` is "table (column, ...)". Aurora DSQL has no descending keys: a list is read from its end."""
    mode = "ASYNC " if op.get_context().opts.get(DSQL_OPTION) else ""
    op.execute(f"CREATE INDEX {mode}IF NOT EXISTS {name} ON {on}")
