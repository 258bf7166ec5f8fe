"""What a release replaces: functions, the flow, migrations and the API."""

from aws_cdk import CfnOutput, IStackSynthesizer, Stack
from constructs import Construct

from infra.alarms import Watched
from infra.api import Api
from infra.data_stack import DataStack
from infra.environments import Environment
from infra.flow import Flow
from infra.functions import Functions
from infra.migrations import Migrations
from infra.operations import Operations
from infra.recovery import Recovery


class SyncStack(Stack):
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        environment: Environment,
        data: DataStack,
        synthesizer: IStackSynthesizer,
    ) -> None:
        super().__init__(scope, construct_id, synthesizer=synthesizer, termination_protection=environment.keep_data)
        functions = Functions(self, "Functions", environment=environment, data=data)
        flow = Flow(self, "Flow", environment=environment, data=data, functions=functions)
        recovery = Recovery(
            self,
            "Recovery",
            environment=environment,
            state_machine=flow.state_machine,
            finalize=functions.finalize,
            sweep=functions.sweep,
            tokens=functions.tokens,
        )
        api = Api(
            self,
            "Api",
            environment=environment,
            identity=data.identity,
            functions=functions,
            web_url=data.web_url,
            log_key=data.operations_key,
        )
        Migrations(self, "Migrations", migrate=functions.migrate, users=functions.database_users)
        watched = Watched(api.http_api, flow.state_machine, functions.all, recovery.lost)
        Operations(self, "Operations", environment=environment, watched=watched, key=data.operations_key)
        self.api_url = api.url
        CfnOutput(self, "ApiUrl", value=api.url)
        CfnOutput(self, "StateMachineArn", value=flow.state_machine.state_machine_arn)
