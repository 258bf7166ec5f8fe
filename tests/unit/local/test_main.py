"""The command line, as far as it goes without a stack."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.__main__ import main
from local.state_folder import StateFolder


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("LOCAL_STATE_DIR", str(tmp_path / "state"))
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    yield tmp_path / "state"
    for number, handler in before.items():
        signal.signal(number, handler)


def test_a_mistake_ends_with_one_sentence(monkeypatch: pytest.MonkeyPatch, state: Path) -> None:
    monkeypatch.setenv("LOCAL_PAGES", "/nowhere/pages.json")

    with pytest.raises(SystemExit) as end:
        main(["up"])

    assert (
        str(end.value.code).strip() == "LOCAL_PAGES: /nowhere/pages.json cannot be read: No such file or directory."
    )
    assert not (state / "stack.json").exists()


def test_a_folder_that_another_command_holds_is_left_alone(state: Path) -> None:
    folder = StateFolder(state)
    folder.prepare()

    with folder.locked(), pytest.raises(SystemExit, match="Another command is working"):
        main(["up"])


def test_down_and_clean_are_content_with_nothing(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["down"])
    main(["clean"])

    assert "Nothing of the local stack is running." in capsys.readouterr().out
    assert not state.exists()


def test_clean_removes_everything_a_demo_left_included(state: Path) -> None:
    folder = StateFolder(state)
    folder.prepare()
    folder.within("demo").prepare()

    main(["clean"])

    assert not state.exists()


def test_clean_does_not_pull_the_ground_from_under_a_running_demo(state: Path) -> None:
    folder = StateFolder(state)
    folder.prepare()
    demo = folder.within("demo")
    demo.prepare()

    with demo.locked(), pytest.raises(SystemExit, match="Another command is working"):
        main(["clean"])

    assert demo.exists


def test_down_leaves_a_running_demo_alone(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = StateFolder(state)
    folder.prepare()
    demo = folder.within("demo")
    demo.prepare()

    with demo.locked():
        main(["down"])

    assert "Nothing" in capsys.readouterr().out
