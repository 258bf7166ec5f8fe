"""GET sync-status, latest-sync and syncs."""

from datetime import timedelta
from functools import partial

import pytest

from pagesync import bootstrap
from pagesync.domain.job import ContactOutcome, JobOutcome, JobStatus
from pagesync.use_cases.read_job import read_job, read_jobs, read_latest_job
from tests import samples
from tests.fakes.budget import BudgetMemory, InMemoryBudget
from tests.fakes.clock import StoppedClock
from tests.fakes.ledger import InMemoryLedger, InMemoryPages, Memory
from tests.handlers.conftest import Handler, call, http_event, load

LATEST = f"/api/facebook/pages/{samples.PAGE}/latest-sync"
SYNCS = f"/api/facebook/pages/{samples.PAGE}/syncs"


@pytest.fixture
def ledger(monkeypatch: pytest.MonkeyPatch) -> InMemoryLedger:
    memory = Memory()
    ledger, directory = InMemoryLedger(memory, StoppedClock()), InMemoryPages(memory)
    directory.connect(samples.connection())
    budget = InMemoryBudget(BudgetMemory(), StoppedClock())
    verbs = bootstrap.Status(
        read_job=partial(read_job, ledger=ledger, budget=budget),
        read_latest_job=partial(read_latest_job, ledger=ledger, directory=directory, budget=budget),
        read_jobs=partial(read_jobs, ledger=ledger, directory=directory, budget=budget),
    )
    monkeypatch.setattr(bootstrap, "status", lambda: verbs)
    return ledger


@pytest.fixture
def handler(ledger: InMemoryLedger) -> Handler:
    return load("status")


def test_a_pending_job_has_the_whole_view(handler: Handler, ledger: InMemoryLedger) -> None:
    job = ledger.open(samples.job())
    answer = call(handler, http_event("GET", f"/api/facebook/sync-status/{job.job_id}"))
    assert answer.status == 200
    assert answer.body == {
        "jobId": job.job_id,
        "facebookPageId": samples.PAGE,
        "mode": "incremental",
        "status": "PENDING",
        "step": "QUEUED",
        "platform": "messenger",
        "listedContacts": 0,
        "syncedContacts": 0,
        "skippedContacts": 0,
        "failedContacts": 0,
        "totalContacts": 0,
        "unanalysedContacts": 0,
        "budgetSpent": False,
        "cost": {"usd": 0, "inputTokens": 0, "outputTokens": 0, "thinkingTokens": 0},
        "listingComplete": False,
        "waitingUntil": None,
        "tokenExpired": False,
        "cancelRequested": False,
        "retryOf": None,
        "outcome": None,
        "errors": [],
        "createdAt": "2026-03-01T12:00:00.000Z",
        "startedAt": None,
        "completedAt": None,
        "updatedAt": "2026-03-01T12:00:00.000Z",
    }


def test_a_finished_job_tells_its_counts_and_failures(handler: Handler, ledger: InMemoryLedger) -> None:
    job = ledger.open(samples.job())
    ledger.register_page(samples.listed(samples.request(job.job_id), 3))
    (batch,) = ledger.open_batches(job.job_id)
    ledger.settle(job, batch, samples.results(ContactOutcome.SYNCED, ContactOutcome.FAILED, ContactOutcome.SKIPPED))
    ledger.close(
        job.job_id,
        listed=ledger.job(job.job_id).counts.listed,
        status=JobStatus.COMPLETED,
        outcome=JobOutcome.PARTIAL,
    )

    body = call(handler, http_event("GET", f"/api/facebook/sync-status/{job.job_id}")).body

    assert (body["status"], body["outcome"], body["step"]) == ("COMPLETED", "partial", "FINISHED")
    counts = {key: body[f"{key}Contacts"] for key in ("listed", "synced", "skipped", "failed", "total")}
    assert counts == {"listed": 3, "synced": 1, "skipped": 1, "failed": 1, "total": 3}
    assert body["errors"] == [
        {
            "conversationId": "t_1",
            "contactName": None,
            "stage": "PROCESS",
            "code": "INTERNAL",
            "message": "It failed.",
        }
    ]


def test_a_foreign_and_an_unknown_job_get_the_same_404(handler: Handler, ledger: InMemoryLedger) -> None:
    job = ledger.open(samples.job())
    path = "/api/facebook/sync-status/"
    foreign = call(handler, http_event("GET", path + job.job_id, org_id=samples.OTHER_ORG))
    unknown = call(handler, http_event("GET", path + samples.ORG))
    assert foreign == unknown
    assert foreign.status == 404


def test_a_malformed_job_id_is_named(handler: Handler) -> None:
    answer = call(handler, http_event("GET", "/api/facebook/sync-status/17"))
    assert (answer.status, answer.body["field"]) == (422, "jobId")


def test_a_page_never_synced_has_no_latest_job(handler: Handler) -> None:
    answer = call(handler, http_event("GET", LATEST))
    assert (answer.status, answer.body) == (200, {"job": None})


def test_the_latest_job_is_the_newest(handler: Handler, ledger: InMemoryLedger) -> None:
    old = ledger.open(samples.job())
    ledger.close(
        old.job_id, listed=ledger.job(old.job_id).counts.listed, status=JobStatus.COMPLETED, outcome=JobOutcome.FULL
    )
    new = ledger.open(samples.job())
    assert call(handler, http_event("GET", LATEST)).body["job"]["jobId"] == new.job_id


def test_the_latest_job_of_a_foreign_page_is_404(handler: Handler, ledger: InMemoryLedger) -> None:
    ledger.open(samples.job())
    assert call(handler, http_event("GET", LATEST, org_id=samples.OTHER_ORG)).status == 404


def synced(ledger: InMemoryLedger, hour: int) -> str:
    job = ledger.open(samples.job(created_at=samples.NOON + timedelta(hours=hour)))
    ledger.close(job.job_id, listed=0, status=JobStatus.COMPLETED, outcome=JobOutcome.FULL)
    return job.job_id


def test_the_history_of_a_page_comes_newest_first_in_pages(handler: Handler, ledger: InMemoryLedger) -> None:
    ids = [synced(ledger, hour) for hour in range(12)][::-1]
    first = call(handler, http_event("GET", SYNCS)).body
    assert [job["jobId"] for job in first["jobs"]] == ids[:10]
    rest = call(handler, http_event("GET", SYNCS, query={"cursor": first["nextCursor"], "limit": "50"})).body
    assert [job["jobId"] for job in rest["jobs"]] == ids[10:]
    assert rest["nextCursor"] is None
    assert first["jobs"][0] == call(handler, http_event("GET", LATEST)).body["job"]


def test_a_page_never_synced_has_an_empty_history(handler: Handler) -> None:
    answer = call(handler, http_event("GET", SYNCS))
    assert (answer.status, answer.body) == (200, {"jobs": [], "nextCursor": None})


def test_the_history_of_a_foreign_and_an_unknown_page_is_the_same_404(
    handler: Handler, ledger: InMemoryLedger
) -> None:
    synced(ledger, 0)
    foreign = call(handler, http_event("GET", SYNCS, org_id=samples.OTHER_ORG))
    unknown = call(handler, http_event("GET", SYNCS.replace(samples.PAGE, samples.ORG)))
    assert foreign == unknown
    assert foreign.status == 404


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"limit": "0"}, "limit"),
        ({"limit": "51"}, "limit"),
        ({"cursor": "made-up"}, "cursor"),
        ({"cursor": ""}, "cursor"),
    ],
)
def test_a_malformed_question_for_the_history_is_named(handler: Handler, query: dict[str, str], field: str) -> None:
    answer = call(handler, http_event("GET", SYNCS, query=query))
    assert (answer.status, answer.body["field"]) == (422, field)
