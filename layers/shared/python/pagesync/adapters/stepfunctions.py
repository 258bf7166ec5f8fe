"""The sync's state machine."""

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient


class StepFunctionsWorkflow:
    """An execution is named after its job, so an operator finds it and a second start is the first one."""

    def __init__(self, client: "SFNClient", state_machine_arn: str) -> None:
        self._client = client
        self._state_machine_arn = state_machine_arn

    def start(self, job_id: str) -> None:
        try:
            self._client.start_execution(
                stateMachineArn=self._state_machine_arn, name=job_id, input=json.dumps({"jobId": job_id})
            )
        except self._client.exceptions.ExecutionAlreadyExists:
            # Same name, execution over: the job is already on its way to its terminal state.
            return
