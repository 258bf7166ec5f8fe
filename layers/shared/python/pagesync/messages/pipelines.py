"""Bodies and answers of the routes over pipelines."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Self
from uuid import uuid4

from pydantic import BeforeValidator, Field

from pagesync.domain.pipeline import (
    LONGEST_DESCRIPTION,
    LONGEST_NAME,
    MOST_STAGES,
    Pipeline,
    Stage,
    StageKind,
    default_stages,
)
from pagesync.domain.text import printable
from pagesync.messages.base import Id, Message, example, may_be_left_out
from pagesync.use_cases.read_pipelines import CountedPipeline


def _on_one_line(given: object) -> object:
    return printable(given) if isinstance(given, str) else given


Name = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME), BeforeValidator(_on_one_line)]
"""What is seen of it is kept, on one line."""

Description = Annotated[str, Field(max_length=LONGEST_DESCRIPTION), BeforeValidator(_on_one_line)]


_NAME = "Qualified"
_DESCRIPTION = "Asked for a price, availability or terms of something we sell."


class StageBody(Message):
    """`description` tells the AI who belongs here. The AI moves contacts between OPEN stages alone."""

    model_config = example(name=_NAME, description=_DESCRIPTION, kind="OPEN")

    name: Name
    description: Description = ""
    kind: StageKind = StageKind.OPEN

    def stage(self) -> Stage:
        """With a new id."""
        return Stage(_new_id(), self.name, self.description, self.kind)


class NewStageBody(StageBody):
    """`position` counts from 0; without it the stage comes last."""

    model_config = example(name=_NAME, description=_DESCRIPTION, kind="OPEN", position=2)

    position: int | None = Field(default=None, ge=0, lt=MOST_STAGES)


class NewPipelineBody(Message):
    """Without `stages` it gets those of the default sales pipeline."""

    model_config = example(
        name="Wholesale",
        stages=[{"name": _NAME, "description": _DESCRIPTION}, {"name": "Won", "kind": "WON"}],
    )

    name: Name
    stages: Annotated[Sequence[StageBody], Field(max_length=MOST_STAGES)] | None = None

    def pipeline(self) -> Pipeline:
        """With new ids."""
        stages = default_stages(_new_id) if self.stages is None else [each.stage() for each in self.stages]
        return Pipeline(_new_id(), self.name, stages)


class EditPipelineBody(Message):
    """`stageIds` are all its stages, in the order they shall have."""

    model_config = example(
        name="Wholesale",
        stageIds=["5b9a2c1e-3f44-4b7e-9a51-0d6f8c2e7a10", "e1c7d9f2-8a36-4d0b-b7c4-62f3a9518d21"],
    )

    name: Name = may_be_left_out()
    stage_ids: Annotated[Sequence[Id], Field(max_length=MOST_STAGES)] = may_be_left_out()


class EditStageBody(Message):
    model_config = example(name=_NAME, description=_DESCRIPTION, kind="OPEN")

    name: Name = may_be_left_out()
    description: Description = may_be_left_out()
    kind: StageKind = may_be_left_out()


class StageView(Message):
    id: Id
    name: str
    description: str
    kind: StageKind
    contact_count: int


class PipelineView(Message):
    """Stages in their order; `contactCount` of all of them."""

    id: Id
    name: str
    contact_count: int
    stages: Sequence[StageView]

    @classmethod
    def of(cls, counted: CountedPipeline) -> Self:
        pipeline = counted.pipeline
        stages = [_stage_view(stage, counted.contact_counts) for stage in pipeline.stages]
        return cls(
            id=pipeline.pipeline_id,
            name=pipeline.name,
            contact_count=sum(stage.contact_count for stage in stages),
            stages=stages,
        )


class PipelinesView(Message):
    """In the order they were made."""

    pipelines: Sequence[PipelineView]

    @classmethod
    def of(cls, pipelines: Sequence[CountedPipeline]) -> Self:
        return cls(pipelines=[PipelineView.of(each) for each in pipelines])


class ArchivedView(Message):
    success: bool = True


def _stage_view(stage: Stage, counts: Mapping[str, int]) -> StageView:
    return StageView(
        id=stage.stage_id,
        name=stage.name,
        description=stage.description,
        kind=stage.kind,
        contact_count=counts.get(stage.stage_id, 0),
    )


def _new_id() -> str:
    return str(uuid4())
