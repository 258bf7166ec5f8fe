"""One organisation never sees another."""

from dataclasses import replace

import pytest

from pagesync.domain.contact_book import ContactFilter
from pagesync.domain.conversation import Platform
from pagesync.domain.errors import Conflict, NotFound
from pagesync.domain.page import FacebookPageId, PageProfile, Playbook, UpdateMode
from pagesync.domain.person_name import PersonName
from tests.contracts.contacts.office import EVERYBODY, NOON, SOME_ID, Office, draft, new_id


def test_a_stranger_lists_and_counts_none_of_our_contacts(office: Office, stranger: Office) -> None:
    ours = ContactFilter(office.page_id)
    assert stranger.contacts() == []
    assert list(office.crm.book.contacts(stranger.org_id, ours, cursor=None, limit=5).contacts) == []
    assert office.crm.book.count(stranger.org_id, ours) == 0
    assert office.crm.book.count(stranger.org_id, EVERYBODY) == 0


def test_a_strangers_cursor_pages_through_our_own_list(office: Office, stranger: Office) -> None:
    office.crm.store.save(stranger.batch(), [draft(str(n), last_interaction=NOON) for n in range(2)])
    cursor = office.crm.book.contacts(stranger.org_id, EVERYBODY, cursor=None, limit=1).next_cursor
    shown = office.crm.book.contacts(office.org_id, EVERYBODY, cursor=cursor, limit=5).contacts
    assert {contact.facebook_page_id for contact in shown} <= {office.page_id}


def test_a_stranger_knows_none_of_our_contacts(office: Office, stranger: Office) -> None:
    assert office.crm.store.known(stranger.org_id, office.page_id, Platform.MESSENGER, ["1"]) == {}


def test_a_stranger_sees_only_their_own_pages(office: Office, stranger: Office) -> None:
    assert [page.facebook_page_id for page in office.crm.store.pages(stranger.org_id)] == [stranger.page_id]


def test_our_playbook_is_not_found_by_a_stranger_as_if_it_were_not_there(office: Office, stranger: Office) -> None:
    for page_id in (office.page_id, FacebookPageId(new_id()), FacebookPageId("no uuid"), FacebookPageId("\0")):
        with pytest.raises(NotFound) as refused:
            office.crm.store.playbook(stranger.org_id, page_id)
        assert refused.value.message == "There is no such Page."


def test_a_stranger_cannot_use_our_pipeline_by_its_id(office: Office, stranger: Office) -> None:
    page_id = FacebookPageId(new_id())
    office.crm.store.add_page(
        PageProfile(page_id, stranger.org_id, "meta-3", "Tea", auto_pipeline_id=office.pipeline.pipeline_id)
    )
    assert office.crm.store.playbook(stranger.org_id, page_id).pipeline is None


def test_a_stranger_cannot_take_over_our_page(office: Office, stranger: Office) -> None:
    with pytest.raises(Conflict):
        office.crm.store.add_page(replace(office.profile, org_id=stranger.org_id, name="Mine"))
    assert office.crm.store.playbook(office.org_id, office.page_id) == Playbook(
        "Sunrise Coffee", UpdateMode.SKIP_EXISTING, office.pipeline
    )


def test_a_stranger_cannot_save_to_our_page(office: Office, stranger: Office) -> None:
    before = office.only()
    context = replace(stranger.batch(), facebook_page_id=office.page_id)
    for person_id in ("1", "2"):
        with pytest.raises(NotFound):
            office.crm.store.save(context, [draft(person_id, name=PersonName("Mallory"))])
    assert office.only() == before
    assert stranger.contacts() == []


@pytest.mark.parametrize("page_id", [SOME_ID, "no uuid", "\0"])
def test_saving_to_a_page_nobody_has_is_refused(office: Office, page_id: str) -> None:
    with pytest.raises(NotFound):
        office.crm.store.save(replace(office.batch(), facebook_page_id=FacebookPageId(page_id)), [draft()])
