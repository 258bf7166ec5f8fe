"""What a person's token opens: `/me`, their Pages, portfolios and permissions.

Source: developers.facebook.com/docs/graph-api/reference/user/accounts and .../business/owned_pages; a portfolio's
Pages stay out of `/me/accounts` without `business_management` (getopenpost/openpost#216).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from simulators.graph import access_errors, errors
from simulators.graph.bearers import Bearer, Bearers
from simulators.graph.calls import Call
from simulators.graph.errors import Json
from simulators.graph.fields import Selection
from simulators.graph.page_nodes import ACCOUNT_DEFAULTS, Viewer
from simulators.graph.paging import Rows, edge, page_request, slice_of
from simulators.graph.people import Business, Person
from simulators.graph.world import FacebookPage

_Item = TypeVar("_Item")
_Fields = tuple[Selection, ...] | None


@dataclass(frozen=True)
class Accounts:
    """Answers one call."""

    bearers: Bearers
    call: Call
    bearer: Bearer
    fields: _Fields

    @property
    def viewer(self) -> Viewer:
        return Viewer(self.bearers, self.bearer, self.call.base_url)

    def node(self) -> Json:
        """The Page, person or portfolio of this id, as far as the bearer may see it."""
        wanted, world, bearer = self.call.object_id, self.bearers.world, self.bearer
        if bearer.kind == "page" and bearer.page:
            return self.viewer.page(self.bearers.page_of(self.call, bearer), self.fields)
        if bearer.person is None and wanted == "me":
            raise access_errors.person_needed()
        person = bearer.person
        if person and wanted in ("me", person.id):
            return self.viewer.person(person, self.fields)
        if person and (page := world.page(wanted)) and self._sees(person, page):
            return self.viewer.page(page, self.fields)
        if person and (business := person.business(wanted)):
            self._require_business_management()
            return self.viewer.business(business, self.fields)
        raise errors.unsupported("get", wanted)

    def pages(self) -> Json:
        """`/me/accounts`: empty without `pages_show_list`, and without the Pages the person did not pick."""
        person = self._person("accounts")
        world, grant = self.bearers.world, self.bearers.world.grants.of(person.id)
        with_business = grant.allows("business_management")
        listed = [
            page
            for role in world.grants.roles(person)
            if (page := world.page(role.page_id))
            and grant.allows("pages_show_list", page.id)
            and (role.listed == "always" or (role.listed == "with_business_management" and with_business))
        ]
        return self._edge(person, listed, lambda page: self.viewer.page(page, self.fields, ACCOUNT_DEFAULTS))

    def businesses(self) -> Json:
        person = self._person("businesses")
        self._require_business_management()
        return self._edge(person, [*person.businesses], lambda one: self.viewer.business(one, self.fields))

    def business_pages(self) -> Json:
        """`owned_pages` or `client_pages`; a token only for those the person has a role on and picked."""
        person, business = self._business()
        ids = business.owned_page_ids if self.call.edge == ("owned_pages",) else business.client_page_ids
        pages = [page for page_id in ids if (page := self.bearers.world.page(page_id))]
        return self._edge(person, pages, lambda page: self.viewer.page(page, self.fields))

    def permissions(self) -> Json:
        """GET tells; DELETE takes one back, or with all of them the app's access itself."""
        person = self._person_of_permissions()
        grants = self.bearers.world.grants
        single = self.call.edge[1:]
        if self.call.method == "DELETE":
            if single:
                grants.take_back(person.id, single)
            else:
                grants.revoke(person.id)
            return {"success": True}
        grant = grants.of(person.id)
        states = {**dict.fromkeys(grant.granted, "granted"), **dict.fromkeys(grant.declined, "declined")}
        return {
            "data": [
                {"permission": scope, "status": status}
                for scope, status in states.items()
                if not single or scope in single
            ]
        }

    def _person(self, edge: str) -> Person:
        """The person the call asks about, which is the bearer."""
        if self.bearer.kind == "page":
            raise errors.unknown_field(edge, "Page")
        if self.bearer.person is None:
            raise access_errors.person_needed()
        if self.call.object_id not in ("me", self.bearer.person.id):
            raise errors.unsupported(self.call.method.lower(), self.call.object_id)
        return self.bearer.person

    def _person_of_permissions(self) -> Person:
        """The app itself may ask, and take back, too."""
        named = self.bearers.world.person(self.call.object_id)
        return named if self.bearer.kind == "app" and named else self._person("permissions")

    def _business(self) -> tuple[Person, Business]:
        person = self.bearer.person
        business = person.business(self.call.object_id) if person else None
        if person is None or business is None or self.bearer.kind != "user":
            raise errors.unsupported("get", self.call.object_id)
        self._require_business_management()
        return person, business

    def _require_business_management(self) -> None:
        if not self.bearers.allows(self.bearer, "business_management"):
            raise access_errors.scope_missing("business_management")

    def _sees(self, person: Person, page: FacebookPage) -> bool:
        grants = self.bearers.world.grants
        return grants.role(person, page.id) is not None and grants.of(person.id).covers(page.id)

    def _edge(self, person: Person, items: list[_Item], render: Callable[[_Item], Json]) -> Json:
        call = self.call
        path = "/".join((call.object_id, *call.edge))
        request = page_request(call.params)
        kept = {"fields": call.params["fields"]} if self.fields else {}
        return edge(
            slice_of(Rows(items), request, scope=f"{path}:{person.id}"),
            render,
            lambda direction, cursor: call.link(path, {**kept, "limit": str(request.limit), direction: cursor}),
        )
