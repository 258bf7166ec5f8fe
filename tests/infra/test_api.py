"""The API's front: routes, tokens, limits."""

import json

from infra.environments import DatabaseKind, Environment, OidcIssuer
from tests.infra.conftest import Assemble
from tests.infra.templates import Assembly, Resource

ROUTES = {
    "POST /api/facebook/sync-background": "start_sync",
    "POST /api/facebook/sync-cancel/{jobId}": "start_sync",
    "POST /api/facebook/sync-jobs/{jobId}/retry-failed": "start_sync",
    "GET /api/facebook/sync-status/{jobId}": "status",
    "GET /api/facebook/pages/{facebookPageId}/latest-sync": "status",
    "GET /api/facebook/pages/{facebookPageId}/syncs": "status",
    "GET /api/facebook/oauth/start": "accounts",
    "GET /api/facebook/oauth/callback": "accounts",
    "POST /api/facebook/deauthorize": "accounts",
    "POST /api/facebook/data-deletion": "accounts",
    "GET /api/facebook/data-deletion/{confirmationCode}": "accounts",
    "GET /api/facebook/connections/{connectionId}": "accounts",
    "POST /api/facebook/connections/{connectionId}/pages": "accounts",
    "DELETE /api/facebook/pages/{facebookPageId}": "accounts",
    "GET /api/facebook/pages": "crm",
    "PATCH /api/facebook/pages/{facebookPageId}": "crm",
    "GET /api/contacts": "crm",
    "GET /api/contacts/count": "crm",
    "POST /api/contacts/export": "crm",
    "GET /api/contacts/{contactId}": "crm",
    "PATCH /api/contacts/{contactId}": "crm",
    "GET /api/contacts/{contactId}/activities": "crm",
    "GET /api/tags": "crm",
    "GET /api/pipelines": "crm",
    "POST /api/pipelines": "crm",
    "PATCH /api/pipelines/{pipelineId}": "crm",
    "DELETE /api/pipelines/{pipelineId}": "crm",
    "POST /api/pipelines/{pipelineId}/stages": "crm",
    "PATCH /api/pipelines/{pipelineId}/stages/{stageId}": "crm",
    "DELETE /api/pipelines/{pipelineId}/stages/{stageId}": "crm",
    "GET /api/organisation": "crm",
    "PATCH /api/organisation": "crm",
}


def test_each_route_leads_to_its_function(assembly: Assembly) -> None:
    assert {
        route["Properties"]["RouteKey"]: _function_behind(assembly, route["Properties"]["Target"])
        for route in assembly.all_of("AWS::ApiGatewayV2::Route").values()
    } == ROUTES


PUBLIC = {
    "GET /api/facebook/oauth/callback",
    "POST /api/facebook/deauthorize",
    "POST /api/facebook/data-deletion",
    "GET /api/facebook/data-deletion/{confirmationCode}",
}
"""Whoever comes here has proven otherwise who they are."""


def test_no_other_route_opens_without_a_token(assembly: Assembly) -> None:
    ((authorizer_id, authorizer),) = assembly.all_of("AWS::ApiGatewayV2::Authorizer").items()
    assert authorizer["Properties"]["AuthorizerType"] == "JWT"
    routes = [route["Properties"] for route in assembly.all_of("AWS::ApiGatewayV2::Route").values()]
    assert {route["RouteKey"] for route in routes if route["AuthorizationType"] == "NONE"} == PUBLIC
    for route in routes:
        assert route["RouteKey"] in PUBLIC or route["AuthorizerId"] == {"Ref": authorizer_id}


def test_a_token_is_of_our_user_pool_and_client(assembly: Assembly) -> None:
    authorizer = assembly.only("AWS::ApiGatewayV2::Authorizer")["Properties"]
    configuration = authorizer["JwtConfiguration"]
    (pool,) = assembly.all_of("AWS::Cognito::UserPool")
    (client,) = assembly.all_of("AWS::Cognito::UserPoolClient")
    assert assembly.name_of(configuration["Issuer"]) == f"https://cognito-idp.Region.amazonaws.com/{pool}"
    assert [assembly.name_of(each) for each in configuration["Audience"]] == [client]
    assert authorizer["IdentitySource"] == ["$request.header.Authorization"]


def test_the_api_is_throttled(assembly: Assembly) -> None:
    limits = assembly.only("AWS::ApiGatewayV2::Stage")["Properties"]["DefaultRouteSettings"]
    assert 0 < limits["ThrottlingRateLimit"] <= limits["ThrottlingBurstLimit"] <= 1_000


def test_calls_are_logged_without_the_caller(assembly: Assembly) -> None:
    settings = assembly.only("AWS::ApiGatewayV2::Stage")["Properties"]["AccessLogSettings"]
    line = json.loads(settings["Format"])
    assert {"$context.requestId", "$context.routeKey", "$context.status"} <= set(line.values())
    personal = ("identity", "claims", "principal", "path", "query")
    assert not [value for value in line.values() if any(word in value for word in personal)]
    log_group = assembly.sync[settings["DestinationArn"]["Fn::GetAtt"][0]]
    assert log_group["Properties"]["RetentionInDays"] > 0


def test_the_web_application_is_let_in_by_name_and_no_other_site(assembly: Assembly) -> None:
    cors = assembly.only("AWS::ApiGatewayV2::Api")["Properties"]["CorsConfiguration"]
    (origin,) = cors["AllowOrigins"]
    expected = {"local": "http://127.0.0.1:3333", "prod": "https://WebSite"}
    assert assembly.name_of(origin).startswith(expected[assembly.environment])
    assert not cors.get("AllowCredentials")
    assert set(cors["AllowHeaders"]) == {"authorization", "content-type"}
    assert {route.split()[0] for route in ROUTES} == set(cors["AllowMethods"])


def _function_behind(assembly: Assembly, target: object) -> str:
    integration_id = assembly.name_of(target).removeprefix("integrations/")
    function_id = assembly.sync[integration_id]["Properties"]["IntegrationUri"]["Fn::GetAtt"][0]
    name: str = assembly.sync[function_id]["Properties"]["FunctionName"]
    return name.removeprefix(f"pagesync-{assembly.environment}-").replace("-", "_")


def _security_policy(resource: Resource) -> object:
    security = resource["Properties"]["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]
    return security["ContentSecurityPolicy"]["ContentSecurityPolicy"]


def test_people_may_be_signed_in_by_another_issuer(assemble: Assemble) -> None:
    issuer = OidcIssuer("https://people.example/realms/sales", "web-client", org_claim="org", role_claim="role")
    environment = Environment(name="other", database=DatabaseKind.AURORA_DSQL, oidc=issuer)
    assembly = assemble(environment)
    authorizer = assembly.only("AWS::ApiGatewayV2::Authorizer")["Properties"]["JwtConfiguration"]
    assert authorizer == {"Issuer": "https://people.example/realms/sales", "Audience": ["web-client"]}
    assert not assembly.all_of("AWS::Cognito::UserPool")
    # A path in a policy that does not end in a slash stands for itself alone, and not for what is below it.
    for policy in assembly.all_of("AWS::CloudFront::ResponseHeadersPolicy").values():
        assert " https://people.example;" in assembly.name_of(_security_policy(policy))
    for name in ("start_sync", "status", "crm", "accounts"):
        told = assembly.function(name)["Environment"]["Variables"]
        assert (told["ORG_CLAIM"], told["ROLE_CLAIM"]) == ("org", "role")
