"""Executions of the flow on a kernel: its states walked, its tasks handed to services."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from tests.torture.definition import State, Unsupported
from tests.torture.execution import Execution, Task
from tests.torture.kernel import Answer, Done, Kernel
from tests.torture.machine import Machine
from tests.torture.strand import Strand

Service = Callable[[Any, Done], None]
"""Does what a task asks for, its arguments given, and tells what came of it, at once or later."""


class NameTaken(Exception):
    """ExecutionAlreadyExists: names are not used twice."""


class Stage:
    """`services` by resource ARN; `ended` hears of every execution that is over."""

    def __init__(
        self,
        kernel: Kernel,
        definition: State,
        services: Mapping[str, Service],
        ended: Callable[[Execution], None] = lambda _: None,
    ) -> None:
        self.executions: dict[str, Execution] = {}
        self._kernel, self._services, self._ended = kernel, services, ended
        self._machine = Machine(definition, now=kernel.clock.now, rng=kernel.rng)
        self._timeout_seconds = definition.get("TimeoutSeconds")
        self._strands: dict[str, Strand] = {}

    def start(self, name: str, input_: Any) -> Execution:
        """Starting it again while it runs changes nothing. Raises NameTaken for any other of its name."""
        known = self.executions.get(name)
        if known is not None:
            if known.status == "RUNNING" and known.input == input_:
                return known
            raise NameTaken(name)
        execution = Execution(name, json.loads(json.dumps(input_)), self._kernel.clock.now())
        self.executions[name] = execution
        walk = self._machine.walk(execution)
        self._strands[name] = Strand(self._kernel, walk, self._call, lambda answer: self._end(execution, answer))
        if self._timeout_seconds is not None:
            timer = self._kernel.later(self._timeout_seconds, lambda: self.stop(execution, "TIMED_OUT"))
            self._strands[name].keep(timer)
        return execution

    def stop(self, execution: Execution, status: str = "ABORTED") -> None:
        """StopExecution: functions that were called go on, and nobody hears their answers."""
        if execution.status != "RUNNING":
            return
        self._strands.pop(execution.name).stop()
        execution.status = status
        execution.events += 1
        self._ended(execution)

    def _call(self, task: Task, done: Done) -> None:
        service = self._services.get(task.resource)
        if service is None:
            raise Unsupported(f"No service for {task.resource}")
        service(task.arguments, done)

    def _end(self, execution: Execution, answer: Answer) -> None:
        self._strands.pop(execution.name).stop()
        execution.status = "SUCCEEDED" if answer.error is None else "FAILED"
        execution.output, execution.error, execution.cause = answer.value, answer.error, answer.cause or None
        execution.events += 1
        self._ended(execution)


def lambda_result(answer: Answer) -> Answer:
    """What lambda:invoke gives a state."""
    if answer.error is not None:
        return Answer(
            error=answer.error, cause=json.dumps({"errorType": answer.error, "errorMessage": answer.cause})
        )
    return Answer(
        {"ExecutedVersion": "$LATEST", "Payload": json.loads(json.dumps(answer.value)), "StatusCode": 200}
    )
