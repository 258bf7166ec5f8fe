"""FacebookAccounts on the Graph API: the Pages that a person may let us into, and the app's subscription to each.

Source: developers.facebook.com/docs/graph-api/reference/user/accounts, .../business/owned_pages and
.../page/subscribed_apps. Pages of a portfolio are missing from /me/accounts for many people
(getopenpost/openpost#216), and the first page of a list is not the list (PipedreamHQ/pipedream#20845).
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from pagesync.adapters.graph.calls import GraphCalls, next_cursor
from pagesync.domain.connecting import SUBSCRIBED_FIELDS, Account
from pagesync.domain.errors import SourceForbidden, SourceUnavailable

_FIELDS = "id,name,access_token,tasks,is_published,picture{url},instagram_business_account{id,username}"
_MOST_PAGES_OF_A_LIST = 100
"""Of a hundred rows each: whoever has more Pages than that has hit a loop."""


_EDGES_AT_ONCE = 8
"""An agency has dozens of businesses, and a browser waits half a minute for all of them."""


class GraphAccounts:
    def __init__(self, calls: GraphCalls) -> None:
        self._calls = calls

    def accounts(self, token: str) -> Sequence[Account]:
        found = {each.page_id: each for each in self._pages("me/accounts", token)}
        edges = [f"{each}/{edge}" for each in self._businesses(token) for edge in ("owned_pages", "client_pages")]
        with ThreadPoolExecutor(_EDGES_AT_ONCE) as pool:
            for shown in pool.map(lambda edge: self._shown(edge, token), edges):
                for each in shown:
                    found.setdefault(each.page_id, each)
        return list(found.values())

    def subscribe(self, page_id: str, token: str) -> None:
        params = {"subscribed_fields": ",".join(SUBSCRIBED_FIELDS)}
        self._calls.call("POST", f"{page_id}/subscribed_apps", token=token, params=params)

    def unsubscribe(self, page_id: str, token: str) -> None:
        self._calls.call("DELETE", f"{page_id}/subscribed_apps", token=token, params={})

    def _pages(self, path: str, token: str) -> Iterator[Account]:
        return (_account(row) for row in self._rows(path, token, {"fields": _FIELDS}))

    def _shown(self, edge: str, token: str) -> Sequence[Account]:
        """A business that refuses to show its Pages keeps nobody from the others."""
        try:
            return list(self._pages(edge, token))
        except SourceForbidden:
            return []

    def _businesses(self, token: str) -> list[str]:
        """None without business_management, which not everybody grants."""
        try:
            return [str(row["id"]) for row in self._rows("me/businesses", token, {"fields": "id"})]
        except SourceForbidden:
            return []

    def _rows(self, path: str, token: str, params: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        asked = {**params, "limit": 100}
        for _ in range(_MOST_PAGES_OF_A_LIST):
            body, _usage = self._calls.call("GET", path, token=token, params=asked)
            rows = body.get("data")
            if not isinstance(rows, list):
                raise SourceUnavailable("Facebook's answer was not a list.")
            yield from (row for row in rows if isinstance(row, dict) and str(row.get("id", "")).isdecimal())
            cursor = next_cursor(body)
            if cursor is None:
                return
            asked = {**asked, "after": cursor}


def _account(row: Mapping[str, Any]) -> Account:
    """Absent keys are how Graph says no: "If a field has no data, it will not be returned"."""
    instagram = row.get("instagram_business_account") or {}
    return Account(
        page_id=str(row["id"]),
        name=str(row.get("name") or row["id"]),
        tasks=tuple(map(str, row.get("tasks") or ())),
        token=row.get("access_token"),
        is_published=row.get("is_published") is not False,
        picture_url=((row.get("picture") or {}).get("data") or {}).get("url"),
        instagram_account_id=instagram.get("id"),
        instagram_username=instagram.get("username"),
    )
