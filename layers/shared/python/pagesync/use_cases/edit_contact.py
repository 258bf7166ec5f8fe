"""Change a contact by hand: what a person decides is theirs, and the AI leaves it alone."""

from dataclasses import replace

from pagesync.domain.contact_book import ContactDetail
from pagesync.domain.contact_edit import ContactEdit, EditContext, tags_of
from pagesync.domain.page import OrgId
from pagesync.domain.text import printable
from pagesync.ports import Clock, ContactBook, PageDirectory


def edit_contact(
    *,
    org_id: OrgId,
    actor_id: str,
    contact_id: str,
    edit: ContactEdit,
    edit_id: str,
    book: ContactBook,
    directory: PageDirectory,
    clock: Clock,
) -> ContactDetail:
    """The contact as it is afterwards; an edit that changes nothing leaves its version.

    One given back to the AI is read again by the next sync, however old the conversation.

    Raises NotFound, Conflict VERSION_CONFLICT, and InvalidRequest for a stage that is unknown or archived, for tags
    and for names that cannot be taken.
    """
    cleaned = replace(
        edit,
        first_name=None if edit.first_name is None else printable(edit.first_name),
        last_name=None if edit.last_name is None else printable(edit.last_name),
        tags=None if edit.tags is None else tags_of(edit.tags),
    )
    if edit.ai_managed:
        # First: an edit that is made has what it promises, and to look back in vain costs a few calls.
        _look_back(book.contact(org_id, contact_id), directory)
    return book.edit(EditContext(org_id, actor_id, edit_id, clock.now()), contact_id, cleaned)


def _look_back(contact: ContactDetail, directory: PageDirectory) -> None:
    if contact.last_interaction is None:
        return
    for identity in contact.identities:
        directory.look_back(contact.facebook_page_id, identity.platform, contact.last_interaction)
