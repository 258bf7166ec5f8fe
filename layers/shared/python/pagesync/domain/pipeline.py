"""Sales pipelines and their stages."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from pagesync.domain.text import fold


class StageKind(StrEnum):
    OPEN = "OPEN"
    WON = "WON"
    LOST = "LOST"


@dataclass(frozen=True, slots=True)
class Stage:
    """`description` tells the analyst who belongs here."""

    stage_id: str
    name: str
    description: str = ""
    kind: StageKind = StageKind.OPEN


@dataclass(frozen=True, slots=True)
class Pipeline:
    pipeline_id: str
    name: str
    stages: Sequence[Stage] = ()

    def stage_named(self, name: str) -> Stage | None:
        """The stage whose name folds to the same key, so "new  LEAD" finds "New Lead"."""
        wanted = fold(name)
        return next((stage for stage in self.stages if fold(stage.name) == wanted), None)

    def stage(self, stage_id: str | None) -> Stage | None:
        return next((stage for stage in self.stages if stage.stage_id == stage_id), None)


DEFAULT_STAGES: Sequence[tuple[str, str, StageKind]] = (
    ("New Lead", "Wrote for the first time or only greeted; what they want is not clear yet.", StageKind.OPEN),
    ("Contacted", "A conversation is under way, but no need or budget is known.", StageKind.OPEN),
    ("Qualified", "Asked for a price, availability or terms of something we sell.", StageKind.OPEN),
    ("Proposal", "Got an offer, or is negotiating quantity, price or delivery.", StageKind.OPEN),
    ("Customer Care", "Already bought: order status, complaint, return or support.", StageKind.OPEN),
    ("Won", "Bought or paid, as confirmed by a person.", StageKind.WON),
    ("Lost", "Will not buy, as confirmed by a person.", StageKind.LOST),
)
"""Name, description and kind of the stages a new organisation's pipeline starts with."""
