"""Page connections as items."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from pagesync.adapters.dynamodb.table import Item, Key, Table, TransactionRefused
from pagesync.adapters.dynamodb.times import as_text, as_time
from pagesync.domain.conversation import Platform
from pagesync.domain.errors import NotFound
from pagesync.domain.page import FacebookPageId, PageConnection
from pagesync.domain.token_health import TokenTrouble

_EVERY_PAGE = "PAGES"
"""Where connections stand in the index `byPage`, beside the jobs of each Page."""
_AT_ONCE = 100


def page_key(facebook_page_id: FacebookPageId) -> Key:
    return f"PAGE#{facebook_page_id}", "PAGE"


def look_back_of(platform: Platform) -> str:
    """Name of the attribute that says how far back the sync after the active one has to look."""
    return f"{platform}LookBack"


class DynamoPages:
    """PageDirectory on the jobs table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def connection(self, facebook_page_id: FacebookPageId) -> PageConnection:
        item = self._table.get(page_key(facebook_page_id))
        if item is None:
            raise NotFound("There is no such Page.")
        return _connection(item)

    def connections(self, ids: Iterable[FacebookPageId]) -> Mapping[FacebookPageId, PageConnection]:
        found = map(_connection, self._table.get_many([page_key(each) for each in ids]))
        return {each.facebook_page_id: each for each in found}

    def connect(self, connection: PageConnection) -> None:
        values: dict[str, Any] = {
            ":id": connection.facebook_page_id,
            ":org": connection.org_id,
            ":page": connection.page_id,
            ":token": connection.token_ciphertext,
            ":expired": connection.token_expired,
            ":pages": _EVERY_PAGE,
        }
        if connection.meta_user_id is None:
            person = ""
        else:
            person = ", metaUserId = :person"
            values[":person"] = connection.meta_user_id
        key = page_key(connection.facebook_page_id)
        if connection.instagram_account_id is None:
            instagram = " REMOVE tokenTrouble, instagramAccountId"
        else:
            instagram = ", instagramAccountId = :instagram REMOVE tokenTrouble"
            values[":instagram"] = connection.instagram_account_id
        if (self._table.get(key) or {}).get("instagramAccountId") != connection.instagram_account_id:
            # How far the account before was walked says nothing of this one.
            instagram += ", instagramWatermark, instagramFullWalkAt"
        self._table.update(
            key,
            "SET facebookPageId = :id, orgId = :org, pageId = :page, tokenCiphertext = :token, "
            f"gsi1pk = :pages, gsi1sk = :id, tokenExpired = :expired{person}{instagram}",
            values,
            condition="attribute_not_exists(PK) OR orgId = :org",
        )

    def every_page(self) -> Iterator[FacebookPageId]:
        last: Item | None = None
        while items := self._table.query_index("byPage", "gsi1pk", _EVERY_PAGE, after=last, limit=_AT_ONCE):
            yield from (FacebookPageId(item["gsi1sk"]) for item in items)
            last = {name: items[-1][name] for name in ("PK", "SK", "gsi1pk", "gsi1sk")}

    def note_token(self, connection: PageConnection, trouble: TokenTrouble | None) -> None:
        values: dict[str, Any] = {
            ":dead": trouble is not None and trouble.is_death,
            ":token": connection.token_ciphertext,
        }
        noted = "REMOVE tokenTrouble"
        if trouble is not None:
            noted, values[":trouble"] = ", tokenTrouble = :trouble", trouble.value
        self._table.update(
            page_key(connection.facebook_page_id),
            f"SET tokenExpired = :dead {noted}",
            values,
            condition="tokenCiphertext = :token",
        )

    def look_back(self, facebook_page_id: FacebookPageId, platform: Platform, to: datetime) -> None:
        watermark, wish = f"{platform}Watermark", look_back_of(platform)
        # A sync under way will set the watermark anew: until it has, the wish is kept beside it.
        for name, condition in (
            (wish, f"attribute_exists(activeJobId) AND (attribute_not_exists({wish}) OR {wish} > :to)"),
            (watermark, f"{watermark} > :to"),
        ):
            key = page_key(facebook_page_id)
            self._table.update(key, f"SET {name} = :to", {":to": as_text(to)}, condition=condition)

    def disconnect(self, facebook_page_id: FacebookPageId) -> bool:
        operation = self._table.delete_op(page_key(facebook_page_id))
        operation["Delete"]["ConditionExpression"] = "attribute_not_exists(activeJobId)"
        try:
            self._table.transact([operation])
        except TransactionRefused:
            return False
        return True


def _connection(item: Item) -> PageConnection:
    return PageConnection(
        facebook_page_id=item["facebookPageId"],
        org_id=item["orgId"],
        page_id=item["pageId"],
        token_ciphertext=bytes(item["tokenCiphertext"]),
        instagram_account_id=item.get("instagramAccountId"),
        meta_user_id=item.get("metaUserId"),
        token_expired=item["tokenExpired"],
        token_trouble=TokenTrouble(item["tokenTrouble"]) if "tokenTrouble" in item else None,
        last_synced_at=as_time(item.get("lastSyncedAt")),
        active_job_id=item.get("activeJobId"),
        latest_job_id=item.get("latestJobId"),
        watermarks=_times_by_platform(item, "Watermark"),
        last_full_walks=_times_by_platform(item, "FullWalkAt"),
    )


def _times_by_platform(item: Item, suffix: str) -> dict[Platform, datetime]:
    """Attributes such as `messengerWatermark`."""
    names = {platform: f"{platform}{suffix}" for platform in Platform}
    return {platform: datetime.fromisoformat(item[name]) for platform, name in names.items() if name in item}
