"""Ctrl-C, `kill` and a closed terminal: they end a command, but not halfway through its tidying up."""

import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def _end(signal_number: int, _: FrameType | None) -> NoReturn:
    raise SystemExit(128 + signal_number)


def end_in_order() -> None:
    """Make every ending signal an exception, so that `finally` blocks run. For the main thread."""
    for signal_number in _ENDING:
        signal.signal(signal_number, _end)


@contextmanager
def uninterrupted() -> Generator[None, None, None]:
    """Let no ending signal into the block: it is short, and stops what was started."""
    if threading.current_thread() is not threading.main_thread():
        # Signals reach the main thread only, and only it may say what they do.
        yield
        return
    # A handler, as an ignored signal stays ignored in the programs started meanwhile.
    before = {number: signal.signal(number, lambda *_: None) for number in _ENDING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
