"""ConnectionOffers on DynamoDB: logins under way and what each opened, gone by themselves."""

import hashlib
from datetime import datetime

from pagesync.adapters.dynamodb.table import Item, Key, Table
from pagesync.adapters.dynamodb.times import as_text
from pagesync.domain.connecting import Login, Obstacle, Offer, OfferedPage
from pagesync.domain.errors import LoginRefused, NotFound
from pagesync.domain.page import OrgId
from pagesync.ports import Clock


class DynamoOffers:
    """A state is kept as its digest: who reads the table cannot finish somebody's login."""

    def __init__(self, table: Table, clock: Clock) -> None:
        self._table = table
        self._clock = clock

    def begin(self, login: Login) -> None:
        item = {
            "orgId": login.org_id,
            "userId": login.user_id,
            "validUntil": as_text(login.expires_at),
            "expiresAt": int(login.expires_at.timestamp()),
        }
        self._table.transact([self._table.put_op(_login_key(login.state), item)])

    def claim(self, state: str, code: str, connection_id: str) -> tuple[Login, str]:
        held, found = self._table.exchange(
            _login_key(state),
            "SET codeDigest = :code, connectionId = :id",
            {":code": _digest(code), ":id": connection_id, ":now": as_text(self._clock.now())},
            condition="attribute_exists(PK) AND attribute_not_exists(codeDigest) AND validUntil > :now",
        )
        if not found:
            raise LoginRefused("Nobody began this login, or it is long over. Connect again.", code="STATE_INVALID")
        if datetime.fromisoformat(found["validUntil"]) <= self._clock.now():
            raise LoginRefused("This login took more than ten minutes. Connect again.", code="STATE_EXPIRED")
        if not held and found["codeDigest"] != _digest(code):
            raise LoginRefused("This login is over already. Connect again.", code="STATE_INVALID")
        return _login(state, found), connection_id if held else found["connectionId"]

    def keep(self, offer: Offer) -> None:
        self._table.transact([self._table.replace_op(_offer_key(offer.connection_id), _offer_item(offer))])

    def offer(self, connection_id: str) -> Offer:
        item = self._table.get(_offer_key(connection_id))
        if item is None or datetime.fromisoformat(item["validUntil"]) <= self._clock.now():
            raise NotFound("There is no such connection, or its half hour is over. Connect again.")
        return _offer(connection_id, item)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _login_key(state: str) -> Key:
    return f"LOGIN#{_digest(state)}", "LOGIN"


def _offer_key(connection_id: str) -> Key:
    return f"OFFER#{connection_id}", "OFFER"


def _login(state: str, item: Item) -> Login:
    return Login(
        state=state,
        org_id=OrgId(item["orgId"]),
        user_id=item["userId"],
        expires_at=datetime.fromisoformat(item["validUntil"]),
    )


def _offer_item(offer: Offer) -> Item:
    return {
        "orgId": offer.org_id,
        "userId": offer.user_id,
        "metaUserId": offer.meta_user_id,
        "tokenCiphertext": offer.token_ciphertext,
        "missingScopes": list(offer.missing_scopes),
        "pages": [_page_item(page) for page in offer.pages],
        "validUntil": as_text(offer.expires_at),
        "expiresAt": int(offer.expires_at.timestamp()),
    }


def _page_item(page: OfferedPage) -> Item:
    obstacle = page.obstacle
    return {
        "pageId": page.page_id,
        "name": page.name,
        "tasks": list(page.tasks),
        "pictureUrl": page.picture_url,
        "instagramUsername": page.instagram_username,
        "obstacle": None if obstacle is None else {"code": obstacle.code, "message": obstacle.message},
    }


def _offer(connection_id: str, item: Item) -> Offer:
    return Offer(
        connection_id=connection_id,
        org_id=OrgId(item["orgId"]),
        user_id=item["userId"],
        meta_user_id=item["metaUserId"],
        expires_at=datetime.fromisoformat(item["validUntil"]),
        token_ciphertext=bytes(item["tokenCiphertext"]),
        missing_scopes=tuple(item["missingScopes"]),
        pages=[_page(page) for page in item["pages"]],
    )


def _page(item: Item) -> OfferedPage:
    obstacle = item["obstacle"]
    return OfferedPage(
        page_id=item["pageId"],
        name=item["name"],
        tasks=tuple(item["tasks"]),
        picture_url=item["pictureUrl"],
        instagram_username=item["instagramUsername"],
        obstacle=None if obstacle is None else Obstacle(obstacle["code"], obstacle["message"]),
    )
