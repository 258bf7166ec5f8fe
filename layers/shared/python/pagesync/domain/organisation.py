"""What an organisation has decided for all of its Pages."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from pagesync.domain.cost import NANO_USD
from pagesync.domain.language import ENGLISH, Language


class Role(StrEnum):
    """Of a person in their organisation. Members sync and work with contacts; owners also decide for everybody."""

    OWNER = "owner"
    MEMBER = "member"


@dataclass(frozen=True, slots=True)
class Organisation:
    """`daily_budget_usd`: what its analyses may cost in a day, to the cent; None is the environment's default."""

    language: Language = ENGLISH
    daily_budget_usd: Decimal | None = None

    @property
    def daily_budget_nano_usd(self) -> int | None:
        return None if self.daily_budget_usd is None else int(self.daily_budget_usd * NANO_USD)
