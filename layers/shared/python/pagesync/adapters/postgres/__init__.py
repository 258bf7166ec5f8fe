"""The CRM in PostgreSQL or Aurora DSQL: the same SQL for both."""
