"""Tokens, names and people's words stay where they belong, on a bad day too."""

import json
from collections.abc import Iterator
from typing import Any

from local.evidence import execution_arn
from local.settings import PLACEHOLDER_GEMINI_KEY
from tests.e2e.conftest import Deployment, Json

_SHORTEST_WORDS = 12
"""A shorter message ("Thanks!") may stand anywhere without being anybody's."""


def test_no_token_name_or_message_is_found_outside_the_crm(deployment: Deployment) -> None:
    failed = _sync_on_a_bad_day(deployment)
    expired = _sync_with_a_dying_token(deployment)
    marks = _marks(deployment)

    told = dict(_told(deployment, [failed, expired]))
    leaks = sorted((place, mark) for place, text in told.items() for mark in marks if mark in text)

    assert leaks == []
    assert {place.partition(":")[0] for place in told} == {"logs", "history", "item", "answer", "queue"}
    assert len(marks) > 200
    # The search finds what is there: where the CRM keeps people, every mark of a kind is found.
    kept = "\n".join(str(row) for row in deployment.rows("SELECT first_name, last_name, ai_context FROM contact"))
    assert sum(name.split()[0] in kept for name in _names(deployment)) > 30


def _sync_on_a_bad_day(deployment: Deployment) -> Json:
    graph = [
        {"match": "list", "kind": kind} for kind in ("http500_code2", "html_outage", "truncated", "throttle_4")
    ]
    gemini = ["malformed_json", "blocked_prompt", "503", "html_502", "429_retry_info", "wrong_schema", "max_tokens"]
    deployment.control(deployment.graph, faults=graph)
    deployment.control(deployment.gemini, faults=[{"kind": kind, "times": 3} for kind in gemini])
    job = deployment.sync("leaks", "full")
    assert job["status"] == "COMPLETED"
    assert job["failedContacts"] > 0
    return job


def _sync_with_a_dying_token(deployment: Deployment) -> Json:
    token = {"pageId": deployment.meta_id("leaks"), "state": "expired", "afterListCalls": 0}
    deployment.control(deployment.graph, reset=True, token=token)
    job = deployment.sync("leaks", "full")
    assert job["tokenExpired"]
    return job


def _marks(deployment: Deployment) -> set[str]:
    """What nobody but the CRM, the payload bucket and the cipher may know."""
    words = {
        message["text"]
        for conversation in deployment.truth("leaks")
        for message in conversation["messages"]
        if len(message["text"] or "") >= _SHORTEST_WORDS
    }
    summaries = {contact["aiContext"] for contact in deployment.contacts("leaks") if contact["aiContext"]}
    secrets = {PLACEHOLDER_GEMINI_KEY, deployment.stack.database_url}
    secrets |= {user.token for user in deployment.stack.users}
    secrets |= {page.access_token for page in deployment.graph.world.pages}
    return words | summaries | _names(deployment) | secrets


def _names(deployment: Deployment) -> set[str]:
    people = [each for conversation in deployment.truth("leaks") for each in conversation["participants"]]
    return {each["name"] for each in people if " " in (each["name"] or "") and "Shop" not in each["name"]}


def _told(deployment: Deployment, jobs: list[Json]) -> Iterator[tuple[str, str]]:
    """Everything that is told of the two syncs to anybody but the people of the organisation, by place."""
    yield from _logs(deployment)
    for job in jobs:
        yield f"history:{job['jobId']}", json.dumps(deployment.history(job["jobId"]), default=str)
        arn = execution_arn(deployment.stack.state_machine_arn, job["jobId"])
        described = deployment.aws.client("stepfunctions").describe_execution(executionArn=arn)
        yield f"history:{job['jobId']}:described", json.dumps(described, default=str)
        yield f"answer:{job['jobId']}", json.dumps(job)
    scan = deployment.aws.client("dynamodb").get_paginator("scan").paginate(TableName=deployment.stack.jobs_table)
    for item in (each for page in scan for each in page["Items"]):
        yield f"item:{item['PK']['S']}:{item['SK']['S']}", json.dumps(item, default=str)
    yield from _error_answers(deployment)
    yield from _queues(deployment)


def _logs(deployment: Deployment) -> Iterator[tuple[str, str]]:
    """The functions' lines, metrics among them, the gateway's and the flow's."""
    logs = deployment.aws.client("logs")
    for groups in logs.get_paginator("describe_log_groups").paginate():
        for group in groups["logGroups"]:
            name = group["logGroupName"]
            pages = logs.get_paginator("filter_log_events").paginate(logGroupName=name)
            yield f"logs:{name}", "\n".join(event["message"] for page in pages for event in page["events"])


def _error_answers(deployment: Deployment) -> Iterator[tuple[str, str]]:
    person = next(iter(sorted(_names(deployment))))
    refused: list[tuple[str, str, Json]] = [
        ("POST", "/api/facebook/sync-background", {"json": {"facebookPageId": person}}),
        ("POST", "/api/facebook/sync-background", {"data": f"{{{person}"}),
        ("GET", f"/api/facebook/sync-status/{person}", {}),
        ("GET", "/api/contacts", {"params": {"cursor": person, "limit": person}}),
    ]
    for number, (method, path, arguments) in enumerate(refused):
        answer = deployment.call(method, path, **arguments)
        assert 400 <= answer.status_code < 500, answer.text
        yield f"answer:{number}", answer.text


def _queues(deployment: Deployment) -> Iterator[tuple[str, str]]:
    queues = deployment.aws.client("sqs")
    for url in queues.list_queues().get("QueueUrls", []):
        received: Any = queues.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0)
        yield f"queue:{url}", json.dumps(received.get("Messages", []))
