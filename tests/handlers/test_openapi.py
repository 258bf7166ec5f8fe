"""The committed API description is what the routes say."""

import json
from typing import Any

import pytest

from local import openapi

Json = dict[str, Any]


def test_the_committed_document_is_up_to_date() -> None:
    assert openapi.FILE.read_text(encoding="utf-8") == openapi.rendered(), "run `make openapi`"


OPERATIONS = [
    pytest.param(method, operation, id=f"{method} {path}")
    for path, operations in openapi.document()["paths"].items()
    for method, operation in operations.items()
]


PUBLIC = {
    "/api/facebook/oauth/callback",
    "/api/facebook/deauthorize",
    "/api/facebook/data-deletion",
    "/api/facebook/data-deletion/{confirmationCode}",
}


def test_every_other_operation_needs_a_token() -> None:
    document = openapi.document()
    assert document["security"] == [{"jwt": []}]
    told = {
        path: operation["security"]
        for path, operations in document["paths"].items()
        for operation in operations.values()
        if "security" in operation
    }
    assert told == {path: [] for path in PUBLIC}


@pytest.mark.parametrize(("method", "operation"), OPERATIONS)
def test_an_operation_tells_its_refusals(method: str, operation: Json) -> None:
    told = {"429", "500", "503"} | ({"401", "403"} if "security" not in operation else set())
    if "requestBody" in operation:
        told |= {"404", "409", "422"} | (
            {"415"} if "application/json" in operation["requestBody"]["content"] else set()
        )
    if any(each["in"] == "path" for each in operation.get("parameters", [])):
        told |= {"404", "422"} | ({"409"} if method != "get" else set())
    assert told <= set(operation["responses"])
    assert any(status < "400" for status in operation["responses"])
    described = [
        each["content"]["application/json"] for each in operation["responses"].values() if "content" in each
    ]
    assert all("schema" in each for each in described)
    assert {"302"} >= {status for status, each in operation["responses"].items() if "content" not in each}


def test_a_filter_is_described_by_its_type_and_is_never_null() -> None:
    parameters = openapi.document()["paths"]["/api/contacts"]["get"]["parameters"]
    schemas = {each["name"]: each["schema"] for each in parameters}
    assert schemas["facebookPageId"]["format"] == "uuid"
    assert (schemas["minScore"]["type"], schemas["minScore"]["maximum"]) == ("integer", 100)
    assert schemas["leadStatus"] == {"$ref": "#/components/schemas/LeadStatus"}
    assert schemas["interactedAfter"]["format"] == "date-time"
    assert "null" not in json.dumps(schemas)


def test_no_schema_is_described_that_nothing_uses() -> None:
    document = openapi.document()
    text = json.dumps(document)
    assert all(f'"#/components/schemas/{name}"' in text for name in document["components"]["schemas"])


def test_starting_a_sync_documents_both_answers() -> None:
    answers = openapi.document()["paths"]["/api/facebook/sync-background"]["post"]["responses"]
    assert {"200", "202"} <= set(answers)
