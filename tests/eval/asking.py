"""Asks the analyst about each conversation, several at once, and outlasts a rate limit."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from pagesync.domain.assignment import Decision, decide
from pagesync.domain.errors import AnalysisFailed
from pagesync.domain.evidence import verified
from pagesync.domain.insight import Insight
from pagesync.ports import ConversationAnalyst
from tests.eval.labelled import LabelledConversation
from tests.eval.leads import lead_of, playbook_of
from tests.eval.quotes import Quotes

VERDICTS = frozenset({"BAD_OUTPUT", "BLOCKED"})
"""Failures that are the model's answer; the others say nothing of it."""
_PASSING = frozenset({"THROTTLED", "UNAVAILABLE"})
_HOPELESS = frozenset({"MISCONFIGURED", "QUOTA_EXHAUSTED"})
_ATTEMPTS = 5
_LONGEST_PAUSE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Asked:
    """An insight with what the assignment policy makes of it for a new contact, or the failure."""

    labelled: LabelledConversation
    insight: Insight | None = None
    decision: Decision | None = None
    quotes: Quotes | None = None
    seconds: float = 0.0
    failure: AnalysisFailed | None = None

    @property
    def is_judged(self) -> bool:
        """Whether there is anything to judge the analyst by."""
        return self.failure is None or self.failure.code in VERDICTS


@dataclass(slots=True)
class Interviewer:
    """`hopeless` is the failure after which nobody need be asked any more."""

    analyst: ConversationAnalyst
    threads: int
    pause: Callable[[float], None] = time.sleep
    hopeless: AnalysisFailed | None = field(default=None, init=False)

    def ask_all(self, conversations: Sequence[LabelledConversation]) -> Iterator[Asked]:
        """In the order of `conversations`, each as soon as those before it are there."""
        with ThreadPoolExecutor(self.threads) as pool:
            yield from pool.map(self._ask, conversations)

    def _ask(self, labelled: LabelledConversation) -> Asked:
        for attempt in range(1, _ATTEMPTS + 1):
            if self.hopeless is not None:
                return Asked(labelled, failure=self.hopeless)
            try:
                return self._answer(labelled)
            except AnalysisFailed as failed:
                if failed.code in _HOPELESS:
                    self.hopeless = failed
                if failed.code not in _PASSING or attempt == _ATTEMPTS:
                    return Asked(labelled, failure=failed)
                self.pause(min(failed.retry_after_seconds or 2.0**attempt, _LONGEST_PAUSE_SECONDS))
        raise AssertionError("every attempt answers or fails")

    def _answer(self, labelled: LabelledConversation) -> Asked:
        lead, playbook = lead_of(labelled), playbook_of(labelled)
        began_at = time.monotonic()
        told = self.analyst.analyse(lead, playbook)
        seconds = time.monotonic() - began_at
        insight = verified(told, lead)
        quotes = Quotes(given=len(told.evidence), true=len(insight.evidence))
        return Asked(labelled, insight, decide(insight, playbook, None), quotes, seconds)
