"""Tokens, names and people's words stay where they belong, on a bad day too."""

import json
import time
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import parse_qs, quote, quote_plus, urlsplit

from local.evidence import execution_arn
from local.settings import PLACEHOLDER_GEMINI_KEY
from simulators.graph import DEMO_APP_SECRET
from tests.e2e.conftest import Deployment, Json
from tests.e2e.test_connect import come_back, login, pick, told

PAGE = "leaks"
_SHORTEST_WORDS = 12
"""A shorter message ("Thanks!") may stand anywhere without being anybody's."""
_PART_CHARS = 16
"""Of a longer one its beginning and its end are looked for: what is told may be cut."""
_IN_A_FOREIGN_EXCEPTION = "Words that pydantic quotes"
_BEGINNING_OF_TOKENS = "EAASIM"
"""Of all that a login at the simulator issues."""
_LOST_WITHIN_SECONDS = 30


def test_no_token_name_or_message_is_found_outside_the_crm(deployment: Deployment) -> None:
    jobs = [_sync_on_a_bad_day(deployment), _sync_with_a_dying_token(deployment)]
    handed_over = _log_in(deployment)
    _work_with_contacts(deployment)
    _lose_an_execution(deployment)

    places = dict(_told(deployment, jobs))
    marks = _marks(deployment) | handed_over
    spellings = {spelling: mark for mark in marks for spelling in _spellings(mark)}
    everything = "\n".join(places.values())
    found = {each: mark for each, mark in spellings.items() if each in everything}
    leaks = sorted((place, found[each]) for place, text in places.items() for each in found if each in text)

    assert leaks == []
    assert len(marks) > 400
    _assert_that_all_places_were_searched(places, jobs)
    # The search finds what is there: where the CRM keeps people, it finds them.
    kept = "\n".join(str(row) for row in deployment.rows("SELECT first_name || ' ' || last_name FROM contact"))
    assert sum(name in kept for name in _names(deployment)) > 30


def _sync_on_a_bad_day(deployment: Deployment) -> Json:
    graph = [
        {"match": "list", "kind": kind} for kind in ("http500_code2", "html_outage", "truncated", "throttle_4")
    ]
    gemini = ["malformed_json", "blocked_prompt", "503", "html_502", "429_retry_info", "wrong_schema", "max_tokens"]
    deployment.control(deployment.graph, faults=graph)
    troubles = [{"kind": kind, "times": 3, "retryAfterSeconds": 1} for kind in gemini]
    deployment.control(deployment.gemini, faults=troubles)
    job = deployment.sync(PAGE, "full")
    assert job["status"] == "COMPLETED"
    assert job["failedContacts"] > 0
    return job


def _sync_with_a_dying_token(deployment: Deployment) -> Json:
    token = {"pageId": deployment.meta_id(PAGE), "state": "expired", "afterListCalls": 0}
    deployment.control(deployment.graph, reset=True, token=token)
    job = deployment.sync(PAGE, "full")
    assert job["tokenExpired"]
    return job


def _log_in(deployment: Deployment) -> set[str]:
    """Somebody connects the Page anew, then a used code comes back; what the browser brought is not to be kept."""
    deployment.control(deployment.graph, reset=True)
    address = login(deployment)
    assert "connection" in told(come_back(address))
    query = parse_qs(urlsplit(address).query)
    assert come_back(address.replace(query["state"][0], query["state"][0][::-1])).status_code == 400
    assert pick(deployment, PAGE)["failed"] == []
    return {query["code"][0], query["state"][0], _BEGINNING_OF_TOKENS}


def _work_with_contacts(deployment: Deployment) -> None:
    """People look for names, change them and export them: the functions' logs and metrics tell of it."""
    contact = next(each for each in deployment.contacts(PAGE) if each["lastName"])
    name = f"{contact['firstName']} {contact['lastName']}"
    where = {"facebookPageId": deployment.pages[PAGE], "q": name}
    assert deployment.get("/api/contacts", **where)["contacts"]
    path = f"/api/contacts/{contact['id']}"
    assert deployment.call("PATCH", path, json={"lastName": contact["lastName"], "tags": [name]}).status_code == 200
    assert deployment.call("POST", "/api/contacts/export", params=where).status_code == 200


def _lose_an_execution(deployment: Deployment) -> None:
    """finalize is told of an execution in words that it cannot take, until the telling is given up."""
    (queue,) = deployment.aws.client("sqs").list_queues()["QueueUrls"]
    client = deployment.aws.client("lambda")
    names = [each["FunctionName"] for each in client.list_functions()["Functions"]]
    (finalize,) = (name for name in names if "finalize" in name)
    event = {"jobId": "lost", "outcome": _IN_A_FOREIGN_EXCEPTION}
    client.invoke(FunctionName=finalize, InvocationType="Event", Payload=json.dumps(event))
    deadline = time.monotonic() + _LOST_WITHIN_SECONDS
    while not _received(deployment, queue, wait_seconds=1) and time.monotonic() < deadline:
        pass


def _marks(deployment: Deployment) -> set[str]:
    """What nobody but the CRM, the payload bucket and the cipher may know."""
    talks = deployment.truth(PAGE)
    words = [message["text"] or "" for talk in talks for message in talk["messages"]]
    summaries = [contact["aiContext"] or "" for contact in deployment.contacts(PAGE)]
    secrets = {PLACEHOLDER_GEMINI_KEY, DEMO_APP_SECRET, deployment.stack.database_url}
    secrets |= {user.token for user in deployment.stack.users} | {user.password for user in deployment.stack.users}
    secrets |= {page.access_token for page in deployment.graph.world.pages}
    return set(_parts([*words, *summaries])) | set(_names(deployment)) | secrets | {_IN_A_FOREIGN_EXCEPTION}


def _parts(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        if len(text) >= _SHORTEST_WORDS:
            yield from (text[:_PART_CHARS], text[-_PART_CHARS:])


def _names(deployment: Deployment) -> set[str]:
    people = [each for conversation in deployment.truth(PAGE) for each in conversation["participants"]]
    return {each["name"] for each in people if " " in (each["name"] or "") and "Shop" not in each["name"]}


def _spellings(mark: str) -> set[str]:
    """As it is, in JSON with and without other scripts, in JSON inside of JSON, and in a URL."""
    once = {json.dumps(mark, ensure_ascii=escaped)[1:-1] for escaped in (True, False)}
    twice = {json.dumps(each, ensure_ascii=False)[1:-1] for each in once}
    return {mark, quote(mark), quote_plus(mark)} | once | twice


def _told(deployment: Deployment, jobs: list[Json]) -> Iterator[tuple[str, str]]:
    """Everything that is told of it to anybody but the people of the organisation, by place."""
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
    yield from _logs(deployment)
    metrics = deployment.aws.client("cloudwatch").get_paginator("list_metrics").paginate()
    yield "metrics", json.dumps([metric for page in metrics for metric in page["Metrics"]])


def _logs(deployment: Deployment) -> Iterator[tuple[str, str]]:
    """The functions' lines, metrics among them, the gateway's and the flow's."""
    logs = deployment.aws.client("logs")
    for groups in logs.get_paginator("describe_log_groups").paginate():
        for group in groups["logGroups"]:
            name = group["logGroupName"]
            pages = logs.get_paginator("filter_log_events").paginate(logGroupName=name)
            yield f"logs:{name}", "\n".join(event["message"] for page in pages for event in page["events"])


def _error_answers(deployment: Deployment) -> Iterator[tuple[str, str]]:
    person = min(_names(deployment))
    contact = f"/api/contacts/{deployment.contacts(PAGE)[0]['id']}"
    refused: list[tuple[str, str, Json]] = [
        ("POST", "/api/facebook/sync-background", {"json": {"facebookPageId": person}}),
        ("POST", "/api/facebook/sync-background", {"data": f"{{{person}"}),
        ("GET", f"/api/facebook/sync-status/{person}", {}),
        ("GET", "/api/contacts", {"params": {"cursor": person, "limit": person}}),
        ("GET", "/api/contacts", {"params": {"stageId": person}}),
        ("POST", "/api/contacts/export", {"params": {"platform": person}}),
        ("PATCH", contact, {"json": {"firstName": person * 10}}),
        ("PATCH", contact, {"json": {"firstName": person, "version": 1}}),
        ("PATCH", contact, {"json": {"tags": [person * 10]}}),
        ("POST", "/api/pipelines", {"json": {"name": person * 20}}),
        ("PATCH", "/api/organisation", {"json": {"language": person}}),
    ]
    for number, (method, path, arguments) in enumerate(refused):
        answer = deployment.call(method, path, **arguments)
        assert 400 <= answer.status_code < 500, answer.text
        yield f"answer:{number}", answer.text


def _queues(deployment: Deployment) -> Iterator[tuple[str, str]]:
    """What was lost, but for the words of ours that it was told in."""
    for url in deployment.aws.client("sqs").list_queues().get("QueueUrls", []):
        lost = [{**json.loads(each["Body"]), "requestPayload": None} for each in _received(deployment, url)]
        yield f"queue:{url}", json.dumps(lost)


def _received(deployment: Deployment, url: str, wait_seconds: int = 0) -> list[Any]:
    received = deployment.aws.client("sqs").receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0, WaitTimeSeconds=wait_seconds
    )
    return received.get("Messages", [])


def _assert_that_all_places_were_searched(told: dict[str, str], jobs: list[Json]) -> None:
    """Each has in it what it should tell."""
    all_of = {kind: "\n".join(told[place] for place in told if place.startswith(kind)) for kind in
              ("logs", "history", "item", "answer", "queue", "metrics")}  # fmt: skip
    for job in jobs:
        assert all(job["jobId"] in all_of[kind] for kind in ("logs", "history", "item", "answer"))
    assert all(event in all_of["logs"] for event in ("task_failed", "job_finalized", "request_answered"))
    assert '"CloudWatchMetrics"' in all_of["logs"]
    assert "What it said is not told" in all_of["queue"]
