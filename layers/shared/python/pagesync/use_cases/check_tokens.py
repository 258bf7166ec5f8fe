"""Every day: see dead and dying tokens before a sync needs them."""

from dataclasses import dataclass

from pagesync.domain.errors import NotFound, SourceError
from pagesync.domain.page import FacebookPageId
from pagesync.domain.token_health import TokenTrouble
from pagesync.ports import Clock, PageDirectory, TokenCipher, TokenInspector


@dataclass(slots=True)
class Checked:
    """`died` and `ending` are news; `unchecked` could not be asked about, and are tomorrow."""

    pages: int = 0
    died: int = 0
    ending: int = 0
    unchecked: int = 0


def check_tokens(
    *, directory: PageDirectory, inspector: TokenInspector, cipher: TokenCipher, clock: Clock
) -> Checked:
    """What is found is kept with each Page, for people to see; what is well again loses its mark."""
    checked = Checked()
    for facebook_page_id in directory.every_page():
        checked.pages += 1
        try:
            before, after = _check(facebook_page_id, directory, inspector, cipher, clock)
        except (SourceError, NotFound):
            checked.unchecked += 1
            continue
        is_news = after is not None and after is not before
        checked.died += is_news and after is not None and after.is_death
        checked.ending += is_news and after is not None and not after.is_death
    return checked


def _check(
    facebook_page_id: FacebookPageId,
    directory: PageDirectory,
    inspector: TokenInspector,
    cipher: TokenCipher,
    clock: Clock,
) -> tuple[TokenTrouble | None, TokenTrouble | None]:
    """The trouble known before, and the one found."""
    connection = directory.connection(facebook_page_id)
    token = cipher.decrypt(connection.token_ciphertext, org_id=connection.org_id, page_id=connection.page_id)
    found = inspector.inspect(token).judged(clock.now())
    if found is not connection.token_trouble or (found is None and connection.token_expired):
        directory.note_token(connection, found)
    return connection.token_trouble, found
