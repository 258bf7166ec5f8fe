"""What Step Functions did for a job: executions, state transitions, history events, bytes of state."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bench.rig import Rig
from local.evidence import execution_arn

INNER_OF_A_PAGE = 3
"""States of ProcessPage's branches beside those of batches: ProcessBatches, HasNextPage and what follows it."""
INNER_OF_A_TURN = 3
"""ProcessBatch, HasNextTurn, and BatchSettled or WaitForAnalysis."""
EVENTS_OF_A_PAGE = 2 + 4 + 2 + 2
"""Of the Parallel's start and success, the Map, HasNextPage, and what follows it: entered and left."""
EVENTS_OF_A_TURN = 2 + 2 + 2 + 2
"""Of its iteration, ProcessBatch entered and left, HasNextTurn, and BatchSettled."""


@dataclass(frozen=True)
class FlowUse:
    """Of what happens inside ProcessPage the emulator's history has the attempts of tasks, but no state: these
    transitions and events are reckoned from the pages and the turns of batches, as sync.asl.json has it. Of an
    attempt it tells that it was scheduled and what came of it; AWS also tells that it started.
    """

    executions: int
    transitions: int
    events: int
    state_bytes: int
    """Of all inputs and outputs together."""
    largest_state_bytes: int


def flow_use(rig: Rig, job_id: str, turns: int) -> FlowUse:
    """`turns` is how often `process_batch` was invoked for the job."""
    executions = list(_executions(rig, job_id))
    events = [event for each in executions for event in each["events"]]
    entered = [each["stateEnteredEventDetails"] for each in events if "stateEnteredEventDetails" in each]
    left = [each["stateExitedEventDetails"] for each in events if "stateExitedEventDetails" in each]
    states = [each.get("input", "") for each in entered] + [each.get("output", "") for each in left]
    pages = sum(each["name"] == "ProcessPage" for each in entered)
    sizes = [len(state.encode()) for state in states]
    started = sum(event["type"] == "TaskScheduled" for event in events)
    return FlowUse(
        executions=len(executions),
        transitions=len(entered) + INNER_OF_A_PAGE * pages + INNER_OF_A_TURN * turns,
        events=len(events) + started + EVENTS_OF_A_PAGE * pages + EVENTS_OF_A_TURN * turns,
        state_bytes=sum(sizes),
        largest_state_bytes=max(sizes),
    )


def _executions(rig: Rig, job_id: str) -> Iterator[dict[str, Any]]:
    """The job's first execution and its successors, each with its events."""
    step_functions = rig.aws.client("stepfunctions")
    arn, number = execution_arn(rig.stack.state_machine_arn, job_id), 1
    while True:
        name = arn if number == 1 else f"{arn}-{number}"
        try:
            execution = step_functions.describe_execution(executionArn=name)
        except step_functions.exceptions.ExecutionDoesNotExist:
            return
        pages = step_functions.get_paginator("get_execution_history").paginate(executionArn=name)
        yield {**execution, "events": [event for page in pages for event in page["events"]]}
        number += 1
