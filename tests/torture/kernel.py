"""Everything that is under way, one step at a time, on a virtual clock: executions, Lambda invocations and timers.

A Lambda invocation is a thread that runs only while it holds the baton. It gives the baton back at every call of a
port, and a seeded choice says who goes on: so invocations interleave between their calls, the same way each time.
"""

import heapq
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from tests.torture.tactics import Pace, Runnable, Tactics

DEAF_AFTER_SECONDS = 60
"""Real seconds without the baton coming back: the code under test waits for something that never happens."""

SOON_SECONDS = 120
"""Timers that far ahead may fire while functions still run, as if those were slow."""


class Stuck(Exception):
    """The run does not come to its end."""


@dataclass(frozen=True)
class Answer:
    """What came of something: a value, or an error name and its cause."""

    value: Any = None
    error: str | None = None
    cause: str = ""


Done = Callable[[Answer], None]


class VirtualClock:
    def __init__(self, instant: datetime) -> None:
        self._instant = instant

    def now(self) -> datetime:
        return self._instant

    def advance(self, seconds: float) -> None:
        self._instant += timedelta(seconds=seconds)


@dataclass(order=True)
class Timer:
    due: datetime
    number: int
    fire: Callable[[], None] = field(compare=False)
    name: str = field(compare=False, default="timer")
    rank: float = field(compare=False, default=0)
    cancelled: bool = field(compare=False, default=False)

    def step(self) -> None:
        if not self.cancelled:
            self.fire()

    def cancel(self) -> None:
        self.cancelled = True


@dataclass
class Deed:
    """Something that happens from outside at a given step."""

    step_number: int
    do: Callable[[], None]
    name: str = "deed"
    rank: float = 0

    def step(self) -> None:
        self.do()


class Lent(Protocol):
    """Something that runs in a thread of its own while it has the baton."""

    name: str

    def let_go(self, *, wait: bool = True) -> None: ...

    def kill(self, error: str) -> None: ...


class Kernel:
    """`most_steps` is when to give up."""

    def __init__(
        self,
        clock: VirtualClock,
        rng: random.Random,
        tactics: Tactics,
        pace: Pace = Pace(),  # noqa: B008 - frozen
        *,
        most_steps: int,
    ) -> None:
        self.clock, self.rng, self.tactics, self.pace = clock, rng, tactics, pace
        self.steps = 0
        self.ready: list[Runnable] = []
        self.deeds: list[Deed] = []
        self.broken: BaseException | None = None
        self._most_steps = most_steps
        self._timers: list[Timer] = []
        self._numbers = 0
        self._last: Runnable | None = None
        self._handed: Runnable | None = None
        self._baton = taken_lock()
        self._alive: set[Lent] = set()

    def later(self, seconds: float, fire: Callable[[], None]) -> Timer:
        self._numbers += 1
        timer = Timer(self.clock.now() + timedelta(seconds=seconds), self._numbers, fire)
        heapq.heappush(self._timers, timer)
        return timer

    def run(self) -> None:
        """Until nothing is under way. Raises Stuck, and what a step raised."""
        while (runnable := self._handed or self.pick()) is not None:
            self._handed = None
            runnable.step()
            if self.broken is not None:
                raise self.broken

    def pick(self) -> Runnable | None:
        """What goes on now; it is taken off the list. None: nothing, or it has been too long."""
        self.steps += 1
        if self.steps > self._most_steps:
            self.broken = self.broken or Stuck(f"Still running after {self._most_steps} steps")
            return _GIVE_UP
        if self.deeds and self.deeds[0].step_number <= self.steps:
            return self.deeds.pop(0)
        while (timer := self._next_timer()) is not None and timer.due <= self.clock.now():
            self.ready.append(heapq.heappop(self._timers))
        if timer is not None and (not self.ready or self._is_hasty(timer)):
            self.clock.advance((timer.due - self.clock.now()).total_seconds())
            return heapq.heappop(self._timers)
        if not self.ready:
            return self.deeds.pop(0) if self.deeds else None
        self._last = self.tactics.choose(self.ready, self._last, self.rng)
        self.ready.remove(self._last)
        return self._last

    def close(self) -> None:
        """End the threads of all that is still under way."""
        for invocation in list(self._alive):
            invocation.kill("Torture.Over")
            invocation.let_go()

    # For invocations.

    def lend(self, invocation: "Lent") -> None:
        """Let the invocation run until it stops at a gate or ends."""
        self._alive.add(invocation)
        invocation.let_go(wait=False)
        if not self._baton.acquire(timeout=DEAF_AFTER_SECONDS):
            raise Stuck(f"{invocation.name} waits for something that never happens")

    def give_back(self, handed: Runnable | None = None) -> None:
        self._handed = handed
        self._baton.release()

    def ended(self, invocation: "Lent") -> None:
        self._alive.discard(invocation)

    def _next_timer(self) -> Timer | None:
        while self._timers and self._timers[0].cancelled:
            heapq.heappop(self._timers)
        return self._timers[0] if self._timers else None

    def _is_hasty(self, timer: Timer) -> bool:
        is_soon = (timer.due - self.clock.now()).total_seconds() < SOON_SECONDS
        return is_soon and self.rng.random() < self.pace.haste


_GIVE_UP = Deed(0, lambda: None, "give up")


def taken_lock() -> threading.Lock:
    lock = threading.Lock()
    lock.acquire()
    return lock
