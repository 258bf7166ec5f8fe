"""The ways a sync can go, as what its functions answer."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from tests.workflow.scripted import Answer, Event, TaskError

BATCHES_PER_PAGE = 3
FIRST_START = "2026-01-01T00:00:00.000Z"
SHARED_ERROR = {"code": "SOURCE_FORBIDDEN", "message": "Facebook refuses: a permission is missing."}


@dataclass(frozen=True)
class Scenario:
    """`job` is the item the execution finds, None for none; `table` is where it looks for it."""

    fetch_page: Answer
    process_batch: Answer
    finalize: Answer
    job: Mapping[str, str] | None
    table: str = "jobs"


def page(event: Event, *, last: bool, batches: int = BATCHES_PER_PAGE) -> Event:
    """What fetch_page answers for a page."""
    number: int = event["page"]
    here = {"jobId": event["jobId"], "platform": event["platform"], "page": number}
    return {
        "outcome": "PAGE",
        "batches": [{**here, "batch": batch} for batch in range(batches)],
        "next": None if last else {**event, "page": number + 1, "cursor": f"cursor-{number + 1}"},
        "waitSeconds": 0,
        "error": None,
    }


def outcome(name: str, **more: Any) -> Event:
    """What fetch_page answers when it has no page."""
    return {"outcome": name, "batches": [], "next": None, "waitSeconds": 0, "error": None, **more}


def pages(count: int) -> Answer:
    return lambda event, _: page(event, last=event["page"] == count)


def instead(number: int, other: Answer, usual: Answer) -> Answer:
    """`other` for one page number."""
    return lambda event, attempt: (other if event["page"] == number else usual)(event, attempt)


def failing(times: int, error: str, usual: Answer) -> Answer:
    """Fails the first `times` times that it sees an event."""

    def answer(event: Event, attempt: int) -> Any:
        if attempt <= times:
            raise TaskError(error)
        return usual(event, attempt)

    return answer


def always_failing(error: str = "RuntimeError") -> Answer:
    return failing(1_000, error, tally)


def tally(_: Event, __: int) -> Event:
    return {"synced": 10, "skipped": 0, "failed": 0}


def close(event: Event, _: int) -> Event:
    statuses = {"END": "COMPLETED", "CANCELLED": "CANCELLED"}
    return {"jobId": event["jobId"], "status": statuses.get(event["outcome"], "FAILED")}


def quota_spent(event: Event, attempt: int) -> Event:
    """Once; then the page is there."""
    if attempt == 1:
        return outcome("WAIT", next=event, waitSeconds=3600)
    return page(event, last=event["page"] == 2)


def one_bad_batch(error: str) -> Answer:
    bad = always_failing(error)
    return lambda event, attempt: (bad if event["batch"] == 1 else tally)(event, attempt)


def scenario(
    fetch_page: Answer,
    *,
    process_batch: Answer = tally,
    finalize: Answer = close,
    job: Mapping[str, str] | None = MappingProxyType({"status": "PENDING"}),
    table: str = "jobs",
) -> Scenario:
    return Scenario(fetch_page, process_batch, finalize, job, table)


def _side_by_side() -> Scenario:
    """No batch of page 1 answers before page 2 is asked for."""
    second_page_asked = threading.Event()

    def fetch(event: Event, attempt: int) -> Event:
        if event["page"] == 2:
            second_page_asked.set()
        return pages(2)(event, attempt)

    def process(event: Event, attempt: int) -> Event:
        if not second_page_asked.wait(timeout=30):
            raise TaskError("NextPageNeverAsked")
        return tally(event, attempt)

    return scenario(fetch, process_batch=process)


def _token_dies_while_processing() -> Scenario:
    """Page 3 answers TOKEN_EXPIRED before any batch of page 2 is done."""
    token_died = threading.Event()

    def fetch(event: Event, attempt: int) -> Event:
        if event["page"] < 3:
            return page(event, last=False)
        token_died.set()
        return outcome("TOKEN_EXPIRED")

    def process(event: Event, attempt: int) -> Event:
        if event["page"] == 2 and not token_died.wait(timeout=30):
            raise TaskError("TokenNeverDied")
        return tally(event, attempt)

    return scenario(fetch, process_batch=process)


THROTTLED = "Lambda.TooManyRequestsException"

SCENARIOS: Mapping[str, Scenario] = MappingProxyType(
    {
        "three pages": scenario(pages(3)),
        "thirty pages": scenario(pages(30)),
        "one page": scenario(pages(1)),
        "empty page with a next one": scenario(
            instead(1, lambda event, _: page(event, last=False, batches=0), pages(2))
        ),
        "nothing at all": scenario(lambda *_: outcome("END")),
        "quota spent at once": scenario(instead(1, quota_spent, pages(2))),
        "quota spent on the second page": scenario(instead(2, quota_spent, pages(2))),
        "cancelled at once": scenario(lambda *_: outcome("CANCELLED")),
        "cancelled on the second page": scenario(instead(2, lambda *_: outcome("CANCELLED"), pages(3))),
        "token dies on the third page": _token_dies_while_processing(),
        "facebook refuses": scenario(lambda *_: outcome("FAILED", error=SHARED_ERROR)),
        "side by side": _side_by_side(),
        "batch given up": scenario(pages(2), process_batch=one_bad_batch("DatabaseFailed")),
        "batch fails twice": scenario(pages(1), process_batch=failing(2, "DatabaseFailed", tally)),
        "batch throttled eight times": scenario(pages(1), process_batch=failing(8, THROTTLED, tally)),
        "first page lost": scenario(always_failing("SourceUnavailable")),
        "first page throttled eight times": scenario(failing(8, THROTTLED, pages(1))),
        "second page fails five times": scenario(instead(2, failing(5, "Sandbox.Timedout", pages(2)), pages(2))),
        "second page lost": scenario(instead(2, always_failing("SourceUnavailable"), pages(2))),
        "unknown outcome": scenario(lambda *_: outcome("PERHAPS")),
        "page without batches field": scenario(lambda *_: {"outcome": "PAGE", "next": None}),
        "finalize fails ten times": scenario(pages(1), finalize=failing(10, "DatabaseFailed", close)),
        "finalize lost": scenario(pages(1), finalize=always_failing("DatabaseFailed")),
        "started again": scenario(pages(1), job={"status": "IN_PROGRESS", "startedAt": FIRST_START}),
        "job over": scenario(pages(1), job={"status": "COMPLETED", "startedAt": FIRST_START}),
        "no such job": scenario(pages(1), job=None),
        "table out of reach": scenario(pages(1), table="nowhere"),
    }
)
