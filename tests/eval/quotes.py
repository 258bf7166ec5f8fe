"""How many quotes an analysis gives, and how many of them the customer really wrote."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Quotes:
    given: int
    true: int
