"""An analyst that goes by a script: no model, no waiting."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from pagesync.domain.conversation import Lead
from pagesync.domain.errors import AnalysisFailed
from pagesync.domain.insight import Evidence, Insight, LeadStatus, Placement, TokenUsage
from pagesync.domain.page import Playbook
from pagesync.domain.pipeline import Pipeline, StageKind

_SCRIPT = (
    ("order", LeadStatus.QUALIFIED, 90),
    ("how much", LeadStatus.QUALIFIED, 60),
    ("price", LeadStatus.QUALIFIED, 60),
    ("refund", LeadStatus.CONVERTED, 25),
)


@dataclass
class ScriptedAnalyst:
    """Goes by the first word of the script it finds. `failures` maps conversation ids to the code they fail with.

    `analysed` names every conversation it was asked about, in the order it was asked.
    """

    failures: dict[str, str] = field(default_factory=dict)
    analysed: list[str] = field(default_factory=list)

    def analyse(self, lead: Lead, playbook: Playbook) -> Insight:
        conversation = lead.conversation
        self.analysed.append(conversation.conversation_id)
        if code := self.failures.get(conversation.conversation_id):
            raise AnalysisFailed("The script says so.", code=code)
        said = " / ".join(message.text for message in reversed(conversation.messages) if message.text)
        return Insight(
            summary=f"The customer wrote: {said}"[:200],
            placement=_placement(said, playbook.pipeline),
            evidence=_evidence(lead),
            model="scripted",
            prompt_version="script.v1",
            usage=TokenUsage(input=len(said), output=20, calls=1),
        )


def _evidence(lead: Lead) -> Sequence[Evidence]:
    """The newest words that are not the business's."""
    return [
        Evidence(message.message_id, message.text)
        for message in lead.conversation.messages
        if message.message_id and message.text and message.sender and message.sender.person_id not in lead.own_ids
    ][:1]


def _placement(said: str, pipeline: Pipeline | None) -> Placement | None:
    """The better the lead, the later the stage."""
    stages = [stage for stage in pipeline.stages if stage.kind is StageKind.OPEN] if pipeline else []
    if not stages:
        return None
    word, status, score = next(
        (line for line in _SCRIPT if line[0] in said.lower()), ("nothing of the script", LeadStatus.NEW, 15)
    )
    stage = stages[round(score / 100 * (len(stages) - 1))]
    return Placement(stage.name, status, score, confidence=80, reasoning=f"It says {word}.")
