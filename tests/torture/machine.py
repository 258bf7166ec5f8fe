"""A state machine as a generator: it yields what it needs done (a task, a pause, a fork) and is sent what came."""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from tests.torture.definition import State
from tests.torture.execution import Execution, Fork, Pause, Scope, StateFailed, Task, Walk
from tests.torture.expressions import QueryError, bindings, fill

MOST_AT_ONCE = 40
"""Iterations of an inline Map that Step Functions runs side by side, whatever MaxConcurrency allows."""

NEVER_CAUGHT_BY_ALL = {"States.Runtime", "States.DataLimitExceeded"}


class Machine:
    """`now` is the time of `$now()`; `rng` draws the jitter."""

    def __init__(self, definition: State, *, now: Callable[[], datetime], rng: random.Random) -> None:
        self.definition = definition
        self._now, self._rng = now, rng
        self._kinds = {
            "Task": self._guarded(self._task),
            "Parallel": self._guarded(self._parallel),
            "Map": self._guarded(self._map),
            "Choice": self._choice,
            "Wait": self._wait,
            "Pass": self._pass,
            "Succeed": self._pass,
            "Fail": self._fail,
        }

    def walk(self, execution: Execution) -> Walk:
        """Answers the output. Raises StateFailed."""
        started_at = _iso(execution.started_at)
        context = {
            "Execution": {
                "Id": execution.arn,
                "Input": execution.input,
                "Name": execution.name,
                "StartTime": started_at,
            },
            "StateMachine": {"Id": "arn:aws:states:us-east-1:000000000000:stateMachine:sync", "Name": "sync"},
        }
        return self._states(self.definition, execution.input, Scope(execution, context, {}))

    def _states(self, machine: State, value: Any, scope: Scope) -> Walk:
        name: str | None = machine["StartAt"]
        while name is not None:
            scope.enter(name, value)
            state = machine["States"][name]
            here = scope.at(Name=name, EnteredTime=_iso(self._now()), RetryCount=0)
            value, name = yield from self._kinds[state["Type"]](state, value, here)
        return value

    # Kinds of states: each answers its output and the next state's name.

    def _pass(self, state: State, value: Any, scope: Scope) -> Walk:
        yield from ()
        return self._leave(state, value, scope), state.get("Next")

    def _fail(self, state: State, value: Any, scope: Scope) -> Walk:
        yield from ()
        error, cause = self._fill([state.get("Error", ""), state.get("Cause", "")], value, scope)
        raise StateFailed(error, cause)

    def _choice(self, state: State, value: Any, scope: Scope) -> Walk:
        yield from ()
        for choice in state["Choices"]:
            if _boolean(self._fill(choice["Condition"], value, scope)):
                return self._leave(choice, value, scope), choice["Next"]
        if "Default" not in state:
            raise StateFailed("States.NoChoiceMatched")
        return self._leave(state, value, scope), state["Default"]

    def _wait(self, state: State, value: Any, scope: Scope) -> Walk:
        if "Timestamp" in state:
            until = datetime.fromisoformat(self._fill(state["Timestamp"], value, scope))
            seconds = (until - self._now()).total_seconds()
        else:
            seconds = _number(self._fill(state["Seconds"], value, scope))
        yield Pause(max(0, seconds))
        return self._leave(state, value, scope), state.get("Next")

    def _task(self, state: State, value: Any, scope: Scope) -> Walk:
        scope.execution.events += 3
        scope.execution.attempts += 1
        arguments = self._fill(state.get("Arguments", value), value, scope)
        return (yield Task(state["Resource"], arguments, state.get("TimeoutSeconds")))

    def _parallel(self, state: State, value: Any, scope: Scope) -> Walk:
        scope.execution.events += 2
        handed = self._fill(state["Arguments"], value, scope) if "Arguments" in state else value
        strands = [self._states(branch, handed, scope.inside()) for branch in state["Branches"]]
        return (yield Fork(strands, len(strands)))

    def _map(self, state: State, value: Any, scope: Scope) -> Walk:
        items = self._fill(state.get("Items", value), value, scope)
        if not isinstance(items, list):
            raise StateFailed("States.QueryEvaluationError", "Items is no array")
        scope.execution.events += 2 + 2 * len(items)
        at_once = _number(self._fill(state.get("MaxConcurrency", 0), value, scope)) or MOST_AT_ONCE
        strands = [self._iteration(state, value, scope, index, item) for index, item in enumerate(items)]
        return (yield Fork(strands, min(int(at_once), MOST_AT_ONCE)))

    def _iteration(self, state: State, value: Any, scope: Scope, index: int, item: Any) -> Walk:
        inside = scope.inside(Map={"Item": {"Index": index, "Value": item}})
        handed = self._fill(state["ItemSelector"], value, inside) if "ItemSelector" in state else item
        return self._states(state["ItemProcessor"], handed, inside)

    # Errors.

    def _guarded(self, work: Callable[[State, Any, Scope], Walk]) -> Callable[[State, Any, Scope], Walk]:
        def run(state: State, value: Any, scope: Scope) -> Walk:
            retries: Counter[int] = Counter()
            while True:
                try:
                    result = yield from work(state, value, scope)
                    return self._leave(state, value, scope, default=result, result=result), state.get("Next")
                except StateFailed as failed:
                    error = failed
                pause = self._pause(state.get("Retry", ()), error, retries)
                if pause is None:
                    return self._caught(state.get("Catch", ()), error, value, scope)
                yield Pause(pause)
                scope = scope.at(**{**scope.context["State"], "RetryCount": retries.total()})

        return run

    def _pause(self, retriers: Sequence[State], error: StateFailed, retries: Counter[int]) -> float | None:
        """Seconds until the next attempt, None where there is none: the first retrier that matches decides."""
        for number, retrier in enumerate(retriers):
            if not _matches(retrier, error):
                continue
            if retries[number] >= retrier.get("MaxAttempts", 3):
                return None
            delay = retrier.get("IntervalSeconds", 1) * retrier.get("BackoffRate", 2) ** retries[number]
            delay = min(delay, retrier.get("MaxDelaySeconds", delay))
            retries[number] += 1
            return self._rng.uniform(0, delay) if retrier.get("JitterStrategy") == "FULL" else delay
        return None

    def _caught(self, catchers: Sequence[State], error: StateFailed, value: Any, scope: Scope) -> Any:
        for catcher in catchers:
            if _matches(catcher, error):
                told = {"Error": error.error, "Cause": error.cause}
                return self._leave(catcher, value, scope, default=told, errorOutput=told), catcher["Next"]
        raise error

    # Expressions.

    def _leave(self, part: State, value: Any, scope: Scope, *, default: Any = None, **states: Any) -> Any:
        """The output of `part`; what it assigns is seen from the next state on."""
        output = self._fill(part["Output"], value, scope, **states) if "Output" in part else value
        if "Output" not in part and states:
            output = default
        scope.variables.update(self._fill(part.get("Assign", {}), value, scope, **states))
        return output

    def _fill(self, template: Any, value: Any, scope: Scope, **states: Any) -> Any:
        told = {"input": value, "context": scope.context, **states}
        try:
            return fill(template, bindings(told, scope.variables, self._now()))
        except QueryError as error:
            raise StateFailed("States.QueryEvaluationError", str(error)) from error


def _matches(guard: State, error: StateFailed) -> bool:
    names = guard["ErrorEquals"]
    if error.error in names:
        return True
    if "States.TaskFailed" in names and not error.error.startswith("States."):
        return True
    return "States.ALL" in names and error.error not in NEVER_CAUGHT_BY_ALL


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise StateFailed("States.QueryEvaluationError", "A condition is no boolean")
    return value


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise StateFailed("States.QueryEvaluationError", "Not a number")
    return value


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
