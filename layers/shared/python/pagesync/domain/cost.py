"""What analyses cost: tokens, and money in whole billionths of a dollar, so that sums are exact."""

from dataclasses import dataclass

from pagesync.domain.insight import TokenUsage

NANO_USD = 1_000_000_000
"""Billionths in a dollar."""


@dataclass(frozen=True, slots=True)
class Price:
    """Of one model, in nano-dollars a token: a dollar a million tokens is 1,000. Thinking costs as output does."""

    input_nano_usd: int
    output_nano_usd: int

    @classmethod
    def per_million(cls, input_usd: float, output_usd: float) -> "Price":
        """Of dollars for a million tokens, as price lists tell it."""
        return cls(round(input_usd * 1_000), round(output_usd * 1_000))

    def of(self, usage: TokenUsage) -> int:
        return usage.input * self.input_nano_usd + (usage.output + usage.thinking) * self.output_nano_usd


@dataclass(frozen=True, slots=True)
class Tariff:
    """The model's price, and the budget a day of an organisation that has set none of its own; None is any.

    `transcript_tokens` is the most of a conversation that an analysis reads.
    """

    price: Price
    daily_budget_nano_usd: int | None = None
    transcript_tokens: int = 4_000


@dataclass(frozen=True, slots=True)
class Spend:
    """Money, and the tokens that were billed for it."""

    nano_usd: int = 0
    usage: TokenUsage = TokenUsage()  # noqa: RUF009 - frozen

    def __add__(self, other: "Spend") -> "Spend":
        return Spend(self.nano_usd + other.nano_usd, self.usage + other.usage)

    @property
    def usd(self) -> float:
        return self.nano_usd / NANO_USD
