"""What a boot that fails, or is interrupted, leaves behind."""

import os
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from local.errors import StackError
from local.processes import Processes
from local.progress import Steps
from local.settings import LocalSettings
from local.stack import LocalStack
from local.stack_file import Stack
from local.state_folder import StateFolder
from tests.unit.local.test_stack_file import STACK

Boot = Callable[[], Stack]


class StackUnderTest(LocalStack):
    """A stack of one process; `boot` says what happens once that runs."""

    def __init__(self, folder: StateFolder, boot: Boot) -> None:
        super().__init__(folder, LocalSettings(folder.root))
        self.boot_ends = boot

    def _boot(self, *_: object) -> Stack:
        command = [sys.executable, "-c", "import time; time.sleep(600)"]
        if not self._processes.running("server"):
            self._processes.start(
                "server", command, log=self.folder.log("server"), environ=os.environ, cwd=self.folder.root
            )
        return self.boot_ends()


@pytest.fixture
def folder(tmp_path: Path) -> StateFolder:
    folder = StateFolder(tmp_path / "state")
    folder.prepare()
    return folder


def steps() -> Steps:
    return Steps(Console(file=StringIO()))


def fail() -> Stack:
    raise StackError("cdk failed with code 1.")


def interrupt() -> Stack:
    raise SystemExit(130)


def succeed() -> Stack:
    return STACK


def running(folder: StateFolder) -> bool:
    return Processes(folder.processes_file).any_running()


@pytest.mark.parametrize(("boot", "error"), [(fail, StackError), (interrupt, SystemExit)])
def test_a_boot_that_does_not_succeed_stops_what_it_started(
    folder: StateFolder, boot: Boot, error: type[BaseException]
) -> None:
    with pytest.raises(error):
        StackUnderTest(folder, boot).up(steps())

    assert not running(folder)
    assert not folder.stack_file.exists()


def test_a_stack_that_is_up_says_so_until_it_is_down(folder: StateFolder) -> None:
    stack = StackUnderTest(folder, succeed)

    stack.up(steps())
    assert running(folder)
    assert folder.stack_file.exists()

    stack.down()
    assert not running(folder)
    assert not folder.stack_file.exists()


def test_a_running_stack_goes_on_when_an_update_of_it_fails_but_is_not_called_ready(folder: StateFolder) -> None:
    stack = StackUnderTest(folder, succeed)
    stack.up(steps())

    stack.boot_ends = fail
    with pytest.raises(StackError):
        stack.up(steps())

    assert running(folder)
    assert not folder.stack_file.exists()
    stack.down()


def test_a_mistake_in_the_settings_is_found_before_anything_starts(folder: StateFolder) -> None:
    stack = LocalStack(folder, LocalSettings(folder.root, pages_file=folder.root / "missing.json"))

    with pytest.raises(StackError, match="LOCAL_PAGES"):
        stack.up(steps())

    assert not folder.processes_file.exists()
