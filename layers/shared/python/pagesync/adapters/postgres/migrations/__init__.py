"""The history of the schema, forward only, as Alembic runs it.

Aurora DSQL takes one DDL statement a transaction, so a migration can stop half way and be run again: every
statement is repeatable (`IF NOT EXISTS`). Its tables have no arrays, and it builds indexes asynchronously; a unique
key the upserts rely on is therefore a constraint of its table, enforced from the first row.
"""
