"""POST /api/facebook/sync-background."""

from base64 import b64encode
from functools import partial

import pytest

from pagesync import bootstrap
from pagesync.domain.job import ContactOutcome, JobOutcome, JobStatus
from pagesync.use_cases.cancel_sync import cancel_sync
from pagesync.use_cases.start_sync import Starter, retry_failed, start_sync
from tests import samples
from tests.fakes.clock import StoppedClock
from tests.fakes.ledger import InMemoryLedger, InMemoryPages, Memory
from tests.fakes.source import RememberedStarts
from tests.handlers.conftest import Handler, call, http_event, load

PATH = "/api/facebook/sync-background"


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch) -> Memory:
    memory, clock = Memory(), StoppedClock()
    InMemoryPages(memory).connect(samples.connection())
    ledger, directory, workflow = InMemoryLedger(memory, clock), InMemoryPages(memory), RememberedStarts()
    starter = Starter(ledger, directory, workflow, clock)
    verbs = bootstrap.Control(
        start_sync=partial(start_sync, starter=starter),
        retry_failed=partial(retry_failed, starter=starter),
        cancel_sync=partial(cancel_sync, ledger=ledger, directory=directory, workflow=workflow),
    )
    monkeypatch.setattr(bootstrap, "control", lambda: verbs)
    return memory


@pytest.fixture
def handler(memory: Memory) -> Handler:
    return load("start_sync")


def test_a_started_sync_is_accepted(handler: Handler, memory: Memory) -> None:
    answer = call(handler, http_event("POST", PATH, body={"facebookPageId": samples.PAGE}))
    (job_id,) = memory.jobs
    assert answer.status == 202
    assert answer.body == {"success": True, "jobId": job_id, "status": "PENDING", "existing": False}


def test_an_active_sync_is_answered_with_200(handler: Handler) -> None:
    first = call(handler, http_event("POST", PATH, body={"facebookPageId": samples.PAGE}))
    again = call(handler, http_event("POST", PATH, body={"facebookPageId": samples.PAGE, "mode": "full"}))
    assert again.status == 200
    assert again.body == {"success": True, "jobId": first.body["jobId"], "status": "PENDING", "existing": True}


def test_an_id_in_another_spelling_is_the_same_page(handler: Handler) -> None:
    answer = call(handler, http_event("POST", PATH, body={"facebookPageId": samples.PAGE.upper()}))
    assert answer.status == 202


def test_a_foreign_and_an_unknown_page_get_the_same_404(handler: Handler, memory: Memory) -> None:
    foreign = call(
        handler, http_event("POST", PATH, body={"facebookPageId": samples.PAGE}, org_id=samples.OTHER_ORG)
    )
    unknown = call(handler, http_event("POST", PATH, body={"facebookPageId": samples.ORG}))
    assert foreign == unknown
    assert foreign.status == 404
    assert foreign.body == {
        "success": False,
        "code": "NOT_FOUND",
        "message": "There is no such Page.",
        "requestId": "request-1",
    }
    assert memory.jobs == {}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "facebookPageId"),
        ({"facebookPageId": "not-a-uuid"}, "facebookPageId"),
        ({"facebookPageId": 7}, "facebookPageId"),
        ({"facebookPageId": None}, "facebookPageId"),
        ({"facebookPageId": samples.PAGE, "mode": "sideways"}, "mode"),
        ({"facebookPageId": samples.PAGE, "mode": "retry"}, "mode"),
        ({"facebookPageId": samples.PAGE, "orgId": samples.OTHER_ORG}, "orgId"),
        (None, "body"),
        ("[1, 2]", "body"),
        ('"text"', "body"),
    ],
)
def test_a_malformed_body_names_the_field_and_creates_nothing(
    handler: Handler, memory: Memory, body: object, field: str
) -> None:
    answer = call(handler, http_event("POST", PATH, body=body))
    assert (answer.status, answer.body["code"], answer.body["field"]) == (422, "INVALID_REQUEST", field)
    assert memory.jobs == {}


@pytest.mark.parametrize("body", ["{not json", "[" * 100_000, '{"facebookPageId": ' + "1" * 5_000 + "}"])
def test_a_body_that_is_not_json_is_refused(handler: Handler, memory: Memory, body: str) -> None:
    answer = call(handler, http_event("POST", PATH, body=body))
    assert (answer.status, answer.body["code"], answer.body["field"]) == (422, "INVALID_REQUEST", "body")
    assert memory.jobs == {}


def test_a_body_that_is_not_text_is_refused(handler: Handler, memory: Memory) -> None:
    event = http_event("POST", PATH, body=b64encode(b'{"facebookPageId": "\xff"}').decode())
    answer = call(handler, event | {"isBase64Encoded": True})
    assert (answer.status, answer.body["code"], answer.body["field"]) == (422, "INVALID_REQUEST", "body")


@pytest.mark.parametrize(
    "media_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonp", "?"],
)
def test_a_body_of_another_type_is_refused_with_what_to_send(
    handler: Handler, memory: Memory, media_type: str
) -> None:
    event = http_event("POST", PATH, body={"facebookPageId": samples.PAGE})
    answer = call(handler, event | {"headers": {"content-type": media_type}})
    assert (answer.status, answer.body["code"]) == (415, "NOT_JSON")
    assert "application/json" in answer.body["message"]
    assert memory.jobs == {}


@pytest.mark.parametrize("headers", [{}, {"content-type": "Application/JSON; charset=UTF-8"}])
def test_json_may_say_so_in_any_case_or_say_nothing(handler: Handler, headers: dict[str, str]) -> None:
    event = http_event("POST", PATH, body={"facebookPageId": samples.PAGE})
    assert call(handler, event | {"headers": headers}).status == 202


def test_a_caller_without_an_organisation_is_told_so(handler: Handler, memory: Memory) -> None:
    answer = call(handler, http_event("POST", PATH, body={"facebookPageId": samples.PAGE}, org_id=None))
    assert (answer.status, answer.body["code"]) == (403, "FORBIDDEN")
    assert memory.jobs == {}


def test_an_unexpected_error_shows_no_detail(handler: Handler, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise RuntimeError("https://graph.example/?access_token=secret")

    monkeypatch.setattr(bootstrap, "control", broken)
    answer = call(handler, http_event("POST", PATH, body={"facebookPageId": samples.PAGE}))
    assert (answer.status, answer.body["code"]) == (500, "INTERNAL")
    assert "secret" not in str(answer.body)


def start(handler: Handler) -> str:
    return call(handler, http_event("POST", PATH, body={"facebookPageId": samples.PAGE})).body["jobId"]


def test_a_cancel_is_accepted_and_may_be_repeated(handler: Handler) -> None:
    job_id = start(handler)
    for _ in range(2):
        answer = call(handler, http_event("POST", f"/api/facebook/sync-cancel/{job_id}"))
        assert answer.status == 202
        assert answer.body == {"success": True, "jobId": job_id, "status": "PENDING", "cancelRequested": True}


def test_a_finished_job_cannot_be_cancelled(handler: Handler, memory: Memory) -> None:
    job_id = start(handler)
    InMemoryLedger(memory, StoppedClock()).close(
        job_id,
        listed=InMemoryLedger(memory, StoppedClock()).job(job_id).counts.listed,
        status=JobStatus.COMPLETED,
        outcome=JobOutcome.FULL,
    )
    answer = call(handler, http_event("POST", f"/api/facebook/sync-cancel/{job_id}"))
    assert (answer.status, answer.body["code"]) == (409, "ALREADY_FINISHED")


@pytest.mark.parametrize("path", ["/api/facebook/sync-cancel/{}", "/api/facebook/sync-jobs/{}/retry-failed"])
def test_foreign_and_unknown_jobs_are_answered_alike(handler: Handler, path: str) -> None:
    foreign = call(handler, http_event("POST", path.format(start(handler)), org_id=samples.OTHER_ORG))
    unknown = call(handler, http_event("POST", path.format(samples.ORG)))
    assert foreign == unknown
    assert foreign.status == 404
    assert call(handler, http_event("POST", path.format(17))).status == 422


def test_what_failed_can_be_retried(handler: Handler, memory: Memory) -> None:
    job_id, ledger = start(handler), InMemoryLedger(memory, StoppedClock())
    path = f"/api/facebook/sync-jobs/{job_id}/retry-failed"
    assert call(handler, http_event("POST", path)).body["code"] == "STILL_RUNNING"
    ledger.register_page(samples.listed(samples.request(job_id), 1))
    (batch,) = ledger.open_batches(job_id)
    ledger.settle(ledger.job(job_id), batch, samples.results(ContactOutcome.FAILED))
    ledger.close(
        job_id, listed=ledger.job(job_id).counts.listed, status=JobStatus.COMPLETED, outcome=JobOutcome.PARTIAL
    )
    answer = call(handler, http_event("POST", path))
    assert (answer.status, answer.body["existing"]) == (202, False)
    assert memory.jobs[answer.body["jobId"]].retry_of == job_id


def test_another_path_is_404(handler: Handler) -> None:
    assert call(handler, http_event("POST", "/api/elsewhere")).status == 404


def test_a_body_that_is_too_large_is_refused_before_it_is_read() -> None:
    answer = call(load("start_sync"), http_event("POST", "/api/facebook/sync-background", body="x" * 300_001))
    assert (answer.status, answer.body["field"]) == (422, "body")
    assert "larger than 300 kB" in answer.body["message"]
