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
from tests.workflow.scenarios import Scenario
from tests.workflow.scripted import Event, Script, Stage, deploy_function

DEFINITION = Path(__file__).parents[2] / "infra" / "sync.asl.json"
DONE_WITHIN_SECONDS = 120
AT_ONCE = 6
"""Executions at a time: each has a handful of processes."""


@dataclass(frozen=True)
class Walk:
    """One finished execution. `states` are the outer ones entered, in order, each with its input."""

    job_id: str
    status: str
    output: Any
    error: str | None
    cause: str | None
    states: Sequence[tuple[str, Any]]
    script: Script
    job: Mapping[str, str]

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
        for batches, onward in self.inputs("Merge"):
            found |= {"ProcessBatches", "HasNextPage"}
            found |= {"BatchGivenUp" if "givenUp" in each else "ProcessBatch" for each in batches}
            if onward == {"outcome": "END"}:
                found.add("NoNextPage")
            else:
                found |= {"FetchNextPage", "NextPageGivenUp"} if "unexpected" in onward else {"FetchNextPage"}
        return found

    @property
    def given_up(self) -> list[Any]:
        """What ProcessPage put out for batches given up, by number."""
        put_out = [each for batches, _ in self.inputs("Merge") for each in batches if "givenUp" in each]
        return sorted(put_out, key=lambda each: (each["page"], each["batch"]))

    @property
    def processed(self) -> list[tuple[int, int]]:
        """(page, batch) of every call of process_batch, in order of number."""
        return sorted((event["page"], event["batch"]) for event in self.asked("process_batch"))


class Walker:
    """The flow deployed on an emulator, once for each table it may look into."""

    def __init__(self, url: str, opened: Stage, tables: set[str]) -> None:
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
        self._machines = {table: self._deploy(table, names) for table in tables}

    def walk_all(self, scenarios: Mapping[str, Scenario]) -> dict[str, Walk]:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return dict(zip(scenarios, pool.map(self.walk, scenarios.values()), strict=True))

    def walk(self, scenario: Scenario) -> Walk:
        job_id = str(uuid.uuid4())
        script = self._stage.scripts[job_id] = Script({name: getattr(scenario, name) for name in _FUNCTIONS})
        if scenario.job is not None:
            item = {"PK": f"JOB#{job_id}", "SK": "JOB", **scenario.job}
            self._dynamodb.put_item(TableName="jobs", Item={name: {"S": value} for name, value in item.items()})
        execution = self._states.start_execution(
            stateMachineArn=self._machines[scenario.table], name=job_id, input=json.dumps({"jobId": job_id})
        )
        end = self._end_of(execution["executionArn"])
        return Walk(
            job_id=job_id,
            status=end["status"],
            output=json.loads(end["output"]) if end["status"] == "SUCCEEDED" else None,
            error=end.get("error"),
            cause=end.get("cause"),
            states=self._states_entered(execution["executionArn"]),
            script=script,
            job=self._job(job_id),
        )

    def _deploy(self, table: str, functions: Mapping[str, str]) -> str:
        answer = self._states.create_state_machine(
            name=f"sync-{table}",
            roleArn="arn:aws:iam::000000000000:role/flow",
            definition=definition(table, functions),
        )
        return answer["stateMachineArn"]

    def _end_of(self, execution_arn: str) -> Any:
        deadline = time.monotonic() + DONE_WITHIN_SECONDS
        while time.monotonic() < deadline:
            found = self._states.describe_execution(executionArn=execution_arn)
            if found["status"] != "RUNNING":
                return found
            time.sleep(0.1)
        raise AssertionError(f"Still running after {DONE_WITHIN_SECONDS} s: {self._states_entered(execution_arn)}")

    def _states_entered(self, execution_arn: str) -> list[tuple[str, Any]]:
        pages = self._states.get_paginator("get_execution_history").paginate(executionArn=execution_arn)
        entered = [
            event["stateEnteredEventDetails"]
            for events in pages
            for event in events["events"]
            if "stateEnteredEventDetails" in event
        ]
        return [(each["name"], json.loads(each["input"])) for each in entered]

    def _job(self, job_id: str) -> dict[str, str]:
        key = {"PK": {"S": f"JOB#{job_id}"}, "SK": {"S": "JOB"}}
        item = self._dynamodb.get_item(TableName="jobs", Key=key).get("Item", {})
        return {name: value["S"] for name, value in item.items()}


_FUNCTIONS = ("fetch_page", "process_batch", "finalize")


def definition(table: str, functions: Mapping[str, str]) -> str:
    """The file as it is deployed. Raises KeyError for a placeholder that nobody fills in."""
    values = {
        "JobsTable": table,
        "FetchPageFunction": functions["fetch_page"],
        "ProcessBatchFunction": functions["process_batch"],
        "FinalizeFunction": functions["finalize"],
        "MapConcurrency": "2",
        "PageLimit": "100",
        "BatchSize": "10",
    }
    return re.sub(r"\$\{(\w+)\}", lambda placeholder: values[placeholder[1]], DEFINITION.read_text())
