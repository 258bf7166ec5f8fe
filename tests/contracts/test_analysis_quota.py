"""AnalysisQuota behaves alike in memory and on DynamoDB, for one Lambda and for a hundred."""

import json
import random
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import boto3
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from moto import mock_aws

from pagesync.adapters.dynamodb import DynamoQuota
from pagesync.adapters.dynamodb.quota import FOLD_AT_MOST, FOLD_EVERY, quota_key
from pagesync.adapters.dynamodb.table import Item, Table
from pagesync.domain.quota import Grant, Limits
from pagesync.ports import AnalysisQuota
from tests import samples
from tests.fakes.clock import StoppedClock
from tests.fakes.quota import InMemoryQuota, QuotaMemory
from tests.windows import Start, worst_excess

LIMITS = Limits(requests_per_minute=60, tokens_per_minute=60_000)
LAMBDAS, TURNS = 100, 3
MODEL = "gemini-a"


@dataclass
class Environment:
    """What its Lambdas share; each has a quota of its own over it."""

    make: Callable[[StoppedClock, Limits], AnalysisQuota]
    clock: StoppedClock = field(default_factory=StoppedClock)

    def quota(self, limits: Limits = LIMITS, *, clock: StoppedClock | None = None) -> AnalysisQuota:
        return self.make(clock or self.clock, limits)


def in_memory() -> Environment:
    memory = QuotaMemory()
    return Environment(lambda clock, limits: InMemoryQuota(memory, clock, limits))


class DynamoEnvironment(Environment):
    def __init__(self, table: Table, written: Sequence[str]) -> None:
        super().__init__(lambda clock, limits: DynamoQuota(table, clock, limits, model=MODEL))
        self._table = table
        self._written = written

    def writes(self) -> int:
        return len(self._written)

    def item(self) -> Item:
        return self._table.get(quota_key(MODEL)) or {}

    def afresh(self) -> "DynamoEnvironment":
        """The same table without the item."""
        self._table.delete([quota_key(MODEL)])
        return DynamoEnvironment(self._table, self._written)


def on_dynamodb() -> DynamoEnvironment:
    client = boto3.client("dynamodb", region_name="us-east-1")
    client.create_table(
        TableName="jobs",
        KeySchema=[{"AttributeName": "PK", "KeyType": "HASH"}, {"AttributeName": "SK", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("PK", "SK")],
        BillingMode="PAY_PER_REQUEST",
    )
    written = make_atomic(client)
    return DynamoEnvironment(Table(client, "jobs"), written)


def make_atomic(client: Any) -> Sequence[str]:
    """moto interleaves the writes of several threads, which DynamoDB never does. Answers what will be written."""
    lock, update, written = threading.Lock(), client.update_item, list[str]()

    def one_at_a_time(**request: Any) -> Any:
        with lock:
            written.append(request["UpdateExpression"])
            return update(**request)

    client.update_item = one_at_a_time
    return written


@pytest.fixture
def dynamodb() -> Iterator[DynamoEnvironment]:
    with mock_aws():
        yield on_dynamodb()


@pytest.fixture(params=["memory", "dynamodb"])
def environment(request: pytest.FixtureRequest) -> Environment:
    return in_memory() if request.param == "memory" else request.getfixturevalue("dynamodb")


def waits(quota: AnalysisQuota, *bookings: tuple[int, int]) -> list[float]:
    return [quota.reserve(requests=requests, tokens=tokens).wait_seconds for requests, tokens in bookings]


def test_bookings_of_all_lambdas_are_spaced_by_requests_and_tokens(environment: Environment) -> None:
    one, another = environment.quota(), environment.quota()
    assert waits(one, (1, 10), (1, 10)) == [0, 1]
    assert waits(another, (1, 5000), (1, 10)) == [2, 7]
    assert waits(one, (3, 10), (1, 10)) == [8, 11]


def test_bookings_start_ahead_of_the_rate_by_the_burst(environment: Environment) -> None:
    quota = environment.quota(Limits(60, 60_000, burst_seconds=2.5))
    assert waits(quota, (1, 10), (1, 10), (1, 10), (1, 5000), (1, 10)) == [0, 0, 0.5, 1.5, 4.01]


def test_time_brings_slots_back_and_no_more_than_the_burst(environment: Environment) -> None:
    quota = environment.quota()
    waits(quota, (10, 10))
    environment.clock.advance(4)
    assert waits(quota, (1, 10)) == [6]
    environment.clock.advance(3600)
    assert waits(quota, (1, 10), (1, 10)) == [0, 1]


def test_a_limit_of_one_kind_leaves_the_other_kind_free(environment: Environment) -> None:
    assert waits(environment.quota(Limits(60, None)), (1, 10**9), (1, 10**9)) == [0, 1]
    assert waits(environment.quota(Limits(0, 60_000)), (10**9, 1000), (10**9, 1000)) == [0, 1]


def test_without_limits_only_the_server_makes_anyone_wait(environment: Environment) -> None:
    quota = environment.quota(Limits(None, None))
    assert waits(quota, (10**9, 10**9), (10**9, 10**9)) == [0, 0]
    quota.hold(5)
    assert waits(quota, (1, 1), (1, 1)) == [5, 5]
    until = environment.clock.now() + timedelta(hours=1)
    quota.exhaust(until)
    assert quota.reserve(requests=1, tokens=1) == Grant(0, exhausted_until=until)


def test_a_hold_stops_all_lambdas_and_the_longest_counts(environment: Environment) -> None:
    one, another = environment.quota(), environment.quota()
    waits(one, (1, 10))
    one.hold(38.25)
    another.hold(1)
    assert waits(another, (1, 10), (1, 10)) == [38.25, 39.25]
    environment.clock.advance(60)
    assert waits(one, (1, 10)) == [0]


def test_a_hold_during_a_longer_queue_changes_nothing(environment: Environment) -> None:
    quota = environment.quota()
    waits(quota, (30, 10))
    quota.hold(10)
    assert waits(quota, (1, 10)) == [30]


def test_a_spent_day_books_nothing_until_it_is_over(environment: Environment) -> None:
    one, another = environment.quota(), environment.quota()
    until = environment.clock.now() + timedelta(seconds=10)
    one.exhaust(until)
    one.exhaust(until - timedelta(seconds=5))
    assert [another.reserve(requests=9, tokens=9) for _ in range(3)] == [Grant(0, exhausted_until=until)] * 3
    environment.clock.advance(10)
    assert waits(another, (1, 10), (1, 10)) == [0, 1]


def test_corrections_and_holds_count_on_a_spent_day(environment: Environment) -> None:
    quota = environment.quota()
    waits(quota, (1, 1000))
    quota.exhaust(environment.clock.now() + timedelta(seconds=1))
    quota.correct(requests=0, tokens=5000)
    quota.hold(3)
    environment.clock.advance(1)
    assert waits(quota, (1, 0), (1, 10)) == [2, 5]


def test_corrections_move_the_next_slot_both_ways(environment: Environment) -> None:
    one, another = environment.quota(), environment.quota()
    waits(one, (10, 20_000))
    another.correct(requests=-8, tokens=-12_000)
    assert waits(one, (1, 10)) == [8]
    another.correct(requests=1, tokens=6000)
    assert waits(one, (0, 10), (1, 0)) == [14.01, 10]


def test_a_correction_of_nothing_writes_nothing(dynamodb: DynamoEnvironment) -> None:
    dynamodb.quota().correct(requests=0, tokens=0)
    dynamodb.quota(Limits(None, 60_000)).correct(requests=5, tokens=0)
    assert dynamodb.writes() == 0


def test_a_correction_before_the_first_booking_changes_nothing(environment: Environment) -> None:
    quota = environment.quota()
    quota.correct(requests=5, tokens=5000)
    assert waits(quota, (1, 10), (1, 10)) == [0, 1]


def test_a_burst_may_be_changed_by_a_deployment(environment: Environment) -> None:
    waits(environment.quota(Limits(60, 60_000, burst_seconds=9)), *[(1, 5)] * 10)
    assert waits(environment.quota(Limits(60, 60_000)), (1, 5), (1, 5)) == [10, 11]
    assert waits(environment.quota(Limits(60, 60_000, burst_seconds=5)), (1, 5), (1, 5)) == [8, 9]


BALANCED = Limits(1000, 1_000_000, burst_seconds=1)
"""Under bookings of 1 to 10 requests and 1 to 10,000 tokens now the ones and now the others are short."""


def in_a_hundred_lambdas(run: Callable[[int, random.Random], Sequence[Start]]) -> list[Start]:
    """All begin at once; what they book differs, and is the same every time."""
    together = threading.Barrier(LAMBDAS)

    def begin(number: int) -> Sequence[Start]:
        together.wait()
        return run(number, random.Random(number))

    with ThreadPoolExecutor(LAMBDAS) as pool:
        return [start for starts in pool.map(begin, range(LAMBDAS)) for start in starts]


def booked(quota: AnalysisQuota, clock: StoppedClock, chance: random.Random) -> Start:
    """Some work and when it may start, in milliseconds since noon."""
    requests, tokens = chance.randint(1, 10), chance.randint(1, 10_000)
    wait = timedelta(seconds=quota.reserve(requests=requests, tokens=tokens).wait_seconds)
    return Start((clock.now() + wait - samples.NOON) // timedelta(milliseconds=1), requests, tokens)


def test_a_hundred_lambdas_that_come_at_once_share_the_limit_out_fully(environment: Environment) -> None:
    quotas = [environment.quota(BALANCED) for _ in range(LAMBDAS)]
    starts = in_a_hundred_lambdas(
        lambda number, chance: [booked(quotas[number], environment.clock, chance) for _ in range(TURNS)]
    )
    assert len(starts) == LAMBDAS * TURNS
    assert worst_excess(starts, BALANCED) <= 0
    costs = [max(BALANCED.costs(requests=each.requests, tokens=each.tokens).values()) for each in starts]
    assert max(each.at_ms for each in starts) <= sum(costs) - BALANCED.burst_ms


def test_a_hundred_lambdas_that_work_and_correct_and_come_again_never_overspend(environment: Environment) -> None:
    """Their clocks differ by up to a second, and some book more than they use."""

    def run(number: int, chance: random.Random) -> list[Start]:
        skew_ms, starts = number * 1000 // LAMBDAS, list[Start]()
        clock = StoppedClock(samples.NOON + timedelta(milliseconds=skew_ms))
        quota = environment.quota(BALANCED, clock=clock)
        for _ in range(TURNS):
            start = booked(quota, clock, chance)
            quota.correct(requests=0, tokens=chance.randint(0, 500))
            clock.advance((start.at_ms - (clock.now() - samples.NOON) / timedelta(milliseconds=1)) / 1000)
            clock.advance(chance.uniform(0, 2))
            starts.append(Start(start.at_ms - skew_ms, start.requests, start.tokens))
        return starts

    starts = in_a_hundred_lambdas(run)
    assert len(starts) == LAMBDAS * TURNS
    assert worst_excess(starts, BALANCED, skew_ms=1000) <= 0


def test_a_hundred_lambdas_write_about_once_a_booking(dynamodb: DynamoEnvironment) -> None:
    quotas = [dynamodb.quota(BALANCED) for _ in range(LAMBDAS)]
    bookings = len(
        in_a_hundred_lambdas(
            lambda number, chance: [booked(quotas[number], dynamodb.clock, chance) for _ in range(TURNS)]
        )
    )
    assert bookings <= dynamodb.writes() <= 1.1 * bookings


def test_the_item_stays_small(dynamodb: DynamoEnvironment) -> None:
    """A write unit is a kilobyte."""
    quota = dynamodb.quota()
    for _ in range(5 * FOLD_EVERY):
        quota.reserve(requests=10, tokens=30_000)
        quota.correct(requests=0, tokens=-5000)
        assert len(dynamodb.item()["recentEvents"]) <= FOLD_EVERY
        assert len(json.dumps(dynamodb.item(), default=int)) < 1024


def test_a_hold_outlasts_the_events_that_came_after_it(dynamodb: DynamoEnvironment) -> None:
    quota = dynamodb.quota()
    waits(quota, (1, 10))
    quota.hold(100)
    for _ in range(2 * FOLD_EVERY):
        quota.correct(requests=0, tokens=1)
    assert waits(quota, (1, 0)) == [100]


def test_a_long_tail_of_events_is_folded_in_parts(
    dynamodb: DynamoEnvironment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it grows when those who should have folded died."""
    quota = dynamodb.quota()
    with monkeypatch.context() as dying:
        dying.setattr(DynamoQuota, "_fold", lambda *_: None)
        waits(quota, *[(1, 10)] * 10 * FOLD_EVERY)
    assert waits(quota, *[(1, 10)] * 10 * FOLD_EVERY) == [10 * FOLD_EVERY + n for n in range(10 * FOLD_EVERY)]
    assert len(dynamodb.item()["recentEvents"]) < 2 * FOLD_AT_MOST


seconds = st.integers(0, 40_000).map(lambda milliseconds: milliseconds / 1000)
amounts = st.tuples(st.integers(0, 12), st.integers(0, 20_000))
operations = st.one_of(
    st.tuples(st.just("reserve"), amounts),
    st.tuples(st.just("reserve"), amounts),
    st.tuples(st.just("correct"), st.tuples(st.integers(-9, 9), st.integers(-9000, 9000))),
    st.tuples(st.just("hold"), seconds),
    st.tuples(st.just("exhaust"), st.integers(-10, 20)),
    st.tuples(st.just("wait"), seconds),
)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.builds(
        Limits, st.sampled_from([None, 7, 60]), st.sampled_from([None, 9999, 60_000]), st.sampled_from([0, 1, 20])
    ),
    st.lists(operations, min_size=1, max_size=3 * FOLD_EVERY),
)
def test_any_history_is_granted_alike_in_memory_and_on_dynamodb(
    dynamodb: DynamoEnvironment, limits: Limits, history: list[tuple[str, Any]]
) -> None:
    assert replay(dynamodb.afresh(), limits, history) == replay(in_memory(), limits, history)


def replay(environment: Environment, limits: Limits, history: list[tuple[str, Any]]) -> list[Grant]:
    """By two Lambdas in turn."""
    lambdas, granted = [environment.quota(limits) for _ in range(2)], list[Grant]()
    for turn, (operation, value) in enumerate(history):
        quota = lambdas[turn % 2]
        match operation:
            case "reserve":
                granted.append(quota.reserve(requests=value[0], tokens=value[1]))
            case "correct":
                quota.correct(requests=value[0], tokens=value[1])
            case "hold":
                quota.hold(value)
            case "exhaust":
                quota.exhaust(environment.clock.now() + timedelta(seconds=value))
            case _:
                environment.clock.advance(value)
    return granted
