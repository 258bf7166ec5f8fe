"""Handlers as Lambda loads them, fed with the events that API Gateway and Step Functions send."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from local import handlers
from pagesync.runtime import callers
from tests import samples

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]


@dataclass
class Context:
    """What Lambda passes beside the event."""

    function_name: str = "function"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:000000000000:function:function"
    aws_request_id: str = "11111111-2222-4333-8444-555555555555"


@dataclass
class Answer:
    status: int
    body: Any


@pytest.fixture(autouse=True)
def _powertools(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "test")
    monkeypatch.setenv("PAGESYNC_ENVIRONMENT", "test")
    callers.identity.cache_clear()


def load(name: str) -> Handler:
    return handlers.load(name)


def http_event(
    method: str,
    path: str,
    *,
    body: object = None,
    query: dict[str, str] | None = None,
    org_id: str | None = samples.ORG,
    role: str | None = "owner",
) -> dict[str, Any]:
    """An HTTP API event, payload format 2.0, as after the JWT authorizer."""
    whose = {"custom:org_id": org_id, "custom:role": role}
    claims = {"sub": "user-1", "token_use": "id", **{name: value for name, value in whose.items() if value}}
    return {
        "version": "2.0",
        "routeKey": f"{method} {path}",
        "rawPath": path,
        "rawQueryString": "&".join(f"{key}={value}" for key, value in (query or {}).items()),
        "headers": {"content-type": "application/json", "authorization": "Bearer token"},
        "queryStringParameters": query,
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "api",
            "authorizer": {"jwt": {"claims": claims, "scopes": None}},
            "domainName": "api.execute-api.us-east-1.amazonaws.com",
            "http": {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1"},
            "requestId": "request-1",
            "routeKey": f"{method} {path}",
            "stage": "$default",
            "timeEpoch": 1772366400000,
        },
        "body": body if body is None or isinstance(body, str) else json.dumps(body),
        "isBase64Encoded": False,
    }


def call(handler: Handler, event: dict[str, Any]) -> Answer:
    answer = handler(event, Context())
    return Answer(answer["statusCode"], json.loads(answer["body"]))
