"""The state machine's tasks, fed with the payloads of infra/sync.asl.json."""

import traceback
from collections.abc import Callable
from typing import Any

import pytest

from pagesync import bootstrap
from pagesync.domain.conversation import Platform
from pagesync.domain.errors import SourceUnavailable
from pagesync.domain.job import (
    BatchContent,
    BatchRef,
    ContactOutcome,
    Failure,
    FetchOutcome,
    JobStatus,
    LedgerBatch,
    Leg,
    PageRequest,
    SyncJob,
)
from pagesync.use_cases.fetch_page import Fetched
from pagesync.use_cases.process_batch import BatchTurn, Processed
from pagesync.use_cases.sweep_jobs import Swept
from tests import samples
from tests.handlers.conftest import Context, load

JOB = "0a0b0c0d-1111-4000-8000-000000000001"
REQUEST = {
    "jobId": JOB,
    "page": 2,
    "leg": "list",
    "platform": "messenger",
    "limit": 50,
    "cursor": "QVFI",
    "since": "2026-03-01T12:00:00Z",
    "newest": None,
    "attempt": 0,
    "missing": 0,
    "restarted": False,
    "notBefore": None,
}


def run(monkeypatch: pytest.MonkeyPatch, name: str, verb: Callable[..., object], event: object) -> Any:
    monkeypatch.setattr(bootstrap, name, lambda: verb)
    return load(name)(event, Context())  # type: ignore[arg-type]


def test_a_fetched_page_tells_its_batches_and_what_to_ask_next(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[PageRequest] = []

    def verb(request: PageRequest) -> Fetched:
        asked.append(request)
        return Fetched(FetchOutcome.PAGE, page=samples.listed(request, 10, 3, last=False))

    answer = run(monkeypatch, "fetch_page", verb, REQUEST)

    assert asked == [PageRequest(JOB, 2, Leg.LIST, Platform.MESSENGER, 50, "QVFI", since=samples.NOON)]
    assert answer == {
        "outcome": "PAGE",
        "batches": [{"jobId": JOB, "page": 2, "batch": batch, "booked": False, "turn": 1} for batch in (0, 1)],
        "next": REQUEST | {"page": 3, "cursor": "next", "since": None},
        "waitSeconds": 0,
        "error": None,
    }


def test_the_first_request_of_a_job_needs_no_more_than_its_id_and_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[PageRequest] = []

    def verb(request: PageRequest) -> Fetched:
        asked.append(request)
        return Fetched(FetchOutcome.END)

    run(monkeypatch, "fetch_page", verb, {"jobId": JOB, "limit": 100})
    assert asked == [PageRequest(JOB, 1, Leg.FAILED, Platform.MESSENGER, 100)]


def test_the_last_page_has_no_next(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = run(
        monkeypatch, "fetch_page", lambda request: Fetched(FetchOutcome.PAGE, page=samples.listed(request)), REQUEST
    )
    assert (answer["batches"], answer["next"]) == ([], None)


def test_a_wait_tells_how_long_and_repeats_the_request(monkeypatch: pytest.MonkeyPatch) -> None:
    def verb(request: PageRequest) -> Fetched:
        return Fetched(FetchOutcome.WAIT, wait_seconds=300, retry=request)

    answer = run(monkeypatch, "fetch_page", verb, REQUEST)
    assert (answer["outcome"], answer["waitSeconds"], answer["next"]) == ("WAIT", 300, REQUEST)


def test_a_refusal_tells_why(monkeypatch: pytest.MonkeyPatch) -> None:
    why = Failure(None, "FETCH", "SOURCE_FORBIDDEN", "Reconnect the Page.")
    answer = run(monkeypatch, "fetch_page", lambda _: Fetched(FetchOutcome.FAILED, failure=why), REQUEST)
    assert answer["error"] == {"code": "SOURCE_FORBIDDEN", "message": "Reconnect the Page."}


def test_passing_trouble_reaches_the_flow_and_its_log_says_no_more_than_its_type(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def verb(_: PageRequest) -> Fetched:
        raise SourceUnavailable("access_token=secret")

    with pytest.raises(SourceUnavailable):
        run(monkeypatch, "fetch_page", verb, REQUEST)
    (record,) = (record for record in caplog.records if record.message == "task_failed")
    assert vars(record)["error"] == "SourceUnavailable"
    assert "secret" not in str(vars(record))


def test_a_foreign_exception_reaches_the_flow_by_its_type_and_place_without_its_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    words = "GET https://graph.example/?access_token=secret"

    def verb(_: PageRequest) -> Fetched:
        raise ConnectionError(words) from KeyError(words)

    with pytest.raises(Exception, match="not told") as caught:
        run(monkeypatch, "fetch_page", verb, REQUEST)
    told = "".join(traceback.format_exception(caught.value))
    assert caught.type.__name__ == "ConnectionError"
    assert "in verb" in told
    assert words not in told


def test_a_payload_of_a_later_release_is_understood_as_far_as_it_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = run(monkeypatch, "fetch_page", lambda _: Fetched(FetchOutcome.CANCELLED), REQUEST | {"later": 1})
    assert answer["outcome"] == "CANCELLED"


@pytest.mark.parametrize("broken", [{}, REQUEST | {"limit": 0}, REQUEST | {"page": 0}])
def test_a_payload_of_another_shape_is_refused(monkeypatch: pytest.MonkeyPatch, broken: dict[str, Any]) -> None:
    with pytest.raises(Exception, match="not told") as caught:
        run(monkeypatch, "fetch_page", lambda _: Fetched(FetchOutcome.CANCELLED), broken)
    assert caught.type.__name__ == "ValidationError"


def test_a_processed_batch_tells_its_tally(monkeypatch: pytest.MonkeyPatch) -> None:
    outcomes = [ContactOutcome.SYNCED, ContactOutcome.SYNCED, ContactOutcome.FAILED, ContactOutcome.SKIPPED]

    def verb(turn: BatchTurn) -> Processed:
        assert turn == BatchTurn(BatchRef(JOB, 1, 4), booked=False, turn=1)
        return Processed(LedgerBatch(turn.ref, BatchContent("key", ["t"] * 4), outcomes))

    event = {"jobId": JOB, "page": 1, "batch": 4}
    tally = {"synced": 2, "skipped": 1, "failed": 1, "waitSeconds": 0, "next": None}
    assert run(monkeypatch, "process_batch", verb, event) == tally


def test_a_batch_that_waits_tells_its_next_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    def verb(turn: BatchTurn) -> Processed:
        waiting = LedgerBatch(turn.ref, BatchContent("key", ["t"]))
        return Processed(waiting, 30, BatchTurn(turn.ref, booked=True, turn=2))

    answer = run(monkeypatch, "process_batch", verb, {"jobId": JOB, "page": 1, "batch": 4})
    following = {"jobId": JOB, "page": 1, "batch": 4, "booked": True, "turn": 2}
    assert (answer["waitSeconds"], answer["next"]) == (30, following)


def test_an_execution_is_finalized_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def verb(*, job_id: str, outcome: FetchOutcome, failure: Failure | None) -> SyncJob:
        assert failure is not None
        return samples.job(job_id=job_id, status=JobStatus.FAILED)

    event = {"jobId": f"{JOB}-3", "outcome": "FAILED", "error": {"code": "ABORTED", "message": "It ended."}}
    assert run(monkeypatch, "finalize", verb, event) == {"jobId": JOB, "status": "FAILED"}


@pytest.mark.parametrize("error", [None, {"code": "States.Timeout", "message": "The sync could not go on."}])
def test_a_finalized_job_tells_its_status(monkeypatch: pytest.MonkeyPatch, error: dict[str, str] | None) -> None:
    def verb(*, job_id: str, outcome: FetchOutcome, failure: Failure | None) -> SyncJob:
        assert (job_id, outcome) == (JOB, FetchOutcome.FAILED)
        assert (failure is None) == (error is None)
        return samples.job(job_id=job_id, status=JobStatus.FAILED)

    event = {"jobId": JOB, "outcome": "FAILED", "error": error}
    assert run(monkeypatch, "finalize", verb, event) == {"jobId": JOB, "status": "FAILED"}


def test_a_migration_tells_the_revision_whatever_the_deployment_sends(monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(monkeypatch, "migrate", lambda: "0001", {"RequestType": "Update"}) == {"revision": "0001"}


def test_a_sweep_tells_what_was_stuck_whatever_the_schedule_sends(monkeypatch: pytest.MonkeyPatch) -> None:
    swept = Swept(3, closed=[JOB], unclosed={"other": "TimeoutError"})
    answer = run(monkeypatch, "sweep", lambda: swept, {"source": "aws.events", "detail": {}})
    assert answer == {"openJobs": 3, "closed": [JOB], "unclosed": {"other": "TimeoutError"}}
