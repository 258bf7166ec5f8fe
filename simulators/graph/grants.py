"""What people allow the app, and what of it they have taken back."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace

from simulators.graph.people import Person, Role
from simulators.graph.scopes import ALWAYS_GRANTED, KNOWN_SCOPES


@dataclass(frozen=True)
class Grant:
    """`page_ids` are the Pages the person picked; None: all of them, those to come included."""

    granted: tuple[str, ...]
    declined: tuple[str, ...] = ()
    page_ids: tuple[str, ...] | None = None
    given_at: int = 0

    def allows(self, scope: str, page_id: str | None = None) -> bool:
        return scope in self.granted and (page_id is None or self.covers(page_id))

    def covers(self, page_id: str) -> bool:
        return self.page_ids is None or page_id in self.page_ids


@dataclass(frozen=True)
class Death:
    """Why the tokens issued up to a moment are dead."""

    state: str
    at_us: int


class Grants:
    """By person. Somebody who has not logged in since the start counts as having granted everything.

    So tokens of the world itself, and those issued before a restart, work.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.reset()

    def reset(self) -> None:
        with self._lock:
            self._started_at = int(time.time())
            self._given: dict[str, Grant] = {}
            self._deaths: dict[str, Death] = {}
            self._tasks: dict[tuple[str, str], tuple[str, ...]] = {}

    def of(self, person_id: str) -> Grant:
        return self._given.get(person_id) or Grant(KNOWN_SCOPES, given_at=self._started_at)

    def offered(self, person_id: str, asked: Iterable[str], *, ask_again: bool) -> tuple[str, ...]:
        """What of the scopes asked for the dialog puts to the person: not those declined before, unless told."""
        known = self._given.get(person_id)
        declined = known.declined if known and not ask_again else ()
        return tuple(scope for scope in asked if scope not in declined)

    def give(
        self,
        person_id: str,
        *,
        offered: Iterable[str],
        declined: Iterable[str],
        page_ids: tuple[str, ...] | None,
    ) -> Grant:
        """A login. Scopes add up over logins."""
        with self._lock:
            before = self._given.get(person_id, Grant(()))
            refused = {*offered} & {*declined}
            granted = ({ALWAYS_GRANTED, *offered, *before.granted} - refused) | {ALWAYS_GRANTED}
            not_granted = (refused | {*before.declined}) - granted
            grant = Grant(_in_order(granted), _in_order(not_granted), page_ids, int(time.time()))
            self._given[person_id] = grant
            return grant

    def take_back(self, person_id: str, scopes: Iterable[str]) -> None:
        """These scopes count as declined from now on."""
        grant, lost = self.of(person_id), {*scopes} - {ALWAYS_GRANTED}
        with self._lock:
            self._given[person_id] = replace(
                grant,
                granted=_in_order({*grant.granted} - lost),
                declined=_in_order({*grant.declined} | lost),
            )

    def take_pages_back(self, person: Person, page_ids: Iterable[str]) -> None:
        """The person shares these Pages no longer."""
        grant, lost = self.of(person.id), {*page_ids}
        picked = tuple(role.page_id for role in person.roles) if grant.page_ids is None else grant.page_ids
        with self._lock:
            kept = tuple(page_id for page_id in picked if page_id not in lost)
            self._given[person.id] = replace(grant, page_ids=kept)

    def revoke(self, person_id: str) -> None:
        """The person removes the app."""
        self.kill(person_id, "not_authorized")
        with self._lock:
            self._given.pop(person_id, None)

    def kill(self, person_id: str, state: str) -> None:
        """All tokens issued until now are dead in this way; `valid` brings them back."""
        with self._lock:
            self._deaths[person_id] = Death(state, time.time_ns() // 1000)

    def death(self, person_id: str) -> Death | None:
        found = self._deaths.get(person_id)
        return found if found and found.state != "valid" else None

    def set_tasks(self, person_id: str, page_id: str, tasks: tuple[str, ...] | None) -> None:
        """From now on; none of them: the role is gone; None: as the world has it."""
        with self._lock:
            if tasks is None:
                self._tasks.pop((person_id, page_id), None)
            else:
                self._tasks[person_id, page_id] = tasks

    def role(self, person: Person, page_id: str) -> Role | None:
        """The person's role on a Page as it stands; None without any task there."""
        role = person.role(page_id)
        if role is not None:
            role = replace(role, tasks=self._tasks.get((person.id, page_id), role.tasks))
        return role if role and role.tasks else None

    def roles(self, person: Person) -> list[Role]:
        found = (self.role(person, role.page_id) for role in person.roles)
        return [role for role in found if role is not None]


def _in_order(scopes: set[str]) -> tuple[str, ...]:
    return tuple(scope for scope in KNOWN_SCOPES if scope in scopes)
