"""Routes over contacts."""

from typing import Annotated
from uuid import uuid4

from aws_lambda_powertools.event_handler.openapi.params import Path, Query

from pagesync import bootstrap
from pagesync.messages.base import Id
from pagesync.messages.contacts import (
    ActivitiesView,
    ContactDetailView,
    ContactEditBody,
    ContactQuery,
    ContactsView,
    CountView,
    ExportView,
    TagsView,
)
from pagesync.runtime.callers import Routes

routes = Routes()

Filters = Annotated[ContactQuery, Query()]
ContactId = Annotated[Id, Path(alias="contactId")]
Cursor = Annotated[str | None, Query(max_length=512)]
Limit = Annotated[int, Query(ge=1, le=200)]

MOST_TAGS_TOLD = 1_000


@routes.get("/api/contacts", summary="Contacts, latest interaction first")
def contacts(where: Filters, cursor: Cursor = None, limit: Limit = 50) -> ContactsView:
    found = bootstrap.crm().book.contacts(routes.org_id, where.to_domain(), cursor=cursor, limit=limit)
    return ContactsView.of(found)


@routes.get("/api/contacts/count", summary="How many contacts the same filters find")
def count(where: Filters) -> CountView:
    return CountView(count=bootstrap.crm().book.count(routes.org_id, where.to_domain()))


@routes.post("/api/contacts/export", summary="Export the contacts the same filters find, as a CSV file")
def export_contacts(where: Filters, cursor: Cursor = None) -> ExportView:
    exported = bootstrap.crm().export_contacts(org_id=routes.org_id, where=where.to_domain(), cursor=cursor)
    return ExportView.of(exported)


@routes.get("/api/contacts/<contactId>", summary="One contact, with its analysis and what the AI suggests")
def contact(contact_id: ContactId) -> ContactDetailView:
    return ContactDetailView.of(bootstrap.crm().book.contact(routes.org_id, contact_id))


@routes.patch("/api/contacts/<contactId>", summary="Change a contact by hand")
def edit_contact(contact_id: ContactId, body: ContactEditBody) -> ContactDetailView:
    edited = bootstrap.crm().edit_contact(
        org_id=routes.org_id,
        actor_id=routes.user_id,
        contact_id=contact_id,
        edit=body.to_domain(),
        edit_id=str(uuid4()),
    )
    return ContactDetailView.of(edited)


@routes.get("/api/contacts/<contactId>/activities", summary="What happened to a contact, newest first")
def activities(contact_id: ContactId, cursor: Cursor = None, limit: Limit = 50) -> ActivitiesView:
    found = bootstrap.crm().book.activities(routes.org_id, contact_id, cursor=cursor, limit=limit)
    return ActivitiesView.of(found)


@routes.get("/api/tags", summary="Tags on any contact, by name")
def tags() -> TagsView:
    return TagsView(tags=bootstrap.crm().book.tags(routes.org_id, limit=MOST_TAGS_TOLD))
