"""The verb of the deployment."""

from collections.abc import Callable
from functools import cache, partial

from pagesync.bootstrap import shared
from pagesync.settings import DatabaseSettings


@cache
def migrate() -> Callable[[], str]:
    from pagesync.adapters.postgres.migrate import migrate as verb

    return partial(verb, shared.database(DatabaseSettings()))
