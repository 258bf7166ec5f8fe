"""The part of `POST /__control` that is about logins, tokens of people, and what they allow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from simulators.graph.conditions import Conditions, LoginOrder
from simulators.graph.errors import Json
from simulators.graph.lifetimes import Lifetimes
from simulators.graph.people import ALL_TASKS, Person
from simulators.graph.scopes import KNOWN_SCOPES
from simulators.graph.shapes import (
    Check,
    ControlError,
    flag,
    integer,
    list_of,
    nullable,
    number,
    one_of,
    record,
    text,
)
from simulators.graph.signed_requests import SIGNED_REQUEST_KINDS, signed_request
from simulators.graph.tokens import TOKEN_STATES
from simulators.graph.truth import page_named
from simulators.graph.world import World

_SCOPES = list_of(one_of(*KNOWN_SCOPES))
_OF_PAGES = ("role_lost", "unreadable")
LOGIN_CONTROL: dict[str, Check] = {
    "login": record(
        {
            "mode": one_of("auto", "page", "instant"),
            "userId": text,
            "declinedScopes": _SCOPES,
            "pageIds": nullable(list_of(text)),
        }
    ),
    "denyLogins": integer(),
    "lifetimes": record(
        {
            "codeSeconds": number(),
            "shortTokenSeconds": integer(nullable=True),
            "longTokenSeconds": integer(nullable=True),
            "dataAccessSeconds": integer(),
        }
    ),
    "redirectUris": nullable(list_of(text)),
    "requireAppSecretProof": flag,
    "requireConfigId": flag,
    "userToken": record(
        {"userId": text, "state": one_of(*(state for state in TOKEN_STATES if state not in _OF_PAGES))},
        required=("state",),
    ),
    "role": record(
        {"userId": text, "pageId": text, "tasks": nullable(list_of(one_of(*ALL_TASKS)))},
        required=("pageId", "tasks"),
    ),
    "takeBack": record({"userId": text, "scopes": _SCOPES, "pageIds": list_of(text)}),
    "signedRequest": record(
        {
            "kind": one_of(*SIGNED_REQUEST_KINDS),
            "userId": text,
            "pageId": text,
            "forged": flag,
            "url": text,
        },
        required=("kind",),
    ),
}


@dataclass(frozen=True)
class LoginControl:
    world: World
    conditions: Conditions

    def prepared(self, key: str, order: Any) -> Callable[[], Json]:
        """The checked order, ready to be carried out; gives what there is to report."""
        prepare: dict[str, Callable[[Any], Callable[[], Json | None]]] = {
            "login": self._login,
            "denyLogins": lambda count: lambda: setattr(self.conditions, "denials", count),
            "lifetimes": self._lifetimes,
            "redirectUris": self._redirect_uris,
            "requireAppSecretProof": lambda wanted: lambda: setattr(self.conditions, "require_proof", wanted),
            "requireConfigId": lambda wanted: lambda: setattr(self.conditions, "require_config_id", wanted),
            "userToken": self._user_token,
            "role": self._role,
            "takeBack": self._take_back,
            "signedRequest": lambda order: signed_request(self.world, order),
        }
        act = prepare[key](order)
        return lambda: act() or {}

    def _login(self, order: dict[str, Any]) -> Callable[[], None]:
        page_ids: list[str] | None = order.get("pageIds")
        for page_id in page_ids or ():
            page_named(self.world, page_id)
        wanted = LoginOrder(
            mode=order.get("mode", "auto"),
            person_id=self._person(order).id if "userId" in order else None,
            declined_scopes=tuple(order.get("declinedScopes", ())),
            page_ids=None if page_ids is None else tuple(page_ids),
        )
        return lambda: setattr(self.conditions, "login", wanted)

    def _lifetimes(self, order: dict[str, Any]) -> Callable[[], None]:
        usual = Lifetimes()
        wanted = Lifetimes(
            code_seconds=order.get("codeSeconds", usual.code_seconds),
            short_token_seconds=order.get("shortTokenSeconds", usual.short_token_seconds),
            long_token_seconds=order.get("longTokenSeconds", usual.long_token_seconds),
            data_access_seconds=order.get("dataAccessSeconds", usual.data_access_seconds),
        )
        return lambda: setattr(self.conditions, "lifetimes", wanted)

    def _redirect_uris(self, uris: list[str] | None) -> Callable[[], None]:
        wanted = None if uris is None else tuple(uris)
        return lambda: setattr(self.conditions, "redirect_uris", wanted)

    def _user_token(self, order: dict[str, Any]) -> Callable[[], None]:
        person = self._person(order)
        return lambda: self.world.grants.kill(person.id, order["state"])

    def _role(self, order: dict[str, Any]) -> Callable[[], None]:
        person, page = self._person(order), page_named(self.world, order["pageId"])
        if person.role(page.id) is None:
            raise ControlError(f"role: the person has no role on the Page {page.id!r}")
        tasks = None if order["tasks"] is None else tuple(order["tasks"])
        return lambda: self.world.grants.set_tasks(person.id, page.id, tasks)

    def _take_back(self, order: dict[str, Any]) -> Callable[[], None]:
        person = self._person(order)
        lost = [page_named(self.world, page_id).id for page_id in order.get("pageIds", ())]

        def act() -> None:
            self.world.grants.take_back(person.id, order.get("scopes", ()))
            if lost:
                self.world.grants.take_pages_back(person, lost)

        return act

    def _person(self, order: dict[str, Any]) -> Person:
        """The one under `userId`, or the first of the world."""
        wanted = order.get("userId")
        person = self.world.person(wanted) if wanted else next(iter(self.world.people), None)
        if person is None:
            raise ControlError(f"userId {wanted!r} is nobody of this world")
        return person
