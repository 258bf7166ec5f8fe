"""A person's login at Facebook: from our dialog link to an offer of the Pages it opened."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from pagesync.domain.connecting import LOGIN_LIVES, OFFER_LIVES, Login, Offer, OfferedPage
from pagesync.domain.errors import LoginFailed, LoginRefused, NotFound, SourceError
from pagesync.domain.page import OrgId
from pagesync.ports import Clock, ConnectionOffers, FacebookAccounts, FacebookLogin, TokenCipher


@dataclass(frozen=True, slots=True)
class Dialog:
    url: str
    expires_at: datetime


def begin_login(
    *, org_id: OrgId, user_id: str, login: FacebookLogin, offers: ConnectionOffers, clock: Clock
) -> Dialog:
    """Where to send the person, and until when they can come back."""
    state = secrets.token_urlsafe(32)
    expires_at = clock.now() + LOGIN_LIVES
    offers.begin(Login(state, org_id, user_id, expires_at))
    return Dialog(login.dialog_url(state), expires_at)


def finish_login(
    *,
    state: str | None,
    code: str | None,
    error: str | None,
    login: FacebookLogin,
    accounts: FacebookAccounts,
    offers: ConnectionOffers,
    cipher: TokenCipher,
    clock: Clock,
) -> str:
    """The id of the offer: unguessable, told to the browser that came back, good for the person who began alone.

    Facebook may deliver a callback twice, and its code is good once: the second gets what the first made. Raises
    LoginRefused and LoginFailed.
    """
    if error is not None:
        raise LoginRefused(
            "Facebook was not allowed to share the Pages. Connect again and choose Continue.", code="ACCESS_DENIED"
        )
    if not state or not code:
        raise LoginRefused("Nobody began this login. Connect again.", code="STATE_INVALID")
    mine = secrets.token_urlsafe(32)
    begun, connection_id = offers.claim(state, code, mine)
    if connection_id == mine:
        offers.keep(_offer(begun, connection_id, code, login, accounts, cipher, clock))
    return connection_id


def read_offer(*, org_id: OrgId, user_id: str, connection_id: str, offers: ConnectionOffers) -> Offer:
    """Raises NotFound, also for somebody else's."""
    offer = offers.offer(connection_id)
    if (offer.org_id, offer.user_id) != (org_id, user_id):
        raise NotFound("There is no such connection, or its half hour is over. Connect again.")
    return offer


def _offer(
    begun: Login,
    connection_id: str,
    code: str,
    login: FacebookLogin,
    accounts: FacebookAccounts,
    cipher: TokenCipher,
    clock: Clock,
) -> Offer:
    access = login.access(code)
    try:
        pages = [OfferedPage.of(account) for account in accounts.accounts(access.token)]
    except SourceError as trouble:
        raise LoginFailed(trouble.message, code="FACEBOOK_UNAVAILABLE") from None
    return Offer(
        connection_id=connection_id,
        org_id=begun.org_id,
        user_id=begun.user_id,
        meta_user_id=access.meta_user_id,
        expires_at=clock.now() + OFFER_LIVES,
        token_ciphertext=cipher.encrypt(access.token, org_id=begun.org_id, page_id=connection_id),
        missing_scopes=access.missing_scopes,
        pages=pages,
    )
