"""Shares of a few, told with what chance alone may do to them."""

import math
from collections.abc import Callable, Iterable

from pydantic import BaseModel, ConfigDict, model_serializer
from pydantic.alias_generators import to_camel

from tests.eval.marking import Mark

_Z_OF_95_PERCENT = 1.96


class Shown(BaseModel):
    """What the JSON shows, its names in camelCase."""

    model_config = ConfigDict(alias_generator=to_camel, frozen=True, validate_by_name=True)


class Share(Shown):
    """So many of so many; the JSON tells the quotient."""

    right: int
    of: int

    @property
    def value(self) -> float | None:
        return round(self.right / self.of, 4) if self.of else None

    @property
    def interval(self) -> tuple[float, float]:
        """Where the true share lies, 19 times of 20 (Wilson's interval): what chance alone does to so few."""
        if not self.of:
            return (0.0, 1.0)
        share, spread = self.right / self.of, _Z_OF_95_PERCENT**2 / self.of
        middle = share + spread / 2
        reach = math.sqrt(spread * (share * (1 - share) + spread / 4))
        return (max(0.0, (middle - reach) / (1 + spread)), min(1.0, (middle + reach) / (1 + spread)))

    @model_serializer
    def _as_number(self) -> float | None:
        return self.value

    @classmethod
    def over(cls, marks: Iterable[Mark], is_right: Callable[[Mark], bool]) -> "Share":
        verdicts = [is_right(mark) for mark in marks]
        return cls(right=sum(verdicts), of=len(verdicts))
