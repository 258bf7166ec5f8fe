"""A demonstration: when it counts as right, and what it does whatever happens."""

import json
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from local import demo as module
from local.demo import run_demo, what_is_wrong
from local.errors import StackError
from local.evidence import execution_arn
from local.settings import LocalSettings
from local.state_folder import StateFolder
from tests.unit.local.test_stack_file import STACK


def job(**changed: Any) -> dict[str, Any]:
    return {
        "status": "COMPLETED",
        "listedContacts": 352,
        "syncedContacts": 347,
        "skippedContacts": 0,
        "failedContacts": 5,
        "totalContacts": 352,
        "errors": [],
        "cost": {"usd": 0.17, "inputTokens": 376_282, "outputTokens": 25_119, "thinkingTokens": 0},
    } | changed


def test_the_demo_world_has_347_good_and_5_bad_conversations() -> None:
    assert what_is_wrong(job(), demo_world=True) is None


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        (
            {"syncedContacts": 346, "failedContacts": 6},
            "syncedContacts is 346, not 347; failedContacts is 6, not 5",
        ),
        ({"totalContacts": 351}, "totalContacts is 351, not 352"),
    ],
)
def test_other_counts_are_wrong_there(changed: dict[str, int], complaint: str) -> None:
    assert what_is_wrong(job(**changed), demo_world=True) == complaint


def test_of_another_world_only_the_sums_are_known() -> None:
    other = {
        "listedContacts": 7,
        "syncedContacts": 4,
        "skippedContacts": 2,
        "failedContacts": 1,
        "totalContacts": 7,
    }

    assert what_is_wrong(job(**other), demo_world=False) is None
    one_unaccounted_for = job(**other | {"listedContacts": 8})
    assert what_is_wrong(one_unaccounted_for, demo_world=False) == "listedContacts is 8, not 7"


@pytest.mark.parametrize("demo_world", [True, False])
def test_a_sync_that_did_not_complete_is_wrong_and_says_why(demo_world: bool) -> None:
    failed = job(status="FAILED", errors=[{"code": "TOKEN_EXPIRED", "message": "Reconnect required."}])

    assert what_is_wrong(failed, demo_world=demo_world) == "it is FAILED (TOKEN_EXPIRED: Reconnect required.)"


def test_an_execution_bears_the_name_of_its_job() -> None:
    machine = "arn:aws:states:us-east-1:000000000000:stateMachine:sync"

    assert execution_arn(machine, "job-1") == "arn:aws:states:us-east-1:000000000000:execution:sync:job-1"


class FakeStack:
    """Comes up at once and counts how often it is taken down."""

    downs = 0

    def __init__(self, *_: object) -> None:
        pass

    def up(self, _: object) -> object:
        return STACK

    def down(self) -> None:
        type(self).downs += 1


class FakeApi:
    """Answers every question about the job with `final`."""

    final: Callable[[], dict[str, Any]]

    def __init__(self, url: str, token: str) -> None:
        assert (url, token) == (STACK.api_url, STACK.users[0].token)

    def start_sync(self, facebook_page_id: str) -> str:
        assert facebook_page_id == STACK.pages[0].facebook_page_id
        return "job-1"

    def sync_status(self, job_id: str) -> dict[str, Any]:
        assert job_id == "job-1"
        return type(self).final()

    def contacts(self, _: str) -> Iterator[dict[str, Any]]:
        return iter(())


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StateFolder:
    folder = StateFolder(tmp_path / "demo")
    folder.prepare()
    folder.memory_file.write_text("{}")
    FakeStack.downs = 0
    monkeypatch.setattr(module, "LocalStack", FakeStack)
    monkeypatch.setattr(module, "Api", FakeApi)
    monkeypatch.setattr(module, "save_execution", lambda *_: None)
    monkeypatch.setattr(module, "save_function_logs", lambda *_: None)
    return folder


def demonstrate(folder: StateFolder, final: Callable[[], dict[str, Any]]) -> None:
    FakeApi.final = staticmethod(final)
    run_demo(folder, LocalSettings(folder.root), Console(file=StringIO()))


def final_view(**changed: Any) -> dict[str, Any]:
    return job(jobId="job-1", step="FINISHED", listingComplete=True, waitingUntil=None, **changed)


def test_the_last_line_is_the_final_view_with_the_seconds_it_took(
    folder: StateFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    demonstrate(folder, final_view)

    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert last.pop("wallSeconds") >= 0
    assert last == final_view()


def test_it_starts_afresh_and_leaves_nothing_running(folder: StateFolder) -> None:
    demonstrate(folder, final_view)

    assert not folder.memory_file.exists()
    assert FakeStack.downs == 2  # what an earlier one left behind, and its own


def test_a_wrong_result_is_shown_and_refused(folder: StateFolder, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(StackError, match=r"syncedContacts is 346, not 347\. The logs are in"):
        demonstrate(folder, lambda: final_view(syncedContacts=346, skippedContacts=1))

    assert json.loads(capsys.readouterr().out.splitlines()[-1])["syncedContacts"] == 346
    assert FakeStack.downs == 2


def test_everything_is_stopped_also_when_the_api_fails(folder: StateFolder) -> None:
    def refuse() -> dict[str, Any]:
        raise StackError("GET /api/facebook/sync-status/job-1 was answered 500: oops")

    with pytest.raises(StackError, match="answered 500"):
        demonstrate(folder, refuse)

    assert FakeStack.downs == 2
