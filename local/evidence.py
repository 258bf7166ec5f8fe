"""What the emulator knows of a run, written to files that outlive it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from local.aws import Aws


def execution_arn(state_machine_arn: str, job_id: str) -> str:
    """An execution bears its job's id."""
    return f"{state_machine_arn.replace(':stateMachine:', ':execution:')}:{job_id}"


def save_execution(aws: Aws, arn: str, path: Path) -> None:
    """The execution and every event of its history, as Step Functions tells them."""
    step_functions = aws.client("stepfunctions")
    execution = step_functions.describe_execution(executionArn=arn)
    pages = step_functions.get_paginator("get_execution_history").paginate(executionArn=arn)
    events = [event for page in pages for event in page["events"]]
    execution.pop("ResponseMetadata", None)
    path.write_text(json.dumps({**execution, "events": events}, indent=1, default=str), encoding="utf-8")


def save_function_logs(aws: Aws, path: Path) -> None:
    """Everything the functions logged, function by function."""
    logs = aws.client("logs")
    with path.open("w", encoding="utf-8") as file:
        for group in _pages(logs, "describe_log_groups", "logGroups", logGroupNamePrefix="/aws/lambda/"):
            name = group["logGroupName"]
            file.write(f"\n==> {name}\n")
            for event in _pages(logs, "filter_log_events", "events", logGroupName=name):
                file.write(event["message"].rstrip("\n") + "\n")


def _pages(client: Any, operation: str, member: str, **arguments: str) -> Iterator[Any]:
    for page in client.get_paginator(operation).paginate(**arguments):
        yield from page[member]
