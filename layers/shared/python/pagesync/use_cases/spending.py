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
        return self.tariff.price.of(self.estimated_usage(leads))

    def estimated_usage(self, leads: Sequence[Lead]) -> TokenUsage:
        """Of one call a lead, beside the instruction and the answer as much of the words as it reads."""
        most = self.tariff.transcript_tokens
        words = sum(min(most, sum(_tokens(each.text) for each in lead.conversation.messages)) for lead in leads)
        calls = len(leads)
        return TokenUsage(input=calls * _INSTRUCTION_TOKENS + words, output=calls * _ANSWER_TOKENS, calls=calls)


def _tokens(text: str) -> int:
    """About four plain letters a token, and the more the longer a letter is in UTF-8: a Han character is one.

    Rougher than domain/tokens.py, and for every conversation four times a batch: it must cost next to nothing.
    """
    characters = len(text)
    return (2 * characters + 3 * (len(text.encode(errors="replace")) - characters)) // 8
