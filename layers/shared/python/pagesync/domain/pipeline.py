"""Sales pipelines, their stages, and what may be done to them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from pagesync.domain.errors import Conflict, InvalidRequest, NotFound
from pagesync.domain.text import fold

MOST_PIPELINES = 20
MOST_STAGES = 30
LONGEST_NAME = 80
LONGEST_DESCRIPTION = 1_000
"""Characters. The analyst reads every description with every conversation, and is paid for each."""


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
    """A value: each edit answers the pipeline as it is afterwards, or raises a Refusal.

    The analyst chooses a stage by its name, so no two names of a pipeline meet under one folded key.
    """

    pipeline_id: str
    name: str
    stages: Sequence[Stage] = ()

    def stage_named(self, name: str) -> Stage | None:
        """The stage whose name folds to the same key, so "new  LEAD" finds "New Lead"."""
        wanted = fold(name)
        return next((stage for stage in self.stages if fold(stage.name) == wanted), None)

    def stage(self, stage_id: str | None) -> Stage | None:
        return next((stage for stage in self.stages if stage.stage_id == stage_id), None)

    @property
    def open_stages(self) -> Sequence[Stage]:
        """Those the analyst may choose from: people alone win and lose deals."""
        return [stage for stage in self.stages if stage.kind is StageKind.OPEN]

    def with_stage(self, stage: Stage, position: int | None = None) -> "Pipeline":
        """With one more, at the end or where another stands now."""
        if len(self.stages) >= MOST_STAGES:
            raise Conflict(f"A pipeline has at most {MOST_STAGES} stages.", code="LIMIT_REACHED")
        place = len(self.stages) if position is None else position
        return self._with([*self.stages[:place], stage, *self.stages[place:]])

    def with_changed_stage(self, stage_id: str, change: Callable[[Stage], Stage]) -> "Pipeline":
        changed = change(self._known(stage_id))
        return self._with([changed if stage.stage_id == stage_id else stage for stage in self.stages])

    def with_order(self, stage_ids: Sequence[str]) -> "Pipeline":
        """`stage_ids` are all its stages: whoever sends others has not seen what somebody else did."""
        if sorted(stage_ids) != sorted(stage.stage_id for stage in self.stages):
            raise Conflict(
                "The pipeline's stages have changed in the meantime. Load it again, then order them.",
                code="STALE_STAGES",
            )
        return replace(self, stages=sorted(self.stages, key=lambda stage: stage_ids.index(stage.stage_id)))

    def without_stage(self, stage_id: str) -> "Pipeline":
        leaving = self._known(stage_id)
        return self._with([stage for stage in self.stages if stage is not leaving])

    def _known(self, stage_id: str) -> Stage:
        stage = self.stage(stage_id)
        if stage is None:
            raise NotFound("There is no such stage.")
        return stage

    def _with(self, stages: Sequence[Stage]) -> "Pipeline":
        return checked(replace(self, stages=stages))


def checked(pipeline: Pipeline) -> Pipeline:
    """The same. Raises Conflict where two stages go by one name, or none is left that is open."""
    names = [fold(stage.name) for stage in pipeline.stages]
    twin = next((stage.name for place, stage in enumerate(pipeline.stages) if names[place] in names[:place]), None)
    if twin is not None:
        raise Conflict(f'Two stages of a pipeline cannot both be named "{twin}".', code="NAME_TAKEN")
    if not pipeline.open_stages:
        raise Conflict("A pipeline needs an open stage for people who may still buy.", code="LAST_OPEN_STAGE")
    return pipeline


# An organisation's pipelines, as a whole.


def with_pipeline(pipelines: Sequence[Pipeline], pipeline: Pipeline) -> Sequence[Pipeline]:
    if len(pipelines) >= MOST_PIPELINES:
        raise Conflict(f"An organisation has at most {MOST_PIPELINES} pipelines.", code="LIMIT_REACHED")
    return [*pipelines, checked(pipeline)]


def with_changed_pipeline(
    pipelines: Sequence[Pipeline], pipeline_id: str, change: Callable[[Pipeline], Pipeline]
) -> Sequence[Pipeline]:
    changed = change(pipeline_of(pipelines, pipeline_id))
    return [changed if pipeline.pipeline_id == pipeline_id else pipeline for pipeline in pipelines]


def without_pipeline(pipelines: Sequence[Pipeline], pipeline_id: str) -> Sequence[Pipeline]:
    leaving = pipeline_of(pipelines, pipeline_id)
    return [pipeline for pipeline in pipelines if pipeline is not leaving]


def pipeline_of(pipelines: Sequence[Pipeline], pipeline_id: str) -> Pipeline:
    pipeline = next((each for each in pipelines if each.pipeline_id == pipeline_id), None)
    if pipeline is None:
        raise NotFound("There is no such pipeline.")
    return pipeline


def check_target(pipelines: Sequence[Pipeline], stage_id: str | None) -> None:
    """Raises InvalidRequest unless contacts can be moved to `stage_id`, a stage of the `pipelines` that stay."""
    if stage_id is not None and not any(pipeline.stage(stage_id) for pipeline in pipelines):
        raise InvalidRequest(
            "Contacts can be moved to a stage that stays: this one is unknown, or archived.", field="moveContactsTo"
        )


DEFAULT_NAME = "Sales"
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


def default_stages(new_id: Callable[[], str]) -> Sequence[Stage]:
    return [Stage(new_id(), *each) for each in DEFAULT_STAGES]
