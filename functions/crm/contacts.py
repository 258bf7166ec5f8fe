"""Routes over contacts."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from pagesync import bootstrap
from pagesync.domain.contact import ContactFilter
from pagesync.messages.base import PageId
from pagesync.messages.http import ContactsView, CountView
from pagesync.runtime import Routes

routes = Routes()

OfPage = Annotated[PageId | None, Query(alias="facebookPageId")]


@routes.get("/api/contacts", summary="Contacts, latest interaction first")
def contacts(
    facebook_page_id: OfPage = None,
    cursor: Annotated[str | None, Query(max_length=512)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> ContactsView:
    where = ContactFilter(facebook_page_id=facebook_page_id)
    return ContactsView.of(bootstrap.crm().contacts.contacts(routes.org_id, where, cursor=cursor, limit=limit))


@routes.get("/api/contacts/count", summary="How many contacts the same filters find")
def count(facebook_page_id: OfPage = None) -> CountView:
    where = ContactFilter(facebook_page_id=facebook_page_id)
    return CountView(count=bootstrap.crm().contacts.count(routes.org_id, where))
