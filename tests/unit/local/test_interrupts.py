"""Signals that end a command in order."""

import signal
import threading
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from local.interrupts import end_in_order, uninterrupted

ENDING = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]


@pytest.fixture(autouse=True)
def _handlers_are_put_back() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in ENDING}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", ENDING)
def test_every_ending_signal_lets_finally_run_and_ends_with_its_own_code(number: signal.Signals) -> None:
    end_in_order()
    tidied_up: list[bool] = []

    def command() -> None:
        with ExitStack() as block:
            block.callback(tidied_up.append, True)
            signal.raise_signal(number)

    with pytest.raises(SystemExit) as end:
        command()

    assert tidied_up == [True]
    assert end.value.code == 128 + number


@pytest.mark.parametrize("number", ENDING)
def test_none_gets_into_a_block_that_must_run_to_its_end(number: signal.Signals) -> None:
    end_in_order()

    with uninterrupted():
        signal.raise_signal(number)
        reached = True

    assert reached
    with pytest.raises(SystemExit):
        signal.raise_signal(number)


def test_another_thread_may_use_the_block_too() -> None:
    done: list[bool] = []

    def tidy_up() -> None:
        with uninterrupted():
            done.append(True)

    thread = threading.Thread(target=tidy_up)
    thread.start()
    thread.join()

    assert done == [True]
