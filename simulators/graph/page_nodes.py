"""Pages, people and portfolios as JSON, the way they look to whoever asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from simulators.graph.bearers import Bearer, Bearers
from simulators.graph.calls import IMAGE_FOLDER
from simulators.graph.errors import Json
from simulators.graph.fields import Selection
from simulators.graph.nodes import Resolver, rendered
from simulators.graph.people import Business, Person
from simulators.graph.pictures import SIZE_PIXELS
from simulators.graph.world import FacebookPage

_Fields = tuple[Selection, ...] | None
_KNOWN_BUT_ABSENT = ("username", "about", "website", "fan_count", "business", "connected_instagram_account")
ACCOUNT_DEFAULTS = ("access_token", "category", "category_list", "name", "tasks")


@dataclass(frozen=True)
class Viewer:
    """Renders for one bearer; `base_url` is where its pictures are."""

    bearers: Bearers
    bearer: Bearer
    base_url: str

    def page(self, page: FacebookPage, fields: _Fields, defaults: tuple[str, ...] = ("name",)) -> Json:
        """`tasks` and `access_token` only where the bearer has a role; absent is what has no value."""
        resolvers: dict[str, Resolver[FacebookPage]] = {
            "name": lambda node, _: node.name,
            "category": lambda node, _: node.category,
            "category_list": lambda node, _: [{"id": "2256", "name": node.category}],
            "link": lambda node, _: f"https://www.facebook.com/{node.id}",
            "is_published": lambda node, _: node.published,
            "access_token": lambda node, _: self._token(node),
            "tasks": lambda node, _: self._tasks(node),
            "picture": lambda node, asked: self._picture(node.id, asked),
            "instagram_business_account": self._instagram,
            **dict.fromkeys(_KNOWN_BUT_ABSENT, _absent),
        }
        return rendered(page, fields, defaults, resolvers, "Page", page.id)

    def person(self, person: Person, fields: _Fields) -> Json:
        first, _, last = person.name.partition(" ")
        resolvers: dict[str, Resolver[Person]] = {
            "name": lambda node, _: node.name,
            "first_name": lambda _node, _asked: first,
            "last_name": lambda _node, _asked: last or None,
            "picture": lambda node, asked: self._picture(node.id, asked),
            "email": _absent,
        }
        return rendered(person, fields, ("name",), resolvers, "User", person.id)

    def business(self, business: Business, fields: _Fields) -> Json:
        resolvers: dict[str, Resolver[Business]] = {"name": lambda node, _: node.name}
        return rendered(business, fields, ("name",), resolvers, "Business", business.id)

    def _token(self, page: FacebookPage) -> str | None:
        """A Page token gives itself; a user token one of its own age and life."""
        if self.bearer.page is not None:
            return self.bearer.text
        world, person = self.bearers.world, self.bearer.person
        role = world.grants.role(person, page.id) if person else None
        if role is None or not role.token_shown or not self._granted("pages_show_list", page):
            return None
        return self.bearer.token.for_page(page.id).text(world.app)

    def _tasks(self, page: FacebookPage) -> list[str] | None:
        person = self.bearer.person
        role = self.bearers.world.grants.role(person, page.id) if person else None
        return list(role.tasks) if role else None

    def _instagram(self, page: FacebookPage, asked: Selection) -> Json | None:
        """Only where one is linked, and the person lets the app know."""
        account = page.instagram
        if account is None or not self._granted("instagram_basic", page):
            return None
        known: dict[str, Resolver[FacebookPage]] = {
            "username": lambda _page, _asked: account.username,
            "name": lambda _page, _asked: page.name,
            "profile_picture_url": lambda _page, _asked: self._image_url(account.id),
        }
        return rendered(page, asked.children, (), known, "IGUser", account.id)

    def _granted(self, scope: str, page: FacebookPage) -> bool:
        person = self.bearer.person
        return person is None or self.bearers.world.grants.of(person.id).allows(scope, page.id)

    def _picture(self, owner_id: str, asked: Selection) -> Json:
        return {"data": picture_data(self._image_url(owner_id), asked.children)}

    def _image_url(self, owner_id: str) -> str:
        return image_url(self.base_url, owner_id)


def image_url(base_url: str, owner_id: str) -> str:
    return f"{base_url}/{IMAGE_FOLDER}/{owner_id}.png"


def picture_data(url: str, fields: _Fields = None) -> Json:
    """The `ProfilePictureSource` of a picture."""
    known: dict[str, Callable[[str, Selection], object]] = {
        "height": lambda _url, _: SIZE_PIXELS,
        "is_silhouette": lambda _url, _: False,
        "url": lambda node, _: node,
        "width": lambda _url, _: SIZE_PIXELS,
    }
    return rendered(url, fields, tuple(known), known, "ProfilePictureSource", None)


def _absent(_node: object, _asked: Selection) -> object:
    return None
