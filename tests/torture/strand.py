"""A walk through states on the kernel: an execution, or a branch or an iteration inside one."""

from collections.abc import Callable
from typing import Any

from tests.torture.execution import Fork, Pause, StateFailed, Task, Walk
from tests.torture.kernel import Answer, Done, Kernel, Timer


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
