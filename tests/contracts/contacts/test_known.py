"""What a sync knows of somebody before it writes."""

from pagesync.domain.contact import Actor
from pagesync.domain.conversation import Platform
from tests.contracts.contacts.office import Office, draft


def test_known_contacts_are_told_with_what_a_move_depends_on(office: Office) -> None:
    context = office.batch()
    office.crm.store.save(context, [draft("1", move=office.move(1)), draft("2")])
    known = office.crm.store.known(office.org_id, office.page_id, Platform.MESSENGER, ["1", "2", "3"])
    assert set(known) == {"1", "2"}
    placed = known["1"]
    assert (placed.person_id, placed.version, placed.synced_by) == ("1", 1, context.synced_by)
    assert (placed.pipeline_id, placed.stage_id, placed.stage_set_by) == (
        office.pipeline.pipeline_id,
        office.pipeline.stages[1].stage_id,
        Actor.AI,
    )
    assert (known["2"].stage_id, known["2"].stage_set_by) == (None, None)
    assert placed.contact_id in {contact.contact_id for contact in office.contacts()}


def test_a_person_who_moved_a_contact_is_known_as_the_one_who_set_its_stage(office: Office) -> None:
    office.crm.store.save(office.batch(), [draft("1")])
    office.person_moves(office.only().contact_id, office.pipeline.stages[2].stage_id)
    known = office.crm.store.known(office.org_id, office.page_id, Platform.MESSENGER, ["1"])["1"]
    assert (known.stage_set_by, known.version) == (Actor.HUMAN, 2)


def test_platforms_know_each_other_not(office: Office) -> None:
    office.crm.store.save(office.batch(), [draft("1")])
    assert office.crm.store.known(office.org_id, office.page_id, Platform.INSTAGRAM, ["1"]) == {}


def test_asking_for_nobody_finds_nobody(office: Office) -> None:
    assert office.crm.store.known(office.org_id, office.page_id, Platform.MESSENGER, []) == {}
