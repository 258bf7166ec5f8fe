"""Ports that count what passes through them. Nothing here changes what they do."""

from pagesync.adapters.telemetry import Metric, Telemetry
from pagesync.domain.conversation import Conversation, ConversationPage, Lead, Platform
from pagesync.domain.cost import Spend
from pagesync.domain.errors import AnalysisFailed, SourceThrottled, SourceUnavailable
from pagesync.domain.insight import Insight
from pagesync.domain.page import OrgId, Playbook
from pagesync.domain.throttle import Usage
from pagesync.ports import AnalysisBudget, ConversationAnalyst, ConversationSource

_QUOTA = frozenset({"THROTTLED", "QUOTA_EXHAUSTED"})


class ObservedSource:
    """Each method of a ConversationSource is one call of Facebook."""

    def __init__(self, source: ConversationSource, telemetry: Telemetry) -> None:
        self._source = source
        self._telemetry = telemetry

    def list_conversations(
        self,
        *,
        page_id: str,
        token: str,
        platform: Platform,
        cursor: str | None,
        limit: int,
        ids_only: bool = False,
    ) -> ConversationPage:
        self._telemetry.count(Metric.GRAPH_CALLS)
        try:
            return self._source.list_conversations(
                page_id=page_id, token=token, platform=platform, cursor=cursor, limit=limit, ids_only=ids_only
            )
        except (SourceThrottled, SourceUnavailable) as trouble:
            self._count(trouble)
            raise

    def read_conversation(
        self, *, token: str, platform: Platform, conversation_id: str
    ) -> tuple[Conversation, Usage]:
        self._telemetry.count(Metric.GRAPH_CALLS)
        try:
            return self._source.read_conversation(token=token, platform=platform, conversation_id=conversation_id)
        except (SourceThrottled, SourceUnavailable) as trouble:
            self._count(trouble)
            raise

    def _count(self, trouble: SourceThrottled | SourceUnavailable) -> None:
        is_throttle = isinstance(trouble, SourceThrottled)
        self._telemetry.count(Metric.GRAPH_THROTTLES if is_throttle else Metric.GRAPH_FAILURES)


class ObservedAnalyst:
    def __init__(self, analyst: ConversationAnalyst, telemetry: Telemetry) -> None:
        self._analyst = analyst
        self._telemetry = telemetry

    def analyse(self, lead: Lead, playbook: Playbook) -> Insight:
        self._telemetry.count(Metric.GEMINI_ANALYSES)
        try:
            return self._analyst.analyse(lead, playbook)
        except AnalysisFailed as failed:
            self._telemetry.count(Metric.GEMINI_THROTTLES if failed.code in _QUOTA else Metric.GEMINI_FAILURES)
            raise


class ObservedBudget:
    """Counts what is billed: the tokens of answers that could not be used are among them."""

    def __init__(self, budget: AnalysisBudget, telemetry: Telemetry) -> None:
        self._budget = budget
        self._telemetry = telemetry

    def set_aside(self, org_id: OrgId, *, nano_usd: int, limit_nano_usd: int | None) -> bool:
        is_within = self._budget.set_aside(org_id, nano_usd=nano_usd, limit_nano_usd=limit_nano_usd)
        if not is_within:
            self._telemetry.count(Metric.BUDGET_REFUSALS)
        return is_within

    def account(self, org_id: OrgId, job_id: str, *, set_aside_nano_usd: int, spend: Spend) -> None:
        self._budget.account(org_id, job_id, set_aside_nano_usd=set_aside_nano_usd, spend=spend)
        self._telemetry.count(Metric.GEMINI_TOKENS_IN, spend.usage.input)
        self._telemetry.count(Metric.GEMINI_TOKENS_OUT, spend.usage.output)
        self._telemetry.count(Metric.GEMINI_TOKENS_THINKING, spend.usage.thinking)
        self._telemetry.count(Metric.GEMINI_COST_DOLLARS, spend.usd)

    def today(self, org_id: OrgId) -> Spend:
        return self._budget.today(org_id)

    def of_job(self, job_id: str) -> Spend:
        return self._budget.of_job(job_id)
