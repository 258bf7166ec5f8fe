"""The HTTPS API: its routes, the token they all need, and how much may be asked of it."""

import json
from collections.abc import Sequence
from typing import cast

from aws_cdk import Duration
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_apigatewayv2_authorizers as authorizers
from aws_cdk import aws_apigatewayv2_integrations as integrations
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.environments import Environment
from infra.functions import Functions
from infra.identity import Identity

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
    ) -> None:
        super().__init__(scope, construct_id)
        self._environment = environment
        self._http_api = apigateway.HttpApi(
            self,
            "Http",
            api_name=f"pagesync-{environment.name}",
            create_default_stage=False,
            cors_preflight=_cors(environment.cors_origins),
            default_authorizer=authorizers.HttpJwtAuthorizer(
                "People", identity.issuer, jwt_audience=[identity.client.user_pool_client_id]
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
        )
        self._routes(
            functions.crm,
            "GET /api/facebook/pages",
            "GET /api/contacts",
            "GET /api/contacts/count",
            "POST /api/contacts/export",
            "GET /api/contacts/{contactId}",
            "PATCH /api/contacts/{contactId}",
            "GET /api/contacts/{contactId}/activities",
            "GET /api/tags",
        )
        self._stage()
        self.url = self._http_api.api_endpoint

    def _routes(self, function: lambda_.Function, *routes: str) -> None:
        integration = integrations.HttpLambdaIntegration(function.node.id, function)  # pyright: ignore[reportArgumentType] - jsii
        for method, path in (route.split() for route in routes):
            self._http_api.add_routes(path=path, methods=[apigateway.HttpMethod(method)], integration=integration)

    def _stage(self) -> None:
        environment = self._environment
        stage = apigateway.HttpStage(
            self,
            "Stage",
            http_api=self._http_api,
            stage_name="$default",
            auto_deploy=True,
            throttle=apigateway.ThrottleSettings(
                rate_limit=environment.requests_per_second, burst_limit=environment.burst_requests
            ),
        )
        log_group = logs.LogGroup(
            self,
            "AccessLogs",
            log_group_name=f"/aws/vendedlogs/http-api/pagesync-{environment.name}",
            retention=environment.log_retention,
            removal_policy=environment.logs_removal_policy,
        )
        settings = apigateway.CfnStage.AccessLogSettingsProperty(
            destination_arn=log_group.log_group_arn, format=json.dumps(ACCESS_LOG_LINE)
        )
        cast("apigateway.CfnStage", stage.node.default_child).access_log_settings = settings


def _cors(origins: Sequence[str]) -> apigateway.CorsPreflightOptions | None:
    """The token travels in a header of its own, never in a cookie: credentials are not allowed to any site."""
    if not origins:
        return None
    return apigateway.CorsPreflightOptions(
        allow_origins=list(origins),
        allow_methods=METHODS,
        allow_headers=["authorization", "content-type"],
        max_age=Duration.hours(1),
    )
