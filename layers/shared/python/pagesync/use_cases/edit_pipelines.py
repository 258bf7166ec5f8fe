"""Make pipelines and their stages, rename and order them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pagesync.domain.errors import InvalidRequest
from pagesync.domain.page import OrgId
from pagesync.domain.pipeline import Pipeline, Stage, pipeline_of, with_changed_pipeline, with_pipeline
from pagesync.ports import Pipelines
from pagesync.use_cases.read_pipelines import CountedPipeline


def create_pipeline(*, org_id: OrgId, pipeline: Pipeline, pipelines: Pipelines) -> CountedPipeline:
    """Raises InvalidRequest for one without an open stage, Conflict for names that meet and for one too many."""
    if not pipeline.open_stages:
        raise InvalidRequest("A pipeline needs an open stage for people who may still buy.", field="stages")
    pipelines.edit(org_id, lambda found: with_pipeline(found, pipeline))
    return CountedPipeline(pipeline, {})


def edit_pipeline(
    *, org_id: OrgId, pipeline_id: str, name: str | None, stage_ids: Sequence[str] | None, pipelines: Pipelines
) -> CountedPipeline:
    """Rename it, order its stages, or both. Raises NotFound, and Conflict STALE_STAGES."""

    def change(pipeline: Pipeline) -> Pipeline:
        ordered = pipeline if stage_ids is None else pipeline.with_order(stage_ids)
        return replace(ordered, name=pipeline.name if name is None else name)

    return _edit(org_id, pipeline_id, change, pipelines)


def add_stage(
    *, org_id: OrgId, pipeline_id: str, stage: Stage, position: int | None, pipelines: Pipelines
) -> CountedPipeline:
    """Raises NotFound, and Conflict NAME_TAKEN or LIMIT_REACHED."""
    return _edit(org_id, pipeline_id, lambda pipeline: pipeline.with_stage(stage, position), pipelines)


def edit_stage(
    *, org_id: OrgId, pipeline_id: str, stage_id: str, changes: Mapping[str, Any], pipelines: Pipelines
) -> CountedPipeline:
    """`changes` are new values of a Stage. Raises NotFound, and Conflict NAME_TAKEN or LAST_OPEN_STAGE."""

    def change(stage: Stage) -> Stage:
        return replace(stage, **changes)

    return _edit(org_id, pipeline_id, lambda pipeline: pipeline.with_changed_stage(stage_id, change), pipelines)


def _edit(
    org_id: OrgId, pipeline_id: str, change: Callable[[Pipeline], Pipeline], pipelines: Pipelines
) -> CountedPipeline:
    edited = pipelines.edit(org_id, lambda found: with_changed_pipeline(found, pipeline_id, change))
    return CountedPipeline(pipeline_of(edited, pipeline_id), pipelines.contact_counts(org_id))
