"""Deployment step: bring the database to the newest schema."""

from pagesync import bootstrap
from pagesync.messages.flow import MigratedMessage, MigrateMessage
from pagesync.runtime.tasks import task


@task(MigrateMessage, done="database_migrated")
def handler(_: MigrateMessage) -> MigratedMessage:
    return MigratedMessage(revision=bootstrap.migrate()())
