"""A world: Pages with their access tokens and inboxes. Ready-made worlds are in `worlds`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from simulators.graph.inbox import Inbox
from simulators.graph.model import Platform


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
    inboxes: dict[Platform, Inbox] = field(default_factory=dict[Platform, Inbox])


class World:
    """All Pages the simulator knows."""

    def __init__(self, pages: Iterable[FacebookPage]) -> None:
        self.pages = tuple(pages)
        self._by_id = {page.id: page for page in self.pages}
        self._by_token = {page.access_token: page for page in self.pages}
        if len(self._by_id) != len(self.pages) or len(self._by_token) != len(self.pages):
            raise ValueError("Pages of a world need different ids and different access tokens")

    def page(self, page_id: str) -> FacebookPage | None:
        return self._by_id.get(page_id)

    def page_of_token(self, access_token: str) -> FacebookPage | None:
        return self._by_token.get(access_token)

    def reset(self) -> None:
        """Undo everything that happened in the inboxes since the world was built."""
        for page in self.pages:
            for inbox in page.inboxes.values():
                inbox.reset()
