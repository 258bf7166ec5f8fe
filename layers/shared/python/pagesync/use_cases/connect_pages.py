"""Connect the Pages that a person picked from what their login opened."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from pagesync.domain.connecting import Account, Obstacle, Offer
from pagesync.domain.errors import SourceError, SourceForbidden, TokenRejected
from pagesync.domain.page import FacebookPageId, OrgId
from pagesync.ports import Clock, ConnectionOffers, FacebookAccounts, TokenCipher
from pagesync.use_cases.log_in import read_offer

Connect = Callable[..., FacebookPageId]
"""`connect_page` with its ports."""

LONGEST_CONNECTING = timedelta(seconds=18)
"""The gateway waits 30 s for an answer, and the Page that is being connected then may take Facebook seconds."""

_NOT_YET = Obstacle("NOT_YET", "There was no time left for this Page. Connect it again.")
_TOKEN_REJECTED = Obstacle("TOKEN_REJECTED", "Facebook no longer accepts this login. Connect again.")
_NOT_OFFERED = Obstacle("NOT_OFFERED", "This Page is not among those that Facebook showed. Connect again.")
_NOT_SUBSCRIBED = Obstacle(
    "NOT_SUBSCRIBED",
    "Connected and ready to sync, but Facebook will not announce new messages: your role lacks the task Manage.",
)
_NOT_NOW = Obstacle(
    "NOT_SUBSCRIBED_NOW",
    "Connected and ready to sync, but Facebook did not agree just now to announce new messages. Connect it again.",
)


@dataclass(frozen=True, slots=True)
class PageTrouble:
    page_id: str
    reason: Obstacle


@dataclass(frozen=True, slots=True)
class Connected:
    """`failed` were not connected; `notices` are about Pages that were."""

    pages: Sequence[FacebookPageId]
    failed: Sequence[PageTrouble]
    notices: Sequence[PageTrouble]


def connect_pages(
    *,
    org_id: OrgId,
    user_id: str,
    connection_id: str,
    page_ids: Sequence[str],
    offers: ConnectionOffers,
    accounts: FacebookAccounts,
    cipher: TokenCipher,
    connect: Connect,
    clock: Clock,
) -> Connected:
    """Each on its own: one that cannot be connected does not keep the others from it. What there is no time for
    is told as NOT_YET.

    A Page connected before gets its new token in place. Raises NotFound for an offer unknown, over or another
    person's, and SourceError and its kinds where Facebook does not show the Pages any more.
    """
    end = clock.now() + LONGEST_CONNECTING
    offer = read_offer(org_id=org_id, user_id=user_id, connection_id=connection_id, offers=offers)
    shown = _shown(offer, accounts, cipher)
    connected: list[FacebookPageId] = []
    failed: list[PageTrouble] = []
    notices: list[PageTrouble] = []
    for page_id in dict.fromkeys(page_ids):
        account = shown.get(page_id)
        obstacle = _NOT_YET if clock.now() > end else _obstacle(account, accounts)
        if account is None or account.token is None or obstacle not in (None, _NOT_SUBSCRIBED, _NOT_NOW):
            failed.append(PageTrouble(page_id, obstacle or _NOT_OFFERED))
            continue
        connected.append(_connect(offer, account, account.token, connect))
        if obstacle is not None:
            notices.append(PageTrouble(page_id, obstacle))
    return Connected(connected, failed, notices)


def _shown(offer: Offer, accounts: FacebookAccounts, cipher: TokenCipher) -> dict[str, Account]:
    """Asked again, so that no Page's token waits in an offer."""
    token = cipher.decrypt(offer.token_ciphertext, org_id=offer.org_id, page_id=offer.connection_id)
    return {account.page_id: account for account in accounts.accounts(token)}


def _connect(offer: Offer, account: Account, token: str, connect: Connect) -> FacebookPageId:
    return connect(
        org_id=offer.org_id,
        meta_user_id=offer.meta_user_id,
        page_id=account.page_id,
        name=account.name,
        token=token,
        picture_url=account.picture_url,
        instagram_account_id=account.instagram_account_id,
        instagram_username=account.instagram_username,
    )


def _obstacle(account: Account | None, accounts: FacebookAccounts) -> Obstacle | None:
    """What Facebook has against the Page. A sync needs no subscription: a Page is connected without one too."""
    if account is None:
        return _NOT_OFFERED
    if account.token is None or account.obstacle() is not None:
        return account.obstacle()
    try:
        accounts.subscribe(account.page_id, account.token)
    except TokenRejected:
        return _TOKEN_REJECTED
    except SourceForbidden:
        return _NOT_SUBSCRIBED
    except SourceError:
        return _NOT_NOW
    return None
