"""What Gemini costs: US dollars for a million tokens, standard tier, prompts of any length.

From https://ai.google.dev/gemini-api/docs/pricing as read between July and November 2026.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from pagesync.domain.insight import TokenUsage

_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Price:
    input_usd: float
    output_usd: float

    def of(self, usage: TokenUsage) -> float:
        """Thinking is billed as output."""
        return (usage.input * self.input_usd + (usage.output + usage.thinking) * self.output_usd) / _MILLION


PRICES: Mapping[str, Price] = {
    "gemini-3.1-flash-lite": Price(0.25, 1.50),
    "gemini-3.5-flash-lite": Price(0.30, 2.50),
    "gemini-3.6-flash": Price(1.50, 7.50),
    "gemini-3.7-flash": Price(0.75, 3.75),  # until 2026-12-31, then 1.50 and 7.50
    "gemini-3.8-flash": Price(0.75, 3.75),  # until 2026-12-31, then 1.50 and 7.50
}
