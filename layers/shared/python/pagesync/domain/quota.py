"""A quota that many share: who may start when, as pure arithmetic on milliseconds.

Each limit is a bucket of the generic cell rate algorithm (ITU-T I.371, virtual scheduling). A booking of n units
costs the time that n units take at the limit's rate; the bucket is the instant until which its rate is spoken for.
A booking always succeeds and may start in the future, so nobody polls and nobody rushes in when a wait ends. The
account is a fold over events: whoever folds the same events in the same order finds the same slots.

What holds, for every limit and any W seconds: the bookings that start within them are together at most
rate * W + burst, in whatever order they were made; the burst is rate * burst_seconds, or one booking if that is
larger. Callers whose clocks differ, or who start late, by up to D seconds add rate * D. Corrections keep this for
what was used, with two additions: what earlier bookings give back within these W seconds may be used within them,
and what a booking used beyond itself is paid afterwards.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE_MS = 60_000


def milliseconds(time: datetime) -> int:
    """Since 1970."""
    return (time - _EPOCH) // timedelta(milliseconds=1)


def instant(since_1970_ms: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=since_1970_ms)


class Resource(StrEnum):
    REQUESTS = "requests"
    TOKENS = "tokens"


Costs = Mapping[Resource, int]
"""Milliseconds of a limit's rate; a resource that is absent is unlimited or not asked for."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Rates, where None or 0 is unlimited; what `burst_seconds` of them bring may start at one instant."""

    requests_per_minute: int | None
    tokens_per_minute: int | None
    burst_seconds: float = 0

    @property
    def burst_ms(self) -> int:
        return int(self.burst_seconds * 1000)

    def costs(self, *, requests: int, tokens: int) -> Costs:
        """What the amounts cost, rounded up: never in the caller's favour. Negative amounts give time back."""
        asked = (
            (Resource.REQUESTS, requests, self.requests_per_minute),
            (Resource.TOKENS, tokens, self.tokens_per_minute),
        )
        exact = {each: (amount * _MINUTE_MS, rate) for each, amount, rate in asked if rate}
        return {each: cost for each, (time, rate) in exact.items() if (cost := -(-time // rate))}


@dataclass(frozen=True, slots=True)
class Grant:
    """The caller starts after `wait_seconds` and never books twice for the same work.

    `exhausted_until` is set when the day's quota is gone: then nothing was booked and there is nothing to wait for.
    """

    wait_seconds: float
    exhausted_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Booking:
    """Made when the caller's clock said `now_ms`."""

    now_ms: int
    costs: Costs
    burst_ms: int


@dataclass(frozen=True, slots=True)
class Correction:
    costs: Costs


@dataclass(frozen=True, slots=True)
class Hold:
    until_ms: int


Event = Booking | Correction | Hold


@dataclass(frozen=True, slots=True)
class Account:
    """What all events so far amount to; instants are milliseconds since 1970, 0 for never.

    Until `due_ms` the rate of a resource is spoken for. It is the theoretical arrival time of the algorithm.
    """

    due_ms: Mapping[Resource, int] = field(default_factory=lambda: dict.fromkeys(Resource, 0))
    held_until_ms: int = 0

    def start_ms(self, booking: Booking) -> int:
        """One start for all resources that are asked for, the earliest that suits each of them."""
        opens = (self.due_ms[each] - max(0, booking.burst_ms - cost) for each, cost in booking.costs.items())
        return max(booking.now_ms, self.held_until_ms, *opens)

    def grant(self, booking: Booking) -> Grant:
        return Grant((self.start_ms(booking) - booking.now_ms) / 1000)

    def after(self, event: Event) -> "Account":
        match event:
            case Booking():
                start_ms = self.start_ms(event)
                due = {each: max(self.due_ms[each], start_ms) + cost for each, cost in event.costs.items()}
                return replace(self, due_ms={**self.due_ms, **due})
            case Correction():
                due = {each: self.due_ms[each] + cost for each, cost in event.costs.items()}
                return replace(self, due_ms={**self.due_ms, **due})
            case Hold():
                return replace(self, held_until_ms=max(self.held_until_ms, event.until_ms))


def next_reset(now: datetime) -> datetime:
    """The first midnight in California after `now`, in UTC: then Gemini's requests per day start anew.

    https://ai.google.dev/gemini-api/docs/rate-limits ("midnight Pacific time"). The daylight saving rule is the one
    of the Energy Policy Act of 2005 (15 U.S.C. 260a), computed here because Lambda promises no time zone database.
    """
    day = now.astimezone(UTC).date()
    return next(each for each in map(_pacific_midnight, (day, day + timedelta(days=1))) if each > now)


def _pacific_midnight(day: date) -> datetime:
    # Clocks change at two in the morning, so the Sunday itself still begins in the old time.
    summer = _sunday(day.year, 3, nth=2) < day <= _sunday(day.year, 11, nth=1)
    return datetime(day.year, day.month, day.day, 7 if summer else 8, tzinfo=UTC)


def _sunday(year: int, month: int, *, nth: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=6 - first.weekday() + 7 * (nth - 1))
