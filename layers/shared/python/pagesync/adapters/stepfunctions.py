"""The sync's state machine."""

import json
from collections.abc import Iterator
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient


class StepFunctionsWorkflow:
    """Executions are named after their job, so an operator finds them and a second start is the first one.

    A job too long for one execution goes on in successors, named `{jobId}-2`, `{jobId}-3` and so on.
    """

    def __init__(self, client: "SFNClient", state_machine_arn: str, *, start_arn: str | None = None) -> None:
        """`start_arn`: the alias or version to start; executions have the state machine's own ARN in any case."""
        self._client = client
        self._state_machine_arn = state_machine_arn
        self._start_arn = start_arn or state_machine_arn

    def start(self, job_id: str) -> None:
        try:
            self._client.start_execution(
                stateMachineArn=self._start_arn, name=job_id, input=json.dumps({"jobId": job_id})
            )
        except self._client.exceptions.ExecutionAlreadyExists:
            # Same name, execution over: the job is already on its way to its terminal state.
            return

    def is_running(self, job_id: str) -> bool:
        return any(self._running(job_id))

    def stop(self, job_id: str) -> None:
        for arn in self._running(job_id):
            self._client.stop_execution(executionArn=arn, error="Cancelled", cause="The sync was cancelled.")

    def _running(self, job_id: str) -> Iterator[str]:
        """ARNs of the job's executions under way: each has a successor only once it is over itself."""
        prefix = self._state_machine_arn.replace(":stateMachine:", ":execution:")
        for number in count(1):
            arn = f"{prefix}:{job_id}" if number == 1 else f"{prefix}:{job_id}-{number}"
            try:
                status = self._client.describe_execution(executionArn=arn)["status"]
            except self._client.exceptions.ExecutionDoesNotExist:
                return
            if status == "RUNNING":
                yield arn
