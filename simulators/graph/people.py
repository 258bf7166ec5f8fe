"""People with a Facebook account: the Pages they have tasks on, and the business portfolios they belong to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

ALL_TASKS = ("ADVERTISE", "ANALYZE", "CREATE_CONTENT", "MESSAGING", "MODERATE", "MANAGE")
EDITOR_TASKS = ("ADVERTISE", "ANALYZE", "CREATE_CONTENT", "MESSAGING", "MODERATE")
ADVERTISER_TASKS = ("ADVERTISE", "ANALYZE")
MESSAGES_TASKS = ("MESSAGING",)

# When a Page is in `/me/accounts`. Pages of a portfolio need business_management (getopenpost/openpost#216).
Listed = Literal["always", "with_business_management", "never"]


@dataclass(frozen=True)
class Role:
    """What a person may do on a Page; `token_shown=False`: lists leave the Page's token out."""

    page_id: str
    tasks: tuple[str, ...] = ALL_TASKS
    listed: Listed = "always"
    token_shown: bool = True


@dataclass(frozen=True)
class Business:
    """A business portfolio: Pages of its own, and Pages its clients share with it."""

    id: str
    name: str
    owned_page_ids: tuple[str, ...] = ()
    client_page_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class Person:
    """`id` is the app-scoped one, the only one an app ever sees."""

    id: str
    name: str
    roles: tuple[Role, ...] = ()
    businesses: tuple[Business, ...] = ()

    def role(self, page_id: str) -> Role | None:
        return next((role for role in self.roles if role.page_id == page_id), None)

    def business(self, business_id: str) -> Business | None:
        return next((one for one in self.businesses if one.id == business_id), None)


DEMO_USER_ID = "10158000000000001"


def owner_of(page_ids: Iterable[str]) -> Person:
    """Somebody with every task on these Pages."""
    return Person(DEMO_USER_ID, "Ana Whitfield", tuple(Role(page_id) for page_id in page_ids))
