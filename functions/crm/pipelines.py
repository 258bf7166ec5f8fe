"""Routes over pipelines and their stages."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from aws_lambda_powertools.event_handler.openapi.types import OpenAPIResponse

from pagesync import bootstrap
from pagesync.messages.base import Id
from pagesync.messages.pipelines import (
    ArchivedView,
    EditPipelineBody,
    EditStageBody,
    NewPipelineBody,
    NewStageBody,
    PipelinesView,
    PipelineView,
)
from pagesync.runtime.callers import OWNERS_ONLY, Routes

routes = Routes()

PipelineId = Annotated[Id, Path(alias="pipelineId")]
StageId = Annotated[Id, Path(alias="stageId")]
MoveContactsTo = Annotated[Id | None, Query(alias="moveContactsTo")]
CREATED: dict[int, OpenAPIResponse] = {
    201: {"description": "Created.", "content": {"application/json": {"model": PipelineView}}}
}


@routes.get("/api/pipelines", summary="Pipelines of the organisation; the default one is made where there is none")
def pipelines() -> PipelinesView:
    return PipelinesView.of(bootstrap.pipelines().read(org_id=routes.org_id))


@routes.post("/api/pipelines", summary="Create a pipeline", responses=CREATED, **OWNERS_ONLY)
def create_pipeline(body: NewPipelineBody) -> tuple[PipelineView, int]:
    return PipelineView.of(bootstrap.pipelines().create(org_id=routes.org_id, pipeline=body.pipeline())), 201


@routes.patch("/api/pipelines/<pipelineId>", summary="Rename a pipeline, or order its stages", **OWNERS_ONLY)
def edit_pipeline(pipeline_id: PipelineId, body: EditPipelineBody) -> PipelineView:
    edited = bootstrap.pipelines().edit(
        org_id=routes.org_id, pipeline_id=pipeline_id, name=body.name, stage_ids=body.stage_ids
    )
    return PipelineView.of(edited)


@routes.delete("/api/pipelines/<pipelineId>", summary="Archive a pipeline and move its contacts", **OWNERS_ONLY)
def archive_pipeline(pipeline_id: PipelineId, move_contacts_to: MoveContactsTo = None) -> ArchivedView:
    bootstrap.pipelines().archive(org_id=routes.org_id, pipeline_id=pipeline_id, contacts_to=move_contacts_to)
    return ArchivedView()


@routes.post("/api/pipelines/<pipelineId>/stages", summary="Add a stage", responses=CREATED, **OWNERS_ONLY)
def add_stage(pipeline_id: PipelineId, body: NewStageBody) -> tuple[PipelineView, int]:
    edited = bootstrap.pipelines().add_stage(
        org_id=routes.org_id, pipeline_id=pipeline_id, stage=body.stage(), position=body.position
    )
    return PipelineView.of(edited), 201


@routes.patch("/api/pipelines/<pipelineId>/stages/<stageId>", summary="Change a stage", **OWNERS_ONLY)
def edit_stage(pipeline_id: PipelineId, stage_id: StageId, body: EditStageBody) -> PipelineView:
    edited = bootstrap.pipelines().edit_stage(
        org_id=routes.org_id, pipeline_id=pipeline_id, stage_id=stage_id, changes=body.given()
    )
    return PipelineView.of(edited)


@routes.delete(
    "/api/pipelines/<pipelineId>/stages/<stageId>", summary="Archive a stage and move its contacts", **OWNERS_ONLY
)
def archive_stage(
    pipeline_id: PipelineId, stage_id: StageId, move_contacts_to: MoveContactsTo = None
) -> PipelineView:
    archived = bootstrap.pipelines().archive_stage(
        org_id=routes.org_id, pipeline_id=pipeline_id, stage_id=stage_id, contacts_to=move_contacts_to
    )
    return PipelineView.of(archived)
