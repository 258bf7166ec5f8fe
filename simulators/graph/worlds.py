"""Ready-made worlds: the demo, large ones, one with Instagram, and one that gathers the odd cases."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random

from simulators.graph import many_roles, traits
from simulators.graph.identity import Identifiers
from simulators.graph.inbox import Inbox
from simulators.graph.material import odd_names
from simulators.graph.model import Participant, Platform
from simulators.graph.traits import Silence, Traits
from simulators.graph.world import FacebookPage, InstagramAccount, World
from simulators.graph.writer import Writer

DEMO_PAGE_ID = "100200300400500"
DEMO_ACCESS_TOKEN = "page-token-sunrise"
DEMO_CONVERSATIONS = 352
DEMO_SEED = 7
SECOND_PAGE_ID = "100200300400777"
SECOND_ACCESS_TOKEN = "page-token-harbor"
INSTAGRAM_ACCOUNT_ID = "17841400000000500"

ENDING_AT = 1_782_841_331  # 2026-06-30T17:42:11Z: fixed, so that the same seed gives the same world on any day
_SPAN_SECONDS = 14 * 30 * 86_400
_LONGEST_SPACING_SECONDS = 30 * 3600

# Index -> name of a customer the API lists without an id: one or two on each list page of 100.
_WITHOUT_ID = {
    37: "Rosalind Acheampong",
    118: "Hector Villalobos",
    190: "Mei-Ling Chow",
    263: "Ingrid Solberg",
    340: "Tomasz Zieliński",
}
_WITHOUT_WORDS: dict[int, Silence] = {59: "no_messages", 205: "media_hidden", 311: "no_messages"}
_TraitsOf = Callable[[int, Random], Traits]


def demo_world() -> World:
    """One Page with 352 Messenger conversations, newest first; five customers have a name but no id."""
    return World([_page(_demo_page(), "messenger", DEMO_CONVERSATIONS, DEMO_SEED, _demo_traits)])


def big_world(conversations: int, *, seed: int = 1) -> World:
    """The demo Page with any number of regular conversations, each computed when asked for."""
    return World([_page(_demo_page(), "messenger", conversations, seed, lambda _, rng: traits.regular(rng))])


def instagram_world(*, messenger: int = 40, instagram: int = 60, seed: int = 11) -> World:
    """A Page with a Messenger inbox and an Instagram professional account with its own."""
    page = replace(_demo_page(), instagram=InstagramAccount(INSTAGRAM_ACCOUNT_ID, "sunrise.roasters"))
    with_messenger = _page(page, "messenger", messenger, seed, _drawn)
    return World([_page(with_messenger, "instagram", instagram, seed, _instagram_traits)])


def two_page_world(*, first: int = 12, second: int = 8, seed: int = 3) -> World:
    """Two Pages of different businesses, each with its own token."""
    other = FacebookPage(SECOND_PAGE_ID, "Harbor Street Bakery", SECOND_ACCESS_TOKEN, category="Bakery")
    return World(
        [
            _page(_demo_page(), "messenger", first, seed, _drawn),
            _page(other, "messenger", second, seed, _drawn),
        ]
    )


def many_pages_world(sizes: Sequence[int], *, seed: int = 23) -> World:
    """A Page for each size, that many regular conversations in it; one in nine has nobody to be found by an id."""

    def page(number: int, conversations: int) -> FacebookPage:
        shop = FacebookPage(f"1002003004{number:05d}", f"Shop {number}", f"page-token-shop-{number}")
        return _page(shop, "messenger", conversations, seed + number, _ninth_without_id)

    return World([page(number, conversations) for number, conversations in enumerate(sizes, 1)])


def sized_world(sizes: Sequence[int], *, seed: int = 41) -> World:
    """A Page for each size, with that many conversations in which nothing is odd, each computed when asked for."""

    def page(number: int, conversations: int) -> FacebookPage:
        shop = FacebookPage(f"1002003005{number:05d}", f"Store {number}", f"page-token-store-{number}")
        return _page(shop, "messenger", conversations, seed + number, lambda _, rng: traits.regular(rng))

    return World([page(number, conversations) for number, conversations in enumerate(sizes, 1)])


def odd_world(*, seed: int = 5) -> World:
    """Twenty conversations, most of them odd: a group, one without a customer, silence, missing names."""
    return World([_page(_demo_page(), "messenger", 20, seed, _odd_traits)])


def many_roles_world(*, conversations: int = 6, seed: int = 31) -> World:
    """Somebody with 64 Pages in every sort of standing, somebody with one of them, and somebody with none."""

    def filled(number: int, page: FacebookPage) -> FacebookPage:
        page = _page(page, "messenger", conversations, seed + number, _ninth_without_id)
        return _page(page, "instagram", conversations, seed, _instagram_traits) if page.instagram else page

    pages = [filled(number, page) for number, page in enumerate(many_roles.PAGES)]
    return World(pages, people=many_roles.PEOPLE)


def world_named(name: str) -> World:
    """One of WORLD_NAMES, `big:<conversations>` or `sized:<conversations>,<conversations>,...`; ValueError for
    anything else.
    """
    kind, _, size = name.partition(":")
    sizes = size.split(",")
    if kind == "big" and size.isdigit():
        return big_world(int(size))
    if kind == "sized" and all(map(str.isdigit, sizes)):
        return sized_world([int(each) for each in sizes])
    if name not in _BUILDERS:
        raise ValueError(f"unknown world {name!r}: choose {', '.join(WORLD_NAMES)}, big:<n> or sized:<n>,<n>")
    return _BUILDERS[name]()


_BUILDERS: dict[str, Callable[[], World]] = {
    "demo": demo_world,
    "instagram": instagram_world,
    "two-pages": two_page_world,
    "many-pages": many_roles_world,
    "odd": odd_world,
}
WORLD_NAMES = tuple(_BUILDERS)


def _demo_page() -> FacebookPage:
    return FacebookPage(DEMO_PAGE_ID, "Sunrise Coffee Roasters", DEMO_ACCESS_TOKEN)


def _page(page: FacebookPage, platform: Platform, count: int, seed: int, traits_of: _TraitsOf) -> FacebookPage:
    """The Page with one more inbox."""
    if platform == "instagram":
        if page.instagram is None:
            raise ValueError("an Instagram inbox needs the Page's Instagram account")
        owner = Participant(page.instagram.id, username=page.instagram.username)
    else:
        owner = Participant(page.id, name=page.name)
    ids = Identifiers(seed=seed, owner_id=owner.id or "", platform=platform)
    writer = Writer(
        seed=seed,
        owner=owner,
        platform=platform,
        ids=ids,
        ending_at=ENDING_AT,
        spacing_seconds=max(1, min(_SPAN_SECONDS // max(count, 1), _LONGEST_SPACING_SECONDS)),
        traits=traits_of,
    )
    inbox = Inbox(count=count, write=writer.write, ids=ids, owner=owner)
    return replace(page, inboxes={**page.inboxes, platform: inbox})


def _drawn(_index: int, rng: Random) -> Traits:
    return traits.drawn(rng)


def _demo_traits(index: int, rng: Random) -> Traits:
    own = traits.drawn(rng)
    if index in _WITHOUT_ID:
        return replace(own, name=_WITHOUT_ID[index], language="en", naming="shown", silence=None, has_id=False)
    if index in _WITHOUT_WORDS:
        return replace(own, naming="shown", silence=_WITHOUT_WORDS[index])
    if index % 13 == 6:
        name, language = list(odd_names().items())[index // 13 % len(odd_names())]
        return replace(own, name=name, language=language, naming="shown", silence=None)
    return own


def _ninth_without_id(index: int, rng: Random) -> Traits:
    return replace(traits.regular(rng), naming="shown", has_id=index % 9 != 4)


def _instagram_traits(index: int, rng: Random) -> Traits:
    own = traits.drawn(rng)
    return replace(own, naming="shown", visits=8 if index % 20 == 4 else own.visits)


def _odd_traits(index: int, rng: Random) -> Traits:
    cases = (
        Traits(second_customer=True),
        Traits(only_page=True, page_first=True),
        Traits(silence="sticker"),
        Traits(silence="no_messages"),
        Traits(silence="media_hidden"),
        Traits(naming="facebook_user"),
        Traits(naming="absent"),
        Traits(naming="absent_in_participants", page_first=True),
        Traits(has_id=False),
        Traits(visits=8),
        Traits(system_line=True),
        Traits(shares_second=True),
    )
    return cases[index] if index < len(cases) else traits.drawn(rng)
