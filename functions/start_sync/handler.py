"""Routes that begin and end a sync."""

from typing import Annotated
from uuid import uuid4

from aws_lambda_powertools.event_handler.openapi.params import Path
from aws_lambda_powertools.event_handler.openapi.types import OpenAPIResponse

from pagesync import bootstrap
from pagesync.messages.base import Id
from pagesync.messages.http import CancelView, StartedView, StartSyncBody
from pagesync.runtime.http import HttpApi

handler = HttpApi()

JobId = Annotated[Id, Path(alias="jobId")]
STARTED: dict[int, OpenAPIResponse] = {
    202: {"description": "Started.", "content": {"application/json": {"model": StartedView}}},
    200: {"description": "Already active: its id.", "content": {"application/json": {"model": StartedView}}},
}


@handler.post("/api/facebook/sync-background", summary="Start a sync of a Page", responses=STARTED)
def start_sync(body: StartSyncBody) -> tuple[StartedView, int]:
    started = bootstrap.control().start_sync(
        org_id=handler.org_id, facebook_page_id=body.facebook_page_id, mode=body.mode, job_id=str(uuid4())
    )
    return StartedView.of(started), 200 if started.existing else 202


@handler.post(
    "/api/facebook/sync-jobs/<jobId>/retry-failed",
    summary="Start a sync of exactly the conversations that failed",
    responses=STARTED,
)
def retry_failed(job_id: JobId) -> tuple[StartedView, int]:
    started = bootstrap.control().retry_failed(org_id=handler.org_id, failed_job_id=job_id, job_id=str(uuid4()))
    return StartedView.of(started), 200 if started.existing else 202


@handler.post(
    "/api/facebook/sync-cancel/<jobId>",
    summary="Cancel a sync",
    responses={202: {"description": "Stopping.", "content": {"application/json": {"model": CancelView}}}},
)
def cancel_sync(job_id: JobId) -> tuple[CancelView, int]:
    return CancelView.of(bootstrap.control().cancel_sync(org_id=handler.org_id, job_id=job_id)), 202
