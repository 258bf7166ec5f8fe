"""Routes over Pages."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path

from pagesync import bootstrap
from pagesync.messages.base import PageId
from pagesync.messages.http import EditPageBody, PagesView, PageView
from pagesync.runtime.callers import OWNERS_ONLY, Routes

routes = Routes()


@routes.get("/api/facebook/pages", summary="Connected Pages of the organisation")
def pages() -> PagesView:
    return PagesView.of(bootstrap.crm().read_pages(org_id=routes.org_id))


@routes.patch("/api/facebook/pages/<facebookPageId>", summary="Change a Page's settings", **OWNERS_ONLY)
def edit_page(facebook_page_id: Annotated[PageId, Path(alias="facebookPageId")], body: EditPageBody) -> PageView:
    edited = bootstrap.crm().edit_page(
        org_id=routes.org_id, facebook_page_id=facebook_page_id, changes=body.given()
    )
    return PageView.of(edited)
