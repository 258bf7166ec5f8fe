"""Keeping within limits and outlasting trouble."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagesync.domain.throttle import Patience, Usage


@pytest.mark.parametrize(
    ("percent", "regain", "pause"),
    [(0, 0, 0), (79, 0, 0), (80, 0, 10), (94, 600, 10), (95, 0, 60), (95, 600, 600), (208, 30, 60)],
)
def test_calls_slow_down_near_a_limit_and_stop_at_it(percent: int, regain: int, pause: int) -> None:
    assert Patience().pause_seconds(Usage(percent, regain)) == pause


def test_patience_ends() -> None:
    patience = Patience(attempts=3)
    assert [patience.retry_seconds(attempt, chance=0.999) for attempt in range(1, 5)] == [2, 4, 8, None]


@given(st.integers(1, 10), st.floats(0, 1, exclude_max=True))
def test_every_wait_is_a_random_part_of_its_ceiling(attempt: int, chance: float) -> None:
    seconds = Patience().retry_seconds(attempt, chance=chance)
    assert seconds is not None
    assert 1 <= seconds <= min(300, 2**attempt)


def test_all_waits_together_stay_below_twenty_minutes() -> None:
    waits = [Patience().retry_seconds(attempt, chance=0.999999) or 0 for attempt in range(1, 11)]
    assert sum(waits) < 20 * 60
