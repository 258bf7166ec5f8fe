"""The Pages and people of the world `many-pages`: every way to have, half have, or not have a Page."""

from __future__ import annotations

from simulators.graph.people import ADVERTISER_TASKS, EDITOR_TASKS, MESSAGES_TASKS, Business, Person, Role
from simulators.graph.world import FacebookPage, InstagramAccount

_ORDINARY_PAGES = 56
_ORDINARY_AHEAD = 30  # so that the special Pages are on the second page of 25


def _page(number: int, name: str, *, instagram: str | None = None, published: bool = True) -> FacebookPage:
    page_id = f"1002003005{number:05d}"
    account = InstagramAccount(f"178414000005{number:05d}", instagram) if instagram else None
    return FacebookPage(
        page_id, name, f"page-token-{page_id}", category="Shop", instagram=account, published=published
    )


def _ordinary(number: int) -> FacebookPage:
    """Every fourth has an Instagram account."""
    return _page(number, f"Lindqvist Store {number:02d}", instagram=f"store.{number}" if number % 4 == 0 else None)


_STORES = tuple(_ordinary(number) for number in range(1, _ORDINARY_PAGES + 1))
_ADVERTISED = _page(101, "Advertiser Only")
_EDITED = _page(102, "Editor Without Manage", instagram="editor.shop")
_MESSAGES = _page(103, "Messages Only")
_TOKENLESS = _page(104, "Token Missing")
_UNPUBLISHED = _page(105, "Not Published Yet", published=False)
_PORTFOLIO = _page(106, "Listed With Portfolio", instagram="portfolio.shop")
_OWNED = _page(107, "Owned by the Portfolio", instagram="owned.shop")
_CLIENT = _page(108, "A Client's Page")
_FOREIGN = _page(109, "A Client's Page Without a Role")

PAGES = (
    *_STORES,
    *(_ADVERTISED, _EDITED, _MESSAGES, _TOKENLESS, _UNPUBLISHED),
    *(_PORTFOLIO, _OWNED, _CLIENT, _FOREIGN),
)

_SPECIAL_ROLES = (
    Role(_ADVERTISED.id, ADVERTISER_TASKS),
    Role(_EDITED.id, EDITOR_TASKS),
    Role(_MESSAGES.id, MESSAGES_TASKS),
    Role(_TOKENLESS.id, token_shown=False),
    Role(_UNPUBLISHED.id),
    Role(_PORTFOLIO.id, listed="with_business_management"),
    Role(_OWNED.id, listed="never"),
    Role(_CLIENT.id, EDITOR_TASKS, listed="never"),
)
_STORE_ROLES = tuple(Role(page.id) for page in _STORES)
_PORTFOLIOS = (
    Business("2002003004000001", "Lindqvist Holding", (_PORTFOLIO.id, _OWNED.id), (_CLIENT.id, _FOREIGN.id)),
    Business("2002003004000002", "Empty Agency"),
)

PEOPLE = (
    Person(
        "10158000000000011",
        "Maya Lindqvist",
        (*_STORE_ROLES[:_ORDINARY_AHEAD], *_SPECIAL_ROLES, *_STORE_ROLES[_ORDINARY_AHEAD:]),
        _PORTFOLIOS,
    ),
    Person("10158000000000012", "Priya Nair", (Role(_STORES[0].id),)),
    Person("10158000000000013", "Jonas Brandt"),
)
