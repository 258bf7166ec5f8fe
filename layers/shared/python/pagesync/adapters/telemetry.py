"""What one invocation did, told by the ports it went through: amounts for its metrics, ids for its log lines."""

import threading
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pagesync.domain.job import ContactOutcome, ContactResult, JobStatus, SyncJob


class Metric(StrEnum):
    """Every metric there is. Names that end in Seconds or Dollars say their unit; all others are counts."""

    SYNCS_COMPLETED = "SyncsCompleted"
    SYNCS_FAILED = "SyncsFailed"
    SYNCS_CANCELLED = "SyncsCancelled"
    SYNC_SECONDS = "SyncSeconds"
    """From a click to a completed sync, waits included."""
    STUCK_JOBS = "StuckJobs"
    """Found by a sweep; a sweep that finds none says 0."""
    TOKEN_DEATHS = "TokenDeaths"
    """Tokens found dead: by syncs that ended with "Reconnect required", which are not among the failed, or by the
    daily check.
    """
    TOKENS_ENDING = "TokensEnding"
    """Found by the daily check to end within a week, or to lack a permission."""

    CONTACTS_SYNCED = "ContactsSynced"
    CONTACTS_SKIPPED = "ContactsSkipped"
    CONTACTS_FAILED = "ContactsFailed"

    GRAPH_CALLS = "GraphCalls"
    GRAPH_THROTTLES = "GraphThrottles"
    GRAPH_FAILURES = "GraphFailures"
    """Passing trouble on Facebook's side."""
    GRAPH_WAIT_SECONDS = "GraphWaitSeconds"

    GEMINI_ANALYSES = "GeminiAnalyses"
    """Conversations sent; each takes one call, or two where the first answer could not be used."""
    GEMINI_THROTTLES = "GeminiThrottles"
    GEMINI_FAILURES = "GeminiFailures"
    GEMINI_WAIT_SECONDS = "GeminiWaitSeconds"
    GEMINI_TOKENS_IN = "GeminiTokensIn"
    GEMINI_TOKENS_OUT = "GeminiTokensOut"
    GEMINI_TOKENS_THINKING = "GeminiTokensThinking"
    GEMINI_COST_DOLLARS = "GeminiCostDollars"
    BUDGET_REFUSALS = "BudgetRefusals"
    """Batches saved without analysis because their organisation's budget of the day is spent."""

    REFUSED_REQUESTS = "RefusedRequests"
    """By the `code` of the refusal, which is a dimension of this metric alone."""
    BROKEN_REQUESTS = "BrokenRequests"


_CONTACTS = {
    ContactOutcome.SYNCED: Metric.CONTACTS_SYNCED,
    ContactOutcome.SKIPPED: Metric.CONTACTS_SKIPPED,
    ContactOutcome.FAILED: Metric.CONTACTS_FAILED,
}
_SYNCS = {
    JobStatus.COMPLETED: Metric.SYNCS_COMPLETED,
    JobStatus.FAILED: Metric.SYNCS_FAILED,
    JobStatus.CANCELLED: Metric.SYNCS_CANCELLED,
}


MOST_GRAPH_ERRORS = 10
"""Of one invocation, in its log line."""


@dataclass(frozen=True, slots=True)
class Told:
    """`ids` are ours: of jobs and Pages, never of people or conversations. `graph_errors` are Facebook's, the last
    few.
    """

    amounts: Mapping[Metric, float]
    ids: Mapping[str, str]
    graph_errors: Sequence[str] = ()


class Telemetry:
    """Collects until it is taken. Many threads of one invocation may tell at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._amounts: dict[Metric, float] = {}
        self._ids: dict[str, str] = {}
        self._graph_errors: deque[str] = deque(maxlen=MOST_GRAPH_ERRORS)

    def count(self, metric: Metric, amount: float = 1) -> None:
        with self._lock:
            self._amounts[metric] = self._amounts.get(metric, 0) + amount

    def name(self, job: SyncJob) -> None:
        """Log lines are to say which job and Page they are about."""
        with self._lock:
            self._ids.update(jobId=job.job_id, facebookPageId=job.facebook_page_id)

    def graph_error(self, error: str) -> None:
        """Codes and the trace id that Meta's support asks for; never a message, which may quote."""
        with self._lock:
            self._graph_errors.append(error)

    def settled(self, results: Sequence[ContactResult]) -> None:
        for each in results:
            self.count(_CONTACTS[each.outcome])

    def closed(self, job: SyncJob) -> None:
        self.count(Metric.TOKEN_DEATHS if job.token_expired else _SYNCS[job.status])
        if job.status is JobStatus.COMPLETED and job.completed_at is not None:
            self.count(Metric.SYNC_SECONDS, (job.completed_at - job.created_at).total_seconds())

    def take(self) -> Told:
        """Everything told since the last taking."""
        with self._lock:
            told = Told(dict(self._amounts), dict(self._ids), list(self._graph_errors))
            self._amounts.clear()
            self._ids.clear()
            self._graph_errors.clear()
            return told


telemetry = Telemetry()
"""Of this process: a Lambda container runs one invocation at a time."""
