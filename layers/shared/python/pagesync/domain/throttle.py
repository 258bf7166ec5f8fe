"""How a sync keeps within Facebook's limits and outlasts its bad days, as plain arithmetic."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Usage:
    """`percent` of the tightest limit, above 100 when overrun; `regain_seconds` is 0 while not blocked."""

    percent: int = 0
    regain_seconds: int = 0


@dataclass(frozen=True, slots=True)
class Patience:
    """Every number here is policy and comes from settings.

    From `slow_percent` of a limit on, calls are spaced by `slow_seconds`; from `stop_percent` on, the next one
    waits until the limit is regained, at least `stop_seconds`. Trouble is met with `attempts` more tries, each
    after a random part of 2, 4, 8 ... seconds, at most `longest_seconds`: 18 minutes at most, 9 on average.
    """

    slow_percent: int = 80
    slow_seconds: int = 10
    stop_percent: int = 95
    stop_seconds: int = 60
    attempts: int = 10
    longest_seconds: int = 300

    def pause_seconds(self, usage: Usage) -> int:
        """How long to hold back the next call after an answer with this usage."""
        if usage.percent >= self.stop_percent:
            return max(usage.regain_seconds, self.stop_seconds)
        return self.slow_seconds if usage.percent >= self.slow_percent else 0

    def retry_seconds(self, attempt: int, *, chance: float) -> int | None:
        """How long to wait before try `attempt` (from 1) with `chance` in [0, 1); None when patience is over."""
        if attempt > self.attempts:
            return None
        return max(1, math.ceil(chance * min(self.longest_seconds, 2**attempt)))
