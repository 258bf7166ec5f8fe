"""The shared quota in memory, under one lock as DynamoDB's writes are under one item."""

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from pagesync.domain.quota import Account, Booking, Correction, Event, Grant, Hold, Limits, milliseconds
from pagesync.ports import Clock


@dataclass
class QuotaMemory:
    """What the InMemoryQuotas of all Lambdas share."""

    account: Account = field(default_factory=Account)
    exhausted_until: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    lock: threading.Lock = field(default_factory=threading.Lock)


class InMemoryQuota:
    def __init__(self, memory: QuotaMemory, clock: Clock, limits: Limits) -> None:
        self._memory = memory
        self._clock = clock
        self._limits = limits

    def reserve(self, *, requests: int, tokens: int) -> Grant:
        now, costs = self._clock.now(), self._limits.costs(requests=requests, tokens=tokens)
        booking = Booking(milliseconds(now), costs, self._limits.burst_ms)
        with self._memory.lock:
            if self._memory.exhausted_until > now:
                return Grant(0, exhausted_until=self._memory.exhausted_until)
            grant = self._memory.account.grant(booking)
            self._memory.account = self._memory.account.after(booking)
            return grant

    def correct(self, *, requests: int, tokens: int) -> None:
        self._note(Correction(self._limits.costs(requests=requests, tokens=tokens)))

    def hold(self, seconds: float) -> None:
        self._note(Hold(milliseconds(self._clock.now() + timedelta(seconds=seconds))))

    def exhaust(self, until: datetime) -> None:
        with self._memory.lock:
            self._memory.exhausted_until = max(self._memory.exhausted_until, until)

    def _note(self, event: Event) -> None:
        with self._memory.lock:
            self._memory.account = self._memory.account.after(event)
