"""The CDK app: `cdk deploy --all -c env=dev`."""

from typing import NamedTuple

from aws_cdk import App, CliCredentialsStackSynthesizer, DefaultStackSynthesizer, IStackSynthesizer, Tags

from infra.data_stack import DataStack
from infra.environments import Environment, environment_named
from infra.sync_stack import SyncStack
from infra.web_stack import WebStack


class Stacks(NamedTuple):
    data: DataStack
    sync: SyncStack
    web: WebStack | None
    """None where the web application is served by somebody else."""


def build(app: App, environment: Environment) -> Stacks:
    """The stacks of one environment; none names an account or a region."""
    prefix = f"Pagesync-{environment.name}"
    data = DataStack(app, f"{prefix}-Data", environment=environment, synthesizer=_synthesizer(environment))
    sync = SyncStack(
        app, f"{prefix}-Sync", environment=environment, data=data, synthesizer=_synthesizer(environment)
    )
    web = None
    if data.site:
        web = WebStack(
            app,
            f"{prefix}-Web",
            environment=environment,
            data=data,
            site=data.site,
            api_url=sync.api_url,
            synthesizer=_synthesizer(environment),
        )
    Tags.of(app).add("project", "pagesync")
    Tags.of(app).add("environment", environment.name)
    return Stacks(data, sync, web)


def _synthesizer(environment: Environment) -> IStackSynthesizer:
    return CliCredentialsStackSynthesizer() if environment.own_credentials else DefaultStackSynthesizer()


if __name__ == "__main__":
    cdk_app = App()
    build(cdk_app, environment_named(cdk_app.node.try_get_context("env"), cdk_app.node.try_get_context))
    cdk_app.synth()
