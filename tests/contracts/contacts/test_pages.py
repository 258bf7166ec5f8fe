"""Pages, their settings and their playbooks."""

from dataclasses import replace

import pytest

from pagesync.domain.errors import Conflict
from pagesync.domain.page import FacebookPageId, OrgId, PageProfile, Playbook, UpdateMode
from tests.contracts.contacts.office import Office, draft, new_id


def test_the_playbook_has_the_auto_pipeline_in_its_order(office: Office) -> None:
    expected = Playbook("Sunrise Coffee", UpdateMode.SKIP_EXISTING, office.pipeline)
    assert office.crm.store.playbook(office.org_id, office.page_id) == expected


def test_the_playbook_of_a_page_without_auto_pipeline_has_none(office: Office) -> None:
    profile = PageProfile(
        FacebookPageId(new_id()), office.org_id, "meta-2", "Tea", update_mode=UpdateMode.UPDATE_EXISTING
    )
    office.crm.store.add_page(profile)
    playbook = office.crm.store.playbook(office.org_id, profile.facebook_page_id)
    assert playbook == Playbook("Tea", UpdateMode.UPDATE_EXISTING, None)


def test_archived_stages_are_not_in_the_playbook(office: Office) -> None:
    office.crm.archive_stage(office.pipeline.stages[0].stage_id)
    pipeline = office.crm.store.playbook(office.org_id, office.page_id).pipeline
    assert pipeline is not None
    assert [stage.name for stage in pipeline.stages] == ["Qualified", "Won"]


def test_connecting_a_page_again_renames_it_and_keeps_its_settings(office: Office) -> None:
    renamed = replace(
        office.profile,
        name="Sunset Coffee",
        picture_url="https://picture.example/1",
        instagram_username="other",
        auto_pipeline_id=None,
        update_mode=UpdateMode.UPDATE_EXISTING,
    )
    office.crm.store.add_page(renamed)
    told = {"name": "Sunset Coffee", "picture_url": "https://picture.example/1", "instagram_username": "other"}
    assert office.crm.store.pages(office.org_id) == [replace(office.profile, **told)]


def test_what_facebook_does_not_tell_this_time_stays(office: Office) -> None:
    office.crm.store.add_page(replace(office.profile, picture_url="https://picture.example/1"))
    known = office.crm.store.pages(office.org_id)
    office.crm.store.add_page(replace(office.profile, picture_url=None, instagram_username=None))
    assert office.crm.store.pages(office.org_id) == known


def test_the_contacts_of_a_page_can_be_erased_with_all_that_is_theirs(office: Office) -> None:
    kept = replace(office.profile, facebook_page_id=FacebookPageId(new_id()), page_id="meta-2", name="Tea")
    office.crm.store.add_page(kept)
    office.save(*(draft(str(number)) for number in range(1, 4)))
    for contact in office.contacts():
        office.tag(contact.contact_id, "vip", f"tag of {contact.contact_id}")
    office.crm.store.save(replace(office.batch(), facebook_page_id=kept.facebook_page_id), [draft("1")])

    assert not office.crm.store.erase_contacts(OrgId(new_id()), office.page_id)
    while office.crm.store.erase_contacts(office.org_id, office.page_id):
        pass

    assert [each.facebook_page_id for each in office.contacts()] == [kept.facebook_page_id]
    assert [page.contact_count for page in office.crm.store.pages(office.org_id)] == [0, 1]
    assert office.crm.book.tags(office.org_id, limit=10) == []


def test_one_page_of_meta_has_one_id_in_an_organisation(office: Office) -> None:
    with pytest.raises(Conflict):
        office.crm.store.add_page(replace(office.profile, facebook_page_id=FacebookPageId(new_id())))
    assert [page.facebook_page_id for page in office.crm.store.pages(office.org_id)] == [office.page_id]


def test_an_id_is_of_one_page_of_meta(office: Office) -> None:
    with pytest.raises(Conflict):
        office.crm.store.add_page(replace(office.profile, page_id="another"))


def test_two_organisations_may_connect_the_same_page_of_meta(office: Office) -> None:
    stranger = Office(office.crm)
    office.crm.store.add_page(
        replace(office.profile, facebook_page_id=FacebookPageId(new_id()), org_id=stranger.org_id)
    )
    assert len(office.crm.store.pages(stranger.org_id)) == 2


def test_pages_come_by_name_with_how_many_contacts_each_has(office: Office) -> None:
    names = ["über", "apple", "Banana"]
    for number, name in enumerate(names):
        office.crm.store.add_page(PageProfile(FacebookPageId(new_id()), office.org_id, str(number), name))
    office.crm.store.save(office.batch(), [draft("1"), draft("2")])
    listed = [(page.name, page.contact_count) for page in office.crm.store.pages(office.org_id)]
    assert listed == [("apple", 0), ("Banana", 0), ("Sunrise Coffee", 2), ("über", 0)]
