"""The deployed API's rules on which sites may call it."""

import json
from typing import Any

from local.aws import Aws
from local.deploy import Deployment


def apply_cors(aws: Aws, deployment: Deployment) -> None:
    """Put them in force: the emulator keeps a template's under names that it does not read them by."""
    cloudformation = aws.client("cloudformation")
    for stack in cloudformation.describe_stacks()["Stacks"]:
        template = cloudformation.get_template(StackName=stack["StackName"])["TemplateBody"]
        for rules in _rules_of(json.loads(template) if isinstance(template, str) else template):
            aws.client("apigatewayv2").update_api(ApiId=deployment.api_id, CorsConfiguration=rules)


def _rules_of(template: dict[str, Any]) -> list[Any]:
    apis = [each for each in template["Resources"].values() if each["Type"] == "AWS::ApiGatewayV2::Api"]
    return [each["Properties"]["CorsConfiguration"] for each in apis]
