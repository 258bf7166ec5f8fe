"""How conversations are asked about when the model has limits."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from pagesync.domain.conversation import Lead
from pagesync.domain.errors import AnalysisFailed
from pagesync.domain.insight import Insight
from pagesync.domain.page import Playbook
from tests.eval.asking import Asked, Interviewer
from tests.eval.by_hand import CONVERSATIONS, insight_of

THREE = [CONVERSATIONS[each] for each in ("en-price", "de-order", "ar-spam")]


@dataclass
class Moody:
    """Answers by the labels, after the failures it has for that conversation."""

    failures: dict[str, list[AnalysisFailed]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def analyse(self, lead: Lead, playbook: Playbook) -> Insight:
        conversation_id = lead.conversation.conversation_id
        self.asked.append(conversation_id)
        if ahead := self.failures.get(conversation_id):
            raise ahead.pop(0)
        return insight_of(CONVERSATIONS[conversation_id])


def refusal(code: str, seconds: float | None = None) -> AnalysisFailed:
    return AnalysisFailed("No.", code=code, retry_after_seconds=seconds)


def ask(analyst: Moody, *, threads: int = 1) -> tuple[Sequence[Asked], list[float]]:
    """The answers, and the pauses that were made."""
    pauses: list[float] = []
    return list(Interviewer(analyst, threads, pause=pauses.append).ask_all(THREE)), pauses


@pytest.mark.parametrize("threads", [1, 3])
def test_answers_come_in_the_order_of_the_set_with_the_policys_decision(threads: int) -> None:
    answers, pauses = ask(Moody(), threads=threads)
    assert [each.labelled for each in answers] == THREE
    assert all(each.is_judged and each.insight and each.decision and each.decision.move for each in answers)
    assert pauses == []


def test_a_throttled_conversation_is_asked_about_again_when_the_model_says_so() -> None:
    analyst = Moody({"de-order": [refusal("THROTTLED", 7.5), refusal("UNAVAILABLE"), refusal("THROTTLED", 900)]})
    answers, pauses = ask(analyst)
    assert all(each.insight for each in answers)
    assert pauses == [7.5, 4.0, 60.0]


def test_a_conversation_is_given_up_after_five_attempts() -> None:
    analyst = Moody({"de-order": [refusal("THROTTLED", 3)] * 9})
    answers, pauses = ask(analyst)
    assert [each.is_judged for each in answers] == [True, False, True]
    assert analyst.asked.count("de-order") == 5
    assert len(pauses) == 4


@pytest.mark.parametrize("code", ["QUOTA_EXHAUSTED", "MISCONFIGURED"])
def test_nobody_is_asked_after_a_failure_that_will_not_pass(code: str) -> None:
    analyst = Moody({"de-order": [refusal(code)]})
    answers, pauses = ask(analyst)
    assert analyst.asked == ["en-price", "de-order"]
    assert [each.failure.code if each.failure else None for each in answers] == [None, code, code]
    assert not any(each.is_judged for each in answers[1:])
    assert pauses == []


@pytest.mark.parametrize("code", ["BAD_OUTPUT", "BLOCKED"])
def test_a_verdict_of_the_model_is_taken_at_once(code: str) -> None:
    analyst = Moody({"de-order": [refusal(code)]})
    answers, _ = ask(analyst)
    assert analyst.asked.count("de-order") == 1
    assert answers[1].is_judged
    assert answers[1].insight is None
