"""What ends a job whose execution ended without doing so itself: timed out, stopped in the console, or broken.

The rule does it within seconds, the sweep in the next night.
"""

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.environments import Environment
from infra.grants import allow
from infra.nag import acknowledge
from infra.pagesync_function import PagesyncFunction

BROKEN = ("FAILED", "TIMED_OUT", "ABORTED")
MESSAGE = "The sync ended unexpectedly. What it had done is kept: sync again for the rest."


class Recovery(Construct):
    """Tells finalize of each such execution; a telling that fails for good is kept in a queue."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        environment: Environment,
        state_machine: sfn.StateMachine,
        finalize: PagesyncFunction,
        sweep: PagesyncFunction,
        tokens: PagesyncFunction,
    ) -> None:
        super().__init__(scope, construct_id)
        lost = sqs.Queue(
            self,
            "Lost",
            queue_name=f"pagesync-{environment.name}-lost-executions",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=Duration.days(14),
            removal_policy=RemovalPolicy.DESTROY,
        )
        last_resort = "It is itself where messages go that cannot be delivered."
        acknowledge(lost, "AwsSolutions-SQS3", last_resort)
        self.lost = lost
        for function in (finalize, sweep, tokens):
            self._keep_what_fails(function, lost)
        self._every_night("Nightly", sweep, "The sweep for jobs that nobody works on any more", minute="17")
        self._every_night("Tokens", tokens, "The check for dead and dying tokens", minute="47")
        rule = events.Rule(
            self,
            "Broken",
            description="Executions of the sync that ended without finalizing their job",
            event_pattern=events.EventPattern(
                source=["aws.states"],
                detail_type=["Step Functions Execution Status Change"],
                detail={"stateMachineArn": [state_machine.state_machine_arn], "status": list(BROKEN)},
            ),
        )
        rule.add_target(
            targets.LambdaFunction(  # pyright: ignore[reportArgumentType] - jsii
                finalize,  # pyright: ignore[reportArgumentType] - jsii
                event=events.RuleTargetInput.from_object(
                    {
                        "jobId": events.EventField.from_path("$.detail.name"),
                        "outcome": "FAILED",
                        "error": {"code": events.EventField.from_path("$.detail.status"), "message": MESSAGE},
                    }
                ),
                dead_letter_queue=lost,
                retry_attempts=185,
                max_event_age=Duration.hours(24),
            )
        )

    def _every_night(self, name: str, function: PagesyncFunction, description: str, *, minute: str) -> None:
        """Where it is night for most; a night that is missed is made up for by the next."""
        rule = events.Rule(
            self,
            name,
            description=description,
            schedule=events.Schedule.cron(hour="3", minute=minute),
        )
        target = targets.LambdaFunction(function, dead_letter_queue=self.lost)  # pyright: ignore[reportArgumentType] - jsii
        rule.add_target(target)  # pyright: ignore[reportArgumentType] - jsii

    def _keep_what_fails(self, function: PagesyncFunction, lost: sqs.Queue) -> None:
        """A rule's retries end where Lambda has accepted the event: from there on, these settings count."""
        lambda_.CfnEventInvokeConfig(
            self,
            f"Telling-{function.node.id}",
            function_name=function.function_name,
            qualifier="$LATEST",
            maximum_event_age_in_seconds=6 * 3600,
            maximum_retry_attempts=2,
            destination_config=lambda_.CfnEventInvokeConfig.DestinationConfigProperty(
                on_failure=lambda_.CfnEventInvokeConfig.OnFailureProperty(destination=lost.queue_arn)
            ),
        )
        allow(function, "sqs:SendMessage", on=lost.queue_arn)
