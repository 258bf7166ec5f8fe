"""Writes docs/openapi.json from the routes themselves: `make openapi`."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from local.handlers import load
from pagesync.messages.http import ErrorView, GatewayView

FILE = Path(__file__).resolve().parent.parent / "docs" / "openapi.json"
EXAMPLES = Path(__file__).with_name("openapi_examples.json")
"""Of answers, by the name of their schema; bodies have theirs with them."""
Json = dict[str, Any]

_HTTP_APIS = ("start_sync", "status", "crm", "accounts")
_ABOUT = """\
Every request carries the ID token of a signed-in user of an organisation, and sees what is that organisation's.
Lists are read page by page: `nextCursor` of an answer is `cursor` of the next request, until it is null.
An error is an ErrorView. Where no function is reached the gateway answers, with a GatewayView: 404 is its answer to
a path or a method that is not listed here."""
_COMPONENT = "#/components/schemas/{model}"


def document() -> Json:
    """One OpenAPI document over the functions that answer HTTP."""
    parts = [
        json.loads(api.get_openapi_json_schema(title="pagesync", version="1")) for api in map(load, _HTTP_APIS)
    ]
    merged = parts[0]
    for part in parts[1:]:
        for path, operations in part["paths"].items():
            # Two functions may answer one path, each with methods of its own.
            merged["paths"].setdefault(path, {}).update(operations)
        merged["components"]["schemas"] |= part["components"]["schemas"]
    merged["info"]["description"] = _ABOUT
    schemas = merged["components"]["schemas"]
    schemas |= {each.__name__: each.model_json_schema(by_alias=True) for each in (ErrorView, GatewayView)}
    merged["components"]["securitySchemes"] = {"jwt": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
    merged["security"] = [{"jwt": []}]
    for method, operation in _operations(merged):
        _describe_parameters(operation, schemas)
        _tell_refusals(method, operation)
    _drop_unused(merged)
    for name, example in json.loads(EXAMPLES.read_text(encoding="utf-8")).items():
        schemas[name]["examples"] = [example]
    return merged


def _operations(document: Json) -> Iterator[tuple[str, Json]]:
    for operations in document["paths"].values():
        yield from operations.items()


def _describe_parameters(operation: Json, schemas: Mapping[str, Json]) -> None:
    """Powertools calls every field of a query's model a string. None is never sent: that is to leave it out."""
    parameters = operation.get("parameters", [])
    names = {each["name"] for each in parameters}
    queries = [schema["properties"] for name, schema in schemas.items() if name.endswith("Query")]
    described = {name: each for query in queries if query.keys() <= names for name, each in query.items()}
    for parameter in parameters:
        parameter["schema"] = _without_null(described.get(parameter["name"], parameter["schema"]))


def _without_null(schema: Json) -> Json:
    kept = [each for each in schema.get("anyOf", []) if each != {"type": "null"}]
    if len(kept) != 1:
        return schema
    return {name: value for name, value in schema.items() if name not in ("anyOf", "default")} | kept[0]


def _tell_refusals(method: str, operation: Json) -> None:
    answers = operation["responses"]
    answers.pop("422")  # Powertools' own shape
    answers.get("302", {}).pop("content", None)
    answers |= {status: _answer(text, ErrorView) for status, text in _refusals(method, operation).items()}
    if operation.get("security") != []:
        answers["401"] = _answer("No valid token.", GatewayView)
    answers["429"] = _answer("Too many requests at once: try again in a second.", GatewayView)
    answers["500"] = _answer("Our fault; `requestId` finds it in the logs.", ErrorView, GatewayView)
    answers["503"] = _answer("Not reachable for now, or Facebook is not: try again.", ErrorView, GatewayView)
    operation["responses"] = dict(sorted(answers.items()))


def _refusals(method: str, operation: Json) -> dict[str, str]:
    parameters, has_body = operation.get("parameters", []), "requestBody" in operation
    names_something = has_body or any(each["in"] == "path" for each in parameters)
    refusals: dict[str, str] = {}
    if operation.get("security") != []:
        owners = " Or it is no owner's: OWNER_ONLY." if operation.get("x-role") == "owner" else ""
        refusals["403"] = f"The account belongs to no organisation.{owners}"
    if names_something:
        refusals["404"] = "Unknown, or another organisation's: the two are answered alike."
    if names_something and method != "get":
        refusals["409"] = "What it is now forbids it; with `currentVersion`, somebody else has changed it."
    if "application/json" in operation.get("requestBody", {}).get("content", {}):
        refusals["415"] = "The body is not sent as JSON."
    if has_body or parameters or operation.get("security") != []:
        refusals["422"] = "Malformed, or a parameter that is not known; `field` names what."
    return refusals


def _answer(description: str, *views: type[ErrorView | GatewayView]) -> Json:
    schemas = [{"$ref": _COMPONENT.format(model=view.__name__)} for view in views]
    schema = schemas[0] if len(schemas) == 1 else {"anyOf": schemas}
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _drop_unused(document: Json) -> None:
    """Schemas that nothing refers to, and what only they refer to."""
    schemas = document["components"]["schemas"]
    used = _referred_to(document["paths"])
    while found := {name for each in used for name in _referred_to(schemas[each])} - used:
        used |= found
    document["components"]["schemas"] = {name: schemas[name] for name in used}


def _referred_to(part: Json) -> set[str]:
    return set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(part)))


def rendered() -> str:
    return json.dumps(document(), indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    FILE.write_text(rendered(), encoding="utf-8")
