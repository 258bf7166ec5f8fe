"""Whose token a call carries, and whether that is good enough for what the call wants."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass

from simulators.graph import access_errors, errors
from simulators.graph.access_tokens import AccessToken, TokenKind, read_token
from simulators.graph.calls import Call
from simulators.graph.conditions import Conditions
from simulators.graph.people import Person
from simulators.graph.tokens import TOKEN_DEATHS
from simulators.graph.world import FacebookPage, World

_OF_USER_TOKENS_ALONE = ("expired", "logged_out")


@dataclass(frozen=True)
class Bearer:
    """The app itself, a person, or a Page through a person's role on it.

    The world's own Page tokens belong to the first person with a role on the Page, if there is one.
    """

    token: AccessToken
    text: str
    person: Person | None = None
    page: FacebookPage | None = None

    @property
    def kind(self) -> TokenKind:
        return self.token.kind


@dataclass(frozen=True)
class Bearers:
    """Raises GraphError for everything the real API refuses."""

    world: World
    conditions: Conditions

    def read(self, text: str) -> Bearer | None:
        """Whoever the token was issued to, dead or alive; None for one that never was a token here."""
        world = self.world
        if page := world.page_of_token(text):
            holder = world.holder(page.id)
            token = AccessToken("page", holder.id if holder else "", page.id)
            return Bearer(token, text, holder, page)
        token = read_token(text, world.app)
        if token is None:
            return None
        person, page = world.person(token.person_id), world.page(token.page_id)
        unknown = (token.kind != "app" and person is None) or (token.kind == "page" and page is None)
        return None if unknown else Bearer(token, text, person, page)

    def of(self, call: Call) -> Bearer:
        """The living bearer of a call whose proof is right."""
        if call.token is None:
            raise errors.token_missing()
        bearer = self.read(call.token)
        if bearer is None:
            raise errors.token_unreadable()
        self._check_proof(call, bearer)
        self.check_life(bearer)
        return bearer

    def _check_proof(self, call: Call, bearer: Bearer) -> None:
        """An app token needs no proof: the secret is in it."""
        proof = call.params.get("appsecret_proof")
        if proof is None:
            if self.conditions.require_proof and bearer.kind != "app":
                raise access_errors.proof_missing()
        elif proof != self.world.app.proof(bearer.text, call.params.get("appsecret_time")):
            raise access_errors.proof_wrong()

    def check_life(self, bearer: Bearer) -> None:
        if bearer.token.expired:
            raise errors.token_expired(bearer.token.expires_at)
        if bearer.person is not None:
            self._check_person(bearer, bearer.person)
        if bearer.page is not None:
            self.conditions.check_token(bearer.page.id, bearer.token.issued_us)
            if bearer.person and self.world.grants.role(bearer.person, bearer.page.id) is None:
                raise errors.role_lost()

    def _check_person(self, bearer: Bearer, person: Person) -> None:
        death = self.world.grants.death(person.id)
        concerned = death and (bearer.kind == "user" or death.state not in _OF_USER_TOKENS_ALONE)
        if death and concerned and bearer.token.issued_us <= death.at_us:
            error = TOKEN_DEATHS[death.state]()
            raise error
        if self.data_access_expires_at(person) <= time.time():
            raise errors.inactive()

    def data_access_expires_at(self, person: Person) -> int:
        """Seconds since the epoch; a login puts it off."""
        return self.world.grants.of(person.id).given_at + self.conditions.lifetimes.data_access_seconds

    def page_of(self, call: Call, bearer: Bearer) -> FacebookPage:
        """The Page a Page token calls about: its own."""
        if bearer.page is None:
            raise access_errors.page_token_needed()
        if call.object_id not in ("me", bearer.page.id):
            raise errors.unsupported(call.method.lower(), call.object_id)
        return bearer.page

    def allows(self, bearer: Bearer, scope: str) -> bool:
        page_id = bearer.page.id if bearer.page else None
        return bearer.person is None or self.world.grants.of(bearer.person.id).allows(scope, page_id)

    def require(self, bearer: Bearer, scopes: Iterable[str], *, any_task: Iterable[str] = ()) -> None:
        """What a Page token's person must have granted, and be able to do there."""
        if bearer.person is None or bearer.page is None:
            return
        grants = self.world.grants
        if not grants.of(bearer.person.id).covers(bearer.page.id):
            raise access_errors.page_not_granted()
        for scope in scopes:
            if not self.allows(bearer, scope):
                raise access_errors.scope_missing(scope)
        role = grants.role(bearer.person, bearer.page.id)
        if any_task and role and not {*any_task} & {*role.tasks}:
            raise access_errors.task_missing()
