"""Routes that tell how a sync is getting on."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path

from pagesync import bootstrap
from pagesync.messages.base import Id, PageId
from pagesync.messages.http import JobView, LatestJobView
from pagesync.runtime import HttpApi

handler = HttpApi()


@handler.get("/api/facebook/sync-status/<jobId>", summary="One sync job")
def sync_status(job_id: Annotated[Id, Path(alias="jobId")]) -> JobView:
    return JobView.of(bootstrap.status().read_job(org_id=handler.org_id, job_id=job_id))


@handler.get("/api/facebook/pages/<facebookPageId>/latest-sync", summary="The newest sync job of a Page")
def latest_sync(facebook_page_id: Annotated[PageId, Path(alias="facebookPageId")]) -> LatestJobView:
    report = bootstrap.status().read_latest_job(org_id=handler.org_id, facebook_page_id=facebook_page_id)
    return LatestJobView.of(report)
