"""What a function says of an invocation: one log line with ids, and metrics without any."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from pagesync import bootstrap
from pagesync.adapters.telemetry import Metric, telemetry
from pagesync.domain.errors import SourceUnavailable
from pagesync.domain.job import BatchContent, BatchRef, FetchOutcome, LedgerBatch, PageRequest
from pagesync.use_cases.fetch_page import Fetched
from pagesync.use_cases.process_batch import BatchTurn, Processed
from pagesync.use_cases.sweep_jobs import Swept
from tests import samples
from tests.handlers.conftest import Context, call, http_event, load

JOB = "0a0b0c0d-1111-4000-8000-000000000001"
FETCH = {"jobId": JOB, "limit": 10, "execution": f"{JOB}-2"}
TALK = "t_10210000000000001"


@pytest.fixture(autouse=True)
def _nothing_left() -> None:
    telemetry.take()


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Callable[[], list[dict[str, Any]]]:
    caplog.set_level("INFO")
    return lambda: [{"event": record.message, **vars(record)} for record in caplog.records]


def published(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """The embedded metrics among what was written to standard output."""
    written = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
    return [each for each in written if "_aws" in each]


def values(blob: Mapping[str, Any]) -> dict[str, float]:
    (directive,) = blob["_aws"]["CloudWatchMetrics"]
    return {each["Name"]: sum(blob[each["Name"]]) for each in directive["Metrics"]}


def run(monkeypatch: pytest.MonkeyPatch, name: str, verb: Callable[..., object], event: dict[str, Any]) -> Any:
    monkeypatch.setattr(bootstrap, name, lambda: verb)
    return load(name)(event, Context())


def test_a_tasks_line_names_job_page_execution_and_request(
    monkeypatch: pytest.MonkeyPatch, lines: Callable[[], list[dict[str, Any]]]
) -> None:
    def verb(_: PageRequest) -> Fetched:
        telemetry.name(samples.job(job_id=JOB))
        return Fetched(FetchOutcome.END)

    run(monkeypatch, "fetch_page", verb, FETCH)
    (line,) = [each for each in lines() if each["event"] == "page_fetched"]
    assert (line["jobId"], line["facebookPageId"]) == (JOB, samples.PAGE)
    assert (line["execution"], line["requestId"]) == (f"{JOB}-2", Context().aws_request_id)


def test_a_line_tells_what_facebook_refused_and_of_no_refusal_nothing(
    monkeypatch: pytest.MonkeyPatch, lines: Callable[[], list[dict[str, Any]]]
) -> None:
    def verb(_: PageRequest) -> Fetched:
        telemetry.graph_error("400 4/- A12JgDU07Gj")
        return Fetched(FetchOutcome.END)

    run(monkeypatch, "fetch_page", verb, FETCH)
    run(monkeypatch, "fetch_page", lambda _: Fetched(FetchOutcome.END), FETCH)
    told = [each.get("graphErrors") for each in lines() if each["event"] == "page_fetched"]
    assert told == [["400 4/- A12JgDU07Gj"], None]


def test_so_does_the_line_of_a_task_that_failed_and_its_calls_are_counted(
    monkeypatch: pytest.MonkeyPatch,
    lines: Callable[[], list[dict[str, Any]]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    def verb(_: PageRequest) -> Fetched:
        telemetry.name(samples.job(job_id=JOB))
        telemetry.count(Metric.GRAPH_CALLS)
        raise SourceUnavailable("access_token=secret")

    with pytest.raises(SourceUnavailable):
        run(monkeypatch, "fetch_page", verb, FETCH)
    (line,) = [each for each in lines() if each["event"] == "task_failed"]
    assert (line["jobId"], line["facebookPageId"], line["execution"]) == (JOB, samples.PAGE, f"{JOB}-2")
    (blob,) = published(capsys)
    assert values(blob) == {"GraphCalls": 1}


def test_ids_of_one_invocation_are_not_in_the_next_ones_line(
    monkeypatch: pytest.MonkeyPatch, lines: Callable[[], list[dict[str, Any]]]
) -> None:
    telemetry.name(samples.job(job_id="killed"))
    telemetry.count(Metric.GRAPH_CALLS)
    run(monkeypatch, "migrate", lambda: "0001", {})
    (line,) = [each for each in lines() if each["event"] == "database_migrated"]
    assert {"jobId", "facebookPageId", "execution"}.isdisjoint(line)


def test_metrics_know_environment_and_service_and_nobody(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def verb(turn: BatchTurn) -> Processed:
        telemetry.name(samples.job(job_id=JOB))
        telemetry.count(Metric.GEMINI_ANALYSES, 7)
        return Processed(LedgerBatch(turn.ref, BatchContent("key", [TALK])), 30, turn)

    run(monkeypatch, "process_batch", verb, {"jobId": JOB, "page": 1, "batch": 4})
    (blob,) = published(capsys)
    (directive,) = blob["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == "Pagesync"
    assert [sorted(each) for each in directive["Dimensions"]] == [["environment", "service"]]
    assert (blob["environment"], blob["service"]) == ("test", "test")
    assert values(blob) == {"GeminiAnalyses": 7, "GeminiWaitSeconds": 30}
    units = {each["Name"]: each["Unit"] for each in directive["Metrics"]}
    assert units == {"GeminiAnalyses": "Count", "GeminiWaitSeconds": "Seconds"}
    assert not [word for word in (JOB, samples.PAGE, samples.ORG, TALK) if word in json.dumps(blob)]


def test_a_wait_for_facebook_is_measured_when_it_begins(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for seconds in (0, 300):
        waiting = Fetched(FetchOutcome.WAIT, wait_seconds=seconds, retry=samples.request(JOB))
        run(monkeypatch, "fetch_page", lambda _, waiting=waiting: waiting, FETCH)
    (blob,) = published(capsys)
    assert values(blob) == {"GraphWaitSeconds": 300}


def test_an_invocation_that_did_nothing_publishes_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ref = BatchRef(JOB, 1, 4)
    processed = Processed(LedgerBatch(ref, BatchContent("key", [TALK]), []))
    run(monkeypatch, "process_batch", lambda _: processed, {"jobId": JOB, "page": 1, "batch": 4})
    assert published(capsys) == []


def test_every_answer_of_the_api_is_a_line_that_says_who_asked_for_what(
    monkeypatch: pytest.MonkeyPatch, lines: Callable[[], list[dict[str, Any]]]
) -> None:
    def broken() -> None:
        telemetry.name(samples.job(job_id=JOB))
        raise RuntimeError("secret")

    monkeypatch.setattr(bootstrap, "status", broken)
    call(load("status"), http_event("GET", f"/api/facebook/sync-status/{JOB}"))
    (line,) = [each for each in lines() if each["event"] == "request_answered"]
    assert (line["requestId"], line["route"]) == ("request-1", f"GET /api/facebook/sync-status/{JOB}")
    assert (line["status"], line["orgId"], line["userId"]) == (500, samples.ORG, "user-1")
    assert (line["jobId"], line["facebookPageId"]) == (JOB, samples.PAGE)
    assert "secret" not in str(lines())


def test_refusals_are_counted_by_their_code(capsys: pytest.CaptureFixture[str]) -> None:
    call(load("status"), http_event("GET", "/api/facebook/sync-status/17"))
    (blob,) = published(capsys)
    (directive,) = blob["_aws"]["CloudWatchMetrics"]
    assert values(blob) == {"RefusedRequests": 1}
    assert [sorted(each) for each in directive["Dimensions"]] == [["code", "environment", "service"]]
    assert blob["code"] == "INVALID_REQUEST"


def test_our_own_faults_are_counted_apart_from_refusals(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> None:
        raise RuntimeError

    monkeypatch.setattr(bootstrap, "status", broken)
    call(load("status"), http_event("GET", f"/api/facebook/sync-status/{JOB}"))
    (blob,) = published(capsys)
    assert values(blob) == {"BrokenRequests": 1}


@pytest.mark.parametrize(("swept", "stuck"), [(Swept(4), 0), (Swept(4, closed=["a"], unclosed={"b": "Error"}), 2)])
def test_a_sweep_says_how_many_jobs_were_stuck_even_if_none_was(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], swept: Swept, stuck: int
) -> None:
    run(monkeypatch, "sweep", lambda: swept, {"source": "aws.events"})
    (blob,) = published(capsys)
    assert values(blob) == {"StuckJobs": stuck}
