"""Read an organisation's pipelines, with how many contacts are where."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import uuid4

from pagesync.domain.page import OrgId
from pagesync.domain.pipeline import DEFAULT_NAME, Pipeline, default_stages, pipeline_of
from pagesync.ports import Clock, Pipelines


@dataclass(frozen=True, slots=True)
class CountedPipeline:
    """`contact_counts` by stage; stages without contacts are not in it."""

    pipeline: Pipeline
    contact_counts: Mapping[str, int]


def read_pipelines(*, org_id: OrgId, pipelines: Pipelines, clock: Clock) -> Sequence[CountedPipeline]:
    """An organisation without any gets the default one."""
    found = ensure_pipelines(org_id, pipelines)
    counts = pipelines.contact_counts(org_id)
    shown = {stage.stage_id for pipeline in found for stage in pipeline.stages}
    if counts.keys() - shown:
        # Whoever archived a stage died half way, or a sync that had begun before put somebody into it.
        pipelines.move_on(org_id, at=clock.now())
        counts = pipelines.contact_counts(org_id)
    return [CountedPipeline(pipeline, counts) for pipeline in found]


def read_pipeline(org_id: OrgId, pipeline_id: str, pipelines: Pipelines) -> CountedPipeline:
    """Raises NotFound."""
    pipeline = pipeline_of(pipelines.pipelines(org_id), pipeline_id)
    return CountedPipeline(pipeline, pipelines.contact_counts(org_id))


def ensure_pipelines(org_id: OrgId, pipelines: Pipelines) -> Sequence[Pipeline]:
    """There is at least one: the default is made where there is none, once however many ask for it."""
    return pipelines.pipelines(org_id) or pipelines.edit(org_id, lambda found: found or [_default_pipeline()])


def _default_pipeline() -> Pipeline:
    return Pipeline(_new_id(), DEFAULT_NAME, default_stages(_new_id))


def _new_id() -> str:
    return str(uuid4())
