"""What organisations spend, in memory."""

import threading
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from pagesync.domain.cost import Spend
from pagesync.domain.page import OrgId
from pagesync.ports import Clock


@dataclass
class BudgetMemory:
    """What the InMemoryBudgets of all Lambdas share."""

    days: dict[tuple[OrgId, date], Spend] = field(default_factory=lambda: defaultdict(Spend))
    jobs: dict[str, Spend] = field(default_factory=lambda: defaultdict(Spend))
    lock: threading.Lock = field(default_factory=threading.Lock)


class InMemoryBudget:
    def __init__(self, memory: BudgetMemory, clock: Clock) -> None:
        self._memory = memory
        self._clock = clock

    def set_aside(self, org_id: OrgId, *, nano_usd: int, limit_nano_usd: int | None) -> bool:
        with self._memory.lock:
            spent = self._memory.days[self._day(org_id)].nano_usd
            if limit_nano_usd is not None and spent + nano_usd > limit_nano_usd:
                return False
            self._memory.days[self._day(org_id)] += Spend(nano_usd)
            return True

    def account(self, org_id: OrgId, job_id: str, *, set_aside_nano_usd: int, spend: Spend) -> None:
        with self._memory.lock:
            self._memory.days[self._day(org_id)] += spend + Spend(-set_aside_nano_usd)
            self._memory.jobs[job_id] += spend

    def today(self, org_id: OrgId) -> Spend:
        return self._memory.days[self._day(org_id)]

    def of_job(self, job_id: str) -> Spend:
        return self._memory.jobs[job_id]

    def _day(self, org_id: OrgId) -> tuple[OrgId, date]:
        return org_id, self._clock.now().date()
