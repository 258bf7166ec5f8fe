"""Whether the analyst's opinion moves a contact in the sales pipeline, or is kept as a suggestion.

People outrank the AI: it never touches what a person decided, and deals are won and lost by people alone.
"""

from dataclasses import dataclass
from enum import StrEnum

from pagesync.domain.contact import Actor, KnownContact, StageMove, Suggestion
from pagesync.domain.insight import Insight, Placement
from pagesync.domain.page import Playbook, UpdateMode
from pagesync.domain.pipeline import Pipeline, Stage, StageKind


class NotMoved(StrEnum):
    """Why a contact stays where it is."""

    NO_PIPELINE = "NO_PIPELINE"
    NO_PLACEMENT = "NO_PLACEMENT"
    SET_BY_HUMAN = "SET_BY_HUMAN"
    EXISTING_KEPT = "EXISTING_KEPT"
    """The Page's update mode leaves contacts alone that the AI has placed."""
    CLOSED = "CLOSED"
    """The contact stands in a WON or LOST stage."""
    FOREIGN_STAGE = "FOREIGN_STAGE"
    """The contact stands in a stage this pipeline does not have; it may be a WON or LOST one."""
    UNKNOWN_STAGE = "UNKNOWN_STAGE"
    """The pipeline has no stage of the name the analyst gave."""
    CLOSING_STAGE = "CLOSING_STAGE"
    """The analyst chose a WON or LOST stage."""
    ALREADY_THERE = "ALREADY_THERE"
    NO_EVIDENCE = "NO_EVIDENCE"
    """Nothing the customer wrote backs the analysis."""
    LOW_CONFIDENCE = "LOW_CONFIDENCE"
    """The analyst is less sure than the Page asks for."""


_WHY = {
    NotMoved.SET_BY_HUMAN: "a person chose this contact's stage",
    NotMoved.EXISTING_KEPT: "this Page's settings leave contacts alone that already have a stage",
    NotMoved.CLOSED: "the deal is closed, and only people reopen one",
    NotMoved.FOREIGN_STAGE: "the contact is in a stage of another pipeline",
    NotMoved.UNKNOWN_STAGE: "the pipeline has no stage of the name the AI gave",
    NotMoved.CLOSING_STAGE: "only people win or lose a deal",
    NotMoved.NO_EVIDENCE: "the AI could not back its opinion with the customer's own words",
}


@dataclass(frozen=True, slots=True)
class Decision:
    """Either a move or the reason there is none; then the opinion is a suggestion, unless nothing would change."""

    move: StageMove | None = None
    reason: NotMoved | None = None
    suggestion: Suggestion | None = None


def decide(insight: Insight | None, playbook: Playbook, known: KnownContact | None) -> Decision:
    """What to do about `insight`, whose evidence is verified; `known` None means the contact is new."""
    pipeline, placement = playbook.pipeline, insight.placement if insight else None
    if pipeline is None:
        return Decision(reason=NotMoved.NO_PIPELINE)
    if insight is None or placement is None:
        return Decision(reason=NotMoved.NO_PLACEMENT)
    stage = pipeline.stage_named(placement.stage_name)
    reason = (
        _hold(known, playbook.update_mode, pipeline)
        or _objection(stage, known)
        or _doubt(insight, placement, playbook)
    )
    if reason is None and stage is not None:
        return Decision(move=_move(stage, pipeline))
    return _not_moved(reason or NotMoved.UNKNOWN_STAGE, stage, placement, playbook, known)


def _hold(known: KnownContact | None, mode: UpdateMode, pipeline: Pipeline) -> NotMoved | None:
    """What holds the contact where it is, whatever the analyst says."""
    if known is None:
        return None
    if known.stage_set_by is Actor.HUMAN:
        return NotMoved.SET_BY_HUMAN
    if known.stage_id is None:
        return None
    current = pipeline.stage(known.stage_id)
    if current is None:
        return NotMoved.FOREIGN_STAGE
    if current.kind is not StageKind.OPEN:
        return NotMoved.CLOSED
    # A stage that nobody has set was given back: whatever the mode, a person asked the AI to choose again.
    is_given_back = known.stage_set_by is None
    return NotMoved.EXISTING_KEPT if mode is UpdateMode.SKIP_EXISTING and not is_given_back else None


def _objection(stage: Stage | None, known: KnownContact | None) -> NotMoved | None:
    """What speaks against the stage that the analyst chose."""
    if stage is None:
        return NotMoved.UNKNOWN_STAGE
    if stage.kind is not StageKind.OPEN:
        return NotMoved.CLOSING_STAGE
    return NotMoved.ALREADY_THERE if known is not None and known.stage_id == stage.stage_id else None


def _doubt(insight: Insight, placement: Placement, playbook: Playbook) -> NotMoved | None:
    """What makes the opinion too weak to act on."""
    if not insight.evidence:
        return NotMoved.NO_EVIDENCE
    return NotMoved.LOW_CONFIDENCE if placement.confidence < playbook.confidence_threshold else None


def _move(stage: Stage, pipeline: Pipeline) -> StageMove:
    note = f"AI auto-assigned to {stage.name} in {pipeline.name}"
    return StageMove(pipeline.pipeline_id, stage.stage_id, note)


def _not_moved(
    reason: NotMoved, stage: Stage | None, placement: Placement, playbook: Playbook, known: KnownContact | None
) -> Decision:
    if known is not None and stage is not None and known.stage_id == stage.stage_id:
        return Decision(reason=reason)
    suggestion = Suggestion(
        code=reason,
        reason=f"Not applied because {_why(reason, placement, playbook)}.",
        pipeline_id=playbook.pipeline.pipeline_id if playbook.pipeline and stage else None,
        stage_id=stage.stage_id if stage else None,
        lead_status=placement.lead_status,
        lead_score=placement.lead_score,
        confidence=placement.confidence,
    )
    return Decision(reason=reason, suggestion=suggestion)


def _why(reason: NotMoved, placement: Placement, playbook: Playbook) -> str:
    if reason is NotMoved.LOW_CONFIDENCE:
        return f"the AI is {placement.confidence} % sure and this Page asks for {playbook.confidence_threshold} %"
    return _WHY[reason]
