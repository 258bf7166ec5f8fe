"""A world: Pages, people, the app, and what happens between them. Ready-made worlds are in `worlds`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from simulators.graph.apps import App
from simulators.graph.codes import Codes
from simulators.graph.grants import Grants
from simulators.graph.inbox import Inbox
from simulators.graph.model import Platform
from simulators.graph.people import Person, owner_of


@dataclass(frozen=True)
class InstagramAccount:
    """The professional account behind a Page."""

    id: str
    username: str


@dataclass(frozen=True)
class FacebookPage:
    """A Page as the API shows it to the holder of its access token."""

    id: str
    name: str
    access_token: str
    category: str = "Coffee Shop"
    instagram: InstagramAccount | None = None
    published: bool = True
    inboxes: dict[Platform, Inbox] = field(default_factory=dict[Platform, Inbox])


class World:
    """All Pages and people the simulator knows; unless people are given, one person owns all Pages."""

    def __init__(
        self, pages: Iterable[FacebookPage], *, people: Iterable[Person] | None = None, app: App | None = None
    ) -> None:
        self.pages = tuple(pages)
        self._by_id = {page.id: page for page in self.pages}
        self._by_token = {page.access_token: page for page in self.pages}
        if len(self._by_id) != len(self.pages) or len(self._by_token) != len(self.pages):
            raise ValueError("Pages of a world need different ids and different access tokens")
        self.people = (owner_of(self._by_id),) if people is None else tuple(people)
        self.app = app or App()
        self.grants = Grants()
        self.codes = Codes()
        self.subscriptions: dict[str, tuple[str, ...]] = {}  # Page id -> the fields the app subscribes to

    def page(self, page_id: str) -> FacebookPage | None:
        return self._by_id.get(page_id)

    def page_of_token(self, access_token: str) -> FacebookPage | None:
        """The Page whose own token, the one the world came with, this is."""
        return self._by_token.get(access_token)

    def person(self, person_id: str) -> Person | None:
        return next((person for person in self.people if person.id == person_id), None)

    def holder(self, page_id: str) -> Person | None:
        """Whom the Page's own token belongs to: the first person with a role there."""
        return next((person for person in self.people if person.role(page_id)), None)

    def pages_of(self, person: Person) -> list[FacebookPage]:
        """The Pages a person has a role on now."""
        found = (self.page(role.page_id) for role in self.grants.roles(person))
        return [page for page in found if page is not None]

    def reset(self) -> None:
        """Undo everything that happened since the world was built."""
        for page in self.pages:
            for inbox in page.inboxes.values():
                inbox.reset()
        self.grants.reset()
        self.codes.reset()
        self.subscriptions.clear()
