"""Who may do what in an organisation, by the claims of a verified token."""

import pytest

from local import openapi
from pagesync import bootstrap
from pagesync.domain.errors import NotFound
from tests.handlers.conftest import call, http_event, load

DOCUMENT = openapi.document()
OWNERS = [
    pytest.param(method.upper(), path, id=f"{method} {path}")
    for path, operations in DOCUMENT["paths"].items()
    for method, operation in operations.items()
    if operation.get("x-role") == "owner"
]
FUNCTIONS = ("start_sync", "status", "crm", "accounts")
ID = "0a0b0c0d-0000-4000-8000-000000000001"


def example(method: str, path: str) -> object:
    """The body that the document shows."""
    operation = DOCUMENT["paths"][path][method.lower()]
    if "requestBody" not in operation:
        return None
    name = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    return DOCUMENT["components"]["schemas"][name]["examples"][0]


def answering(method: str, path: str, **claims: object) -> tuple[int, str]:
    """Status and code of the function that has the route."""
    event = http_event(method, path.replace("{", "").replace("}", ""), body=example(method, path), **claims)  # type: ignore[arg-type]
    for parameter in ("facebookPageId", "pipelineId", "stageId", "connectionId"):
        event["rawPath"] = event["rawPath"].replace(parameter, ID)
    for function in FUNCTIONS:
        answer = call(load(function), event)
        if (answer.status, answer.body["message"]) != (404, "There is no such route."):
            return answer.status, answer.body["code"]
    raise AssertionError(f"no function has {method} {path}")


def test_what_concerns_the_whole_organisation_is_its_owners_to_decide() -> None:
    assert {(each.values[0], each.values[1]) for each in OWNERS} == {
        ("GET", "/api/facebook/oauth/start"),
        ("POST", "/api/facebook/connections/{connectionId}/pages"),
        ("PATCH", "/api/facebook/pages/{facebookPageId}"),
        ("DELETE", "/api/facebook/pages/{facebookPageId}"),
        ("POST", "/api/pipelines"),
        ("PATCH", "/api/pipelines/{pipelineId}"),
        ("DELETE", "/api/pipelines/{pipelineId}"),
        ("POST", "/api/pipelines/{pipelineId}/stages"),
        ("PATCH", "/api/pipelines/{pipelineId}/stages/{stageId}"),
        ("DELETE", "/api/pipelines/{pipelineId}/stages/{stageId}"),
        ("PATCH", "/api/organisation"),
    }


@pytest.mark.parametrize(("method", "path"), OWNERS)
@pytest.mark.parametrize("role", ["member", None, "Owner", "admin"])
def test_nobody_else_gets_through(method: str, path: str, role: str | None) -> None:
    assert answering(method, path, role=role) == (403, "OWNER_ONLY")


def test_another_issuers_claims_are_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORG_CLAIM", "https://pagesync.example/org")
    monkeypatch.setenv("ROLE_CLAIM", "https://pagesync.example/role")
    seen: list[str] = []

    def edit(*, org_id: str, changes: object) -> None:
        seen.append(org_id)
        raise NotFound("Nothing is edited here.")

    verbs = bootstrap.OrganisationVerbs(read=edit, edit=edit)
    monkeypatch.setattr(bootstrap, "organisation", lambda: verbs)
    event = http_event("PATCH", "/api/organisation", body={"language": "de"}, org_id="from Cognito")
    claims = event["requestContext"]["authorizer"]["jwt"]["claims"]

    assert call(load("crm"), event).body["code"] == "OWNER_ONLY"
    claims |= {"https://pagesync.example/org": "org-9", "https://pagesync.example/role": "owner"}
    assert call(load("crm"), event).status == 404
    assert seen == ["org-9"]
