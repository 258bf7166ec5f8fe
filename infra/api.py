"""The HTTPS API: its routes, the token they all need, and how much may be asked of it."""

import json
from collections.abc import Sequence
from typing import cast

from aws_cdk import Duration
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_apigatewayv2_authorizers as authorizers
from aws_cdk import aws_apigatewayv2_integrations as integrations
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.environments import Environment
from infra.functions import Functions
from infra.identity import Identity
from infra.log_groups import HTTP_API, log_group
from infra.nag import acknowledge

METHODS = [
    apigateway.CorsHttpMethod.GET,
    apigateway.CorsHttpMethod.POST,
    apigateway.CorsHttpMethod.PATCH,
    apigateway.CorsHttpMethod.DELETE,
]

ACCESS_LOG_LINE = {
    "requestId": "$context.requestId",
    "time": "$context.requestTimeEpoch",
    "route": "$context.routeKey",
    "status": "$context.status",
    "milliseconds": "$context.responseLatency",
    "functionMilliseconds": "$context.integrationLatency",
    "authorizerError": "$context.authorizer.error",
    "integrationError": "$context.integrationErrorMessage",
}
"""Nothing of the caller: who asked is told by the function's log of the same request id."""


class Api(Construct):
    """`url` is what every path of the design's API is appended to."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        environment: Environment,
        identity: Identity,
        functions: Functions,
        web_url: str,
        log_key: kms.Key,
    ) -> None:
        super().__init__(scope, construct_id)
        self._environment = environment
        self.http_api = apigateway.HttpApi(
            self,
            "Http",
            api_name=f"pagesync-{environment.name}",
            create_default_stage=False,
            cors_preflight=_cors([web_url, *environment.other_origins]),
            default_authorizer=authorizers.HttpJwtAuthorizer(
                "People", identity.issuer, jwt_audience=[identity.client_id]
            ),
        )
        self._routes(
            functions.start_sync,
            "POST /api/facebook/sync-background",
            "POST /api/facebook/sync-cancel/{jobId}",
            "POST /api/facebook/sync-jobs/{jobId}/retry-failed",
        )
        self._routes(
            functions.status,
            "GET /api/facebook/sync-status/{jobId}",
            "GET /api/facebook/pages/{facebookPageId}/latest-sync",
            "GET /api/facebook/pages/{facebookPageId}/syncs",
        )
        self._routes(
            functions.accounts,
            "GET /api/facebook/oauth/start",
            "GET /api/facebook/connections/{connectionId}",
            "POST /api/facebook/connections/{connectionId}/pages",
            "DELETE /api/facebook/pages/{facebookPageId}",
        )
        self._public_routes(
            functions.accounts,
            "A browser comes here from Facebook, without a token: the state in its address says who began.",
            "GET /api/facebook/oauth/callback",
        )
        self._public_routes(
            functions.accounts,
            "Facebook itself calls, with its signature; the status of a deletion is asked for by its code.",
            "POST /api/facebook/deauthorize",
            "POST /api/facebook/data-deletion",
            "GET /api/facebook/data-deletion/{confirmationCode}",
        )
        self._routes(
            functions.crm,
            "GET /api/facebook/pages",
            "PATCH /api/facebook/pages/{facebookPageId}",
            "GET /api/contacts",
            "GET /api/contacts/count",
            "POST /api/contacts/export",
            "GET /api/contacts/{contactId}",
            "PATCH /api/contacts/{contactId}",
            "GET /api/contacts/{contactId}/activities",
            "GET /api/tags",
            "GET /api/pipelines",
            "POST /api/pipelines",
            "PATCH /api/pipelines/{pipelineId}",
            "DELETE /api/pipelines/{pipelineId}",
            "POST /api/pipelines/{pipelineId}/stages",
            "PATCH /api/pipelines/{pipelineId}/stages/{stageId}",
            "DELETE /api/pipelines/{pipelineId}/stages/{stageId}",
            "GET /api/organisation",
            "PATCH /api/organisation",
        )
        self._stage(log_key)
        self.url = self.http_api.api_endpoint
        functions.accounts.add_environment("PUBLIC_API_URL", environment.public_api_url or self.url)

    def _public_routes(self, function: lambda_.Function, reason: str, *routes: str) -> None:
        for route in self._routes(function, *routes, authorizer=apigateway.HttpNoneAuthorizer()):
            acknowledge(route, "AwsSolutions-APIG4", reason)

    def _routes(
        self, function: lambda_.Function, *routes: str, authorizer: apigateway.IHttpRouteAuthorizer | None = None
    ) -> list[apigateway.HttpRoute]:
        integration = integrations.HttpLambdaIntegration(function.node.id, function)  # pyright: ignore[reportArgumentType] - jsii
        return [
            added
            for method, path in (route.split() for route in routes)
            for added in self.http_api.add_routes(
                path=path, methods=[apigateway.HttpMethod(method)], integration=integration, authorizer=authorizer
            )
        ]

    def _stage(self, log_key: kms.Key) -> None:
        environment = self._environment
        stage = apigateway.HttpStage(
            self,
            "Stage",
            http_api=self.http_api,
            stage_name="$default",
            auto_deploy=True,
            throttle=apigateway.ThrottleSettings(
                rate_limit=environment.requests_per_second, burst_limit=environment.burst_requests
            ),
        )
        log = log_group(
            self,
            "AccessLogs",
            folder=HTTP_API,
            name=f"pagesync-{environment.name}",
            environment=environment,
            key=log_key,
        )
        settings = apigateway.CfnStage.AccessLogSettingsProperty(
            destination_arn=log.log_group_arn, format=json.dumps(ACCESS_LOG_LINE)
        )
        cast("apigateway.CfnStage", stage.node.default_child).access_log_settings = settings


def _cors(origins: Sequence[str]) -> apigateway.CorsPreflightOptions:
    """The token travels in a header of its own, never in a cookie: credentials are not allowed to any site."""
    return apigateway.CorsPreflightOptions(
        allow_origins=list(origins),
        allow_methods=METHODS,
        allow_headers=["authorization", "content-type"],
        max_age=Duration.hours(1),
    )
