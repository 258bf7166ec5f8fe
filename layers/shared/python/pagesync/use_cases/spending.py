"""Keep a batch's analyses within its organisation's budget of the day."""

from collections.abc import Sequence
from dataclasses import dataclass

from pagesync.domain.conversation import Lead
from pagesync.domain.cost import Spend, Tariff
from pagesync.domain.insight import TokenUsage
from pagesync.domain.page import OrgId, Playbook
from pagesync.ports import AnalysisBudget

_INSTRUCTION_TOKENS = 1_100
_ANSWER_TOKENS = 300


@dataclass(frozen=True, slots=True)
class Spending:
    """What is set aside before analyses is given back, or accounted for, after them."""

    budget: AnalysisBudget
    tariff: Tariff
    org_id: OrgId
    job_id: str

    def set_aside(self, leads: Sequence[Lead], playbook: Playbook) -> bool:
        """Whether the day's budget holds the analyses of all of them."""
        own = playbook.daily_budget_nano_usd
        limit = self.tariff.daily_budget_nano_usd if own is None else own
        return self.budget.set_aside(self.org_id, nano_usd=self._estimate(leads), limit_nano_usd=limit)

    def give_back(self, leads: Sequence[Lead]) -> None:
        """The analyses do not take place now."""
        self.budget.account(self.org_id, self.job_id, set_aside_nano_usd=self._estimate(leads), spend=Spend())

    def account(self, leads: Sequence[Lead], usage: TokenUsage) -> None:
        """The analyses took place, and this is what they used."""
        spend = Spend(self.tariff.price.of(usage), usage)
        self.budget.account(self.org_id, self.job_id, set_aside_nano_usd=self._estimate(leads), spend=spend)

    def _estimate(self, leads: Sequence[Lead]) -> int:
        return sum(self.tariff.price.of(estimated_usage(lead)) for lead in leads)


def estimated_usage(lead: Lead) -> TokenUsage:
    """Of one call: about four characters a token, beside the instruction and the answer."""
    words = sum(len(message.text) for message in lead.conversation.messages) // 4
    return TokenUsage(input=_INSTRUCTION_TOKENS + words, output=_ANSWER_TOKENS, calls=1)
