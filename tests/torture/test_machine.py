"""States whose meaning the workflow suite's walks do not show, and the clock that nothing waits for."""

import random
from collections.abc import Callable
from typing import Any

import pytest

from tests.samples import NOON
from tests.torture.definition import Unsupported, check
from tests.torture.execution import Execution
from tests.torture.items import ConditionFailed, updated
from tests.torture.kernel import Answer, Done, Kernel, VirtualClock
from tests.torture.stage import Stage
from tests.torture.tactics import Uniform

Play = Callable[[Any, int], Answer]
TASK = {"Type": "Task", "Resource": "play"}


class Walked:
    """An execution of some states whose tasks `play` answers after `seconds`, told how often it was called."""

    def __init__(
        self, states: dict[str, Any], input_: Any = None, play: Play | None = None, seconds: float = 0
    ) -> None:
        self.kernel = Kernel(VirtualClock(NOON), random.Random(1), Uniform(), most_steps=5_000)
        self.calls: list[Any] = []
        self.at_once, self._open, self._play, self._seconds = 0, 0, play, seconds
        definition = {"QueryLanguage": "JSONata", "StartAt": next(iter(states)), "States": states}
        check(definition)
        self.execution: Execution = Stage(self.kernel, definition, {"play": self._call}).start("walk", input_)
        self.kernel.run()

    @property
    def seconds(self) -> float:
        return (self.kernel.clock.now() - NOON).total_seconds()

    @property
    def end(self) -> Any:
        return self.execution.output if self.execution.status == "SUCCEEDED" else self.execution.error

    def _call(self, arguments: Any, done: Done) -> None:
        self.calls.append(arguments)
        self._open += 1
        self.at_once = max(self.at_once, self._open)
        answer = self._play(arguments, len(self.calls)) if self._play else Answer(arguments)

        def answered() -> None:
            self._open -= 1
            done(answer)

        self.kernel.later(self._seconds, answered)


def test_what_a_state_assigns_is_seen_from_the_next_one_on_and_stays_inside_a_branch() -> None:
    walked = Walked(
        {
            "First": {"Type": "Pass", "Assign": {"n": 1, "none": None}, "Next": "Second"},
            "Second": {"Type": "Pass", "Assign": {"n": "{% $n + 1 %}"}, "Output": "{% $n %}", "Next": "Fork"},
            "Fork": {
                "Type": "Parallel",
                "Branches": [
                    {
                        "StartAt": "In",
                        "States": {
                            "In": {"Type": "Pass", "Assign": {"n": 10}, "Next": "Out"},
                            "Out": {"Type": "Pass", "Output": "{% $n %}", "End": True},
                        },
                    }
                ],
                "Output": {"inside": "{% $states.result[0] %}", "outside": "{% $n %}", "none": "{% $none %}"},
                "End": True,
            },
        }
    )
    assert walked.end == {"inside": 10, "outside": 2, "none": None}


def test_a_map_selects_its_items_keeps_their_order_and_its_concurrency() -> None:
    walked = Walked(
        {
            "Each": {
                "Type": "Map",
                "Items": "{% $states.input %}",
                "ItemSelector": {
                    "value": "{% $states.context.Map.Item.Value %}",
                    "index": "{% $states.context.Map.Item.Index %}",
                },
                "MaxConcurrency": 2,
                "ItemProcessor": {"StartAt": "Do", "States": {"Do": {**TASK, "End": True}}},
                "End": True,
            }
        },
        ["a", "b", "c", "d", "e"],
        seconds=10,
    )
    assert walked.end == [{"value": value, "index": index} for index, value in enumerate("abcde")]
    assert walked.at_once == 2
    assert walked.seconds == 30


def test_the_first_error_of_a_map_stops_the_others() -> None:
    states = {"Do": {**TASK, "Next": "Then"}, "Then": {**TASK, "End": True}}
    walked = Walked(
        {
            "Each": {
                "Type": "Map",
                "Items": [1, 2],
                "ItemProcessor": {"StartAt": "Do", "States": states},
                "Catch": [{"ErrorEquals": ["Broken"], "Next": "Caught"}],
                "End": True,
            },
            "Caught": {"Type": "Pass", "End": True},
        },
        play=lambda arguments, _: Answer(error="Broken", cause="why") if arguments == 2 else Answer(arguments),
    )
    assert walked.end == {"Error": "Broken", "Cause": "why"}
    assert len(walked.calls) <= 3


def test_retries_wait_for_growing_times_up_to_a_ceiling_and_then_the_error_is_caught() -> None:
    retry = {"ErrorEquals": ["States.ALL"], "IntervalSeconds": 2, "BackoffRate": 3, "MaxDelaySeconds": 10}
    walked = Walked(
        {
            "Do": {
                **TASK,
                "Retry": [{"ErrorEquals": ["Other"], "MaxAttempts": 9}, {**retry, "MaxAttempts": 3}],
                "Catch": [{"ErrorEquals": ["States.TaskFailed"], "Output": "caught", "Next": "Done"}],
                "End": True,
            },
            "Done": {"Type": "Pass", "End": True},
        },
        play=lambda *_: Answer(error="Broken"),
    )
    assert (walked.end, len(walked.calls), walked.seconds) == ("caught", 4, 2 + 6 + 10)


def test_full_jitter_draws_from_nothing_to_the_ceiling() -> None:
    retry = {"ErrorEquals": ["States.ALL"], "IntervalSeconds": 100, "BackoffRate": 1, "MaxAttempts": 20}
    walked = Walked(
        {"Do": {**TASK, "Retry": [{**retry, "JitterStrategy": "FULL"}], "End": True}},
        play=lambda *_: Answer(error="Broken"),
    )
    assert walked.end == "Broken"
    assert 500 < walked.seconds < 1_500


def test_a_task_that_takes_too_long_fails_and_its_answer_is_not_heard() -> None:
    walked = Walked({"Do": {**TASK, "TimeoutSeconds": 5, "End": True}}, seconds=60)
    assert walked.end == "States.Timeout"


@pytest.mark.parametrize(
    ("wait", "seconds"),
    [({"Seconds": "{% $states.input * 60 %}"}, 7_200), ({"Timestamp": "2026-03-01T13:00:00Z"}, 3_600)],
)
def test_waiting_takes_no_time_of_ours(wait: dict[str, Any], seconds: float) -> None:
    walked = Walked({"Wait": {"Type": "Wait", **wait, "End": True}}, 120)
    assert walked.seconds == seconds
    assert walked.end == 120


@pytest.mark.parametrize(
    "state",
    [
        {"Type": "Pass", "Output": "{% $states.input.nothing %}", "End": True},
        {"Type": "Pass", "Output": "{% $nobody %}", "End": True},
        {"Type": "Choice", "Choices": [{"Condition": "{% 'yes' %}", "Next": "State"}], "Default": "State"},
        {"Type": "Map", "Items": "{% 1 %}", "ItemProcessor": {"StartAt": "A", "States": {}}, "End": True},
    ],
)
def test_an_expression_that_gives_nothing_or_the_wrong_thing_is_an_error(state: dict[str, Any]) -> None:
    assert Walked({"State": state}, {}).end == "States.QueryEvaluationError"


@pytest.mark.parametrize(
    "state",
    [
        {**TASK, "HeartbeatSeconds": 5, "End": True},
        {"Type": "Pass", "InputPath": "$.here", "End": True},
        {"Type": "Map", "ToleratedFailureCount": 1, "ItemProcessor": {"StartAt": "A", "States": {}}, "End": True},
        {"Type": "Activity"},
    ],
)
def test_what_the_machine_does_not_know_is_refused(state: dict[str, Any]) -> None:
    with pytest.raises(Unsupported):
        Walked({"State": state})


def _update(expression: str, condition: str, item: dict[str, Any] | None) -> dict[str, Any]:
    arguments = {
        "Key": {"PK": {"S": "JOB#1"}},
        "UpdateExpression": expression,
        "ConditionExpression": condition,
        "ExpressionAttributeNames": {"#status": "status"},
        "ExpressionAttributeValues": {":open": {"S": "OPEN"}, ":over": {"S": "OVER"}, ":two": {"N": "2"}},
    }
    return updated(item, arguments)


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("SET #status = :over", {"status": "OVER", "count": 1}),
        ("SET other = if_not_exists(other, :two), count = if_not_exists(count, :two)", {"other": 2, "count": 1}),
        ("SET count = count + :two REMOVE #status", {"count": 3}),
        ("ADD count :two, fresh :two", {"count": 3, "fresh": 2}),
    ],
)
def test_an_update_changes_what_it_says(expression: str, result: dict[str, Any]) -> None:
    item = _update(expression, "attribute_exists(PK)", {"PK": "JOB#1", "status": "OPEN", "count": 1})
    assert item.items() >= result.items()
    assert ("status" in item) is ("REMOVE" not in expression)


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("#status IN (:open, :over)", True),
        ("#status = :over OR attribute_not_exists(gone)", True),
        ("#status = :open AND NOT (count < :two)", False),
        ("attribute_exists(gone) OR #status <> :open", False),
    ],
)
def test_an_update_needs_its_condition(condition: str, holds: bool) -> None:
    item = {"PK": "JOB#1", "status": "OPEN", "count": 1}
    if holds:
        assert _update("REMOVE count", condition, item) == {"PK": "JOB#1", "status": "OPEN"}
    else:
        with pytest.raises(ConditionFailed):
            _update("REMOVE count", condition, item)


@pytest.mark.parametrize("expression", ["SET a.b = :two", "SET a = begins(b)", "DELETE a :two"])
def test_an_expression_that_is_not_known_is_refused(expression: str) -> None:
    with pytest.raises((Unsupported, IndexError)):
        _update(expression, "attribute_exists(PK)", {"PK": "JOB#1"})
