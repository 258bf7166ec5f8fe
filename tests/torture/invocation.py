"""A Lambda invocation: a thread that runs while it has the baton, and may be ended at any gate."""

import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any, NoReturn

from tests.torture.kernel import DEAF_AFTER_SECONDS, Answer, Done, Kernel, taken_lock


class Killed(BaseException):
    """The sandbox of an invocation is gone. No BaseException that code under test may catch, or it lives on."""


class Invocation:
    """One run of a function in a thread of its own. `done` hears its answer, unless nobody listens any more."""

    def __init__(self, kernel: Kernel, name: str, run: "Callable[[Invocation], Any]", done: Done) -> None:
        self.name = name
        self.rank = kernel.rng.random()
        self.done = done
        self.deadline: datetime | None = None
        self._kernel, self._run = kernel, run
        self._turn = taken_lock()
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
        kernel.clock.advance(kernel.rng.random() * kernel.pace.call_seconds)
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
