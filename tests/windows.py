"""How far bookings exceed what a quota allows, over every window there is."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from pagesync.domain.quota import Limits


@dataclass(frozen=True)
class Start:
    """Work that starts then."""

    at_ms: int
    requests: int
    tokens: int


def worst_excess(starts: Sequence[Start], limits: Limits, *, skew_ms: int = 0) -> Fraction:
    """Over all windows that begin and end with a start: what starts within, less rate * (length + skew) and burst.

    The greater of the excesses in requests and in tokens.
    """
    requests = [(each.at_ms, each.requests) for each in starts]
    tokens = [(each.at_ms, each.tokens) for each in starts]
    return max(
        _excess(requests, limits.requests_per_minute, limits.burst_ms, skew_ms),
        _excess(tokens, limits.tokens_per_minute, limits.burst_ms, skew_ms),
    )


def _excess(amounts: list[tuple[int, int]], rate: int | None, burst_ms: int, skew_ms: int) -> Fraction:
    if not rate or not amounts:
        return Fraction(0)
    per_ms = Fraction(rate, 60_000)
    burst = max(per_ms * burst_ms, *(amount for _, amount in amounts))
    worst = balance = Fraction(0)
    before_ms = min(amounts)[0]
    for at_ms, amount in sorted(amounts):
        # As in Kadane's maximum subarray: a window that has fallen behind is given up for a new one.
        balance = max(Fraction(0), balance - per_ms * (at_ms - before_ms)) + amount
        before_ms = at_ms
        worst = max(worst, balance)
    return worst - burst - per_ms * skew_ms
