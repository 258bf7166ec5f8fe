"""Routes over Pages and contacts."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from pagesync import bootstrap
from pagesync.domain.contact import ContactFilter
from pagesync.messages import ContactsView, CountView, PageId, PagesView
from pagesync.runtime import HttpApi

handler = HttpApi()

OfPage = Annotated[PageId | None, Query(alias="facebookPageId")]


@handler.get("/api/facebook/pages")
def pages() -> PagesView:
    """The organisation's connected Pages."""
    return PagesView.of(bootstrap.crm().read_pages(org_id=handler.org_id))


@handler.get("/api/contacts")
def contacts(
    facebook_page_id: OfPage = None,
    cursor: Annotated[str | None, Query(max_length=512)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> ContactsView:
    """Contacts, latest interaction first."""
    where = ContactFilter(facebook_page_id=facebook_page_id)
    return ContactsView.of(bootstrap.crm().contacts.contacts(handler.org_id, where, cursor=cursor, limit=limit))


@handler.get("/api/contacts/count")
def count(facebook_page_id: OfPage = None) -> CountView:
    """How many contacts the same filters find."""
    where = ContactFilter(facebook_page_id=facebook_page_id)
    return CountView(count=bootstrap.crm().contacts.count(handler.org_id, where))
