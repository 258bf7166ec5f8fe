"""POST /api/facebook/sync-background: start a sync and answer at once."""

from uuid import uuid4

from pagesync import bootstrap
from pagesync.messages import StartedView, StartSyncBody
from pagesync.runtime import HttpApi

handler = HttpApi()


@handler.post(
    "/api/facebook/sync-background",
    summary="Start a sync of a Page",
    responses={
        202: {"description": "Started.", "content": {"application/json": {"model": StartedView}}},
        200: {"description": "Already active: its id.", "content": {"application/json": {"model": StartedView}}},
    },
)
def start_sync(body: StartSyncBody) -> tuple[StartedView, int]:
    started = bootstrap.start_sync()(
        org_id=handler.org_id, facebook_page_id=body.facebook_page_id, mode=body.mode, job_id=str(uuid4())
    )
    return StartedView.of(started), 200 if started.existing else 202
