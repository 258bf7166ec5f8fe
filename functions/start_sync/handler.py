"""POST /api/facebook/sync-background: start a sync and answer at once."""

from uuid import uuid4

from pagesync import bootstrap
from pagesync.messages import StartedView, StartSyncBody
from pagesync.runtime import HttpApi

handler = HttpApi()


@handler.post("/api/facebook/sync-background")
def start_sync(body: StartSyncBody) -> tuple[StartedView, int]:
    """Start a sync of a Page; 200 instead of 202 where one is already active."""
    started = bootstrap.start_sync()(
        org_id=handler.org_id, facebook_page_id=body.facebook_page_id, mode=body.mode, job_id=str(uuid4())
    )
    return StartedView.of(started), 200 if started.existing else 202
