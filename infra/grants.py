"""Permissions, one action at a time."""

from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_iam as iam
from constructs import Construct


def allow(grantee: iam.IGrantable, *actions: str, on: str) -> None:
    iam.Grant.add_to_principal(grantee=grantee, actions=list(actions), resource_arns=[on]).assert_success()


def allow_secret(scope: Construct, grantee: iam.IGrantable, name: str) -> None:
    """Read a secret that was made outside; Secrets Manager ends each ARN with six characters of its own."""
    arn = Stack.of(scope).format_arn(
        service="secretsmanager",
        resource="secret",
        resource_name=f"{name}-??????",
        arn_format=ArnFormat.COLON_RESOURCE_NAME,
    )
    allow(grantee, "secretsmanager:GetSecretValue", on=arn)
