"""The web application on AWS: closed behind CloudFront, told what to load, and never stale."""

import json
import re
from typing import Any

import pytest

from infra.app import build
from infra.environments import environment_named
from infra.web_headers import content_security_policy
from local.accounts import SCOPE
from tests.infra.templates import Assembly


@pytest.fixture(scope="module")
def distribution(prod: Assembly) -> dict[str, Any]:
    return prod.only("AWS::CloudFront::Distribution")["Properties"]["DistributionConfig"]


@pytest.fixture(scope="module")
def policies(prod: Assembly) -> dict[str, dict[str, Any]]:
    """Response headers by what they are for."""
    found = prod.all_of("AWS::CloudFront::ResponseHeadersPolicy")
    names = {"HeadersOther": "other", "HeadersAssets": "assets"}
    return {
        what: resource["Properties"]["ResponseHeadersPolicyConfig"]
        for name, resource in found.items()
        for part, what in names.items()
        if part in name
    }


def test_the_local_stack_serves_it_itself(local: Assembly) -> None:
    assert local.all_of("AWS::CloudFront::Distribution") == {}


def test_nobody_reads_the_bucket_but_this_distribution(prod: Assembly, distribution: dict[str, Any]) -> None:
    (bucket,) = [each for name, each in prod.all_of("AWS::S3::Bucket").items() if name.startswith("WebFiles")]
    assert set(bucket["Properties"]["PublicAccessBlockConfiguration"].values()) == {True}
    (policy,) = [each for name, each in prod.all_of("AWS::S3::BucketPolicy").items() if name.startswith("WebFiles")]
    statements = policy["Properties"]["PolicyDocument"]["Statement"]
    (allowed,) = [each for each in statements if each["Effect"] == "Allow"]
    assert allowed["Action"] == "s3:GetObject"
    assert allowed["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    assert prod.name_of(allowed["Condition"]["StringEquals"]["AWS:SourceArn"]).startswith(
        "arn:Partition:cloudfront"
    )
    (origin,) = distribution["Origins"]
    assert "OriginAccessControlId" in origin


def test_it_comes_by_tls_alone(distribution: dict[str, Any]) -> None:
    behaviours = [distribution["DefaultCacheBehavior"], *distribution["CacheBehaviors"]]
    assert {each["ViewerProtocolPolicy"] for each in behaviours} == {"redirect-to-https"}


def test_browsers_are_told_what_to_load_and_where_from(policies: dict[str, dict[str, Any]], prod: Assembly) -> None:
    for policy in policies.values():
        security = policy["SecurityHeadersConfig"]
        told = prod.name_of(security["ContentSecurityPolicy"]["ContentSecurityPolicy"])
        directives = dict(each.split(" ", 1) for each in told.split("; "))
        assert directives["default-src"] == "'none'"
        assert directives["script-src"] == "'self'"
        assert directives["frame-ancestors"] == "'none'"
        assert "*.execute-api.Region.amazonaws.com" in directives["connect-src"]
        assert ".auth.Region.amazoncognito.com" in directives["connect-src"]
        assert directives["frame-src"].startswith("https://Payloads")
        assert "RegionalDomainName" in json.dumps(security)
        assert security["StrictTransportSecurity"]["AccessControlMaxAgeSec"] >= 31_536_000
        assert security["FrameOptions"]["FrameOption"] == "DENY"


def test_a_release_is_seen_at_once_and_its_parts_are_kept_for_good(policies: dict[str, dict[str, Any]]) -> None:
    cache = {
        what: {each["Header"]: each["Value"] for each in policy["CustomHeadersConfig"]["Items"]}["Cache-Control"]
        for what, policy in policies.items()
    }
    assert cache == {"other": "no-cache", "assets": "public, max-age=31536000, immutable"}


def test_the_edge_forgets_every_address_at_a_release(prod: Assembly) -> None:
    """It keeps index.html under each address that was asked for: / and /contacts are other entries."""
    site = json.loads((prod.folder / "Pagesync-prod-Web.template.json").read_text())["Resources"]
    (files,) = [each for each in site.values() if each["Type"] == "Custom::CDKBucketDeployment"]
    assert files["Properties"]["DistributionPaths"] == ["/*"]


def test_people_come_back_from_signing_in_to_the_application_alone(prod: Assembly) -> None:
    client = prod.only("AWS::Cognito::UserPoolClient")["Properties"]
    (callback,) = client["CallbackURLs"]
    assert prod.name_of(callback).startswith("https://WebSite")
    assert client["AllowedOAuthFlows"] == ["code"]
    assert client["AllowedOAuthScopes"] == [SCOPE]
    assert client["GenerateSecret"] is False


def test_the_application_must_have_been_built(context: dict[str, Any]) -> None:
    from aws_cdk import App  # noqa: PLC0415 - after the fixtures have put Node on the path

    app = App(context={**context, "webBuilt": "/nowhere"})
    with pytest.raises(SystemExit, match="make web"):
        build(app, environment_named("dev", context.get))


def test_the_policy_allows_scripts_of_its_own_files_alone() -> None:
    policy = content_security_policy(
        services=["https://api.example"], pictures=["https://pictures.example"], downloads="https://files.example"
    )
    directives = dict(each.split(" ", 1) for each in policy.split("; "))
    assert directives["script-src"] == "'self'"
    assert directives["connect-src"] == "'self' https://api.example"
    assert directives["frame-src"] == "https://files.example"
    assert json.dumps(policy).count("unsafe-eval") == 0


def test_the_application_is_told_where_to_ask_and_which_claim_has_the_role(prod: Assembly) -> None:
    # Addresses are filled in by the deployment.
    (config,) = [each.read_text() for each in prod.folder.glob("asset.*/config.json")]
    assert re.findall(r'"(\w+)":', config) == ["apiUrl", "authority", "clientId", "scope", "roleClaim"]
    assert '"roleClaim":"custom:role"' in config
    assert f'"scope":"{SCOPE}"' in config
