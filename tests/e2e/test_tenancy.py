"""No organisation sees, starts, cancels or infers anything of another, on any route of the API.

The cases are made from docs/openapi.json: a route added there is tested here, or fails here until somebody says
what its ids name.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.e2e.conftest import Deployment, Json
from tests.e2e.test_connect import offered

OWNER, STRANGER, MEMBER = 0, 1, 2
DOCUMENT: Json = json.loads((Path(__file__).parents[2] / "docs" / "openapi.json").read_text(encoding="utf-8"))
NOBODYS = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
"""An id that names nothing."""


@dataclass(frozen=True)
class Route:
    method: str
    path: str
    operation: Mapping[str, Any]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def parameters(self) -> list[Json]:
        return self.operation.get("parameters", [])

    @property
    def body(self) -> Json | None:
        """The body's properties by name."""
        content = self.operation.get("requestBody", {}).get("content", {}).get("application/json")
        return None if content is None else resolved(content["schema"])["properties"]

    @property
    def is_for_owners(self) -> bool:
        return self.operation.get("x-role") == "owner"

    @property
    def needs_a_token(self) -> bool:
        return self.operation.get("security") != []


def resolved(schema: Json) -> Json:
    while "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        schema = DOCUMENT["components"]["schemas"][name]
    return schema


def routes() -> Iterator[Route]:
    for path, operations in DOCUMENT["paths"].items():
        for method, operation in operations.items():
            if method in {"get", "post", "put", "patch", "delete"}:
                yield Route(method.upper(), path, operation)


PRIVATE = [route for route in routes() if route.needs_a_token]
NAMES_SOMETHING = [
    route for route in PRIVATE if "{" in route.path or any(n.endswith("Id") for n in route.body or ())
]


@pytest.fixture(scope="module")
def ids(deployment: Deployment) -> Mapping[str, str]:
    """What the owner has, by the name that routes call it by."""
    job = deployment.sync("tenants")
    contact = deployment.contacts("tenants", limit=1)[0]
    ((pipeline, stage),) = deployment.rows(
        "SELECT stage.pipeline_id::text, stage.id::text FROM stage JOIN facebook_page AS page"
        " ON page.auto_pipeline_id = stage.pipeline_id WHERE page.id = %s ORDER BY stage.position LIMIT 1",
        deployment.pages["tenants"],
    )
    return {
        "jobId": job["jobId"],
        "facebookPageId": deployment.pages["tenants"],
        "contactId": contact["id"],
        "pipelineId": pipeline,
        "stageId": stage,
        "autoPipelineId": pipeline,
        "moveContactsTo": stage,
        "connectionId": offered(deployment),
    }


@pytest.mark.parametrize("route", NAMES_SOMETHING, ids=str)
def test_what_is_another_organisations_answers_as_what_does_not_exist(
    deployment: Deployment, ids: Mapping[str, str], route: Route
) -> None:
    before = everything(deployment)

    foreign = ask(deployment, route, ids)
    unknown = ask(deployment, route, dict.fromkeys(ids, NOBODYS))

    assert foreign.status_code in (404, 409, 422), foreign.text
    assert told(foreign, ids) == told(unknown, dict.fromkeys(ids, NOBODYS))
    assert everything(deployment) == before


@pytest.mark.parametrize("route", [route for route in PRIVATE if route.method == "GET"], ids=str)
def test_no_list_and_no_filter_shows_another_organisations_things(
    deployment: Deployment, ids: Mapping[str, str], route: Route
) -> None:
    answer = ask(deployment, route, ids, optional=True)

    mine = {value for name, value in ids.items() if name in ("jobId", "contactId", "pipelineId", "stageId")}
    echoed = {value for name, value in ids.items() if f"{{{name}}}" in route.path}
    assert not [value for value in mine - echoed if value in answer.text], answer.text


@pytest.mark.parametrize("route", [route for route in PRIVATE if route.is_for_owners], ids=str)
def test_members_change_nothing_that_concerns_the_whole_organisation(
    deployment: Deployment, ids: Mapping[str, str], route: Route
) -> None:
    before = everything(deployment)

    answer = ask(deployment, route, ids, user=MEMBER)

    assert (answer.status_code, answer.json()["code"]) == (403, "OWNER_ONLY")
    assert everything(deployment) == before


@pytest.mark.parametrize(
    "route", [route for route in PRIVATE if route.method == "GET" and not route.is_for_owners], ids=str
)
def test_members_see_what_their_organisation_has(
    deployment: Deployment, ids: Mapping[str, str], route: Route
) -> None:
    answer = ask(deployment, route, ids, user=MEMBER)
    # An offer is of the one person who logged in for it.
    assert answer.status_code == (404 if "connectionId" in route.path else 200), answer.text


@pytest.mark.parametrize("route", PRIVATE, ids=str)
def test_without_a_token_nothing_is_told(deployment: Deployment, ids: Mapping[str, str], route: Route) -> None:
    assert ask(deployment, route, ids, user=None).status_code == 401


def ask(
    deployment: Deployment,
    route: Route,
    ids: Mapping[str, str],
    *,
    user: int | None = STRANGER,
    optional: bool = False,
) -> requests.Response:
    """Call the route with `ids` wherever it takes one; `optional` ones in the query too."""
    path, query = route.path, dict[str, str]()
    for parameter in route.parameters:
        name = parameter["name"]
        if parameter["in"] == "path":
            assert name in ids, f"say in this module what {{{name}}} of {route} names"
            path = path.replace(f"{{{name}}}", ids[name])
        elif name in ids and (optional or parameter.get("required")):
            query[name] = ids[name]
    body = None if route.body is None else filled(route, ids)
    return deployment.call(route.method, path, user=user, params=query, json=body)


def filled(route: Route, ids: Mapping[str, str]) -> Json:
    """The document's example of the body, if it has one, with the ids that are asked about."""
    content = route.operation["requestBody"]["content"]["application/json"]
    example = (resolved(content["schema"]).get("examples") or [{}])[0]
    unknown = (
        {name for name in route.body or () if name.endswith(("Id", "Ids"))} - ids.keys() - {"stageIds", "pageIds"}
    )
    assert not unknown, f"say in this module what {unknown} of {route} name"
    return {**example, **{name: ids[name] for name in route.body or () if name in ids}}


def told(answer: requests.Response, ids: Mapping[str, str]) -> tuple[int, str]:
    """The answer without what differs between any two: the request's own id, and the ids that were asked about."""
    text = json.dumps({name: value for name, value in answer.json().items() if name != "requestId"})
    for value in ids.values():
        text = text.replace(value, "(id)")
    return answer.status_code, text


def everything(deployment: Deployment) -> tuple[Any, ...]:
    """All that a request could have changed."""
    tables = ("facebook_page", "pipeline", "stage", "contact", "contact_activity", "contact_tag")
    digest = "SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {} t"
    return (*(deployment.rows(digest.format(table)) for table in tables), deployment.count_jobs())
