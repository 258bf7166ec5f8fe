"""A long walk goes on in execution after execution: one job, nothing lost between them, no history too long."""

import json
from collections import Counter
from collections.abc import Iterator

import pytest

from pagesync.use_cases.process_batch import MOST_TURNS
from tests.workflow.scenarios import BATCHES_PER_PAGE, IMPATIENT, SHORT, Event
from tests.workflow.test_definition import TASKS
from tests.workflow.walks import DEFINITION, Execution, Walk, onward_state

Walks = dict[str, Walk]
HARD_LIMIT = 25_000
"""Of a history: https://docs.aws.amazon.com/step-functions/latest/dg/bp-history-limit.html"""
OWN_LIMIT = 20_000
BUDGET = 8_000
BATCHES = 12
SUCCESSORS = ["many executions", "many executions and pauses", "old executions"]


@pytest.mark.parametrize("name", SUCCESSORS)
def test_all_executions_together_do_what_one_would_have_done(walks: Walks, name: str) -> None:
    walk = walks[name]
    assert len(walk.executions) >= 3
    assert walk.output == {"jobId": walk.job_id, "status": "COMPLETED"}
    pages = {"many executions": 12, "many executions and pauses": 6, "old executions": 3}[name]
    settled = {(event["page"], event["batch"]) for event in walk.asked("process_batch")}
    assert settled == {(page, batch) for page in range(1, pages + 1) for batch in range(BATCHES_PER_PAGE)}
    turns = Counter(json.dumps(event) for event in walk.asked("process_batch"))
    assert set(turns.values()) == {1}
    assert walk.asked("finalize") == [{"jobId": walk.job_id, "outcome": "END", "error": None}]


@pytest.mark.parametrize("name", SUCCESSORS)
def test_executions_are_numbered_and_linked_both_ways(walks: Walks, name: str) -> None:
    walk = walks[name]
    names = [walk.job_id, *(f"{walk.job_id}-{number}" for number in range(2, len(walk.executions) + 1))]
    assert [each.name for each in walk.executions] == names
    for number, (before, after) in enumerate(zip(walk.executions, walk.executions[1:], strict=False), start=2):
        assert before.path[-2:] == ["StartSuccessor", "HandedOver"]
        assert (before.status, before.output["successor"]) == ("SUCCEEDED", after.arn)
        assert (after.given["predecessor"], after.given["executionNumber"]) == (before.arn, number)
        assert after.given["AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID"] == before.arn
    assert set(walk.job["executionArns"]) == {each.arn for each in walk.executions}


def test_a_successor_begins_with_the_request_that_its_predecessor_did_not_send(walks: Walks) -> None:
    walk = walks["many executions"]
    for before, after in zip(walk.executions, walk.executions[1:], strict=False):
        (handed_over,) = [value for name, value in before.states if name == "StartSuccessor"]
        (sent,) = [value for name, value in after.states if name == "FetchPage"]
        assert handed_over["next"] == after.given["request"] == sent
        assert "HoldNextPage" in {onward_state(onward["answer"]) for onward in _onwards(before)}
    asked = [event.get("page", 1) for event in walk.asked("fetch_page")]
    assert asked == [1, 2, 3, 4, 5, 5, 5, *range(6, 13)]


def test_a_job_keeps_when_it_first_started(walks: Walks) -> None:
    job = walks["many executions"].job
    assert job["startedAt"] < job["updatedAt"]


def test_an_old_execution_hands_over_after_each_page(walks: Walks) -> None:
    assert IMPATIENT.hand_over_seconds == 0
    assert len(walks["old executions"].executions) == 3


def test_an_end_in_a_successor_ends_the_job(walks: Walks) -> None:
    cancelled, broken = walks["cancelled in the second execution"], walks["broken in the second execution"]
    assert len(cancelled.executions) > 1
    assert cancelled.output == {"jobId": cancelled.job_id, "status": "CANCELLED"}
    assert len(broken.executions) > 1
    assert (broken.status, broken.error) == ("FAILED", "RuntimeError")
    for walk in (cancelled, broken):
        assert [event["jobId"] for event in walk.asked("finalize")] == [walk.job_id]


def test_a_successor_that_an_unanswered_attempt_has_started_is_not_started_again(walks: Walks) -> None:
    walk = walks["successor started already"]
    first = walk.executions[0]
    assert first.path[-2:] == ["StartSuccessor", "HandedOver"]
    assert (first.status, first.output["successor"]) == ("SUCCEEDED", f"{first.arn}-2")
    assert walk.asked("finalize") == []


def test_a_sync_that_cannot_go_on_is_finalized(walks: Walks) -> None:
    walk = walks["successor without a number"]
    assert walk.path[-4:] == ["StartSuccessor", "Finalize", "Conclude", "SyncBroke"]
    (closing,) = walk.asked("finalize")
    assert (closing["outcome"], closing["error"]["code"]) == ("FAILED", "States.QueryEvaluationError")
    assert walk.cause == "The sync could not be continued because of an unexpected error."


@pytest.mark.parametrize("name", SUCCESSORS)
def test_an_execution_counts_the_events_that_aws_writes(walks: Walks, name: str) -> None:
    walk = walks[name]
    turns = _turns(walk)
    for each in walk.executions[:-1]:
        since = ["Route", "StartSuccessor", "HandedOver"]
        assert each.path[-3:] == since
        started_successor = 3
        written = events_written(each, turns) - 2 * len(since) - started_successor
        assert each.output["events"] == written


def test_an_execution_goes_no_further_than_the_page_in_hand_and_the_one_fetched(walks: Walks) -> None:
    for name in ("many executions", "many executions and pauses"):
        for each in walks[name].executions[:-1]:
            assert SHORT.history_budget <= each.output["events"]
            before_last = [value for state, value in each.states if state == "Merge"][:-2]
            assert sum(_page_events(value) for value in before_last) < SHORT.history_budget


def test_the_arithmetic_of_the_history_is_that_of_the_definition() -> None:
    comment: str = json.loads(DEFINITION.read_text())["Comment"]
    page, batch, batch_wait = 19, 11, 9
    assert f"{page} + {batch} n, {page + batch * BATCHES} for {BATCHES} batches, and {batch_wait} for" in comment
    # Each turn begins with a booking, which may have to wait.
    longest_turns = 2 * MOST_TURNS
    one_batch = 2 + longest_turns * (2 + 3 * _most_attempts("ProcessBatch") + 2) + 2 * (longest_turns - 1) + 2
    one_page = 14 + 2 + 3 * _most_attempts("FetchNextPage") + BATCHES * one_batch
    longest = BUDGET + 2 * one_page + 100
    assert f"a page writes {one_page:,}" in comment
    assert f"{longest_turns} turns" in comment
    assert f"{BUDGET:,} + 2 * {one_page:,} + 100 = {longest:,}" in comment
    assert longest < OWN_LIMIT < HARD_LIMIT


def events_written(execution: Execution, turns: Counter[tuple[int, int]]) -> int:
    """As AWS writes them: it has the inner states' events, which the emulator leaves out."""
    parallels = execution.path.count("ProcessPage")
    inner = sum(_inner_states(value, turns) for name, value in execution.states if name == "Merge")
    started = 1
    return started + 2 * len(execution.states) + 2 * parallels + inner + 3 * execution.attempts


def _inner_states(merged: list[Event], turns: Counter[tuple[int, int]]) -> int:
    onward, batches = merged
    map_state, choice = 4, 2
    count = map_state + choice + 2
    if onward_state(onward["answer"]) == "NextPageGivenUp":
        count += 2
    page = _page_of(onward["answer"])
    for batch in range(len(batches)):
        # Iteration, each turn with its choice, the waits between them, and the end.
        times = turns[page, batch]
        count += 2 + 4 * times + 2 * (times - 1) + 2
    return count


def _page_of(answer: Event) -> int:
    """The page before the one that the answer goes on to."""
    if answer["outcome"] == "PAGE":
        return answer["batches"][0]["page"] - 1
    return answer["next"]["page"] - 1


def _turns(walk: Walk) -> Counter[tuple[int, int]]:
    return Counter((event["page"], event["batch"]) for event in walk.asked("process_batch"))


def _onwards(execution: Execution) -> Iterator[Event]:
    for name, value in execution.states:
        if name == "Merge":
            yield value[0]


def _page_events(merged: list[Event]) -> int:
    onward, batches = merged
    return 14 + onward["events"] + sum(batch["events"] for batch in batches)


def _most_attempts(task: str) -> int:
    return 1 + sum(retry["MaxAttempts"] for retry in TASKS[task]["Retry"])
