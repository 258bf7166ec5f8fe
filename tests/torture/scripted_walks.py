"""The workflow suite's scenarios, walked by the machine instead of the emulator."""

import json
import random
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tests.samples import NOON
from tests.torture import execution
from tests.torture.definition import check
from tests.torture.invocation import Invocation
from tests.torture.items import ConditionFailed, Item, updated
from tests.torture.kernel import Answer, Done, Kernel, VirtualClock
from tests.torture.stage import NameTaken, Stage, lambda_result
from tests.torture.tactics import Runnable
from tests.workflow.scenarios import Scenario
from tests.workflow.scripted import Script
from tests.workflow.walks import Execution, Walk, definition

FUNCTIONS = ("fetch_page", "process_batch", "finalize")


def walk(scenario: Scenario) -> Walk:
    job_id = str(uuid.UUID(int=random.getrandbits(128)))
    scripted = _Scripted(scenario, job_id)
    if scenario.taken:
        scripted.stage.start(f"{job_id}-2", {"jobId": "nobody"})
        scripted.kernel.run()
    scripted.stage.start(job_id, {"jobId": job_id, **scenario.more})
    try:
        scripted.kernel.run()
    finally:
        scripted.kernel.close()
    job = {name: sorted(value) if isinstance(value, set) else value for name, value in scripted.job(job_id).items()}
    return Walk(job_id, list(scripted.executions(job_id)), scripted.script, job)


@dataclass(frozen=True)
class _BatchesLast:
    """Some scenarios hold their batches back until the next page was asked for."""

    def choose(self, ready: Sequence[Runnable], last: Runnable | None, rng: random.Random) -> Runnable:
        return min(ready, key=lambda each: each.name == "process_batch")


class _Scripted:
    """A stage whose functions answer as a scenario says."""

    def __init__(self, scenario: Scenario, job_id: str) -> None:
        self.script = Script({name: getattr(scenario, name) for name in FUNCTIONS})
        self._items: dict[str, Item] = {job_id: dict(scenario.job)} if scenario.job is not None else {}
        self.kernel = Kernel(VirtualClock(NOON), random.Random(1), _BatchesLast(), most_steps=20_000)
        states = json.loads(definition(scenario.machine, {name: name for name in FUNCTIONS}))
        check(states)
        services = {
            "arn:aws:states:::lambda:invoke": self._invoke,
            "arn:aws:states:::dynamodb:updateItem": self._update,
            "arn:aws:states:::states:startExecution": self._start,
        }
        self.stage = Stage(self.kernel, states, services)

    def job(self, job_id: str) -> Item:
        return self._items.get(job_id, {})

    def executions(self, name: str) -> Iterator[Execution]:
        """From the one of this name on, along the successors that they name."""
        found: execution.Execution | None = self.stage.executions[name]
        while found is not None:
            yield Execution(
                arn=found.arn,
                given=found.input,
                status=found.status,
                output=found.output,
                error=found.error,
                cause=found.cause,
                states=found.states,
                attempts=found.attempts,
            )
            successor = (found.output or {}).get("successor", "")
            found = self.stage.executions.get(successor.rpartition(":")[2])

    def _invoke(self, arguments: Any, done: Done) -> None:
        name, event = arguments["FunctionName"], json.loads(json.dumps(arguments["Payload"]))

        def heard(answer: Answer) -> None:
            played = answer.value["body"]
            if answer.value["kind"] == "response":
                done(lambda_result(Answer(played)))
            else:
                done(lambda_result(Answer(error=played["errorType"], cause=played["errorMessage"])))

        Invocation(self.kernel, name, lambda _: self.script.play(name, event), heard)

    def _update(self, arguments: Any, done: Done) -> None:
        job_id = arguments["Key"]["PK"]["S"].removeprefix("JOB#")
        if arguments["TableName"] != "jobs":
            done(Answer(error="DynamoDB.ResourceNotFoundException"))
            return
        try:
            self._items[job_id] = updated(self._items.get(job_id), arguments)
        except ConditionFailed:
            done(Answer(error="DynamoDB.ConditionalCheckFailedException"))
        else:
            done(Answer({}))

    def _start(self, arguments: Any, done: Done) -> None:
        try:
            started = self.stage.start(arguments["Name"], arguments["Input"])
        except NameTaken:
            done(Answer(error="StepFunctions.ExecutionAlreadyExistsException"))
        else:
            done(Answer({"ExecutionArn": started.arn}))
