"""Routes over Pages."""

from pagesync import bootstrap
from pagesync.messages.http import PagesView
from pagesync.runtime import Routes

routes = Routes()


@routes.get("/api/facebook/pages", summary="Connected Pages of the organisation")
def pages() -> PagesView:
    return PagesView.of(bootstrap.crm().read_pages(org_id=routes.org_id))
