"""Whether the analyst's opinion moves a contact in the sales pipeline.

People outrank the AI: it never touches what a person decided, and deals are won and lost by people alone.
"""

from dataclasses import dataclass
from enum import StrEnum

from pagesync.domain.contact import Actor, KnownContact, StageMove
from pagesync.domain.insight import Placement
from pagesync.domain.page import Playbook, UpdateMode
from pagesync.domain.pipeline import Pipeline, Stage, StageKind


class NotMoved(StrEnum):
    """Why a contact stays where it is."""

    NO_PIPELINE = "NO_PIPELINE"
    NO_PLACEMENT = "NO_PLACEMENT"
    SET_BY_HUMAN = "SET_BY_HUMAN"
    EXISTING_KEPT = "EXISTING_KEPT"
    """The Page's update mode leaves contacts that have a stage alone."""
    CLOSED = "CLOSED"
    """The contact stands in a WON or LOST stage."""
    FOREIGN_STAGE = "FOREIGN_STAGE"
    """The contact stands in a stage this pipeline does not have; it may be a WON or LOST one."""
    UNKNOWN_STAGE = "UNKNOWN_STAGE"
    """The pipeline has no stage of the name the analyst gave."""
    CLOSING_STAGE = "CLOSING_STAGE"
    """The analyst chose a WON or LOST stage."""
    ALREADY_THERE = "ALREADY_THERE"


@dataclass(frozen=True, slots=True)
class Decision:
    """Either a move or the reason there is none."""

    move: StageMove | None = None
    reason: NotMoved | None = None


def decide(placement: Placement | None, playbook: Playbook, known: KnownContact | None) -> Decision:
    """What to do about `placement`; `known` None means the contact is new."""
    if playbook.pipeline is None:
        return Decision(reason=NotMoved.NO_PIPELINE)
    if placement is None:
        return Decision(reason=NotMoved.NO_PLACEMENT)
    held = _hold(known, playbook.update_mode, playbook.pipeline)
    if held is not None:
        return Decision(reason=held)
    return _toward(playbook.pipeline.stage_named(placement.stage_name), playbook.pipeline, known)


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
    return NotMoved.EXISTING_KEPT if mode is UpdateMode.SKIP_EXISTING else None


def _toward(stage: Stage | None, pipeline: Pipeline, known: KnownContact | None) -> Decision:
    """The move to the stage the analyst chose, or what speaks against that stage."""
    if stage is None:
        return Decision(reason=NotMoved.UNKNOWN_STAGE)
    if stage.kind is not StageKind.OPEN:
        return Decision(reason=NotMoved.CLOSING_STAGE)
    if known is not None and known.stage_id == stage.stage_id:
        return Decision(reason=NotMoved.ALREADY_THERE)
    note = f"AI auto-assigned to {stage.name} in {pipeline.name}"
    return Decision(move=StageMove(pipeline.pipeline_id, stage.stage_id, note))
