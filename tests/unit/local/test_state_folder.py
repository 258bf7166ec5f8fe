"""The folder a stack keeps everything in."""

from pathlib import Path

import pytest

from local.errors import StackError
from local.state_folder import StateFolder, StateFolderBusy


@pytest.fixture
def folder(tmp_path: Path) -> StateFolder:
    folder = StateFolder(tmp_path / "state")
    folder.prepare()
    return folder


def test_it_is_invisible_to_git(folder: StateFolder) -> None:
    assert (folder.root / ".gitignore").read_text() == "*\n"


def test_preparing_it_again_keeps_what_is_in_it(folder: StateFolder) -> None:
    folder.log("emulator").write_text("said")

    folder.prepare()

    assert folder.log("emulator").read_text() == "said"


def test_a_folder_with_other_files_is_neither_used_nor_removed(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    folder = StateFolder(tmp_path)

    with pytest.raises(StackError, match="name an empty folder"):
        folder.prepare()
    folder.remove()

    assert (tmp_path / "thesis.txt").read_text() == "years of work"


def test_an_empty_folder_of_somebody_else_can_be_used(tmp_path: Path) -> None:
    StateFolder(tmp_path).prepare()

    assert StateFolder(tmp_path).exists


def test_removing_it_leaves_nothing(folder: StateFolder) -> None:
    folder.remove()

    assert not folder.root.exists()


def test_emptying_it_leaves_the_folder_held_and_ours(folder: StateFolder) -> None:
    folder.stack_file.write_text("{}")
    with folder.locked():
        folder.empty()

        assert folder.exists
        assert not folder.stack_file.exists()
        assert not folder.logs.exists()
        with pytest.raises(StateFolderBusy), StateFolder(folder.root).locked():
            pass


def test_two_commands_cannot_hold_it_at_once_and_one_after_the_other_can(folder: StateFolder) -> None:
    other = StateFolder(folder.root)
    with folder.locked(), pytest.raises(StateFolderBusy, match="Another command"), other.locked():
        pass
    with other.locked():
        pass


def test_what_functions_left_behind_is_cleared_away(folder: StateFolder) -> None:
    folder.empty_workers()
    (folder.workers / "worker-1").mkdir()

    folder.empty_workers()

    assert list(folder.workers.iterdir()) == []
