"""`POST /__control`: sets the conditions and moves the world."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from simulators.graph.calls import CALL_KINDS
from simulators.graph.conditions import Conditions, Usage
from simulators.graph.control_logins import LOGIN_CONTROL, LoginControl
from simulators.graph.errors import Json
from simulators.graph.faults import FAULT_KINDS, Fault
from simulators.graph.inbox import Inbox
from simulators.graph.paging import Irregularities
from simulators.graph.shapes import Check, ControlError, flag, integer, list_of, number, one_of, record, text
from simulators.graph.tokens import TOKEN_STATES, TokenLife
from simulators.graph.traffic import Traffic
from simulators.graph.truth import inbox_named, page_named
from simulators.graph.world import World

_PLATFORM = one_of("messenger", "instagram")
_FAULT = record(
    {
        "match": one_of(*CALL_KINDS, "any"),
        "kind": one_of(*FAULT_KINDS),
        "times": integer(1, nullable=True),
        "skip": integer(),
        "pageId": text,
        "platform": _PLATFORM,
        "seconds": number(),
        "regainMinutes": integer(),
        "httpStatus": integer(200),
    },
    required=("match", "kind"),
)
_TOKEN = record(
    {"pageId": text, "state": one_of(*TOKEN_STATES), "afterListCalls": integer()},
    required=("pageId", "state"),
)
_USAGE = record(
    {"callCount": integer(), "totalCputime": integer(), "totalTime": integer(), "regainMinutes": integer()}
)
_TOUCH = record(
    {
        "pageId": text,
        "platform": _PLATFORM,
        "count": integer(1),
        "conversationIds": list_of(text),
        "text": text,
    },
    required=("pageId",),
)
_ADD = record({"pageId": text, "platform": _PLATFORM, "count": integer(1)}, required=("pageId", "count"))
_CONTROL: dict[str, Check] = {
    "reset": flag,
    "clearLog": flag,
    "latencySeconds": number(),
    "token": _TOKEN,
    "faults": list_of(_FAULT),
    "usage": _USAGE,
    "reduceAbove": integer(1, nullable=True),
    "shortPages": flag,
    "emptyPages": list_of(integer(1)),
    "trailingEmptyPage": flag,
    "touch": _TOUCH,
    "add": _ADD,
    **LOGIN_CONTROL,
}


@dataclass(frozen=True)
class Control:
    """Obeys control bodies; `reset` brings back the latency the simulator was started with."""

    world: World
    conditions: Conditions
    traffic: Traffic
    first_latency_seconds: float

    def obey(self, body: object) -> Json:
        """`{"ok": true}` plus what the orders have to report; ControlError changes nothing."""
        orders = record(_CONTROL)("the body", body)
        if "token" in orders:
            page_named(self.world, orders["token"]["pageId"])
        if orders.get("reset") and {"touch", "add"} & orders.keys():
            raise ControlError("reset cannot be combined with touch or add")
        moves = {key: _MOVES[key](self.world, orders.pop(key)) for key in _MOVES if key in orders}
        logins = LoginControl(self.world, self.conditions)
        prepared = [logins.prepared(key, orders.pop(key)) for key in LOGIN_CONTROL if key in orders]
        # `reset` comes first, whatever the order of the keys.
        for key in sorted(orders, key=lambda name: name != "reset"):
            self._handlers()[key](orders[key])
        reported = {_REPORTED_AS[key]: move() for key, move in moves.items()}
        for act in prepared:
            reported |= act()
        return {"ok": True, **reported}

    def _handlers(self) -> dict[str, Callable[[Any], None]]:
        conditions = self.conditions

        def irregular(**changes: Any) -> None:
            conditions.irregularities = replace(conditions.irregularities, **changes)

        return {
            "reset": lambda wanted: self._reset() if wanted else None,
            "clearLog": lambda wanted: self.traffic.clear() if wanted else None,
            "latencySeconds": lambda seconds: setattr(conditions, "latency_seconds", seconds),
            "token": self._set_token,
            "faults": lambda faults: setattr(conditions, "faults", [_fault(one) for one in faults]),
            "usage": lambda usage: setattr(conditions, "usage", _usage(usage)),
            "reduceAbove": lambda limit: setattr(conditions, "reduce_above", limit),
            "shortPages": lambda wanted: irregular(short_pages=wanted),
            "emptyPages": lambda pages: irregular(empty_pages=tuple(pages)),
            "trailingEmptyPage": lambda wanted: irregular(trailing_empty_page=wanted),
        }

    def _reset(self) -> None:
        self.world.reset()
        self.traffic.clear()
        self.conditions.latency_seconds = self.first_latency_seconds
        self.conditions.reduce_above = None
        self.conditions.irregularities = Irregularities()
        self.conditions.usage = Usage()
        self.conditions.faults = []
        self.conditions.tokens.clear()
        self.conditions.reset_logins()

    def _set_token(self, order: dict[str, Any]) -> None:
        self.conditions.tokens[order["pageId"]] = TokenLife(order["state"], order.get("afterListCalls"))


def _touching(world: World, order: dict[str, Any]) -> Callable[[], list[str]]:
    """The checked order, ready to be carried out; it gives the ids of conversations with a new message."""
    inbox = inbox_named(world, order)
    indexes, said = _indexes_to_touch(inbox, order), order.get("text", "Hi, any news?")
    return lambda: [inbox.receive(index, text=said, now=int(time.time())).id for index in indexes]


def _adding(world: World, order: dict[str, Any]) -> Callable[[], list[str]]:
    inbox = inbox_named(world, order)
    return lambda: [inbox.add(now=int(time.time())).id for _ in range(order["count"])]


_MOVES = {"touch": _touching, "add": _adding}
_REPORTED_AS = {"touch": "touched", "add": "added"}


def _indexes_to_touch(inbox: Inbox, order: dict[str, Any]) -> list[int]:
    """The named conversations, or `count` of them spread evenly over the inbox."""
    if ("count" in order) == ("conversationIds" in order):
        raise ControlError("touch takes either 'count' or 'conversationIds'")
    if "count" in order:
        count, total = order["count"], len(inbox)
        if count > total:
            raise ControlError(f"touch.count: the inbox has {total} conversations")
        return [position * total // count for position in range(count)]
    found = [(named, inbox.ids.thread_index(named)) for named in order["conversationIds"]]
    if unknown := [named for named, index in found if index is None or index >= len(inbox)]:
        raise ControlError(f"touch.conversationIds: no conversation {unknown[0]!r}")
    return [index for _, index in found if index is not None]


def _fault(order: dict[str, Any]) -> Fault:
    names = {"pageId": "page_id", "regainMinutes": "regain_minutes", "httpStatus": "http_status"}
    return Fault(**{names.get(key, key): value for key, value in order.items()})


def _usage(order: dict[str, Any]) -> Usage:
    return Usage(
        call_count=order.get("callCount", 0),
        total_cputime=order.get("totalCputime", 0),
        total_time=order.get("totalTime", 0),
        regain_minutes=order.get("regainMinutes", 0),
    )
