"""What an organisation has decided for all of its Pages."""

from dataclasses import dataclass
from decimal import Decimal

from pagesync.domain.language import ENGLISH, Language


@dataclass(frozen=True, slots=True)
class Organisation:
    """`daily_budget_usd`: what its analyses may cost in a day, to the cent; None is the environment's default."""

    language: Language = ENGLISH
    daily_budget_usd: Decimal | None = None
