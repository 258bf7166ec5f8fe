"""The arithmetic of a shared quota, and the day it is counted by."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagesync.domain.quota import Account, Booking, Correction, Hold, Limits, Resource, next_reset
from tests.windows import Start, worst_excess

NOW = 1_000_000_000_000
REQUESTS, TOKENS = Resource.REQUESTS, Resource.TOKENS


@dataclass
class Quota:
    """An account and a clock, both in milliseconds."""

    limits: Limits
    account: Account = Account()  # noqa: RUF009 - frozen
    now_ms: int = NOW

    def book(self, requests: int = 0, tokens: int = 0) -> int:
        """Milliseconds to wait."""
        costs = self.limits.costs(requests=requests, tokens=tokens)
        booking = Booking(self.now_ms, costs, self.limits.burst_ms)
        grant = self.account.grant(booking)
        assert grant.exhausted_until is None
        self.account = self.account.after(booking)
        return round(grant.wait_seconds * 1000)

    def correct(self, requests: int = 0, tokens: int = 0) -> None:
        self.account = self.account.after(Correction(self.limits.costs(requests=requests, tokens=tokens)))

    def hold(self, milliseconds: int) -> None:
        self.account = self.account.after(Hold(self.now_ms + milliseconds))


def test_bookings_are_spaced_by_what_they_cost() -> None:
    quota = Quota(Limits(60, None))
    assert [quota.book(1), quota.book(3), quota.book(1), quota.book(1)] == [0, 1000, 4000, 5000]


def test_a_burst_starts_ahead_of_its_rate() -> None:
    quota = Quota(Limits(60, None, burst_seconds=2))
    assert [quota.book(1) for _ in range(4)] == [0, 0, 1000, 2000]


def test_an_idle_hour_saves_up_no_more_than_the_burst() -> None:
    quota = Quota(Limits(60, None, burst_seconds=2))
    quota.book(1)
    quota.now_ms += 3_600_000
    assert [quota.book(1) for _ in range(4)] == [0, 0, 1000, 2000]


def test_a_booking_beyond_the_burst_starts_when_all_before_is_paid() -> None:
    quota = Quota(Limits(60, None, burst_seconds=2))
    assert [quota.book(1), quota.book(5), quota.book(1)] == [0, 1000, 5000]


def test_the_tighter_of_two_limits_decides() -> None:
    quota = Quota(Limits(60, 60_000))
    assert quota.book(1, 5000) == 0
    assert quota.book(1, 100) == 5000
    assert quota.book(7, 100) == 6000
    assert quota.book(1, 100) == 13_000


def test_time_waited_for_tokens_is_not_saved_up_in_requests() -> None:
    """Requests alone may follow at once, but no more of them than the limit gives from the start of the last."""
    quota = Quota(Limits(60, 60_000))
    quota.book(1, 100_000)
    assert quota.book(1, 100) == 100_000
    assert [quota.book(1), quota.book(1)] == [101_000, 102_000]


def test_a_limit_that_is_not_asked_for_does_not_object() -> None:
    quota = Quota(Limits(60, 60_000))
    quota.book(0, 100_000)
    assert quota.book(1) == 0


@pytest.mark.parametrize("unlimited", [None, 0])
def test_what_has_no_limit_costs_nothing(unlimited: int | None) -> None:
    quota = Quota(Limits(unlimited, unlimited))
    assert quota.limits.costs(requests=10**9, tokens=10**9) == {}
    assert [quota.book(10**9, 10**9), quota.book(10**9, 10**9)] == [0, 0]


def test_costs_are_rounded_up_and_refunds_down() -> None:
    limits = Limits(7000, 4_000_000)
    assert limits.costs(requests=1, tokens=100) == {REQUESTS: 9, TOKENS: 2}
    assert limits.costs(requests=-1, tokens=-100) == {REQUESTS: -8, TOKENS: -1}
    assert limits.costs(requests=0, tokens=-60) == {}


def test_what_was_booked_in_vain_is_given_back() -> None:
    quota = Quota(Limits(None, 60_000))
    quota.book(tokens=10_000)
    quota.correct(tokens=-4000)
    assert quota.book(tokens=1) == 6000


def test_what_was_used_beyond_the_booking_is_paid_by_the_next() -> None:
    quota = Quota(Limits(None, 60_000))
    quota.book(tokens=10_000)
    quota.correct(tokens=2500)
    assert quota.book(tokens=1) == 12_500


def test_nobody_starts_while_the_quota_is_held_and_then_at_the_rate() -> None:
    quota = Quota(Limits(60, None))
    quota.hold(30_000)
    quota.hold(10_000)
    assert [quota.book(1), quota.book(1)] == [30_000, 31_000]


rates = st.one_of(st.none(), st.integers(1, 5_000_000))
limits_of_any_kind = st.builds(Limits, rates, rates, st.sampled_from([0, 0.25, 1, 5, 60]))
asked = st.tuples(st.integers(0, 12), st.integers(0, 30_000))


@st.composite
def booked(draw: st.DrawFn, limits: Limits, *, skew_ms: int) -> Sequence[Start]:
    """A history of bookings and holds, by callers whose clocks and punctuality differ by `skew_ms` in all."""
    quota, starts = Quota(limits), []
    for requests, tokens in draw(st.lists(asked, min_size=1, max_size=30)):
        true_ms = quota.now_ms
        quota.now_ms += draw(st.integers(0, skew_ms))
        if draw(st.integers(0, 9)) == 0:
            quota.hold(draw(st.integers(0, 60_000)))
        starts.append(Start(true_ms + quota.book(requests, tokens), requests, tokens))
        quota.now_ms = true_ms + draw(st.sampled_from([0, 0, 0, 1, 50, 5000, 90_000]))
    return starts


@given(limits_of_any_kind, st.data())
def test_no_window_holds_more_than_rate_and_burst(limits: Limits, data: st.DataObject) -> None:
    assert worst_excess(data.draw(booked(limits, skew_ms=0)), limits) <= 0


@given(limits_of_any_kind, st.data())
def test_clocks_that_differ_by_a_second_overspend_by_no_more_than_a_second(
    limits: Limits, data: st.DataObject
) -> None:
    starts = data.draw(booked(limits, skew_ms=1000))
    assert worst_excess(starts, limits, skew_ms=1000) <= 0


@given(limits_of_any_kind, st.lists(asked, min_size=1, max_size=30))
def test_a_queue_uses_the_tightest_limit_fully(limits: Limits, queue: list[tuple[int, int]]) -> None:
    """No booking starts later than if every booking had cost the dearer of its two limits, rounding included."""
    quota, budget_ms = Quota(limits), 0
    for requests, tokens in queue:
        dearer_ms = max(limits.costs(requests=requests, tokens=tokens).values(), default=0)
        assert quota.book(requests, tokens) <= max(0, budget_ms - max(0, limits.burst_ms - dearer_ms))
        budget_ms += dearer_ms


@given(
    st.integers(1, 100_000),
    st.lists(st.tuples(st.integers(1, 9000), st.integers(0, 9000)), min_size=1, max_size=20),
    st.data(),
)
def test_what_is_used_exceeds_the_limit_by_no_more_than_was_given_back_in_the_meantime(
    rate: int, bookings: list[tuple[int, int]], data: st.DataObject
) -> None:
    limits = Limits(None, rate, 1)
    quota, starts, given_back = Quota(limits), [], 0
    for tokens, unused in bookings:
        used = max(0, tokens - unused)
        starts.append(Start(quota.now_ms + quota.book(tokens=tokens), 0, used))
        if data.draw(st.booleans()):
            quota.correct(tokens=used - tokens)
            given_back += tokens - used
        quota.now_ms += data.draw(st.sampled_from([0, 0, 100, 3000]))
    largest_booked = max(tokens for tokens, _ in bookings)
    largest_used = max(start.tokens for start in starts)
    assert worst_excess(starts, limits) <= given_back + largest_booked - largest_used


@given(st.integers(1, 100_000), st.lists(st.integers(1, 9000), min_size=1, max_size=20))
def test_booking_and_correcting_is_booking_what_was_used(rate: int, used: list[int]) -> None:
    """As long as the next one comes before the last is over."""
    guessed, known = Quota(Limits(None, rate)), Quota(Limits(None, rate))
    for each in [*used, 1]:
        waits = guessed.book(tokens=9000), known.book(tokens=each)
        assert abs(waits[0] - waits[1]) <= len(used)
        guessed.correct(tokens=each - 9000)


US_SUMMER_TIME = [
    ((2024, 3, 10), (2024, 11, 3)),
    ((2025, 3, 9), (2025, 11, 2)),
    ((2026, 3, 8), (2026, 11, 1)),
    ((2027, 3, 14), (2027, 11, 7)),
    ((2028, 3, 12), (2028, 11, 5)),
    ((2029, 3, 11), (2029, 11, 4)),
    ((2030, 3, 10), (2030, 11, 3)),
    ((2031, 3, 9), (2031, 11, 2)),
]


@pytest.mark.parametrize(("begins", "ends"), US_SUMMER_TIME, ids=[str(begins[0]) for begins, _ in US_SUMMER_TIME])
def test_the_day_begins_at_midnight_in_california(begins: tuple[int, int, int], ends: tuple[int, int, int]) -> None:
    """Clocks go forward and back at two in the morning, after the midnight of that Sunday."""
    for sunday, old, new in ((begins, 8, 7), (ends, 7, 8)):
        midnight = datetime(*sunday, old, tzinfo=UTC)
        assert next_reset(midnight - timedelta(hours=24)) == midnight
        assert next_reset(midnight - timedelta(seconds=1)) == midnight
        assert next_reset(midnight) == datetime(*sunday, new, tzinfo=UTC) + timedelta(days=1)


@pytest.mark.parametrize(
    ("now", "reset"),
    [
        ("2026-07-15T06:59:59.999999+00:00", "2026-07-15T07:00+00:00"),
        ("2026-07-15T07:00:00+00:00", "2026-07-16T07:00+00:00"),
        ("2026-12-31T23:59:00+00:00", "2027-01-01T08:00+00:00"),
        ("2027-01-01T07:59:00+00:00", "2027-01-01T08:00+00:00"),
        ("2028-02-28T12:00:00+00:00", "2028-02-29T08:00+00:00"),
    ],
)
def test_the_day_begins_at_seven_in_summer_and_eight_in_winter(now: str, reset: str) -> None:
    assert next_reset(datetime.fromisoformat(now)) == datetime.fromisoformat(reset)


@given(st.integers(0, 40 * 366 * 24 * 60), st.integers(-12, 14))
def test_the_next_day_is_less_than_a_long_day_away(minutes: int, zone_hours: int) -> None:
    now = datetime(2020, 1, 1, tzinfo=timezone(timedelta(hours=zone_hours))) + timedelta(minutes=minutes)
    assert timedelta(0) < next_reset(now) - now <= timedelta(hours=25)
