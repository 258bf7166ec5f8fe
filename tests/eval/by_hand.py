"""Answers made by hand, for the tests of the figures."""

from pagesync.domain.assignment import decide
from pagesync.domain.errors import AnalysisFailed
from pagesync.domain.insight import Evidence, Insight, LeadStatus, Placement, TokenUsage
from tests.eval.asking import Asked
from tests.eval.labelled import LabelledConversation, load
from tests.eval.leads import playbook_of
from tests.eval.marking import Mark
from tests.eval.quotes import Quotes

CONVERSATIONS = {each.id: each for each in load()}
USAGE = TokenUsage(input=1_000, output=100, thinking=20)


def insight_of(
    labelled: LabelledConversation,
    *,
    stage: str | None = None,
    status: LeadStatus | None = None,
    score: int | None = None,
    confidence: int | None = None,
) -> Insight:
    """What a perfect analyst says of it, but for what is given."""
    labels = labelled.labels
    placement = Placement(
        stage_name=stage or labels.stage,
        lead_status=status or labels.lead_status,
        lead_score=labels.score_band[0] if score is None else score,
        confidence=(40 if labels.expects_suggestion else 90) if confidence is None else confidence,
        reasoning="By hand.",
    )
    evidence = [Evidence(_first_words_id(labelled), labelled.customer_words[0])]
    return Insight("A summary.", placement, evidence, model="by-hand", prompt_version="hand.v1", usage=USAGE)


def _first_words_id(labelled: LabelledConversation) -> str:
    said = (number for number, line in enumerate(labelled.messages, 1) if line.sender == "customer" and line.text)
    return f"m_{next(said)}"


def answered(conversation_id: str, *, quotes: Quotes | None = None, seconds: float = 1.0, **said: object) -> Mark:
    """The mark of an answer; see `insight_of`."""
    labelled = CONVERSATIONS[conversation_id]
    insight = insight_of(labelled, **said)  # type: ignore[arg-type]
    decision = decide(insight, playbook_of(labelled), None)
    return Mark(Asked(labelled, insight, decision, quotes, seconds))


def failed(conversation_id: str, code: str) -> Mark:
    return Mark(Asked(CONVERSATIONS[conversation_id], failure=AnalysisFailed("It failed.", code=code)))
