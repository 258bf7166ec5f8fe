"""Runs scenarios as executions of the real definition and tells how each went."""

import json
import re
import time
import uuid
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.workflow.emulator import client
from tests.workflow.scenarios import Machine, Scenario
from tests.workflow.scripted import Event, Script, Stage, deploy_function

DEFINITION = Path(__file__).parents[2] / "infra" / "sync.asl.json"
DONE_WITHIN_SECONDS = 120
AT_ONCE = 6
"""Executions at a time: each has a handful of processes."""


@dataclass(frozen=True)
class Execution:
    """One finished execution. `states` are the outer ones entered, in order, each with its input.

    `attempts` is how often a task was tried, of the outer states and the inner.
    """

    arn: str
    given: Any
    status: str
    output: Any
    error: str | None
    cause: str | None
    states: Sequence[tuple[str, Any]]
    attempts: int

    @property
    def path(self) -> list[str]:
        return [name for name, _ in self.states]

    @property
    def name(self) -> str:
        return self.arn.rsplit(":", 1)[1]


@dataclass(frozen=True)
class Walk:
    """What became of one job, in one execution or in several that followed each other."""

    job_id: str
    executions: Sequence[Execution]
    script: Script
    job: Mapping[str, Any]

    @property
    def last(self) -> Execution:
        return self.executions[-1]

    @property
    def status(self) -> str:
        return self.last.status

    @property
    def output(self) -> Any:
        return self.last.output

    @property
    def error(self) -> str | None:
        return self.last.error

    @property
    def cause(self) -> str | None:
        return self.last.cause

    @property
    def states(self) -> list[tuple[str, Any]]:
        return [state for each in self.executions for state in each.states]

    @property
    def path(self) -> list[str]:
        return [name for name, _ in self.states]

    def inputs(self, state: str) -> list[Any]:
        return [value for name, value in self.states if name == state]

    def asked(self, function: str) -> list[Event]:
        return self.script.events(function)

    @property
    def branch_states(self) -> set[str]:
        """The states entered inside ProcessPage, told by what it put out: the emulator's history names none."""
        found: set[str] = set()
        for onward, batches in self.inputs("Merge"):
            found |= {"ProcessBatches", "HasNextPage", onward_state(onward["answer"])}
            if batches:
                found |= {"ProcessBatch", "HasNextTurn"}
            found |= {"BatchGivenUp" if "givenUp" in each else "BatchSettled" for each in batches}
        if "NextPageGivenUp" in found:
            found.add("FetchNextPage")
        if any(event["turn"] > 1 or event["booked"] for event in self.asked("process_batch")):
            found.add("WaitForAnalysis")
        return found

    @property
    def given_up(self) -> list[Any]:
        """What ProcessPage put out for batches given up, by number, without the count of events."""
        put_out = [each for _, batches in self.inputs("Merge") for each in batches if "givenUp" in each]
        without = [{key: value for key, value in each.items() if key != "events"} for each in put_out]
        return sorted(without, key=lambda each: (each["page"], each["batch"]))

    @property
    def processed(self) -> list[tuple[int, int]]:
        """(page, batch) of every call of process_batch, in order of number."""
        return sorted((event["page"], event["batch"]) for event in self.asked("process_batch"))


def onward_state(answer: Event) -> str:
    """The state of ProcessPage's first branch that put out this answer."""
    if answer == {"outcome": "END"}:
        return "NoNextPage"
    if answer.keys() == {"outcome", "waitSeconds", "next"}:
        return "HoldNextPage"
    return "NextPageGivenUp" if "unexpected" in answer else "FetchNextPage"


class Walker:
    """The flow on an emulator, deployed once for each machine asked for."""

    def __init__(self, url: str, opened: Stage, machines: set[Machine]) -> None:
        self._url, self._stage = url, opened
        self._states, self._dynamodb = client("stepfunctions", url), client("dynamodb", url)
        lambda_client = client("lambda", url)
        names = {name: deploy_function(lambda_client, name, opened) for name in _FUNCTIONS}
        self._dynamodb.create_table(
            TableName="jobs",
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "PK", "KeyType": "HASH"}, {"AttributeName": "SK", "KeyType": "RANGE"}],
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("PK", "SK")],
        )
        self._machines = {
            machine: self._deploy(f"sync-{number}", machine, names) for number, machine in enumerate(machines)
        }

    def walk_all(self, scenarios: Mapping[str, Scenario]) -> dict[str, Walk]:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return dict(zip(scenarios, pool.map(self.walk, scenarios.values()), strict=True))

    def walk(self, scenario: Scenario) -> Walk:
        job_id = str(uuid.uuid4())
        script = self._stage.scripts[job_id] = Script({name: getattr(scenario, name) for name in _FUNCTIONS})
        if scenario.taken:
            self._end_of(self._start(scenario, f"{job_id}-2", {"jobId": "nobody"}))
        if scenario.job is not None:
            item = {"PK": f"JOB#{job_id}", "SK": "JOB", **scenario.job}
            self._dynamodb.put_item(TableName="jobs", Item={name: {"S": value} for name, value in item.items()})
        arn: str | None = self._start(scenario, job_id, {"jobId": job_id, **scenario.more})
        executions: list[Execution] = []
        while arn is not None:
            executions.append(self._execution(arn))
            arn = (executions[-1].output or {}).get("successor")
        return Walk(job_id, executions, script, self._job(job_id))

    def _start(self, scenario: Scenario, name: str, given: Any) -> str:
        machine = self._machines[scenario.machine]
        started = self._states.start_execution(stateMachineArn=machine, name=name, input=json.dumps(given))
        return started["executionArn"]

    def _execution(self, arn: str) -> Execution:
        end = self._end_of(arn)
        pages = self._states.get_paginator("get_execution_history").paginate(executionArn=arn)
        events = [event for page in pages for event in page["events"]]
        entered = [each["stateEnteredEventDetails"] for each in events if "stateEnteredEventDetails" in each]
        return Execution(
            arn=arn,
            given=json.loads(end["input"]),
            status=end["status"],
            output=json.loads(end["output"]) if end["status"] == "SUCCEEDED" else None,
            error=end.get("error"),
            cause=end.get("cause"),
            states=[(each["name"], json.loads(each["input"])) for each in entered],
            attempts=sum(each["type"] == "TaskScheduled" for each in events),
        )

    def _deploy(self, name: str, machine: Machine, functions: Mapping[str, str]) -> str:
        answer = self._states.create_state_machine(
            name=name, roleArn="arn:aws:iam::000000000000:role/flow", definition=definition(machine, functions)
        )
        return answer["stateMachineArn"]

    def _end_of(self, execution_arn: str) -> Any:
        deadline = time.monotonic() + DONE_WITHIN_SECONDS
        while time.monotonic() < deadline:
            found = self._states.describe_execution(executionArn=execution_arn)
            if found["status"] != "RUNNING":
                return found
            time.sleep(0.1)
        raise AssertionError(f"Still running after {DONE_WITHIN_SECONDS} s: {execution_arn}")

    def _job(self, job_id: str) -> dict[str, Any]:
        key = {"PK": {"S": f"JOB#{job_id}"}, "SK": {"S": "JOB"}}
        item = self._dynamodb.get_item(TableName="jobs", Key=key).get("Item", {})
        return {name: next(iter(value.values())) for name, value in item.items()}


_FUNCTIONS = ("fetch_page", "process_batch", "finalize")


def definition(machine: Machine, functions: Mapping[str, str]) -> str:
    """The file as it is deployed. Raises KeyError for a placeholder that nobody fills in."""
    values = {
        "JobsTable": machine.table,
        "FetchPageFunction": functions["fetch_page"],
        "ProcessBatchFunction": functions["process_batch"],
        "FinalizeFunction": functions["finalize"],
        "MapConcurrency": "2",
        "PageLimit": "100",
        "BatchSize": "10",
        "HistoryBudget": str(machine.history_budget),
        "HandOverSeconds": str(machine.hand_over_seconds),
    }
    return re.sub(r"\$\{(\w+)\}", lambda placeholder: values[placeholder[1]], DEFINITION.read_text())
