"""What a person sees while the stack boots: a line per step with its seconds, and what is under way."""

import threading
import time
from collections.abc import Callable, Generator
from concurrent.futures import Executor, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import Any, TypeVar

from rich.console import Console
from rich.status import Status
from rich.text import Text

from local.interrupts import uninterrupted

Result = TypeVar("Result")
_TITLE_WIDTH = 34


class Steps:
    """Steps may run at once; each is reported when it ends."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._lock = threading.Lock()
        self._under_way: list[str] = []
        self._status: Status | None = None

    @contextmanager
    def shown(self) -> Generator[None, None, None]:
        """On a terminal, say below the finished steps which ones are under way."""
        with self._console.status("") as status:
            self._status = status
            try:
                yield
            finally:
                self._status = None

    def run(self, title: str, action: Callable[[], Result]) -> Result:
        started = time.monotonic()
        self._change(lambda: self._under_way.append(title))
        try:
            result = action()
        except BaseException:
            self._report(title, "red", "✗", started)
            raise
        self._report(title, "green", "✓", started)
        return result

    @contextmanager
    def together(self) -> Generator["StepGroup", None, None]:
        """Steps of the group run at once. All have ended when the block is left, however it is left."""
        with ThreadPoolExecutor() as threads:
            group = StepGroup(self, threads)
            try:
                yield group
                wait(group.futures)
            except BaseException:
                # They start processes, which whoever handles this must find in the register.
                with uninterrupted():
                    wait(group.futures)
                raise
        for future in group.futures:
            future.result()

    def _change(self, change: Callable[[], None]) -> None:
        with self._lock:
            change()
            if self._status is not None:
                self._status.update(", ".join(self._under_way))

    def _report(self, title: str, style: str, sign: str, started: float) -> None:
        self._change(lambda: self._under_way.remove(title))
        seconds = time.monotonic() - started
        self._console.print(Text.assemble((f"  {sign} ", style), f"{title:<{_TITLE_WIDTH}}{seconds:6.1f} s"))


class StepGroup:
    """Starts steps; the future of each has its result."""

    def __init__(self, steps: Steps, threads: Executor) -> None:
        self._steps = steps
        self._threads = threads
        self.futures: list[Future[Any]] = []

    def start(self, title: str, action: Callable[[], Result]) -> Future[Result]:
        future = self._threads.submit(self._steps.run, title, action)
        self.futures.append(future)
        return future
