"""Cursor paging as every Graph edge does it.

A page may be short or empty and still have a next one; cursors stand on the last page too; an edge with
nothing at all is `{"data":[]}` (developers.facebook.com/docs/graph-api/results, restfb#461, php-graph-sdk#1120).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from simulators.graph import errors
from simulators.graph.errors import Json

DEFAULT_LIMIT = 25
_MOST_PER_PAGE = 500  # the API only says that "some edges may have a maximum"
_TOP = -(10**15)  # a place above every item

Item = TypeVar("Item")


class Listing(Protocol[Item]):
    """Items in order, each at a place that stays its own while the listing changes."""

    def following(self, place: int | None, count: int) -> list[tuple[int, Item]]: ...

    def preceding(self, place: int, count: int) -> list[tuple[int, Item]]: ...


@dataclass(frozen=True)
class Rows(Generic[Item]):
    """A listing that does not change: the n-th item is at place n."""

    items: Sequence[Item]

    def following(self, place: int | None, count: int) -> list[tuple[int, Item]]:
        start = 0 if place is None else place + 1
        return list(enumerate(self.items))[start : start + count]

    def preceding(self, place: int, count: int) -> list[tuple[int, Item]]:
        return list(enumerate(self.items))[max(place - count, 0) : max(place, 0)]


@dataclass(frozen=True)
class PageRequest:
    """What the client asked of an edge."""

    limit: int = DEFAULT_LIMIT
    after: str | None = None
    before: str | None = None


@dataclass(frozen=True)
class Irregularities:
    """How pages differ from full ones: random lengths, empty page numbers, an empty page at the end."""

    short_pages: bool = False
    empty_pages: Sequence[int] = ()
    trailing_empty_page: bool = False


@dataclass(frozen=True)
class Slice(Generic[Item]):
    """One page of an edge. Cursors are None only for an edge with nothing on it."""

    items: list[Item] = field(default_factory=list[Item])
    before: str | None = None
    after: str | None = None
    has_next: bool = False
    has_previous: bool = False


@dataclass(frozen=True)
class _Cursor:
    scope: str
    place: int
    page: int

    def encoded(self) -> str:
        payload = f"{self.place}.{self.page}"
        inner = f"AQHR{payload}.{_signature(self.scope, payload)}"
        return base64.urlsafe_b64encode(inner.encode()).decode().rstrip("=")

    @staticmethod
    def decoded(text: str, scope: str) -> _Cursor:
        try:
            inner = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode("ascii")
            place, page, signature = inner.removeprefix("AQHR").split(".")
            if signature != _signature(scope, f"{place}.{page}"):
                raise errors.invalid_cursor()
            return _Cursor(scope, int(place), int(page))
        except (binascii.Error, UnicodeDecodeError, ValueError):
            raise errors.invalid_cursor() from None


def _signature(scope: str, payload: str) -> str:
    return hashlib.blake2b(f"{scope}|{payload}".encode(), digest_size=12).hexdigest()


def page_request(params: dict[str, str]) -> PageRequest:
    """From query parameters or field modifiers; GraphError 100 for a limit that is not a positive number."""
    text = params.get("limit", str(DEFAULT_LIMIT))
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise errors.invalid_parameter("Param limit must be an integer greater than 0")
    return PageRequest(int(text), params.get("after") or None, params.get("before") or None)


def slice_of(
    listing: Listing[Item], request: PageRequest, *, scope: str, irregularities: Irregularities | None = None
) -> Slice[Item]:
    """The requested page. `scope` names the edge: a cursor of another edge is invalid here."""
    odd = irregularities or Irregularities()
    if request.before is not None:
        return _backwards(listing, request, _Cursor.decoded(request.before, scope))
    came_from = _Cursor.decoded(request.after, scope) if request.after is not None else None
    page = came_from.page + 1 if came_from else 1
    place = came_from.place if came_from and came_from.place != _TOP else None
    length = _length(request.limit, page, scope, odd)
    rows = listing.following(place, length + 1)
    if page in odd.empty_pages and rows:
        here = _Cursor(scope, _TOP if place is None else place, page).encoded()
        return Slice([], here, here, has_next=True, has_previous=page > 1)
    kept = rows[:length]
    if not kept:
        return Slice()
    return _filled(kept, scope, page, has_next=len(rows) > length or odd.trailing_empty_page, has_previous=page > 1)


def _backwards(listing: Listing[Item], request: PageRequest, came_from: _Cursor) -> Slice[Item]:
    length = min(request.limit, _MOST_PER_PAGE)
    rows = listing.preceding(came_from.place, length + 1)
    kept = rows[-length:]
    if not kept:
        return Slice()
    page = max(came_from.page - 1, 1)
    return _filled(kept, came_from.scope, page, has_next=True, has_previous=len(rows) > length)


def _filled(
    rows: list[tuple[int, Item]], scope: str, page: int, *, has_next: bool, has_previous: bool
) -> Slice[Item]:
    return Slice(
        items=[item for _, item in rows],
        before=_Cursor(scope, rows[0][0], page).encoded(),
        after=_Cursor(scope, rows[-1][0], page).encoded(),
        has_next=has_next,
        has_previous=has_previous,
    )


def _length(limit: int, page: int, scope: str, odd: Irregularities) -> int:
    most = min(limit, _MOST_PER_PAGE)
    if not odd.short_pages:
        return most
    return 1 + int(_signature(scope, f"length {page}"), 16) % most


def edge(page: Slice[Item], render: Callable[[Item], Json], link: Callable[[str, str], str]) -> Json:
    """The edge's JSON. `link(direction, cursor)` writes the URL for `after` or `before` a cursor."""
    data = [render(item) for item in page.items]
    if page.before is None or page.after is None:
        return {"data": data}
    paging: Json = {"cursors": {"before": page.before, "after": page.after}}
    if page.has_next:
        paging["next"] = link("after", page.after)
    if page.has_previous:
        paging["previous"] = link("before", page.before)
    return {"data": data, "paging": paging}
