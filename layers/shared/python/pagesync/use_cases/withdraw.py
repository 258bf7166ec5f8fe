"""A person takes back at Facebook what they let us have: the app's access, or their data."""

import secrets
from collections.abc import Callable, Iterator

from pagesync.domain.connecting import Deletion, Withdrawal
from pagesync.domain.page import PageConnection
from pagesync.domain.token_health import TokenTrouble
from pagesync.ports import Clock, Deletions, PageDirectory


def deauthorize(*, withdrawal: Withdrawal, directory: PageDirectory) -> None:
    """The tokens are dead at Facebook already: say so with each Page. Repeating it changes nothing."""
    for connection in _concerned(withdrawal, directory):
        directory.note_token(connection, TokenTrouble.APP_REMOVED)


def delete_person(
    *,
    withdrawal: Withdrawal,
    directory: PageDirectory,
    deletions: Deletions,
    disconnect: Callable[..., None],
    clock: Clock,
) -> Deletion:
    """Of the person who logged in we hold their id and what they gave us access to: the Pages they connected.

    Those are disconnected; contacts are the business's and stay. The deletion as it is kept, for its status page.
    """
    pages = list(_concerned(withdrawal, directory))
    for connection in pages:
        disconnect(org_id=connection.org_id, facebook_page_id=connection.facebook_page_id, erase_contacts=False)
    deletion = Deletion(secrets.token_hex(12), clock.now(), len(pages))
    deletions.keep(deletion)
    return deletion


def _concerned(withdrawal: Withdrawal, directory: PageDirectory) -> Iterator[PageConnection]:
    connections = directory.connections(list(directory.every_page())).values()
    return (each for each in connections if withdrawal.concerns(each.page_id, each.meta_user_id))
