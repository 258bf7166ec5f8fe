"""What operators look at and hear of: one dashboard, alarms, and the topic they are told through."""

from aws_cdk import CfnOutput, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from infra.alarms import Alarms, Watched
from infra.dashboard import dashboard
from infra.environments import Environment


class Operations(Construct):
    def __init__(
        self, scope: Construct, construct_id: str, *, environment: Environment, watched: Watched, key: kms.Key
    ) -> None:
        super().__init__(scope, construct_id)
        topic = self._topic(environment, key)
        alarms = Alarms(self, "Alarms", environment=environment, watched=watched, topic=topic)
        dashboard(self, environment, watched, list(alarms.all.values()))
        CfnOutput(Stack.of(self), "AlarmTopicArn", value=topic.topic_arn)

    def _topic(self, environment: Environment, key: kms.Key) -> sns.Topic:
        """Only this account's alarms may publish, and only by TLS."""
        topic = sns.Topic(
            self,
            "Told",
            topic_name=f"pagesync-{environment.name}-alarms",
            master_key=key,  # pyright: ignore[reportArgumentType] - jsii
            enforce_ssl=True,
        )
        topic.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],  # pyright: ignore[reportArgumentType] - jsii
                actions=["sns:Publish"],
                resources=[topic.topic_arn],
                conditions={"StringEquals": {"aws:SourceAccount": Stack.of(self).account}},
            )
        )
        if environment.alarm_email is not None:
            topic.add_subscription(subscriptions.EmailSubscription(environment.alarm_email))  # pyright: ignore[reportArgumentType] - jsii
        return topic
