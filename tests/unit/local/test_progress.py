"""Steps that are reported when they end."""

import threading
from io import StringIO

import pytest
from rich.console import Console

from local.progress import Steps


@pytest.fixture
def screen() -> StringIO:
    return StringIO()


@pytest.fixture
def steps(screen: StringIO) -> Steps:
    return Steps(Console(file=screen, width=80))


def test_a_step_is_reported_with_its_seconds_and_gives_its_result(steps: Steps, screen: StringIO) -> None:
    assert steps.run("PostgreSQL", lambda: 42) == 42

    assert screen.getvalue().split() == ["✓", "PostgreSQL", "0.0", "s"]


def test_a_step_that_fails_is_marked_and_its_failure_goes_on(steps: Steps, screen: StringIO) -> None:
    with pytest.raises(ZeroDivisionError):
        steps.run("Deployment", lambda: 1 // 0)

    assert screen.getvalue().split()[:2] == ["✗", "Deployment"]


def test_steps_of_a_group_run_at_once(steps: Steps) -> None:
    meeting = threading.Barrier(2, timeout=10)

    with steps.together() as group:
        first = group.start("one", lambda: (meeting.wait(), "first")[1])
        second = group.start("other", lambda: (meeting.wait(), "second")[1])

    assert (first.result(), second.result()) == ("first", "second")


def test_when_one_fails_the_others_have_ended_before_anybody_hears_of_it(steps: Steps, screen: StringIO) -> None:
    failed = threading.Event()

    def fail() -> None:
        failed.set()
        raise OSError("no room")

    def boot() -> None:
        with steps.together() as group:
            group.start("PostgreSQL", fail)
            group.start("AWS emulator", lambda: failed.wait(10))

    with pytest.raises(OSError, match="no room"):
        boot()

    assert "✓ AWS emulator" in screen.getvalue()


def test_an_interrupted_group_has_ended_as_well(steps: Steps, screen: StringIO) -> None:
    go_on = threading.Event()

    def boot() -> None:
        with steps.together() as group:
            group.start("AWS emulator", lambda: go_on.wait(10))
            threading.Timer(0.05, go_on.set).start()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        boot()

    assert "✓ AWS emulator" in screen.getvalue()


def test_on_a_terminal_it_says_what_is_under_way() -> None:
    steps = Steps(Console(file=StringIO(), width=80, force_terminal=True))

    with steps.shown():
        steps.run("Deployment", lambda: None)
        assert steps._status is not None
        status = steps._status
        assert steps.run("Users", lambda: status.status) == "Users"
