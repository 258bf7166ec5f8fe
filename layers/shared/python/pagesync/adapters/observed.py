"""Ports that count what passes through them. Nothing here changes what they do."""

from pagesync.adapters.telemetry import Metric, Telemetry
from pagesync.domain.conversation import Conversation, ConversationPage, Lead, Platform
from pagesync.domain.errors import AnalysisFailed, SourceThrottled, SourceUnavailable
from pagesync.domain.insight import Insight, TokenUsage
from pagesync.domain.pipeline import Pipeline
from pagesync.domain.throttle import Usage
from pagesync.ports import ConversationAnalyst, ConversationSource

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

    def analyse(self, lead: Lead, *, page_name: str, pipeline: Pipeline | None) -> Insight:
        self._telemetry.count(Metric.GEMINI_ANALYSES)
        try:
            insight = self._analyst.analyse(lead, page_name=page_name, pipeline=pipeline)
        except AnalysisFailed as failed:
            self._telemetry.count(Metric.GEMINI_THROTTLES if failed.code in _QUOTA else Metric.GEMINI_FAILURES)
            raise
        self._count(insight.usage)
        return insight

    def _count(self, usage: TokenUsage) -> None:
        """What an analysis used; what it cost belongs here too, as GEMINI_COST_DOLLARS."""
        self._telemetry.count(Metric.GEMINI_TOKENS_IN, usage.input)
        self._telemetry.count(Metric.GEMINI_TOKENS_OUT, usage.output)
        self._telemetry.count(Metric.GEMINI_TOKENS_THINKING, usage.thinking)
