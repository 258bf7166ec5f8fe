"""Routes that tell how a sync is getting on."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path, Query

from pagesync import bootstrap
from pagesync.messages.base import Id, PageId
from pagesync.messages.http import JobsView, JobView, LatestJobView
from pagesync.runtime.http import HttpApi

handler = HttpApi()


@handler.get("/api/facebook/sync-status/<jobId>", summary="One sync job")
def sync_status(job_id: Annotated[Id, Path(alias="jobId")]) -> JobView:
    return JobView.of(bootstrap.status().read_job(org_id=handler.org_id, job_id=job_id))


@handler.get("/api/facebook/pages/<facebookPageId>/latest-sync", summary="The newest sync job of a Page")
def latest_sync(facebook_page_id: Annotated[PageId, Path(alias="facebookPageId")]) -> LatestJobView:
    report = bootstrap.status().read_latest_job(org_id=handler.org_id, facebook_page_id=facebook_page_id)
    return LatestJobView.of(report)


@handler.get("/api/facebook/pages/<facebookPageId>/syncs", summary="The sync jobs of a Page, newest first")
def syncs(
    facebook_page_id: Annotated[PageId, Path(alias="facebookPageId")],
    cursor: Annotated[str | None, Query(max_length=512)] = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> JobsView:
    history = bootstrap.status().read_jobs(
        org_id=handler.org_id, facebook_page_id=facebook_page_id, cursor=cursor, limit=limit
    )
    return JobsView.of(history)
