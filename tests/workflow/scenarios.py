"""The ways a sync can go, as what its functions answer."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from tests.workflow.scripted import Answer, Event, TaskError

BATCHES_PER_PAGE = 3
LIMIT = 100
LATER = "2026-01-01T01:00:00Z"
FIRST_START = "2026-01-01T00:00:00.000Z"
SHARED_ERROR = {"code": "SOURCE_FORBIDDEN", "message": "Facebook refuses: a permission is missing."}


@dataclass(frozen=True)
class Scenario:
    """`job` is the item the execution finds, None for none; `machine` the deployment of the flow it is one of.

    `more` is put into its input. `taken` is whether an execution with its successor's name is there before it.
    """

    fetch_page: Answer
    process_batch: Answer
    finalize: Answer
    job: Mapping[str, str] | None
    machine: "Machine"
    more: Mapping[str, Any]
    taken: bool


@dataclass(frozen=True)
class Machine:
    """What the flow is deployed with."""

    table: str = "jobs"
    history_budget: int = 8_000
    hand_over_seconds: int = 86_400


def request(event: Event, **changes: Any) -> Event:
    """The request that `event` is, in full, as it is in an answer's `next`."""
    first = {
        "page": 1,
        "leg": "list",
        "platform": "messenger",
        "cursor": None,
        "since": None,
        "newest": None,
        "attempt": 0,
        "restarted": False,
        "notBefore": None,
    }
    return {**first, **event, **changes}


def page(event: Event, *, last: bool, batches: int = BATCHES_PER_PAGE, pause: bool = False) -> Event:
    """What fetch_page answers for a page; with `pause` the next one may not be asked for at once."""
    asked = request(event)
    number: int = asked["page"]
    here = {"jobId": event["jobId"], "page": number, "booked": False, "turn": 1}
    following = {"page": number + 1, "cursor": f"cursor-{number + 1}", "notBefore": LATER if pause else None}
    return {
        "outcome": "PAGE",
        "batches": [{**here, "batch": batch} for batch in range(batches)],
        "next": None if last else {**asked, **following},
        "waitSeconds": 0,
        "error": None,
    }


def outcome(name: str, **more: Any) -> Event:
    """What fetch_page answers when it has no page."""
    return {"outcome": name, "batches": [], "next": None, "waitSeconds": 0, "error": None, **more}


def pages(count: int) -> Answer:
    return lambda event, _: page(event, last=event.get("page", 1) == count)


def instead(number: int, other: Answer, usual: Answer) -> Answer:
    """`other` for one page number."""
    return lambda event, attempt: (other if event.get("page", 1) == number else usual)(event, attempt)


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
    return {"synced": 10, "skipped": 0, "failed": 0, "waitSeconds": 0, "next": None}


def in_turns(event: Event, attempt: int) -> Event:
    """Batch 1 waits for a slot, is throttled in it, waits for another, and is settled."""
    if event["batch"] != 1 or (event["turn"] == 2 and event["booked"]):
        return tally(event, attempt)
    following = {**event, "booked": True} if not event["booked"] else {**event, "booked": False, "turn": 2}
    return {"synced": 0, "skipped": 0, "failed": 0, "waitSeconds": 30 * event["turn"], "next": following}


def close(event: Event, _: int) -> Event:
    statuses = {"END": "COMPLETED", "CANCELLED": "CANCELLED"}
    return {"jobId": event["jobId"], "status": statuses.get(event["outcome"], "FAILED")}


def quota_spent(event: Event, _: int) -> Event:
    """Once; then the page is there."""
    if event.get("notBefore"):
        return outcome("WAIT", next=request(event, notBefore=None), waitSeconds=3600)
    if event.get("attempt", 0) == 0:
        return outcome("WAIT", next=request(event, notBefore=LATER, attempt=1))
    return page(event, last=event["page"] == 2)


def pausing(count: int) -> Answer:
    """Pages between which Facebook wants a pause."""

    def answer(event: Event, _: int) -> Event:
        if event.get("notBefore"):
            return outcome("WAIT", next=request(event, notBefore=None), waitSeconds=10)
        return page(event, last=event.get("page", 1) == count, pause=True)

    return answer


def one_bad_batch(error: str) -> Answer:
    bad = always_failing(error)
    return lambda event, attempt: (bad if event["batch"] == 1 else tally)(event, attempt)


def scenario(
    fetch_page: Answer,
    *,
    process_batch: Answer = tally,
    finalize: Answer = close,
    job: Mapping[str, str] | None = MappingProxyType({"status": "PENDING"}),
    machine: Machine = Machine(),
    taken: bool = False,
    **more: Any,
) -> Scenario:
    return Scenario(fetch_page, process_batch, finalize, job, machine, more, taken)


def _side_by_side() -> Scenario:
    """No batch of page 1 answers before page 2 is asked for."""
    second_page_asked = threading.Event()

    def fetch(event: Event, attempt: int) -> Event:
        if event.get("page") == 2:
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
        if event.get("page", 1) < 3:
            return page(event, last=False)
        token_died.set()
        return outcome("TOKEN_EXPIRED")

    def process(event: Event, attempt: int) -> Event:
        if event["page"] == 2 and not token_died.wait(timeout=30):
            raise TaskError("TokenNeverDied")
        return tally(event, attempt)

    return scenario(fetch, process_batch=process)


THROTTLED = "Lambda.TooManyRequestsException"
SHORT = Machine(history_budget=110)
"""Two pages of three batches, and one more that is already fetched."""
IMPATIENT = Machine(hand_over_seconds=0)

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
        "pauses between pages": scenario(pausing(3)),
        "batch in turns": scenario(pages(2), process_batch=in_turns),
        "batch in turns given up": scenario(
            pages(1),
            process_batch=lambda event, attempt: (always_failing() if event["booked"] else in_turns)(
                event, attempt
            ),
        ),
        "many executions": scenario(
            instead(5, failing(2, "Sandbox.Timedout", pages(12)), pages(12)), process_batch=in_turns, machine=SHORT
        ),
        "many executions and pauses": scenario(pausing(6), machine=SHORT),
        "old executions": scenario(pages(3), machine=IMPATIENT),
        "cancelled in the second execution": scenario(
            instead(5, lambda *_: outcome("CANCELLED"), pages(6)), machine=SHORT
        ),
        "broken in the second execution": scenario(instead(5, always_failing(), pages(6)), machine=SHORT),
        "successor started already": scenario(pages(6), machine=SHORT, taken=True),
        "successor without a number": scenario(pages(6), machine=SHORT, executionNumber="two"),
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
        "table out of reach": scenario(pages(1), machine=Machine(table="nowhere")),
    }
)
