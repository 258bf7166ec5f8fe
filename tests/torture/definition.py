"""The definition file as it is deployed, and the part of the Amazon States Language that the machine knows."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic.alias_generators import to_snake

State = dict[str, Any]

FILE = Path(__file__).parents[2] / "infra" / "sync.asl.json"

_EVERY = {"Type", "Comment"}
_ONWARD = {"Next", "End"}
_LEAVING = {"Output", "Assign"}
_GUARDED = {"Retry", "Catch"}
_STATE: Mapping[str, set[str]] = {
    "Task": _ONWARD | _LEAVING | _GUARDED | {"Resource", "Arguments", "TimeoutSeconds"},
    "Parallel": _ONWARD | _LEAVING | _GUARDED | {"Branches", "Arguments"},
    "Map": _ONWARD | _LEAVING | _GUARDED | {"Items", "ItemSelector", "MaxConcurrency", "ItemProcessor"},
    "Choice": _LEAVING | {"Choices", "Default"},
    "Wait": _ONWARD | _LEAVING | {"Seconds", "Timestamp"},
    "Pass": _ONWARD | _LEAVING,
    "Succeed": {"Output"},
    "Fail": {"Error", "Cause"},
}
_MACHINE = {"Comment", "StartAt", "States", "QueryLanguage", "TimeoutSeconds", "Version", "ProcessorConfig"}
_CHOICE = _LEAVING | {"Comment", "Condition", "Next"}
_RETRY = {"Comment", "ErrorEquals", "IntervalSeconds", "BackoffRate", "MaxAttempts", "MaxDelaySeconds"}
_RETRY |= {"JitterStrategy"}
_CATCH = _LEAVING | {"Comment", "ErrorEquals", "Next"}


class Unsupported(Exception):
    """The definition uses what the machine does not know. Teach it, or it would prove nothing."""


def load(values: Mapping[str, str], path: Path = FILE) -> State:
    """The definition with its placeholders filled in. Raises KeyError for one that `values` does not name."""
    machine = json.loads(re.sub(r"\$\{(\w+)\}", lambda placeholder: values[placeholder[1]], path.read_text()))
    _expect(machine.get("QueryLanguage"), {"JSONata"}, "QueryLanguage")
    check(machine)
    return machine


def functions() -> dict[str, str]:
    """Placeholders of functions and the functions they stand for: FetchPageFunction is fetch_page."""
    names = re.findall(r"\$\{(\w+)Function\}", FILE.read_text())
    return {f"{name}Function": to_snake(name) for name in names}


def nested(state: State) -> list[State]:
    """The machines inside a state."""
    return [*state.get("Branches", ()), *([state["ItemProcessor"]] if "ItemProcessor" in state else [])]


def states(machine: State) -> Iterator[tuple[str, State]]:
    """Every state by name, those of branches and iterations too."""
    for name, state in machine["States"].items():
        yield name, state
        for each in nested(state):
            yield from states(each)


def check(machine: State) -> None:
    """Raises Unsupported for every field that the machine would not obey."""
    _only(machine, _MACHINE, "machine")
    _expect(machine.get("ProcessorConfig", {}).get("Mode", "INLINE"), {"INLINE"}, "Mode")
    for name, state in machine["States"].items():
        _expect(state["Type"], set(_STATE), name)
        _only(state, _EVERY | _STATE[state["Type"]], name)
        for part, known in (("Choices", _CHOICE), ("Retry", _RETRY), ("Catch", _CATCH)):
            for each in state.get(part, ()):
                _only(each, known, f"{name}.{part}")
        for each in nested(state):
            check(each)


def _only(part: Mapping[str, Any], known: set[str], where: str) -> None:
    if unknown := set(part) - known:
        raise Unsupported(f"{where}: {', '.join(sorted(unknown))}")


def _expect(value: Any, known: set[str], where: str) -> None:
    if value not in known:
        raise Unsupported(f"{where}: {value}")
