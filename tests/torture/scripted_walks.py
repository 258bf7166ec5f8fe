"""The workflow suite's scenarios, walked by the machine instead of the emulator."""

import json
import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.samples import NOON
from tests.torture.definition import check
from tests.torture.items import ConditionFailed, updated
from tests.torture.kernel import Answer, Done, Invocation, Kernel, Runnable, VirtualClock
from tests.torture.stage import Stage, lambda_result
from tests.workflow.scenarios import Scenario
from tests.workflow.scripted import Script
from tests.workflow.walks import Walk, definition

FUNCTIONS = ("fetch_page", "process_batch", "finalize")


@dataclass(frozen=True)
class BatchesLast:
    """Some scenarios hold their batches back until the next page was asked for."""

    haste: float = 0

    def choose(self, ready: Sequence[Runnable], last: Runnable | None, rng: random.Random) -> Runnable:
        return min(ready, key=lambda each: each.name == "process_batch")


def walk(scenario: Scenario) -> Walk:
    job_id = str(uuid.UUID(int=random.getrandbits(128)))
    script = Script({name: getattr(scenario, name) for name in FUNCTIONS})
    kernel = Kernel(VirtualClock(NOON), random.Random(1), BatchesLast(), most_steps=10_000)
    items = {f"JOB#{job_id}": dict(scenario.job)} if scenario.job is not None else {}

    def invoke(arguments: Any, done: Done) -> None:
        name, event = arguments["FunctionName"], json.loads(json.dumps(arguments["Payload"]))

        def heard(answer: Answer) -> None:
            played = answer.value
            if played["kind"] == "response":
                done(lambda_result(Answer(played["body"])))
            else:
                done(lambda_result(Answer(error=played["body"]["errorType"], cause=played["body"]["errorMessage"])))

        Invocation(kernel, name, lambda _: script.play(name, event), heard)

    def update(arguments: Any, done: Done) -> None:
        key = arguments["Key"]["PK"]["S"]
        if arguments["TableName"] != "jobs":
            done(Answer(error="DynamoDB.ResourceNotFoundException"))
            return
        try:
            items[key] = updated(items.get(key), arguments)
        except ConditionFailed:
            done(Answer(error="DynamoDB.ConditionalCheckFailedException"))
        else:
            done(Answer({}))

    machine = json.loads(definition(scenario.table, {name: name for name in FUNCTIONS}))
    check(machine)
    services = {"arn:aws:states:::lambda:invoke": invoke, "arn:aws:states:::dynamodb:updateItem": update}
    execution = Stage(kernel, machine, services).start(job_id, {"jobId": job_id})
    try:
        kernel.run()
    finally:
        kernel.close()
    return Walk(
        job_id=job_id,
        status=execution.status,
        output=execution.output,
        error=execution.error,
        cause=execution.cause,
        states=execution.states,
        script=script,
        job=items.get(f"JOB#{job_id}", {}),
    )
