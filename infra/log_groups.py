"""Log groups: each kept for a while, and sealed with the environment's own key."""

from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.environments import Environment

LAMBDA, STATES, HTTP_API = "lambda", "vendedlogs/states", "vendedlogs/http-api"
FOLDERS = (LAMBDA, STATES, HTTP_API)
"""Names under vendedlogs/ share one statement of the account's log policy, which has room for few."""


def log_group(
    scope: Construct, construct_id: str, *, folder: str, name: str, environment: Environment, key: kms.Key
) -> logs.LogGroup:
    """/aws/{folder}/{name}; `name` begins with pagesync-{environment}."""
    return logs.LogGroup(
        scope,
        construct_id,
        log_group_name=f"/aws/{folder}/{name}",
        retention=environment.log_retention,
        removal_policy=environment.logs_removal_policy,
        encryption_key=key,  # pyright: ignore[reportArgumentType] - jsii
    )
