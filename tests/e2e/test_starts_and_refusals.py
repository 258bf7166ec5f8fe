"""Concurrent starts, and requests that are refused and leave nothing behind."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.e2e.conftest import Deployment

START = "/api/facebook/sync-background"
Json = dict[str, Any]


def test_many_starts_at_once_make_one_job_and_one_execution(deployment: Deployment) -> None:
    # The first round only warms up as many Lambdas as the second needs.
    for each in start_many(deployment):
        deployment.follow(each["jobId"])
    # Long enough that the sync still runs when the last caller has been heard.
    deployment.control(deployment.graph, latencySeconds=10)
    before = deployment.count_jobs()

    answers = start_many(deployment)

    deployment.control(deployment.graph, latencySeconds=0)
    assert len({answer["jobId"] for answer in answers}) == 1
    assert sum(not answer["existing"] for answer in answers) == 1
    job = deployment.follow(answers[0]["jobId"])
    assert job["status"] == "COMPLETED"
    assert deployment.count_jobs() == before + 1
    executions = deployment.aws.client("stepfunctions").list_executions(
        stateMachineArn=deployment.stack.state_machine_arn
    )["executions"]
    assert [each["name"] for each in executions].count(job["jobId"]) == 1


def start_many(deployment: Deployment) -> list[Json]:
    with ThreadPoolExecutor(12) as pool:
        return list(pool.map(lambda _: deployment.start("starts"), range(12)))


def test_a_running_sync_is_shown_on_its_page_and_counts_upwards(deployment: Deployment) -> None:
    deployment.control(deployment.gemini, latencySeconds=1.5)
    job_id = deployment.start("busy")["jobId"]
    assert deployment.page("busy")["activeJob"] == job_id
    running = deployment.follow(job_id, until=lambda job: job["syncedContacts"] > 0)
    assert running["status"] == "IN_PROGRESS"
    done = running["syncedContacts"] + running["failedContacts"]
    assert done % 25 == 0
    assert deployment.follow(job_id)["status"] == "COMPLETED"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", START),
        ("GET", f"/api/facebook/sync-status/{uuid.uuid4()}"),
        ("GET", "/api/facebook/pages"),
        ("GET", f"/api/facebook/pages/{uuid.uuid4()}/latest-sync"),
        ("GET", "/api/contacts"),
        ("GET", "/api/contacts/count"),
    ],
)
@pytest.mark.parametrize("token", [None, "", "Bearer", "Bearer forged.by.us", "Basic dXNlcjpwYXNz"])
def test_without_a_valid_token_every_route_answers_401(
    deployment: Deployment, method: str, path: str, token: str | None
) -> None:
    headers = {} if token is None else {"Authorization": token}
    answer = deployment.call(method, path, user=None, headers=headers, json={} if method == "POST" else None)
    assert answer.status_code == 401


def test_a_token_with_another_signature_is_refused(deployment: Deployment) -> None:
    header, claims, signature = deployment.stack.users[0].token.split(".")
    forged = f"{header}.{claims}.{signature[::-1]}"
    answer = deployment.call("GET", "/api/facebook/pages", user=None, headers={"Authorization": f"Bearer {forged}"})
    assert answer.status_code == 401


def test_a_foreign_page_answers_as_an_unknown_one_and_nothing_is_created(deployment: Deployment) -> None:
    before = deployment.count_jobs()
    foreign = deployment.call("POST", START, user=1, json={"facebookPageId": deployment.pages["refused"]})
    unknown = deployment.call("POST", START, user=1, json={"facebookPageId": str(uuid.uuid4())})
    assert same_refusal(foreign.json(), unknown.json())
    assert foreign.status_code == unknown.status_code == 404
    path = "/api/facebook/pages/{}/latest-sync"
    foreign = deployment.call("GET", path.format(deployment.pages["refused"]), user=1)
    unknown = deployment.call("GET", path.format(uuid.uuid4()), user=1)
    assert same_refusal(foreign.json(), unknown.json())
    assert foreign.status_code == unknown.status_code == 404
    assert deployment.count_jobs() == before


def test_a_foreign_job_answers_as_an_unknown_one(deployment: Deployment) -> None:
    job = deployment.sync("refused")
    foreign = deployment.call("GET", f"/api/facebook/sync-status/{job['jobId']}", user=1)
    unknown = deployment.call("GET", f"/api/facebook/sync-status/{uuid.uuid4()}", user=1)
    assert same_refusal(foreign.json(), unknown.json())
    assert foreign.status_code == unknown.status_code == 404


def test_another_organisation_sees_no_pages_and_no_contacts(deployment: Deployment) -> None:
    deployment.sync("refused")
    assert deployment.call("GET", "/api/facebook/pages", user=1).json() == {"pages": []}
    for query in ({}, {"facebookPageId": deployment.pages["refused"]}):
        assert deployment.call("GET", "/api/contacts", user=1, params=query).json() == {
            "contacts": [],
            "nextCursor": None,
        }
        assert deployment.call("GET", "/api/contacts/count", user=1, params=query).json() == {"count": 0}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "facebookPageId"),
        ({"facebookPageId": "x"}, "facebookPageId"),
        ({"facebookPageId": str(uuid.uuid4()), "mode": "half"}, "mode"),
    ],
)
def test_a_malformed_body_names_the_field_and_creates_nothing(
    deployment: Deployment, body: Json, field: str
) -> None:
    before = deployment.count_jobs()
    answer = deployment.call("POST", START, json=body)
    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert answer.json()["requestId"]
    assert deployment.count_jobs() == before


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/api/facebook/sync-status/17", "jobId"),
        ("/api/facebook/pages/17/latest-sync", "facebookPageId"),
        ("/api/contacts?facebookPageId=17", "facebookPageId"),
        ("/api/contacts?limit=0", "limit"),
        ("/api/contacts?limit=201", "limit"),
        ("/api/contacts?limit=many", "limit"),
        ("/api/contacts?cursor=made-up", "cursor"),
        ("/api/contacts/count?facebookPageId=17", "facebookPageId"),
    ],
)
def test_a_malformed_id_or_query_is_named(deployment: Deployment, path: str, field: str) -> None:
    answer = deployment.call("GET", path)
    assert (answer.status_code, answer.json()["field"]) == (422, field)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", START),
        ("DELETE", START),
        ("POST", "/api/contacts"),
        ("PUT", "/api/facebook/pages"),
        ("GET", "/api/no"),
    ],
)
def test_a_wrong_method_or_path_is_refused(deployment: Deployment, method: str, path: str) -> None:
    assert deployment.call(method, path).status_code in (404, 405)


def same_refusal(one: Json, other: Json) -> bool:
    return {**one, "requestId": ""} == {**other, "requestId": ""} and one["code"] == "NOT_FOUND"
