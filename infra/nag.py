"""Why a security rule does not apply to a resource, said beside the resource."""

from aws_cdk import Acknowledgment, Validations
from constructs import IConstruct


def acknowledge(construct: IConstruct, finding: str, reason: str) -> None:
    """`finding` is a rule of cdk-nag, one finding of it where it has several: "AwsSolutions-IAM5[Resource::*]"."""
    Validations.of(construct).acknowledge(Acknowledgment(id=finding, reason=reason))
