"""What all functions have in common: code, layers, a role and a log group of their own, traces."""

from collections.abc import Mapping, Sequence

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.environments import Environment
from infra.layers import COMPILED, ROOT, python_runtime
from infra.log_groups import LAMBDA, log_group
from infra.nag import acknowledge


class PagesyncFunction(lambda_.Function):
    """The function of the folder functions/<name>. `own_role` may log and trace, and what is granted to it."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        description: str,
        variables: Mapping[str, str],
        layers: Sequence[lambda_.ILayerVersion],
        environment: Environment,
        log_key: kms.Key,
    ) -> None:
        size = environment.sizes[name]
        function_name = f"pagesync-{environment.name}-{name.replace('_', '-')}"
        log = log_group(
            scope, f"{name}-logs", folder=LAMBDA, name=function_name, environment=environment, key=log_key
        )
        self.own_role = _role(scope, name, log)
        super().__init__(
            scope,
            name,
            function_name=function_name,
            description=description,
            runtime=python_runtime(environment),
            architecture=environment.target.architecture,
            code=lambda_.Code.from_asset(str(ROOT / "functions" / name), exclude=COMPILED),
            handler="handler.handler",
            layers=layers,
            role=self.own_role,  # pyright: ignore[reportArgumentType] - jsii
            environment={**variables, **_observability(environment)},
            memory_size=size.memory_mib,
            timeout=Duration.seconds(size.timeout_seconds),
            tracing=lambda_.Tracing.ACTIVE,
            log_group=log,
        )
        pinned = "The runtime moves on purpose, as a change of its own, tested with the wheels for it."
        acknowledge(self, "AwsSolutions-L1", pinned)


def _role(scope: Construct, name: str, log: logs.LogGroup) -> iam.Role:
    """Without AWS's managed policy, which may write into every log group."""
    role = iam.Role(
        scope,
        f"{name}-role",
        assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),  # pyright: ignore[reportArgumentType] - jsii
    )
    log.grant_write(role)
    tracing = "X-Ray takes segments of no resource: its two write actions know only *."
    acknowledge(role, "AwsSolutions-IAM5[Resource::*]", tracing)
    return role


def _observability(environment: Environment) -> dict[str, str]:
    return {
        "POWERTOOLS_SERVICE_NAME": "pagesync",
        "PAGESYNC_ENVIRONMENT": environment.name,
        "POWERTOOLS_LOG_LEVEL": environment.log_level,
    }
