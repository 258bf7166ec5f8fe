"""What the walk through a state machine wants done, what it knows where it is, and what stays of it."""

import json
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any


class StateFailed(Exception):
    """A state failed with an error name."""

    def __init__(self, error: str, cause: str = "") -> None:
        super().__init__(error)
        self.error, self.cause = error, cause


@dataclass(frozen=True)
class Task:
    """Call `resource` with `arguments`."""

    resource: str
    arguments: Any
    timeout_seconds: float | None


@dataclass(frozen=True)
class Pause:
    seconds: float


@dataclass(frozen=True)
class Fork:
    """Run all, at most `at_once` side by side, and answer their results in order; the first error ends all."""

    strands: "Sequence[Walk]"
    at_once: int


Walk = Generator[Task | Pause | Fork, Any, Any]


@dataclass
class Execution:
    """One run. `states` are the outer states entered, in order, each with its input. `attempts` is how often a task
    was tried, `events` how many entries its history has, `largest_state` the most characters an input had."""

    name: str
    input: Any
    started_at: datetime
    status: str = "RUNNING"
    output: Any = None
    error: str | None = None
    cause: str | None = None
    states: list[tuple[str, Any]] = field(default_factory=list)
    attempts: int = 0
    events: int = 1
    largest_state: int = 0

    @property
    def arn(self) -> str:
        return f"arn:aws:states:us-east-1:000000000000:execution:sync:{self.name}"


@dataclass(frozen=True)
class Scope:
    """Where a walk is: its execution, the context object, and the variables it sees."""

    execution: Execution
    context: Mapping[str, Any]
    variables: dict[str, Any]
    is_inner: bool = False

    def inside(self, **context: Any) -> "Scope":
        """For a branch or an iteration: it reads the outer variables, and its own stay inside."""
        return replace(self, context={**self.context, **context}, variables=dict(self.variables), is_inner=True)

    def at(self, **state: Any) -> "Scope":
        return replace(self, context={**self.context, "State": state})

    def enter(self, name: str, value: Any) -> None:
        self.execution.events += 2
        self.execution.largest_state = max(self.execution.largest_state, len(json.dumps(value)))
        if not self.is_inner:
            self.execution.states.append((name, value))
