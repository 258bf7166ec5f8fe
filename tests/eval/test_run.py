"""The whole run, with the simulator in the model's place."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from simulators.gemini import GeminiSimulator
from tests.eval.__main__ import main
from tests.eval.labelled import Situation, load
from tests.eval.report import MEANINGLESS

KEY = "AQ.the-real-key"
SIZE = len(load())


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[GeminiSimulator]:
    """A server that is asked as Google's is."""
    with GeminiSimulator(api_key=KEY) as simulator:
        monkeypatch.setenv("GEMINI_API_KEY", KEY)
        monkeypatch.setenv("GEMINI_API_URL", simulator.url)
        yield simulator


def told(capsys: pytest.CaptureFixture[str]) -> tuple[str, dict[str, Any]]:
    """What was printed, and the JSON of its last line."""
    printed = capsys.readouterr().out
    return printed, json.loads(printed.splitlines()[-1])


def test_without_a_key_the_simulator_answers_and_the_figures_are_called_meaningless_twice(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main([]) == 0
    printed, figures = told(capsys)
    before, _, after = printed.partition("By language")
    assert MEANINGLESS in before
    assert MEANINGLESS in after
    assert figures["run"]["isMeaningful"] is False
    assert (figures["conversations"], figures["judged"]) == (SIZE, SIZE)
    assert 0 < figures["stageAccuracy"] < 1
    assert figures["costUsd"] > 0


def test_the_tables_tell_every_language_situation_stage_and_miss(capsys: pytest.CaptureFixture[str]) -> None:
    main([])
    printed, figures = told(capsys)
    tables, _, _ = printed.partition('\n{"judged"')
    for word in ("Arabic", "English", "Vietnamese", "Stage", "Score band", "Lead status", *Situation):
        assert word in tables
    assert figures["misses"]
    for miss in figures["misses"]:
        assert miss in tables


def test_the_file_holds_the_figures_and_every_answer(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["--json", str(tmp_path / "eval.json"), "--only", "de"]) == 0
    _, figures = told(capsys)
    written = json.loads((tmp_path / "eval.json").read_text("utf-8"))
    answers = written.pop("answers")
    assert written == figures
    assert len(answers) == figures["conversations"]
    assert all(each["id"].startswith("de-") and each["summary"] and each["reasoning"] for each in answers)
    assert {each["id"] for each in answers if not each["isAllRight"]} == set(figures["misses"])


def test_one_conversation_is_told_in_full(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--only", "en-sarcasm"])
    printed, figures = told(capsys)
    assert figures["conversations"] == 1
    for words in ("Truly world class", "Customer Care, CONVERTED, 0-29", "summary", "reasoning"):
        assert words in printed


@pytest.mark.parametrize(("at_least", "status"), [("0", 0), ("1", 1)])
def test_a_gate_is_passed_or_not(at_least: str, status: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--at-least", at_least]) == status
    printed, _ = told(capsys)
    assert ("at least 1.0 is asked for" in printed) == bool(status)


@pytest.mark.parametrize(
    ("arguments", "refusal"),
    [
        (["--at-least", "85"], "must be from 0 to 1"),
        (["--at-least", "most"], "invalid share value: 'most'"),
        (["--threads", "0"], "must be from 1 to 64"),
        (["--only", "xx"], "begins with xx"),
        (["--json", "no/such/folder/eval.json"], "there can be no file no/such/folder/eval.json"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    arguments: list[str], refusal: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert refusal in capsys.readouterr().err


def test_with_a_key_the_server_is_asked_with_it_and_the_figures_count(
    server: GeminiSimulator, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GEMINI_MODEL", "gemini-3.1-flash-lite")
    monkeypatch.setenv("GEMINI_THINKING_LEVEL", "low")
    monkeypatch.setenv("GEMINI_API_VERSION", "v1beta")
    assert main([]) == 0
    printed, figures = told(capsys)
    assert MEANINGLESS not in printed
    assert KEY not in printed
    assert figures["run"] == figures["run"] | {
        "isMeaningful": True,
        "model": "gemini-3.1-flash-lite",
        "thinkingLevel": "low",
        "apiVersion": "v1beta",
    }
    assert figures["tokens"]["thinking"] > 0
    calls = server.control.log()["calls"]
    assert len(calls) == SIZE
    assert {call["model"] for call in calls} == {"gemini-3.1-flash-lite"}


def test_an_answer_that_never_fits_the_schema_is_counted_and_named(
    server: GeminiSimulator, capsys: pytest.CaptureFixture[str]
) -> None:
    server.control.change({"faults": [{"kind": "wrong_schema", "times": None, "matching": "Maureen"}]})
    assert main([]) == 0
    printed, figures = told(capsys)
    assert figures["schemaFailures"] == 1
    assert "en-order" in figures["misses"]
    assert "BAD_OUTPUT" in printed


def test_a_wrong_key_ends_the_run_in_words_and_is_not_repeated(
    server: GeminiSimulator, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GEMINI_API_KEY", "AQ.mistyped")
    assert main(["--threads", "2"]) == 2
    printed, figures = told(capsys)
    assert figures["unanswered"] == {"MISCONFIGURED": SIZE}
    assert "check key, model, API version" in printed
    assert "mistyped" not in printed
    assert server.control.log()["count"] <= 4


def test_a_spent_quota_leaves_the_figures_of_what_was_answered_and_fails_the_run(
    server: GeminiSimulator, capsys: pytest.CaptureFixture[str]
) -> None:
    server.control.change({"faults": [{"kind": "429_per_day", "times": None, "skip": 30}]})
    assert main(["--at-least", "0"]) == 2
    printed, figures = told(capsys)
    assert figures["judged"] == 30
    assert figures["unanswered"] == {"QUOTA_EXHAUSTED": SIZE - 30}
    assert f"Not answered: {SIZE - 30} of {SIZE}" in printed
