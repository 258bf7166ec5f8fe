"""The benchmark in small: what it counts is what it has to be, and it says what it found. No time is judged."""

import io
import json
from collections.abc import Mapping
from typing import Any

import pytest
from rich.console import Console

from bench.parts import SMOKE, Outcome, measure
from bench.report import sheets
from infra.environments import Environment

LARGE = SMOKE.large
ROUNDS = [100, LARGE - 100]
"""The first page of Facebook's comes alone, and the rest of them in one go."""
BATCHES = sum(-(-participants // Environment.batch_size) for participants in ROUNDS)
ROWS = {"contact": 1, "contact_activity": 2}


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    return measure(SMOKE, ("throughput", "resync", "growth", "latency", "pollers"), Console(file=io.StringIO()))


@pytest.fixture(scope="module")
def results(outcome: Outcome) -> Mapping[str, Any]:
    return outcome.results


@pytest.fixture(scope="module")
def full(results: Mapping[str, Any]) -> Mapping[str, Any]:
    """A first sync of the large Page."""
    return results["resync"]["full"]


@pytest.fixture(scope="module")
def again(results: Mapping[str, Any]) -> Mapping[str, Any]:
    return results["resync"]["again"]


def test_a_first_sync_asks_for_each_page_once_and_for_the_head_again(full: Mapping[str, Any]) -> None:
    assert full["graph_calls"] == -(-LARGE // 100) + 1


def test_a_first_sync_analyses_everybody_once(full: Mapping[str, Any]) -> None:
    assert full["gemini_calls"] == LARGE
    assert full["gemini_tokens_in"] > 500 * LARGE
    assert full["gemini_tokens_out"] > 50 * LARGE


def test_each_function_is_invoked_as_often_as_there_are_pages_and_batches(full: Mapping[str, Any]) -> None:
    invoked = {name: count for name, count in full["invocations"].items() if name != "status"}
    head = 1
    assert invoked == {
        "start_sync": 1,
        "fetch_page": len(ROUNDS) + head,
        "process_batch": BATCHES,
        "finalize": 1,
    }


def test_a_batch_takes_one_object_and_a_transaction_for_its_outcomes_and_for_its_money(
    full: Mapping[str, Any],
) -> None:
    asked = full["aws_requests"]
    assert asked["s3:PUT"] == asked["s3:GET"] == BATCHES
    opening, closing, head = 1, 1, 1
    in_the_way = full["aws_refused"].get("dynamodb:TransactWriteItems", 0)
    done = asked["dynamodb:TransactWriteItems"] - in_the_way
    assert done == opening + len(ROUNDS) + head + 2 * BATCHES + closing


def test_a_contact_is_a_row_with_its_story(full: Mapping[str, Any], again: Mapping[str, Any]) -> None:
    assert full["rows"] == {table: rows * LARGE for table, rows in ROWS.items()}
    assert sum(again["rows"].values()) <= 2 * SMOKE.changed


def test_the_flow_takes_so_many_transitions(full: Mapping[str, Any]) -> None:
    begin_and_end = len(["BeginSync", "FetchPage", "Route", "Finalize", "Conclude", "SyncEnded"])
    pages = len(ROUNDS) + 1
    # Route, ProcessPage and Merge, and inside ProcessBatches, HasNextPage and what comes of it.
    assert full["transitions"] == begin_and_end + 6 * pages + 3 * BATCHES


def test_the_history_has_so_many_events(full: Mapping[str, Any]) -> None:
    begin = 1 + 5 + 5
    end = 2 + 5 + 2 + 2 + 1
    pages = len(ROUNDS) + 1
    no_page_to_fetch = 3
    assert full["events"] == begin + 19 * pages + 11 * BATCHES - no_page_to_fetch + end


def test_a_sync_after_little_has_changed_reads_one_page_and_analyses_those(
    results: Mapping[str, Any], again: Mapping[str, Any]
) -> None:
    assert again["graph_calls"] == 1
    assert again["gemini_calls"] == results["resync"]["synced"] == SMOKE.changed


def test_the_state_does_not_grow_with_the_conversations(results: Mapping[str, Any]) -> None:
    growth = results["growth"]
    assert all(size["largestStateBytes"] < growth["quotas"]["stateBytes"] / 100 for size in growth["sizes"])
    assert growth["million"]["executions"] > 50


def test_the_sequential_algorithm_is_the_slower_one(results: Mapping[str, Any]) -> None:
    part = results["throughput"]
    assert part["sequential"]["sample"] == SMOKE.sample
    assert {name: sync["contacts"] for name, sync in part["syncs"].items()} == {
        "cold": SMOKE.cold,
        "warm": SMOKE.large,
        "quota": SMOKE.quota,
    }


def test_every_look_at_a_sync_that_many_follow_is_answered(results: Mapping[str, Any]) -> None:
    for pace in ("Facebook", "Gemini's quota"):
        assert results["pollers"][pace]["failedLooks"] == 0
        assert results["pollers"][pace]["looks"] >= 1


def test_the_shares_of_the_cost_are_those_of_the_whole(results: Mapping[str, Any]) -> None:
    cost = results["cost"]
    items = cost["per1000Contacts"]["items"]
    assert sum(each["share"] for each in items.values()) == pytest.approx(1, abs=0.001)
    assert all(each["dollars"] > 0 for each in items.values())
    assert cost["per1000Unchanged"]["dollars"] < cost["per1000Contacts"]["dollars"]


def test_the_results_are_shown_as_tables_kept_as_json_and_drawn(outcome: Outcome) -> None:
    assert json.loads(json.dumps(outcome.results)) == outcome.results
    console = Console(file=io.StringIO(), width=120)
    for sheet in sheets(outcome.results):
        sheet.show(console)
        assert all(len(row) == len(sheet.columns) for row in sheet.rows)
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    assert "Throughput" in shown
    assert "Cost in dollars" in shown
    assert outcome.timeline is not None
    drawn = outcome.timeline.svg("A sync")
    assert drawn.count('<rect class="fetch"') == -(-LARGE // 100) + 1
