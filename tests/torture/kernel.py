"""Everything that is under way, one step at a time: executions, Lambda invocations and timers on a virtual clock.

A Lambda invocation is a thread that runs only while it holds the baton. It gives the baton back at every call of a
port, and a seeded choice says who goes on: so invocations interleave between their calls, the same way each time.
"""

import heapq
import random
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NoReturn, Protocol

from tests.torture.machine import Fork, Pause, StateFailed, Task, Walk

DEAF_AFTER_SECONDS = 60
"""Real seconds without the baton coming back: the code under test waits for something that never happens."""

SOON_SECONDS = 120
"""Timers that far ahead may fire while functions still run, as if those were slow."""


class Stuck(Exception):
    """The run does not come to its end."""


class Killed(BaseException):
    """The sandbox of an invocation is gone. No BaseException that code under test may catch, or it lives on."""


@dataclass(frozen=True)
class Answer:
    """What came of something: a value, or an error name and its cause."""

    value: Any = None
    error: str | None = None
    cause: str = ""


Done = Callable[[Answer], None]


class Runnable(Protocol):
    """Something that can go on. `rank` decides for tactics that go by rank."""

    name: str
    rank: float

    def step(self) -> None: ...


class Tactics(Protocol):
    """Who goes on next; `haste` is how likely a timer fires although something could go on."""

    haste: float

    def choose(self, ready: Sequence[Runnable], last: Runnable | None, rng: random.Random) -> Runnable: ...


@dataclass(frozen=True)
class Uniform:
    """Anybody."""

    haste: float = 0.02

    def choose(self, ready: Sequence[Runnable], last: Runnable | None, rng: random.Random) -> Runnable:
        return ready[int(rng.random() * len(ready))]


@dataclass(frozen=True)
class Sticky:
    """The same as before with the likelihood `keep`: long runs, few changes."""

    keep: float
    haste: float = 0.02

    def choose(self, ready: Sequence[Runnable], last: Runnable | None, rng: random.Random) -> Runnable:
        if last is not None and rng.random() < self.keep and last in ready:
            return last
        return ready[int(rng.random() * len(ready))]


@dataclass(frozen=True)
class Ranked:
    """The one of highest rank, until it is demoted with the likelihood `demote`: some starve for long."""

    demote: float
    haste: float = 0.02

    def choose(self, ready: Sequence[Runnable], last: Runnable | None, rng: random.Random) -> Runnable:
        best = max(ready, key=lambda each: each.rank)
        if rng.random() < self.demote:
            best.rank = -rng.random()
        return best


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


class Kernel:
    """`most_steps` is when to give up."""

    def __init__(self, clock: VirtualClock, rng: random.Random, tactics: Tactics, *, most_steps: int) -> None:
        self.clock, self.rng, self.tactics = clock, rng, tactics
        self.steps = 0
        self.ready: list[Runnable] = []
        self.deeds: list[Deed] = []
        self.broken: BaseException | None = None
        self._most_steps = most_steps
        self._timers: list[Timer] = []
        self._numbers = 0
        self._last: Runnable | None = None
        self._handed: Runnable | None = None
        self._baton = _taken_lock()
        self._alive: set[Invocation] = set()

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
        timer = self._next_timer()
        if timer is not None and (not self.ready or self._is_hasty(timer)):
            heapq.heappop(self._timers)
            self.clock.advance(max(0.0, (timer.due - self.clock.now()).total_seconds()))
            return timer
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

    def lend(self, invocation: "Invocation") -> None:
        """Let the invocation run until it stops at a gate or ends."""
        self._alive.add(invocation)
        invocation.let_go(wait=False)
        if not self._baton.acquire(timeout=DEAF_AFTER_SECONDS):
            raise Stuck(f"{invocation.name} waits for something that never happens")

    def give_back(self, handed: Runnable | None = None) -> None:
        self._handed = handed
        self._baton.release()

    def ended(self, invocation: "Invocation") -> None:
        self._alive.discard(invocation)

    def _next_timer(self) -> Timer | None:
        while self._timers and self._timers[0].cancelled:
            heapq.heappop(self._timers)
        return self._timers[0] if self._timers else None

    def _is_hasty(self, timer: Timer) -> bool:
        is_soon = (timer.due - self.clock.now()).total_seconds() < SOON_SECONDS
        return is_soon and self.rng.random() < self.tactics.haste


_GIVE_UP = Deed(0, lambda: None, "give up")


def _taken_lock() -> threading.Lock:
    lock = threading.Lock()
    lock.acquire()
    return lock


class Invocation:
    """One run of a function in a thread of its own. `done` hears its answer, unless nobody listens any more."""

    def __init__(self, kernel: Kernel, name: str, run: "Callable[[Invocation], Any]", done: Done) -> None:
        self.name = name
        self.rank = kernel.rng.random()
        self.done = done
        self.deadline: datetime | None = None
        self._kernel, self._run = kernel, run
        self._turn = _taken_lock()
        self._thread: threading.Thread | None = None
        self._killed: str | None = None
        kernel.ready.append(self)

    def step(self) -> None:
        self._kernel.lend(self)

    def let_go(self, *, wait: bool = True) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._live, name=self.name, daemon=True)
            self._thread.start()
        else:
            self._turn.release()
        if wait:
            self._thread.join(DEAF_AFTER_SECONDS)

    def gate(self) -> None:
        """Where others may go on. Raises Killed where this invocation does not."""
        self._live_on()
        kernel = self._kernel
        kernel.clock.advance(kernel.rng.random() * 0.05)
        kernel.ready.append(self)
        chosen = kernel.pick()
        if chosen is not self:
            kernel.give_back(chosen)
            self._turn.acquire()
        if self.deadline is not None and kernel.clock.now() > self.deadline:
            self.kill("Sandbox.Timedout")
        self._live_on()

    def kill(self, error: str) -> None:
        """What the flow hears; nothing of this invocation is done from here on."""
        self._killed = self._killed or error

    def die(self) -> NoReturn:
        """Here and now."""
        self.kill("Runtime.ExitError")
        raise Killed

    def _live_on(self) -> None:
        if self._killed is not None:
            raise Killed(self._killed)

    def _live(self) -> None:
        try:
            answer = Answer(self._run(self))
        except Killed:
            answer = Answer(error=self._killed or "Runtime.ExitError", cause="The sandbox is gone.")
        except Exception as error:  # noqa: BLE001 - the Lambda runtime reports whatever it is
            answer = Answer(error=type(error).__name__, cause=str(error))
        self._kernel.ended(self)
        if self._killed == "Torture.Over":
            return
        try:
            self.done(answer)
        except BaseException as error:  # noqa: BLE001 - the kernel's thread raises it
            self._kernel.broken = error
        self._kernel.give_back()


class Strand:
    """One walk through states, of an execution or of a branch of it."""

    name = "flow"

    def __init__(self, kernel: Kernel, walk: Walk, call: "Callable[[Task, Done], None]", done: Done) -> None:
        self.rank = kernel.rng.random()
        self._kernel, self._walk, self._call, self._done = kernel, walk, call, done
        self._next = Answer()
        self._stopped = False
        self._timers: list[Timer] = []
        self._kept: list[Timer] = []
        self._children: list[Strand] = []
        kernel.ready.append(self)

    def step(self) -> None:
        if self._stopped:
            return
        answer = self._next
        try:
            if answer.error is None:
                wanted = self._walk.send(answer.value)
            else:
                wanted = self._walk.throw(StateFailed(answer.error, answer.cause))
        except StopIteration as end:
            self._done(Answer(end.value))
        except StateFailed as failed:
            self._done(Answer(error=failed.error, cause=failed.cause))
        else:
            self._want(wanted)

    def keep(self, timer: Timer) -> None:
        """A timer that ends with this walk."""
        self._kept.append(timer)

    def stop(self) -> None:
        """Nothing of it goes on; functions that it called do."""
        self._stopped = True
        for timer in [*self._timers, *self._kept]:
            timer.cancel()
        for child in self._children:
            child.stop()
        if self in self._kernel.ready:
            self._kernel.ready.remove(self)

    def _want(self, wanted: Task | Pause | Fork) -> None:
        go_on = self._once()
        match wanted:
            case Pause(seconds):
                self._timers.append(self._kernel.later(seconds, lambda: go_on(Answer())))
            case Task():
                if wanted.timeout_seconds is not None:
                    late = Answer(error="States.Timeout")
                    self._timers.append(self._kernel.later(wanted.timeout_seconds, lambda: go_on(late)))
                self._call(wanted, go_on)
            case Fork():
                _Forked(wanted, go_on, self._spawn)

    def _spawn(self, walk: Walk, done: Done) -> "Strand":
        child = Strand(self._kernel, walk, self._call, done)
        self._children.append(child)
        return child

    def _once(self) -> Done:
        """Hears the first answer and no later one."""
        heard = False

        def go_on(answer: Answer) -> None:
            nonlocal heard
            if heard or self._stopped:
                return
            heard = True
            for timer in self._timers:
                timer.cancel()
            self._timers.clear()
            self._children.clear()
            self._next = answer
            self._kernel.ready.append(self)

        return go_on


class _Forked:
    """The strands of a Parallel or a Map, and what came of them so far."""

    def __init__(self, fork: Fork, done: Done, spawn: Callable[[Walk, Done], Strand]) -> None:
        self._waiting = list(enumerate(fork.strands))
        self._results: list[Any] = [None] * len(fork.strands)
        self._open = len(fork.strands)
        self._done, self._spawn = done, spawn
        self._running: list[Strand] = []
        if not self._waiting:
            done(Answer([]))
        for _ in range(min(fork.at_once, len(self._waiting))):
            self._start_next()

    def _start_next(self) -> None:
        if self._waiting:
            index, walk = self._waiting.pop(0)
            self._running.append(self._spawn(walk, lambda answer: self._hear(index, answer)))

    def _hear(self, index: int, answer: Answer) -> None:
        if answer.error is not None:
            for strand in self._running:
                strand.stop()
            self._done(answer)
            return
        self._results[index] = answer.value
        self._open -= 1
        if self._open:
            self._start_next()
        else:
            self._done(Answer(self._results))
