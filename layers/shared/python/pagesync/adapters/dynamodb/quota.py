"""AnalysisQuota as one item that all Lambdas book on: one conditional write a booking, however many book at once.

Where a booking starts depends on all bookings before it, which an update expression cannot compute. So a booking is
appended to a list, the write answers what it found there, and the caller folds that to its own slot: the order of
the writes decides, and none has to be repeated. Now and then the oldest events are folded into the item's totals;
to remove the head of the list does not disturb those who append to its tail.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import reduce
from typing import Any

from pagesync.adapters.dynamodb.table import Item, Key, Table
from pagesync.domain.quota import (
    Account,
    Booking,
    Correction,
    Costs,
    Event,
    Grant,
    Hold,
    Limits,
    Resource,
    instant,
    milliseconds,
)
from pagesync.ports import Clock


def quota_key(model: str) -> Key:
    """Google's quotas are a model's: of another one nothing is booked or spent."""
    return f"QUOTA#{model}", "QUOTA"


FOLD_EVERY = 16
"""Events of about 30 bytes: the item stays within one write unit, and a booking costs 1.06 writes."""

FOLD_AT_MOST = 64
"""An update expression may have 300 operators (DynamoDB's quotas); one a removal."""


class DynamoQuota:
    """The clocks of Lambdas may differ: by D seconds costs rate * D, and nothing else."""

    def __init__(self, table: Table, clock: Clock, limits: Limits, *, model: str) -> None:
        self._table = table
        self._key = quota_key(model)
        self._clock = clock
        self._limits = limits

    def reserve(self, *, requests: int, tokens: int) -> Grant:
        now_ms = milliseconds(self._clock.now())
        booking = Booking(now_ms, self._limits.costs(requests=requests, tokens=tokens), self._limits.burst_ms)
        if booking.costs:
            found = self._append(booking, _not_later("exhaustedUntilMs", ":now"), {":now": now_ms})
        else:
            found = self._table.get(self._key) or {}
        exhausted_until_ms = int(found.get("exhaustedUntilMs", 0))
        if exhausted_until_ms > now_ms:
            return Grant(0, exhausted_until=instant(exhausted_until_ms))
        return _folded(found, _events(found)).grant(booking)

    def correct(self, *, requests: int, tokens: int) -> None:
        costs = self._limits.costs(requests=requests, tokens=tokens)
        if costs:
            self._append(Correction(costs), "attribute_exists(PK)", {})

    def hold(self, seconds: float) -> None:
        until_ms = milliseconds(self._clock.now() + timedelta(seconds=seconds))
        self._append(Hold(until_ms), _not_later("heldUntilMs", ":until"), {":until": until_ms})

    def exhaust(self, until: datetime) -> None:
        self._table.update(
            self._key,
            "SET exhaustedUntilMs = :until",
            {":until": milliseconds(until)},
            condition=_not_later("exhaustedUntilMs", ":until"),
        )

    def _append(self, event: Event, condition: str, values: Mapping[str, Any]) -> Item:
        """The item as it was before `event`, which is not appended where the condition does not hold."""
        _, found = self._table.exchange(
            self._key,
            "SET recentEvents = list_append(if_not_exists(recentEvents, :none), :event)",
            {":none": [], ":event": [_encoded(event)], **values},
            condition=condition,
        )
        # A length is found by one append alone: that one folds. Should it fail, a later multiple does.
        count = len(found.get("recentEvents", []))
        if count and count % FOLD_EVERY == 0:
            self._fold(found)
        return found

    def _fold(self, found: Item) -> None:
        """Move the oldest events into the totals, unless somebody else did."""
        oldest = _events(found)[:FOLD_AT_MOST]
        account = _folded(found, oldest)
        already = int(found.get("foldedEvents", 0))
        # Indices count before the removal in DynamoDB, and while it goes on in emulators: the last one first.
        removed = ", ".join(f"recentEvents[{index}]" for index in reversed(range(len(oldest))))
        self._table.update(
            self._key,
            "SET requestsDueMs = :requests, tokensDueMs = :tokens, heldUntilMs = :held, foldedEvents = :folded "
            f"REMOVE {removed}",
            {
                ":requests": account.due_ms[Resource.REQUESTS],
                ":tokens": account.due_ms[Resource.TOKENS],
                ":held": account.held_until_ms,
                ":folded": already + len(oldest),
                ":already": already,
            },
            condition=_not_later("foldedEvents", ":already"),
        )


def _not_later(name: str, than: str) -> str:
    return f"attribute_not_exists({name}) OR {name} <= {than}"


def _folded(found: Item, events: list[Event]) -> Account:
    totals = Account(
        due_ms={each: int(found.get(f"{each}DueMs", 0)) for each in Resource},
        held_until_ms=int(found.get("heldUntilMs", 0)),
    )
    return reduce(Account.after, events, totals)


def _events(found: Item) -> list[Event]:
    return [_decoded(each) for each in found.get("recentEvents", [])]


def _encoded(event: Event) -> str:
    """The kind and milliseconds, as "B 1772366400000 1000 150 90": a list of lists would be twice as large."""
    match event:
        case Booking():
            written = ["B", event.now_ms, event.burst_ms, *_amounts(event.costs)]
        case Correction():
            written = ["C", *_amounts(event.costs)]
        case Hold():
            written = ["H", event.until_ms]
    return " ".join(map(str, written))


def _decoded(written: str) -> Event:
    kind, *numbers = written.split()
    match kind, [int(number) for number in numbers]:
        case "B", [now_ms, burst_ms, requests, tokens]:
            return Booking(now_ms, _costs(requests, tokens), burst_ms)
        case "C", [requests, tokens]:
            return Correction(_costs(requests, tokens))
        case "H", [until_ms]:
            return Hold(until_ms)
        case _:
            raise ValueError("The quota's item holds an event of an unknown kind.")


def _amounts(costs: Costs) -> list[int]:
    return [costs.get(Resource.REQUESTS, 0), costs.get(Resource.TOKENS, 0)]


def _costs(requests: int, tokens: int) -> Costs:
    both = {Resource.REQUESTS: requests, Resource.TOKENS: tokens}
    return {each: cost for each, cost in both.items() if cost}
