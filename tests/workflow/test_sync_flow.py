"""Every path of the flow: which states run, what the functions are asked, how the execution ends."""

import json
import re
from typing import Any

import pytest

from tests.workflow.scenarios import BATCHES_PER_PAGE, FIRST_START, LATER, LIMIT, SCENARIOS, SHARED_ERROR, request
from tests.workflow.scripted import SECRET_CAUSE
from tests.workflow.walks import DEFINITION, Walk

Walks = dict[str, Walk]

ISO_8601_UTC = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def all_batches_of(*pages: int) -> list[tuple[int, int]]:
    return [(page, batch) for page in pages for batch in range(BATCHES_PER_PAGE)]


def test_all_pages_are_walked_and_all_batches_processed_once(walks: Walks) -> None:
    walk = walks["three pages"]
    assert (walk.status, walk.output) == ("SUCCEEDED", {"jobId": walk.job_id, "status": "COMPLETED"})
    assert [(event.get("page"), event.get("cursor")) for event in walk.asked("fetch_page")] == [
        (None, None),
        (2, "cursor-2"),
        (3, "cursor-3"),
    ]
    assert walk.processed == all_batches_of(1, 2, 3)
    assert walk.asked("finalize") == [{"jobId": walk.job_id, "outcome": "END", "error": None}]


def test_the_first_request_leaves_the_beginning_to_fetch_page(walks: Walks) -> None:
    walk = walks["one page"]
    assert walk.asked("fetch_page") == [{"jobId": walk.job_id, "limit": LIMIT}]


def test_a_batch_is_given_its_first_turn_and_nothing_more(walks: Walks) -> None:
    walk = walks["one page"]
    turn = {"jobId": walk.job_id, "page": 1, "batch": 2, "booked": False, "turn": 1}
    assert turn in walk.asked("process_batch")


def test_a_job_begins_when_its_execution_does(walks: Walks) -> None:
    job = walks["one page"].job
    assert job["status"] == "IN_PROGRESS"
    assert ISO_8601_UTC.fullmatch(job["startedAt"])
    assert job["updatedAt"] == job["startedAt"]
    assert job["executionArns"] == [walks["one page"].last.arn]


def test_a_job_that_is_started_again_keeps_when_it_first_started(walks: Walks) -> None:
    walk = walks["started again"]
    assert walk.output == {"jobId": walk.job_id, "status": "COMPLETED"}
    assert walk.job["startedAt"] == FIRST_START
    assert walk.job["updatedAt"] > FIRST_START


def test_the_last_page_ends_the_walk_without_another_fetch(walks: Walks) -> None:
    walk = walks["one page"]
    assert "NoNextPage" in walk.branch_states
    assert len(walk.asked("fetch_page")) == 1
    assert walk.path[2:] == ["Route", "ProcessPage", "Merge", "Route", "Finalize", "Conclude", "SyncEnded"]


def test_an_empty_page_with_a_next_one_is_not_the_end(walks: Walks) -> None:
    walk = walks["empty page with a next one"]
    assert walk.processed == all_batches_of(2)
    assert walk.output["status"] == "COMPLETED"


def test_an_inbox_without_conversations_completes(walks: Walks) -> None:
    walk = walks["nothing at all"]
    assert walk.path == ["BeginSync", "FetchPage", "Route", "Finalize", "Conclude", "SyncEnded"]
    assert walk.output["status"] == "COMPLETED"


def test_a_spent_quota_is_waited_for_and_the_same_page_asked_again(walks: Walks) -> None:
    walk = walks["quota spent at once"]
    told = ["FetchPage", "Route"]
    assert walk.path[:8] == ["BeginSync", *told, *told, "WaitForQuota", *told]
    first, held, again, second = walk.asked("fetch_page")
    assert held == request(first, attempt=1, notBefore=LATER)
    assert again == request(first, attempt=1)
    assert second["page"] == 2
    assert walk.output["status"] == "COMPLETED"


def test_a_quota_spent_by_the_next_page_is_waited_for_after_this_page_is_processed(walks: Walks) -> None:
    walk = walks["quota spent on the second page"]
    _, refused, held, again = walk.asked("fetch_page")
    assert (refused["page"], refused["cursor"], refused["notBefore"]) == (2, "cursor-2", None)
    assert (held, again) == ({**refused, "attempt": 1, "notBefore": LATER}, {**refused, "attempt": 1})
    assert walk.path[5:10] == ["Route", "FetchPage", "Route", "WaitForQuota", "FetchPage"]
    assert walk.processed == all_batches_of(1, 2)


def test_a_pause_before_the_next_page_is_sat_out_when_this_one_is_processed(walks: Walks) -> None:
    walk = walks["pauses between pages"]
    assert "HoldNextPage" in walk.branch_states
    assert "FetchNextPage" not in walk.branch_states
    calls = [(call.function, call.event.get("page", 1), call.event.get("notBefore")) for call in walk.script.calls]
    batches = [("process_batch", 1, None)] * BATCHES_PER_PAGE
    first, held, again = (("fetch_page", 1, None), ("fetch_page", 2, LATER), ("fetch_page", 2, None))
    assert calls[: len(batches) + 3] == [first, *batches, held, again]
    assert walk.processed == all_batches_of(1, 2, 3)
    assert walk.output["status"] == "COMPLETED"


def test_a_wait_that_is_announced_is_never_sat_out_beside_a_batch(walks: Walks) -> None:
    waiting = [value for walk in walks.values() for value in walk.inputs("WaitForQuota")]
    assert {value["waitSeconds"] for value in waiting} == {10, 3600}
    for walk in walks.values():
        for onward, batches in walk.inputs("Merge"):
            assert all("waitSeconds" not in batch for batch in batches)
            assert onward["answer"].get("waitSeconds", 0) == 0


def test_a_batch_takes_the_turns_that_the_quota_of_the_model_gives_it(walks: Walks) -> None:
    walk = walks["batch in turns"]
    turns = [event for event in walk.asked("process_batch") if (event["page"], event["batch"]) == (2, 1)]
    assert [(event["turn"], event["booked"]) for event in turns] == [(1, False), (1, True), (2, False), (2, True)]
    others = [event for event in walk.asked("process_batch") if event["batch"] != 1]
    assert len(others) == 2 * (BATCHES_PER_PAGE - 1)
    assert walk.output["status"] == "COMPLETED"
    machine = json.loads(DEFINITION.read_text())
    waiting = _states(machine)["WaitForAnalysis"]
    assert waiting["Seconds"] == "{% $states.input.waitSeconds %}"


def test_a_batch_that_breaks_in_a_later_turn_is_given_up_alone(walks: Walks) -> None:
    walk = walks["batch in turns given up"]
    assert walk.given_up == [{"page": 1, "batch": 1, "givenUp": "RuntimeError"}]
    assert walk.asked("finalize") == [{"jobId": walk.job_id, "outcome": "END", "error": None}]


def test_the_wait_is_as_long_as_fetch_page_says(walks: Walks) -> None:
    (waiting,) = walks["quota spent at once"].inputs("WaitForQuota")
    assert waiting["waitSeconds"] == 3600
    state = json.loads(DEFINITION.read_text())["States"]["WaitForQuota"]
    assert state["Seconds"] == "{% $states.input.waitSeconds %}"


@pytest.mark.parametrize(
    ("name", "processed"),
    [("cancelled at once", []), ("cancelled on the second page", all_batches_of(1))],
)
def test_a_cancelled_job_stops_and_keeps_what_it_did(
    walks: Walks, name: str, processed: list[tuple[int, int]]
) -> None:
    walk = walks[name]
    assert walk.processed == processed
    assert walk.asked("finalize") == [{"jobId": walk.job_id, "outcome": "CANCELLED", "error": None}]
    assert (walk.status, walk.output["status"]) == ("SUCCEEDED", "CANCELLED")


def test_a_token_that_dies_on_the_third_page_leaves_the_second_one_processed(walks: Walks) -> None:
    walk = walks["token dies on the third page"]
    assert walk.processed == all_batches_of(1, 2)
    assert walk.asked("finalize") == [{"jobId": walk.job_id, "outcome": "TOKEN_EXPIRED", "error": None}]
    assert (walk.status, walk.output["status"]) == ("SUCCEEDED", "FAILED")


def test_a_refusal_of_facebook_is_told_and_is_no_fault_of_the_flow(walks: Walks) -> None:
    walk = walks["facebook refuses"]
    assert walk.asked("finalize") == [{"jobId": walk.job_id, "outcome": "FAILED", "error": SHARED_ERROR}]
    assert (walk.status, walk.output) == ("SUCCEEDED", {"jobId": walk.job_id, "status": "FAILED"})


def test_the_next_page_is_fetched_while_this_one_is_processed(walks: Walks) -> None:
    walk = walks["side by side"]
    assert walk.processed == all_batches_of(1, 2)
    assert walk.given_up == []


def test_a_batch_that_is_given_up_takes_no_other_with_it(walks: Walks) -> None:
    walk = walks["batch given up"]
    given_up = [(page, 1) for page in (1, 2)]
    attempts = 1 + 4
    assert walk.processed == sorted(all_batches_of(1, 2) + given_up * (attempts - 1))
    assert walk.given_up == [{"page": page, "batch": 1, "givenUp": "DatabaseFailed"} for page in (1, 2)]
    assert walk.asked("finalize") == [{"jobId": walk.job_id, "outcome": "END", "error": None}]


@pytest.mark.parametrize("name", ["batch fails twice", "batch throttled eight times"])
def test_a_passing_fault_of_a_batch_is_retried(walks: Walks, name: str) -> None:
    walk = walks[name]
    assert walk.given_up == []
    assert walk.output["status"] == "COMPLETED"


@pytest.mark.parametrize("name", ["first page throttled eight times", "second page fails five times"])
def test_a_passing_fault_of_a_page_is_retried(walks: Walks, name: str) -> None:
    assert walks[name].output == {"jobId": walks[name].job_id, "status": "COMPLETED"}


def test_a_first_page_that_cannot_be_fetched_fails_job_and_execution(walks: Walks) -> None:
    walk = walks["first page lost"]
    assert len(walk.asked("fetch_page")) == 1 + 5
    assert walk.path == ["BeginSync", "FetchPage", "Finalize", "Conclude", "SyncBroke"]
    assert (walk.status, walk.error) == ("FAILED", "SourceUnavailable")
    assert walk.cause == "A page of conversations could not be fetched because of an unexpected error."


def test_a_next_page_that_cannot_be_fetched_lets_this_one_finish_first(walks: Walks) -> None:
    walk = walks["second page lost"]
    assert walk.processed == all_batches_of(1)
    assert "NextPageGivenUp" in walk.branch_states
    assert walk.path[-5:] == ["Merge", "Route", "Finalize", "Conclude", "SyncBroke"]
    (closing,) = walk.asked("finalize")
    assert (closing["outcome"], closing["error"]["code"]) == ("FAILED", "SourceUnavailable")
    assert walk.status == "FAILED"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("unknown outcome", "UnknownOutcome"),
        ("page without batches field", "States.QueryEvaluationError"),
    ],
)
def test_an_answer_that_makes_no_sense_fails_the_job(walks: Walks, name: str, code: str) -> None:
    walk = walks[name]
    (closing,) = walk.asked("finalize")
    assert (closing["outcome"], closing["error"]["code"]) == ("FAILED", code)
    assert (walk.status, walk.error) == ("FAILED", code)


def test_finalize_outlasts_ten_faults(walks: Walks) -> None:
    walk = walks["finalize fails ten times"]
    assert len(walk.asked("finalize")) == 1 + 10
    assert walk.output["status"] == "COMPLETED"


def test_a_lost_finalize_is_seen_as_a_failed_execution(walks: Walks) -> None:
    walk = walks["finalize lost"]
    assert (walk.status, walk.error) == ("FAILED", "DatabaseFailed")


@pytest.mark.parametrize("name", ["job over", "no such job"])
def test_an_execution_without_an_open_job_does_nothing(walks: Walks, name: str) -> None:
    walk = walks[name]
    assert walk.path == ["BeginSync", "NoOpenJob"]
    assert (walk.status, walk.error) == ("FAILED", "NoOpenJob")
    assert walk.script.calls == []
    expected = SCENARIOS[name].job
    assert {key: value for key, value in walk.job.items() if key not in {"PK", "SK"}} == dict(expected or {})


def test_a_sync_that_cannot_begin_is_still_finalized(walks: Walks) -> None:
    walk = walks["table out of reach"]
    assert walk.path == ["BeginSync", "Finalize", "Conclude", "SyncBroke"]
    (closing,) = walk.asked("finalize")
    assert (closing["outcome"], closing["error"]["code"]) == ("FAILED", "DynamoDB.ResourceNotFoundException")


def test_what_an_error_says_stays_out_of_state_and_end(walks: Walks) -> None:
    failed = [walk for walk in walks.values() if walk.status == "FAILED" and walk.error != "DatabaseFailed"]
    assert len(failed) > 3
    for walk in failed:
        assert SECRET_CAUSE not in json.dumps([walk.states, walk.script.events("finalize"), walk.cause])


def test_every_call_of_a_function_names_its_execution(walks: Walks) -> None:
    calls = 0
    for walk in walks.values():
        names = [execution.name for execution in walk.executions]
        assert {call.execution for call in walk.script.calls} <= set(names)
        calls += len(walk.script.calls)
    assert calls > len(walks)
    long = walks["many executions"]
    in_order = list(dict.fromkeys(call.execution for call in long.script.calls))
    assert in_order == [execution.name for execution in long.executions]


def test_the_state_stays_small_and_does_not_grow_with_the_walk(walks: Walks) -> None:
    sizes = [len(json.dumps(value)) for _, value in walks["thirty pages"].states]
    assert max(sizes) < 2_000
    assert max(sizes[60:]) <= max(sizes[:60]) + len("0") * 10


def test_every_state_is_entered_in_some_walk(walks: Walks) -> None:
    entered = {state for walk in walks.values() for state in {*walk.path, *walk.branch_states}}
    assert entered == set(_states(json.loads(DEFINITION.read_text())))


def _states(machine: dict[str, Any]) -> dict[str, Any]:
    """All of them, the inner ones too, by name."""
    found: dict[str, Any] = {}
    for name, state in machine["States"].items():
        found[name] = state
        for nested in [*state.get("Branches", []), *([state["ItemProcessor"]] if "ItemProcessor" in state else [])]:
            found |= _states(nested)
    return found
