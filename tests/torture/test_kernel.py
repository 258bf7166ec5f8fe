"""The scheduler and the bad luck: invocations interleave, die and fail exactly where a schedule says."""

import random
import threading
from collections.abc import Callable
from typing import Any, Protocol

import pytest

from tests.samples import NOON
from tests.torture.faults import Fault, Kind, Luck, Port, Unreachable, is_injected
from tests.torture.invocation import Invocation
from tests.torture.kernel import Answer, Kernel, Stuck, VirtualClock
from tests.torture.tactics import Ranked, Sticky, Tactics, Uniform

CALLS = 4


class Shelf(Protocol):
    def put(self, thing: str) -> None: ...


class RealShelf:
    def __init__(self) -> None:
        self.things: list[str] = []

    def put(self, thing: str) -> None:
        self.things.append(thing)

    def secret(self) -> None:
        """Not of the protocol."""


class Scene:
    """Two functions, "a" and "b", that put things on one shelf, CALLS times each."""

    def __init__(self, *faults: Fault, seed: int = 1, tactics: Tactics = Uniform()) -> None:  # noqa: B008 - frozen
        self.kernel = Kernel(VirtualClock(NOON), random.Random(seed), tactics, most_steps=200)
        self.shelf, self.luck, self.answers = RealShelf(), Luck(faults), dict[str, Answer]()
        for name in ("a", "b"):
            self.invoke(name, self.putting(name))

    def invoke(self, name: str, body: Callable[[Invocation], Any]) -> Invocation:
        return Invocation(self.kernel, name, body, lambda answer: self.answers.update({name: answer}))

    def putting(self, name: str) -> Callable[[Invocation], Any]:
        def body(invocation: Invocation) -> str:
            shelf = self.port(invocation)
            for number in range(CALLS):
                shelf.put(f"{name}{number}")
            return "done"

        return body

    def port(self, invocation: Invocation) -> Any:
        return Port(Shelf, self.shelf, invocation, self.luck, lambda *_: None, lambda *_: None)

    def run(self) -> list[str]:
        self.kernel.run()
        return self.shelf.things


def test_invocations_interleave_between_their_calls_the_same_way_each_time() -> None:
    orders = {seed: Scene(seed=seed).run() for seed in range(10)}
    assert len(set(map(tuple, orders.values()))) > 5
    assert {seed: Scene(seed=seed).run() for seed in range(10)} == orders
    for order in orders.values():
        assert [each for each in order if each.startswith("a")] == [f"a{number}" for number in range(CALLS)]


@pytest.mark.parametrize("tactics", [Sticky(keep=1), Ranked(demote=0)])
def test_some_orders_let_one_run_to_its_end_first(tactics: Tactics) -> None:
    order = "".join(each[0] for each in Scene(tactics=tactics).run())
    assert order in {"a" * CALLS + "b" * CALLS, "b" * CALLS + "a" * CALLS}


@pytest.mark.parametrize(
    ("kind", "done", "error"),
    [
        (Kind.DIES_BEFORE, 2, "Runtime.ExitError"),
        (Kind.DIES_AFTER, 3, "Runtime.ExitError"),
        (Kind.FAILS, 2, "Unreachable"),
        (Kind.FAILS_AFTER, 3, "Unreachable"),
    ],
)
def test_bad_luck_strikes_the_call_it_is_meant_for(kind: Kind, done: int, error: str) -> None:
    scene = Scene(Fault("Shelf.put", 3, kind), tactics=Sticky(keep=1))
    things = scene.run()
    struck = things[0][0]
    assert sum(each.startswith(struck) for each in things) == done
    assert scene.answers[struck].error == error
    assert len(things) == done + CALLS


def test_bad_luck_may_last_for_several_calls() -> None:
    scene = Scene(Fault("Shelf.put", 1, Kind.FAILS, times=2))
    assert scene.run() == []
    assert {answer.error for answer in scene.answers.values()} == {"Unreachable"}


def test_the_dead_do_nothing_more_whatever_they_catch() -> None:
    scene = Scene(Fault("Shelf.put", 1, Kind.DIES_BEFORE), tactics=Sticky(keep=1))

    def stubborn(invocation: Invocation) -> None:
        shelf = scene.port(invocation)
        for _ in range(3):
            try:
                shelf.put("stubborn")
            except Exception:  # noqa: BLE001, S112 - what it catches is the point
                continue

    scene.kernel.ready.clear()
    scene.invoke("stubborn", stubborn)
    assert scene.run() == []
    assert scene.answers["stubborn"].error == "Runtime.ExitError"


def test_a_function_that_takes_too_long_is_ended() -> None:
    scene = Scene()
    slow = scene.invoke("slow", scene.putting("slow"))
    slow.deadline = NOON
    scene.run()
    assert scene.answers["slow"].error == "Sandbox.Timedout"
    assert scene.answers["a"].value == "done"


def test_a_port_has_the_methods_of_its_protocol_alone() -> None:
    scene = Scene()
    scene.invoke("nosy", lambda invocation: scene.port(invocation).secret())
    scene.run()
    assert scene.answers["nosy"].error == "AttributeError"


def test_what_comes_of_injected_errors_is_told_from_defects() -> None:
    scene = Scene(Fault("Shelf.put", 1, Kind.FAILS), tactics=Sticky(keep=1))
    caught: list[Exception] = []

    def wrapping(invocation: Invocation) -> None:
        try:
            scene.port(invocation).put("thing")
        except Unreachable as error:
            caught.append(error)
            raise ValueError("in other words") from None

    def keeping(invocation: Invocation) -> None:
        try:
            wrapping(invocation)
        except ValueError as error:
            caught.append(error)

    scene.kernel.ready.clear()
    scene.invoke("keeping", keeping)
    scene.run()
    assert [is_injected(error) for error in [*caught, ValueError("ours")]] == [True, True, False]


def test_what_never_ends_is_given_up_and_leaves_no_thread() -> None:
    scene = Scene()

    def endless(invocation: Invocation) -> None:
        while True:
            invocation.gate()

    scene.invoke("endless", endless)
    with pytest.raises(Stuck):
        scene.run()
    scene.kernel.close()
    assert "endless" not in {thread.name for thread in threading.enumerate()}


def test_time_passes_only_to_what_is_due_next() -> None:
    kernel = Kernel(VirtualClock(NOON), random.Random(1), Uniform(), most_steps=100)
    fired: list[float] = []
    for seconds in (3_600.0, 60.0):
        kernel.later(seconds, lambda: fired.append((kernel.clock.now() - NOON).total_seconds()))
    kernel.later(86_400, lambda: fired.append(-1)).cancel()
    kernel.run()
    assert fired == [60.0, 3_600.0]
