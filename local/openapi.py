"""Writes docs/openapi.json from the routes themselves: `make openapi`."""

import json
from pathlib import Path
from typing import Any

from local.handlers import load
from pagesync.messages.http import ErrorView

FILE = Path(__file__).resolve().parent.parent / "docs" / "openapi.json"
_HTTP_APIS = ("start_sync", "status", "crm")
_ERRORS = {
    "403": "The account belongs to no organisation.",
    "404": "Unknown, or another organisation's: the two are answered alike.",
    "422": "Malformed; `field` names what.",
    "500": "Our fault; `requestId` finds it in the logs.",
}


def document() -> dict[str, Any]:
    """One OpenAPI document over the functions that answer HTTP."""
    parts = [
        json.loads(api.get_openapi_json_schema(title="pagesync", version="1")) for api in map(load, _HTTP_APIS)
    ]
    merged = parts[0]
    for part in parts[1:]:
        merged["paths"] |= part["paths"]
        merged["components"]["schemas"] |= part["components"]["schemas"]
    merged["components"]["schemas"]["ErrorView"] = ErrorView.model_json_schema(by_alias=True)
    merged["components"]["securitySchemes"] = {"jwt": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
    merged["security"] = [{"jwt": []}]
    for operations in merged["paths"].values():
        for operation in operations.values():
            _tell_refusals(operation)
    for unused in ("HTTPValidationError", "ResponseValidationError", "ValidationError"):
        merged["components"]["schemas"].pop(unused, None)
    return merged


def _tell_refusals(operation: dict[str, Any]) -> None:
    error = {"application/json": {"schema": {"$ref": "#/components/schemas/ErrorView"}}}
    answers = operation["responses"]
    answers["401"] = {"description": "No valid token: answered by the gateway, before any function."}
    answers |= {status: {"description": text, "content": error} for status, text in _ERRORS.items()}
    operation["responses"] = dict(sorted(answers.items()))


def rendered() -> str:
    return json.dumps(document(), indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    FILE.write_text(rendered(), encoding="utf-8")
