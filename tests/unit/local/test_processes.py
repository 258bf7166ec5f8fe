"""Starting, remembering and stopping processes, with real ones."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from local import processes as module
from local.errors import StackError
from local.processes import Child, Processes

SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]
WITH_A_CHILD = [
    sys.executable,
    "-c",
    "import subprocess; child = subprocess.Popen(['sleep', '600']); print(child.pid, flush=True); child.wait()",
]
DEAF = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(15, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)",
]
Start = Callable[..., Child]


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Processes]:
    register = Processes(tmp_path / "processes.json")
    yield register
    register.stop_all()


@pytest.fixture
def start(register: Processes, tmp_path: Path) -> Start:
    def start(name: str, command: list[str]) -> Child:
        return register.start(name, command, log=tmp_path / f"{name}.log", environ=os.environ, cwd=tmp_path)

    return start


def eventually(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_later_command_finds_and_stops_what_an_earlier_one_started(start: Start, tmp_path: Path) -> None:
    child = start("server", SLEEP)
    later = Processes(tmp_path / "processes.json")

    assert later.running("server")
    later.stop_all()

    assert child.record.find() is None
    assert not later.any_running()
    assert not (tmp_path / "processes.json").exists()


def test_stopping_one_leaves_the_others(register: Processes, start: Start) -> None:
    start("one", SLEEP)
    start("other", SLEEP)

    register.stop("one")

    assert not register.running("one")
    assert register.running("other")


def test_the_children_of_a_stopped_process_are_stopped_too(register: Processes, start: Start) -> None:
    parent = start("parent", WITH_A_CHILD)
    eventually(lambda: parent.log.read_text().strip() != "")
    grandchild = psutil.Process(int(parent.log.read_text()))

    register.stop_all()

    assert not grandchild.is_running() or grandchild.status() == psutil.STATUS_ZOMBIE


def test_a_process_that_ignores_the_signal_is_killed(
    register: Processes, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_STOP_TIMEOUT_SECONDS", 0.1)
    deaf = start("deaf", DEAF)
    eventually(lambda: deaf.log.read_text() == "deaf\n")

    register.stop_all()

    assert deaf.record.find() is None


@pytest.fixture
def stranger() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(SLEEP) as stranger:
        yield stranger
        stranger.kill()


def test_a_process_that_got_the_pid_of_a_dead_one_is_left_alone(
    tmp_path: Path, stranger: subprocess.Popen[bytes]
) -> None:
    register = Processes(tmp_path / "processes.json")
    started_at = psutil.Process(stranger.pid).create_time()
    ours = module.ProcessRecord("server", stranger.pid, started_at - 60, stop_signal=15)
    register._write([ours])

    register.stop_all()

    assert stranger.poll() is None
    assert replace(ours, started_at=started_at).find() is not None


def test_the_death_of_a_child_that_is_waited_for_is_told_with_its_last_words(start: Start) -> None:
    child = start("server", [sys.executable, "-c", "import sys; sys.exit('no such file: stage.json')"])

    with pytest.raises(StackError, match="server ended with code 1 while starting") as failure:
        child.wait_until(lambda: False, timeout_seconds=10)

    assert "no such file: stage.json" in failure.value.report()
    assert str(child.log) in failure.value.report()


def test_a_child_that_is_never_ready_is_not_waited_for_for_ever(start: Start) -> None:
    with pytest.raises(StackError, match=r"server was not ready after 0\.1 s"):
        start("server", SLEEP).wait_until(lambda: False, timeout_seconds=0.1)


def test_a_child_that_is_to_end_may_fail_or_take_too_long(start: Start) -> None:
    start("good", [sys.executable, "-c", ""]).wait_until_ended(timeout_seconds=10)
    with pytest.raises(StackError, match="bad failed with code 3"):
        start("bad", [sys.executable, "-c", "raise SystemExit(3)"]).wait_until_ended(timeout_seconds=10)
    with pytest.raises(StackError, match=r"slow did not end in 0\.1 s"):
        start("slow", SLEEP).wait_until_ended(timeout_seconds=0.1)


def test_a_child_is_out_of_reach_of_the_terminals_signals(start: Start) -> None:
    child = start("server", SLEEP)

    assert os.getsid(child.handle.pid) == child.handle.pid
