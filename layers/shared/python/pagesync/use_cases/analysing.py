"""Analyse the leads of a batch within the shared quota."""

import math
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace

from pagesync.domain.conversation import Lead
from pagesync.domain.errors import AnalysisFailed
from pagesync.domain.evidence import verified
from pagesync.domain.insight import Insight, TokenUsage
from pagesync.domain.job import CANCELLED, NOT_ANALYSED
from pagesync.domain.page import Playbook
from pagesync.domain.quota import Grant, next_reset
from pagesync.ports import AnalysisQuota, Clock, ConversationAnalyst
from pagesync.use_cases.spending import Spending

LONGEST_PAUSE_SECONDS = 2
"""A longer wait is a Wait state: a sleeping Lambda costs."""

LEAST_HOLD_SECONDS = 5
LONGEST_HOLD_SECONDS = 900
"""A stated delay of hours would stall every job: after this long it is asked again."""

THROTTLED = f"{NOT_ANALYSED}THROTTLED"
QUOTA_EXHAUSTED = f"{NOT_ANALYSED}QUOTA_EXHAUSTED"
_VERDICTS = {"BLOCKED", "BAD_OUTPUT"}


@dataclass(frozen=True, slots=True)
class Analysed:
    """An insight, or the `reason` there is none. `error` names what broke unexpectedly."""

    insight: Insight | None = None
    reason: str | None = None
    retry_after_seconds: float | None = None
    error: str | None = None
    usage: TokenUsage = TokenUsage()  # noqa: RUF009 - frozen


@dataclass(frozen=True, slots=True)
class Analysis:
    """Asks the analyst about as many leads at once as `pool` has threads; `cancelled` is asked before each."""

    analyst: ConversationAnalyst
    quota: AnalysisQuota
    spending: Spending
    clock: Clock
    pool: Executor
    cancelled: Callable[[], bool]
    pause: Callable[[float], None] = time.sleep

    def book(self, leads: Sequence[Lead]) -> Grant:
        """The slot booked for all of them; a short wait for it is over when this returns, and told as 0."""
        grant = self.quota.reserve(requests=len(leads), tokens=self._estimated_tokens(leads))
        if grant.exhausted_until is None and 0 < grant.wait_seconds <= LONGEST_PAUSE_SECONDS:
            self.pause(grant.wait_seconds)
            return replace(grant, wait_seconds=0)
        return grant

    def _estimated_tokens(self, leads: Sequence[Lead]) -> int:
        return self.spending.estimated_usage(leads).total

    def run(self, people: Mapping[str, Lead], playbook: Playbook) -> dict[str, Analysed]:
        """By person. What the server says of its quota is told to the quota, and what was used to its account."""
        found = list(self.pool.map(lambda lead: self._one(lead, playbook), people.values()))
        self._account(list(people.values()), found)
        return dict(zip(people, found, strict=True))

    def _one(self, lead: Lead, playbook: Playbook) -> Analysed:
        if self.cancelled():
            return Analysed(reason=CANCELLED)
        try:
            insight = verified(self.analyst.analyse(lead, playbook), lead)
        except AnalysisFailed as failed:
            reason, seconds = _reason(failed), failed.retry_after_seconds
            return Analysed(reason=reason, retry_after_seconds=seconds, usage=failed.usage)
        except Exception as error:  # noqa: BLE001 - recorded as this lead's failure; its neighbours go on
            return Analysed(error=type(error).__name__)
        return Analysed(insight, usage=insight.usage)

    def _account(self, leads: Sequence[Lead], found: Sequence[Analysed]) -> None:
        asked = [lead for lead, each in zip(leads, found, strict=True) if each.usage.calls]
        used = sum((each.usage for each in found), TokenUsage())
        self.quota.correct(requests=0, tokens=used.total - self._estimated_tokens(asked))
        self.spending.account(leads, used)
        if any(each.reason == QUOTA_EXHAUSTED for each in found):
            self.quota.exhaust(next_reset(self.clock.now()))
        held = hold_seconds(found)
        if held:
            self.quota.hold(held)


def _reason(failed: AnalysisFailed) -> str:
    """What is postponed is tried again by the next sync; a verdict stands until the conversation changes."""
    return failed.code if failed.code in _VERDICTS else f"{NOT_ANALYSED}{failed.code}"


def hold_seconds(found: Sequence[Analysed], *, turn: int = 1) -> int:
    """How long the server wants to be left alone, within reason; 0 where it did not say so.

    Some refusals state nothing: a batch waits the longer the more turns it took, a minute and more in all, which is
    the window that Google counts in.
    """
    asked = [each.retry_after_seconds or 0 for each in found if each.reason == THROTTLED]
    if not asked:
        return 0
    return math.ceil(min(max(LEAST_HOLD_SECONDS * 2 ** (turn - 1), *asked), LONGEST_HOLD_SECONDS))
