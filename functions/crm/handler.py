"""Routes over Pages and contacts."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from pagesync import bootstrap
from pagesync.domain.contact import ContactFilter
from pagesync.messages.base import PageId
from pagesync.messages.http import ContactsView, CountView, PagesView
from pagesync.runtime import HttpApi

handler = HttpApi()

OfPage = Annotated[PageId | None, Query(alias="facebookPageId")]


@handler.get("/api/facebook/pages", summary="Connected Pages of the organisation")
def pages() -> PagesView:
    return PagesView.of(bootstrap.crm().read_pages(org_id=handler.org_id))


@handler.get("/api/contacts", summary="Contacts, latest interaction first")
def contacts(
    facebook_page_id: OfPage = None,
    cursor: Annotated[str | None, Query(max_length=512)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> ContactsView:
    where = ContactFilter(facebook_page_id=facebook_page_id)
    return ContactsView.of(bootstrap.crm().contacts.contacts(handler.org_id, where, cursor=cursor, limit=limit))


@handler.get("/api/contacts/count", summary="How many contacts the same filters find")
def count(facebook_page_id: OfPage = None) -> CountView:
    where = ContactFilter(facebook_page_id=facebook_page_id)
    return CountView(count=bootstrap.crm().contacts.count(handler.org_id, where))
