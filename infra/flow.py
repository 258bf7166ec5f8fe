"""The state machine of infra/sync.asl.json."""

from pathlib import Path
from typing import cast

from aws_cdk import ArnFormat, RemovalPolicy, Stack
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.data_stack import DataStack
from infra.environments import Environment
from infra.functions import Functions
from infra.grants import allow
from infra.log_groups import STATES, log_group
from infra.nag import acknowledge
from infra.pagesync_function import PagesyncFunction

LIVE = "live"
MOST_EVENTS = 20_000
"""Of an execution at its very worst: Step Functions allows 25,000."""
DEFINITION = Path(__file__).with_name("sync.asl.json")


class Flow(Construct):
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        environment: Environment,
        data: DataStack,
        functions: Functions,
    ) -> None:
        super().__init__(scope, construct_id)
        name = f"pagesync-{environment.name}-sync"
        log = log_group(self, "Logs", folder=STATES, name=name, environment=environment, key=data.operations_key)
        tasks = [functions.fetch_page, functions.process_batch, functions.finalize]
        self.state_machine = sfn.StateMachine(
            self,
            "Sync",
            state_machine_name=name,
            definition_body=sfn.DefinitionBody.from_string(DEFINITION.read_text()),
            definition_substitutions={
                "JobsTable": data.jobs.table_name,
                "FetchPageFunction": functions.fetch_page.function_arn,
                "ProcessBatchFunction": functions.process_batch.function_arn,
                "FinalizeFunction": functions.finalize.function_arn,
                "MapConcurrency": str(environment.map_concurrency),
                "PageLimit": str(environment.page_limit),
                "BatchSize": str(environment.batch_size),
                "HistoryBudget": str(history_budget(environment)),
                "HandOverSeconds": str(environment.hand_over_seconds),
            },
            logs=sfn.LogOptions(destination=log, level=sfn.LogLevel.ERROR, include_execution_data=False),
            tracing_enabled=True,
        )
        allow(self.state_machine, "dynamodb:UpdateItem", on=data.jobs.table_arn)
        for task in tasks:
            allow(self.state_machine, "lambda:InvokeFunction", on=task.function_arn)
        # Versions and aliases are started with the permission for the machine itself:
        # https://docs.aws.amazon.com/step-functions/latest/dg/auth-version-alias.html
        # Its own ARN is spelled out: a reference from its role to the machine would be a circle.
        allow(self.state_machine, "states:StartExecution", on=self._arn("stateMachine", name))
        allow(functions.start_sync, "states:StartExecution", on=self.state_machine.state_machine_arn)
        started = self._live_version() if environment.versions else self.state_machine.state_machine_arn
        functions.start_sync.add_environment("START_ARN", started)
        for function in (functions.start_sync, functions.sweep, functions.accounts):
            self._let_see_and_stop(function, f"{name}:*")
        self._acknowledge()

    def _live_version(self) -> str:
        """The alias that every release moves to a version of its own.

        An execution goes on with the version it was started on, whatever is released or rolled back meanwhile.
        """
        machine = cast("sfn.CfnStateMachine", self.state_machine.node.default_child)
        version = sfn.CfnStateMachineVersion(
            self,
            "Version",
            state_machine_arn=self.state_machine.state_machine_arn,
            state_machine_revision_id=machine.attr_state_machine_revision_id,
        )
        version.apply_removal_policy(RemovalPolicy.RETAIN, apply_to_update_replace_policy=True)
        alias = sfn.CfnStateMachineAlias(
            self,
            "Live",
            name=LIVE,
            deployment_preference=sfn.CfnStateMachineAlias.DeploymentPreferenceProperty(
                state_machine_version_arn=version.ref, type="ALL_AT_ONCE"
            ),
        )
        return alias.attr_arn

    def _let_see_and_stop(self, function: PagesyncFunction, executions: str) -> None:
        function.add_environment("STATE_MACHINE_ARN", self.state_machine.state_machine_arn)
        allow(function, "states:DescribeExecution", "states:StopExecution", on=self._arn("execution", executions))
        reason = "Executions are named after their jobs: all of this one state machine, and of no other."
        arn = f"arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:{executions}"
        acknowledge(function.own_role, f"AwsSolutions-IAM5[Resource::{arn}]", reason)

    def _arn(self, resource: str, name: str) -> str:
        return Stack.of(self).format_arn(
            service="states", resource=resource, resource_name=name, arn_format=ArnFormat.COLON_RESOURCE_NAME
        )

    def _acknowledge(self) -> None:
        log = "Errors are logged; a line per state would repeat the history that the console keeps for 90 days."
        star = "Log delivery and X-Ray are set up with actions that know no resource but *."
        acknowledge(self.state_machine, "AwsSolutions-SF1", log)
        acknowledge(self.state_machine, "AwsSolutions-IAM5[Resource::*]", star)


def history_budget(environment: Environment) -> int:
    """The environment's. Raises SystemExit where a page is cut into so many batches that, at the very worst, an
    execution writes too many events; the arithmetic is that of sync.asl.json.
    """
    worst_page = 58 + 452 * environment.batches_a_page
    if environment.history_budget + 2 * worst_page + 100 > MOST_EVENTS:
        raise SystemExit(
            f"{environment.batches_a_page} batches a page are too many for an execution's history: "
            "set a larger BATCH_SIZE, or a smaller PAGES_AT_ONCE, PAGE_LIMIT or history budget."
        )
    return environment.history_budget
