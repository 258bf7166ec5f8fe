"""What outlives a deployment of the sync: data, keys and people."""

from aws_cdk import CfnOutput, Duration, IStackSynthesizer, RemovalPolicy, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.database import Database
from infra.environments import Environment
from infra.identity import Identity, sign_in_url
from infra.log_groups import FOLDERS
from infra.nag import acknowledge
from infra.web_site import WebSite

OPEN_JOBS = "open"
"""Index of the jobs that are not final."""


class DataStack(Stack):
    def __init__(
        self, scope: Construct, construct_id: str, *, environment: Environment, synthesizer: IStackSynthesizer
    ) -> None:
        super().__init__(scope, construct_id, synthesizer=synthesizer, termination_protection=environment.keep_data)
        self.data_key = _key(self, "DataKey", environment, "jobs table and conversations in flight")
        self.token_key = _key(self, "TokenKey", environment, "Page access tokens")
        self.operations_key = _operations_key(self, environment)
        self.jobs = _jobs_table(self, self.data_key, environment)
        self.payloads = _payload_bucket(self, self.data_key, environment)
        self.database = Database(self, "Database", environment=environment)
        self.site = None
        if environment.web_url is None:
            self.site = WebSite(
                self,
                "Web",
                environment=environment,
                sign_in_url=sign_in_url(self, environment),
                downloads=self.payloads,  # pyright: ignore[reportArgumentType] - jsii
            )
        self.web_url = self.site.url if self.site else str(environment.web_url)
        self.identity = Identity(self, "Identity", environment=environment, web_url=self.web_url)
        CfnOutput(self, "JobsTableName", value=self.jobs.table_name)
        CfnOutput(self, "TokenKeyArn", value=self.token_key.key_arn)
        CfnOutput(self, "WebUrl", value=self.web_url)


def _key(scope: Construct, construct_id: str, environment: Environment, what: str) -> kms.Key:
    return kms.Key(
        scope,
        construct_id,
        alias=f"pagesync/{environment.name}/{construct_id.removesuffix('Key').lower()}",
        description=f"pagesync {environment.name}: {what}",
        enable_key_rotation=True,
        removal_policy=environment.removal_policy,
    )


def _operations_key(scope: Construct, environment: Environment) -> kms.Key:
    """What logs and alarms say, sealed for the services that write it, on behalf of this environment alone.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
    """
    key, stack = _key(scope, "OperationsKey", environment, "logs and alarms"), Stack.of(scope)
    uses = [
        "kms:Decrypt",
        "kms:DescribeKey",
        "kms:Encrypt",
        "kms:GenerateDataKey",
        "kms:ReEncryptFrom",
        "kms:ReEncryptTo",
    ]
    logs_of = f"arn:{stack.partition}:logs:{stack.region}:{stack.account}:log-group"
    ours = [f"{logs_of}:/aws/{folder}/pagesync-{environment.name}*" for folder in FOLDERS]
    key.add_to_resource_policy(
        iam.PolicyStatement(
            principals=[iam.ServicePrincipal(f"logs.{stack.region}.amazonaws.com")],  # pyright: ignore[reportArgumentType] - jsii
            actions=uses,
            resources=["*"],  # In a key's own policy: that key.
            conditions={"ArnLike": {"kms:EncryptionContext:aws:logs:arn": ours}},
        )
    )
    key.add_to_resource_policy(
        iam.PolicyStatement(
            principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],  # pyright: ignore[reportArgumentType] - jsii
            actions=["kms:Decrypt", "kms:GenerateDataKey"],
            resources=["*"],
            conditions={"StringEquals": {"aws:SourceAccount": stack.account}},
        )
    )
    return key


def _jobs_table(scope: Construct, key: kms.Key, environment: Environment) -> dynamodb.Table:
    table = dynamodb.Table(
        scope,
        "Jobs",
        partition_key=dynamodb.Attribute(name="PK", type=dynamodb.AttributeType.STRING),
        sort_key=dynamodb.Attribute(name="SK", type=dynamodb.AttributeType.STRING),
        billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
        encryption=dynamodb.TableEncryption.CUSTOMER_MANAGED,
        encryption_key=key,  # pyright: ignore[reportArgumentType] - jsii
        time_to_live_attribute="expiresAt",
        point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
            point_in_time_recovery_enabled=environment.keep_data
        ),
        deletion_protection=environment.keep_data,
        removal_policy=environment.removal_policy,
    )
    table.add_global_secondary_index(
        index_name="byPage",
        partition_key=dynamodb.Attribute(name="gsi1pk", type=dynamodb.AttributeType.STRING),
        sort_key=dynamodb.Attribute(name="gsi1sk", type=dynamodb.AttributeType.STRING),
    )
    table.add_global_secondary_index(
        index_name=OPEN_JOBS,
        partition_key=dynamodb.Attribute(name="openSince", type=dynamodb.AttributeType.STRING),
        projection_type=dynamodb.ProjectionType.KEYS_ONLY,
    )
    key.add_to_resource_policy(_use_through("dynamodb", scope))
    if not environment.keep_data:
        reason = "Only jobs and locks of a test environment: nothing worth restoring to a second."
        acknowledge(table, "AwsSolutions-DDB3", reason)
    return table


def _use_through(service: str, scope: Construct) -> iam.PolicyStatement:
    """Whoever may use the table may use its key through DynamoDB, and in no other way.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
    """
    stack = Stack.of(scope)
    return iam.PolicyStatement(
        principals=[iam.AnyPrincipal()],  # pyright: ignore[reportArgumentType] - jsii
        actions=[
            "kms:CreateGrant",
            "kms:Decrypt",
            "kms:DescribeKey",
            "kms:Encrypt",
            "kms:GenerateDataKey",
            "kms:ReEncryptFrom",
            "kms:ReEncryptTo",
        ],
        resources=["*"],  # In a key's own policy: that key.
        conditions={
            "StringEquals": {
                "kms:CallerAccount": stack.account,
                "kms:ViaService": f"{service}.{stack.region}.amazonaws.com",
            }
        },
    )


def _payload_bucket(scope: Construct, key: kms.Key, environment: Environment) -> s3.Bucket:
    """Conversations between listing and analysis, and exported files: nothing older than a day."""
    bucket = s3.Bucket(
        scope,
        "Payloads",
        encryption=s3.BucketEncryption.KMS,
        encryption_key=key,  # pyright: ignore[reportArgumentType] - jsii
        bucket_key_enabled=True,
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        enforce_ssl=True,
        minimum_tls_version=1.2,
        lifecycle_rules=[
            s3.LifecycleRule(expiration=Duration.days(1), abort_incomplete_multipart_upload_after=Duration.days(1))
        ],
        removal_policy=RemovalPolicy.DESTROY,
        auto_delete_objects=environment.is_emptied,
    )
    reason = "Three functions have the use of it, for a day; access logs would outlive the data."
    acknowledge(bucket, "AwsSolutions-S1", reason)
    return bucket
