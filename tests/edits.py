"""What a person does to a contact, in one line."""

import uuid
from datetime import datetime

from pagesync.domain.contact_book import ContactDetail
from pagesync.domain.contact_edit import ContactEdit, EditContext, StageChoice
from pagesync.domain.page import OrgId
from pagesync.domain.person_name import PersonName
from pagesync.ports import ContactBook
from tests.samples import NOON

PERSON = "4b1f0f9e-0000-4000-8000-000000000001"


def edit(
    book: ContactBook,
    org_id: OrgId,
    contact_id: str,
    change: ContactEdit,
    *,
    at: datetime = NOON,
    edit_id: str | None = None,
) -> ContactDetail:
    return book.edit(EditContext(org_id, PERSON, edit_id or str(uuid.uuid4()), at), contact_id, change)


def to_stage(stage_id: str | None) -> ContactEdit:
    return ContactEdit(stage=StageChoice(stage_id))


def to_name(name: PersonName) -> ContactEdit:
    return ContactEdit(first_name=name.first, last_name=name.last)
