"""Marks one answer against its labels."""

from dataclasses import dataclass
from functools import cached_property

from pagesync.domain.insight import Placement
from tests.eval.asking import Asked
from tests.eval.labelled import Labels

UNSURE_BELOW = 60
"""Confidence under which the prompt says that the analyst is not sure."""


@dataclass(frozen=True)
class Mark:
    """Where there is no placement to mark, all is wrong."""

    asked: Asked

    @property
    def id(self) -> str:
        return self.asked.labelled.id

    @property
    def labels(self) -> Labels:
        return self.asked.labelled.labels

    @property
    def placement(self) -> Placement | None:
        return self.asked.insight.placement if self.asked.insight else None

    @cached_property
    def stage_is_right(self) -> bool:
        return self.placement is not None and self.placement.stage_name in self.labels.stages

    @property
    def stage_is_exact(self) -> bool:
        """Whether it is the first of the right ones."""
        return self.placement is not None and self.placement.stage_name == self.labels.stage

    @property
    def labelled_stage(self) -> str:
        """The label this answer is held against: itself where it is right."""
        return self.placement.stage_name if self.placement and self.stage_is_right else self.labels.stage

    @cached_property
    def status_is_right(self) -> bool:
        return self.placement is not None and self.placement.lead_status in self.labels.lead_statuses

    @cached_property
    def score_is_right(self) -> bool:
        return self.placement is not None and self.points_off == 0

    @cached_property
    def points_off(self) -> int:
        """How far the score lies outside its band; 100 without a score."""
        if self.placement is None:
            return 100
        low, high = self.labels.score_band
        return max(low - self.placement.lead_score, self.placement.lead_score - high, 0)

    @property
    def is_unsure(self) -> bool:
        return self.placement is not None and self.placement.confidence < UNSURE_BELOW

    @property
    def is_overconfident(self) -> bool:
        return self.labels.expects_suggestion and self.placement is not None and not self.is_unsure

    @property
    def is_all_right(self) -> bool:
        return self.stage_is_right and self.status_is_right and self.score_is_right and not self.is_overconfident

    @property
    def badness(self) -> int:
        """Orders the misses: a wrong stage weighs most, then a wrong status, then each point beside the band."""
        wrong = (not self.stage_is_right) * 100 + (not self.status_is_right) * 50 + self.is_overconfident * 25
        return wrong + self.points_off
