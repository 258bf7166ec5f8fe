"""Following a job until it is final, without waiting for anything."""

from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from local import watch as module
from local.errors import StackError
from local.watch import follow


class Time:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Time:
    clock = Time()
    monkeypatch.setattr(module, "time", clock)
    return clock


def job(status: str = "IN_PROGRESS", *, synced: int = 0, listed: int = 100, **other: Any) -> dict[str, Any]:
    return {
        "status": status,
        "step": "LISTING",
        "listedContacts": listed,
        "syncedContacts": synced,
        "skippedContacts": 0,
        "failedContacts": 0,
        "listingComplete": False,
        "waitingUntil": None,
    } | other


def views(*jobs: dict[str, Any]) -> Any:
    return iter(jobs).__next__


@pytest.mark.parametrize("status", ["COMPLETED", "FAILED", "CANCELLED"])
@pytest.mark.parametrize("terminal", [True, False])
def test_it_answers_the_final_view_and_asks_no_more(status: str, terminal: bool) -> None:
    final = job(status, synced=100, listingComplete=True)
    console = Console(file=StringIO(), force_terminal=terminal)

    assert follow(views(job("PENDING"), job(synced=50), final), console=console) is final


def test_without_a_terminal_a_line_every_two_seconds_tells_contacts_and_rate() -> None:
    file = StringIO()
    running = [job(synced=10 * number) for number in range(10)]

    follow(
        views(*running, job("COMPLETED", synced=100, listingComplete=True)), console=Console(file=file, width=100)
    )

    lines = [" ".join(line.split()) for line in file.getvalue().splitlines()]
    assert lines == [
        "0.0 s 0/100+ contacts 0.0/s IN_PROGRESS",
        "2.0 s 40/100+ contacts 20.0/s IN_PROGRESS",
        "4.0 s 80/100+ contacts 20.0/s IN_PROGRESS",
        "5.0 s 100/100 contacts 20.0/s COMPLETED",
    ]


def test_a_job_that_stops_moving_is_given_up() -> None:
    with pytest.raises(StackError, match="has not moved for 120 s; its step is 'LISTING'"):
        follow(job, console=Console(file=StringIO()))


def test_a_job_that_waits_for_its_quota_is_not(clock: Time) -> None:
    waiting = [job(waitingUntil="2999-01-01T00:00:00Z")] * 1000
    final = job("COMPLETED")

    assert follow(views(*waiting, final), console=Console(file=StringIO())) is final
    assert clock.now > 1400


def test_a_job_whose_quota_came_back_must_move() -> None:
    with pytest.raises(StackError, match="has not moved"):
        follow(lambda: job(waitingUntil="2020-01-01T00:00:00Z"), console=Console(file=StringIO()))
