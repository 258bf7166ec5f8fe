"""The model, and what it may be asked."""

from datetime import datetime
from typing import Protocol

from pagesync.domain.conversation import Lead
from pagesync.domain.cost import Spend
from pagesync.domain.insight import Insight
from pagesync.domain.page import OrgId, Playbook
from pagesync.domain.quota import Grant


class ConversationAnalyst(Protocol):
    def analyse(self, lead: Lead, playbook: Playbook) -> Insight:
        """A summary with its evidence, and a placement where there is a pipeline. Raises AnalysisFailed.

        Nothing of the answer is proven: the caller checks the evidence. Called from many threads.
        """
        ...


class AnalysisQuota(Protocol):
    """The model's quota, shared by every Lambda of the environment."""

    def reserve(self, *, requests: int, tokens: int) -> Grant:
        """Book the next free slot: the caller starts after `wait_seconds` and books once for the same work.

        `exhausted_until` is set when the day's quota is gone: nothing was booked, and `wait_seconds` is 0.
        """
        ...

    def correct(self, *, requests: int, tokens: int) -> None:
        """Add the difference between what was used and what was booked; it may be negative. Zeros write nothing."""
        ...

    def hold(self, seconds: float) -> None:
        """The server said 429: nobody gets a slot before then."""
        ...

    def exhaust(self, until: datetime) -> None:
        """The server said that the day's quota is gone."""
        ...


class AnalysisBudget(Protocol):
    """What organisations spend on analyses, by day of UTC, and what each job cost. Amounts are nano-dollars."""

    def set_aside(self, org_id: OrgId, *, nano_usd: int, limit_nano_usd: int | None) -> bool:
        """Whether today's spending stays within the limit with this much more; it is kept free then."""
        ...

    def account(self, org_id: OrgId, job_id: str, *, set_aside_nano_usd: int, spend: Spend) -> None:
        """Replace what was set aside by what was spent, and count it to the job."""
        ...

    def today(self, org_id: OrgId) -> Spend:
        """With what is set aside."""
        ...

    def of_job(self, job_id: str) -> Spend: ...
