"""The database's schema, brought up to date by every deployment that changes what migrates it."""

from collections.abc import Sequence

from aws_cdk import Duration, triggers
from aws_cdk import aws_lambda as lambda_
from constructs import Construct


class Migrations(Construct):
    """Runs `migrate` when its code, layers or settings changed, before anything of `users` is updated.

    A migration that raises fails the deployment, which then rolls back. What had been migrated stays: functions of
    the old release go on with it, and their `migrate`, run by the rollback, leaves it as it is.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, migrate: lambda_.Function, users: Sequence[lambda_.Function]
    ) -> None:
        super().__init__(scope, construct_id)
        triggers.Trigger(
            self,
            "Run",
            handler=migrate,
            invocation_type=triggers.InvocationType.REQUEST_RESPONSE,
            timeout=migrate.timeout or Duration.minutes(5),
            execute_before=list(users),
        )
