"""Pipelines behaves alike in memory, on PostgreSQL and behind Aurora DSQL's rules."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from pagesync.domain.contact import ActivityKind, Actor
from pagesync.domain.contact_book import Contact
from pagesync.domain.errors import Conflict
from pagesync.domain.page import FacebookPageId, OrgId
from pagesync.domain.pipeline import Pipeline, Stage, StageKind, with_changed_pipeline
from pagesync.use_cases.read_pipelines import ensure_pipelines
from tests.contracts.contacts.office import LATER, SAVED, Office, draft, new_id, sales_pipeline
from tests.contracts.crm import Crm
from tests.fakes.contacts import Activity

WORKERS = 6


@pytest.fixture
def office(crm: Crm) -> Office:
    return Office(crm)


@pytest.fixture
def stranger(crm: Crm) -> Office:
    return Office(crm)


def pipelines(office: Office) -> Sequence[Pipeline]:
    return office.crm.pipelines.pipelines(office.org_id)


def put(office: Office, *wanted: Pipeline, contacts_to: str | None = None) -> Sequence[Pipeline]:
    return office.crm.pipelines.edit(office.org_id, lambda _: wanted, contacts_to=contacts_to)


def without(office: Office, *places: int) -> Pipeline:
    kept = [stage for place, stage in enumerate(office.pipeline.stages) if place not in places]
    return replace(office.pipeline, stages=kept)


def fill(office: Office, place: int, count: int) -> list[Contact]:
    people = [draft(f"{place}-{n:05d}", move=office.move(place)) for n in range(count)]
    assert set(office.crm.store.save(office.batch(), people)) == {SAVED}
    return [contact for contact in office.contacts() if contact.stage_id == office.stage_id(place)]


def counts(office: Office) -> dict[str, int]:
    """By the name of the stage."""
    names = {stage.stage_id: stage.name for stage in office.pipeline.stages}
    found = office.crm.pipelines.contact_counts(office.org_id)
    return {names[each]: count for each, count in found.items()}


def move_all(office: Office) -> int:
    """How many turns it took."""
    turns = 0
    while office.crm.pipelines.move_on(office.org_id, at=LATER):
        turns += 1
    return turns


def at_once(*work: Callable[[], object]) -> list[object]:
    """What each came to, an exception included, when all begin at the same moment."""
    start = threading.Barrier(len(work), timeout=30)

    def run(each: Callable[[], object]) -> object:
        start.wait()
        try:
            return each()
        except Conflict as refused:
            return refused.code

    with ThreadPoolExecutor(len(work)) as pool:
        return list(pool.map(run, work))


# Editing


def test_an_organisation_starts_without_pipelines(crm: Crm) -> None:
    assert list(crm.pipelines.pipelines(OrgId(new_id()))) == []


def test_pipelines_come_in_the_order_they_were_made_and_stages_in_theirs(office: Office) -> None:
    second, third = sales_pipeline(), replace(sales_pipeline(), name="Another")
    put(office, office.pipeline, second)
    assert put(office, office.pipeline, second, third) == (office.pipeline, second, third)
    assert pipelines(office) == [office.pipeline, second, third]


def test_a_pipeline_may_have_no_stages(office: Office) -> None:
    empty = Pipeline(new_id(), "Empty")
    put(office, office.pipeline, empty)
    assert pipelines(office) == [office.pipeline, replace(empty, stages=[])]


def test_names_descriptions_kinds_and_order_are_changed(office: Office) -> None:
    new, qualified, won = office.pipeline.stages
    changed = replace(
        office.pipeline,
        name="Продажи 'x'",
        stages=[
            replace(won, name="Gone", kind=StageKind.LOST),
            Stage(new_id(), "Between 👍", "Nobody yet: %s; DROP TABLE stage --"),
            replace(new, description=""),
            qualified,
        ],
    )
    put(office, changed)
    assert pipelines(office) == [changed]
    assert office.crm.store.playbook(office.org_id, office.page_id).pipeline == changed


def test_an_edit_that_changes_nothing_leaves_everything(office: Office) -> None:
    office.crm.pipelines.edit(office.org_id, lambda found: found)
    assert pipelines(office) == [office.pipeline]


def test_what_an_edit_raises_changes_nothing(office: Office) -> None:
    def refuse(_: Sequence[Pipeline]) -> Sequence[Pipeline]:
        raise Conflict("No.", code="NO")

    with pytest.raises(Conflict, match="No"):
        office.crm.pipelines.edit(office.org_id, refuse)
    assert pipelines(office) == [office.pipeline]


def test_edits_made_at_once_come_one_after_another(office: Office) -> None:
    """Each adds one stage to what it is given; none is lost."""

    def add(number: int) -> Callable[[], object]:
        ports, stage = office.crm.other_pipelines(), Stage(new_id(), f"Stage {number}")
        pipeline_id = office.pipeline.pipeline_id

        def change(found: Sequence[Pipeline]) -> Sequence[Pipeline]:
            return with_changed_pipeline(found, pipeline_id, lambda pipeline: pipeline.with_stage(stage))

        return lambda: ports.edit(office.org_id, change)

    at_once(*map(add, range(WORKERS)))
    (pipeline,) = pipelines(office)
    assert list(pipeline.stages[:3]) == list(office.pipeline.stages)
    assert {stage.name for stage in pipeline.stages[3:]} == {f"Stage {number}" for number in range(WORKERS)}


def test_of_two_who_archive_the_last_open_stages_at_once_one_is_refused(office: Office) -> None:
    def archive(place: int) -> Callable[[], object]:
        ports = office.crm.other_pipelines()

        def change(found: Sequence[Pipeline]) -> Sequence[Pipeline]:
            leaving = office.stage_id(place)
            return with_changed_pipeline(
                found, office.pipeline.pipeline_id, lambda pipeline: pipeline.without_stage(leaving)
            )

        return lambda: ports.edit(office.org_id, change)

    assert "LAST_OPEN_STAGE" in at_once(archive(0), archive(1))
    (pipeline,) = pipelines(office)
    assert len(pipeline.open_stages) == 1


def test_the_default_pipeline_is_made_once_however_many_ask_for_it(crm: Crm) -> None:
    org_id = OrgId(new_id())
    ports = [crm.other_pipelines() for _ in range(WORKERS)]
    found = at_once(*[lambda each=each: ensure_pipelines(org_id, each) for each in ports])
    assert all(list(each) == list(crm.pipelines.pipelines(org_id)) for each in found)  # type: ignore[call-overload]
    assert len(crm.pipelines.pipelines(org_id)) == 1


# Archiving


def test_what_an_edit_leaves_out_is_archived(office: Office) -> None:
    second = sales_pipeline()
    put(office, office.pipeline, second)
    put(office, without(office, 0))
    assert pipelines(office) == [without(office, 0)]
    is_archived, ours = office.crm.pipelines.is_archived, office.pipeline.pipeline_id
    assert is_archived(office.org_id, second.pipeline_id)
    assert is_archived(office.org_id, second.pipeline_id, second.stages[0].stage_id)
    assert is_archived(office.org_id, ours, office.stage_id(0))
    assert not is_archived(office.org_id, ours)
    assert not is_archived(office.org_id, ours, office.stage_id(1))
    assert not is_archived(office.org_id, second.pipeline_id, office.stage_id(0))
    for unknown in (new_id(), "no uuid", "\0"):
        assert not is_archived(office.org_id, unknown)
        assert not is_archived(office.org_id, ours, unknown)


def test_a_stage_with_contacts_is_not_archived_without_a_stage_for_them(office: Office) -> None:
    fill(office, 0, 1)
    for wanted in ([without(office, 0)], [sales_pipeline()]):
        with pytest.raises(Conflict) as refused:
            put(office, *wanted)
        assert refused.value.code == "HAS_CONTACTS"
        assert pipelines(office) == [office.pipeline]
        assert move_all(office) == 0


def test_contacts_of_an_archived_stage_move_to_the_one_named(office: Office) -> None:
    (moved,) = fill(office, 0, 1)
    (stayed,) = fill(office, 1, 1)
    put(office, without(office, 0), contacts_to=office.stage_id(2))
    assert counts(office) == {"New Lead": 1, "Qualified": 1}
    assert move_all(office) == 1
    assert counts(office) == {"Won": 1, "Qualified": 1}
    contacts = {contact.contact_id: contact for contact in office.contacts()}
    assert contacts[moved.contact_id] == replace(
        moved, stage_id=office.stage_id(2), stage_name="Won", version=moved.version + 1, updated_at=LATER
    )
    assert contacts[stayed.contact_id] == stayed
    assert office.crm.activities(moved.contact_id)[-1] == Activity(
        ActivityKind.STAGE_CHANGED,
        Actor.HUMAN,
        "Stage New Lead was archived",
        office.stage_id(0),
        office.stage_id(2),
    )
    assert len(office.crm.activities(stayed.contact_id)) == 2


def test_a_stage_that_a_person_chose_stays_a_persons_when_its_contacts_move(office: Office) -> None:
    (contact,) = fill(office, 0, 1)
    office.person_moves(contact.contact_id, office.stage_id(1))
    put(office, without(office, 1), contacts_to=office.stage_id(0))
    move_all(office)
    known = office.known("0-00000")
    assert (known.stage_id, known.stage_set_by) == (office.stage_id(0), Actor.HUMAN)


def test_contacts_may_move_to_another_pipeline(office: Office) -> None:
    fill(office, 0, 1)
    other = sales_pipeline()
    put(office, other, contacts_to=other.stages[1].stage_id)
    move_all(office)
    known = office.known("0-00000")
    assert (known.pipeline_id, known.stage_id) == (other.pipeline_id, other.stages[1].stage_id)


def test_any_number_of_contacts_moves_in_turns_and_goes_on_where_it_was_left(office: Office) -> None:
    fill(office, 0, 2_100)
    put(office, without(office, 0), contacts_to=office.stage_id(1))
    assert office.crm.pipelines.move_on(office.org_id, at=LATER)
    left = counts(office)
    assert 0 < left["New Lead"] < 2_100
    assert left["New Lead"] + left["Qualified"] == 2_100
    assert move_all(office) > 1
    assert counts(office) == {"Qualified": 2_100}


def test_two_who_move_the_same_contacts_at_once_move_each_once(office: Office) -> None:
    contacts = fill(office, 0, 40)
    put(office, without(office, 0), contacts_to=office.stage_id(1))
    ports = [office.crm.other_pipelines() for _ in range(3)]
    at_once(*[lambda each=each: each.move_on(office.org_id, at=LATER) for each in ports])
    move_all(office)
    assert counts(office) == {"Qualified": 40}
    assert {len(office.crm.activities(contact.contact_id)) for contact in contacts} == {3}
    assert {office.version(f"0-{n:05d}") for n in range(40)} == {2}


def test_contacts_on_their_way_to_a_stage_that_is_archived_too_go_on_from_there(office: Office) -> None:
    fill(office, 0, 1)
    put(office, without(office, 0), contacts_to=office.stage_id(1))
    put(office, without(office, 0, 1), contacts_to=office.stage_id(2))
    move_all(office)
    assert counts(office) == {"Won": 1}


def test_nobody_enters_an_archived_stage(office: Office) -> None:
    put(office, without(office, 0))
    office.crm.store.save(office.batch(), [draft(move=office.move(0))])
    assert office.only().stage_id is None
    put(office, sales_pipeline())
    office.crm.store.save(office.batch(), [draft("2", move=office.move(1))])
    assert {contact.stage_id for contact in office.contacts()} == {None}


def test_somebody_in_a_stage_archived_without_a_target_is_left_without_a_stage(office: Office) -> None:
    """A sync that had begun before may put somebody into it."""
    (contact,) = fill(office, 0, 1)
    office.crm.archive_stage(office.stage_id(0))
    assert move_all(office) == 1
    assert (office.only().pipeline_id, office.only().stage_id) == (None, None)
    told = office.crm.activities(contact.contact_id)[-1]
    assert (told.from_stage_id, told.to_stage_id) == (office.stage_id(0), None)


def test_a_sync_that_places_people_while_their_stage_is_archived_leaves_nobody_in_it(office: Office) -> None:
    stores = [office.crm.another_store() for _ in range(WORKERS)]
    ports = office.crm.other_pipelines()

    def save(worker: int) -> None:
        for n in range(5):
            person = draft(f"{worker}-{n}", move=office.move(0))
            assert list(stores[worker].save(office.batch(), [person])) == [SAVED]

    def archive() -> None:
        ports.edit(office.org_id, lambda _: [without(office, 0)], contacts_to=office.stage_id(1))

    at_once(archive, *[lambda worker=worker: save(worker) for worker in range(WORKERS)])
    move_all(office)
    assert len(office.contacts()) == 5 * WORKERS
    assert {contact.stage_name for contact in office.contacts()} <= {None, "Qualified"}


def auto_pipeline(office: Office) -> str | None:
    (page,) = office.crm.store.pages(office.org_id)
    return page.auto_pipeline_id


def test_a_page_whose_auto_pipeline_is_archived_gets_the_one_its_contacts_move_to(office: Office) -> None:
    other = sales_pipeline()
    put(office, other, contacts_to=other.stages[0].stage_id)
    assert auto_pipeline(office) == other.pipeline_id


def test_a_page_whose_auto_pipeline_is_archived_without_a_target_has_none(office: Office) -> None:
    put(office, sales_pipeline())
    assert auto_pipeline(office) is None


def test_a_page_keeps_its_auto_pipeline_when_a_stage_or_another_pipeline_is_archived(office: Office) -> None:
    put(office, office.pipeline, sales_pipeline())
    put(office, without(office, 0), contacts_to=office.stage_id(1))
    assert auto_pipeline(office) == office.pipeline.pipeline_id


# Strangers


def test_a_stranger_sees_and_edits_only_their_own_pipelines(office: Office, stranger: Office) -> None:
    seen: list[Sequence[Pipeline]] = []

    def change(found: Sequence[Pipeline]) -> Sequence[Pipeline]:
        seen.append(found)
        return [sales_pipeline()]

    stranger.crm.pipelines.edit(stranger.org_id, change)
    assert [list(each) for each in seen] == [[stranger.pipeline]] * len(seen)
    assert pipelines(office) == [office.pipeline]
    assert auto_pipeline(office) == office.pipeline.pipeline_id


def test_a_stranger_neither_counts_nor_moves_our_contacts_nor_learns_what_is_archived(
    office: Office, stranger: Office
) -> None:
    fill(office, 0, 1)
    put(office, without(office, 0), contacts_to=office.stage_id(1))
    crm = office.crm
    assert crm.pipelines.contact_counts(stranger.org_id) == {}
    assert not crm.pipelines.move_on(stranger.org_id, at=LATER)
    assert counts(office) == {"New Lead": 1}
    ours = office.pipeline.pipeline_id
    assert not crm.pipelines.is_archived(stranger.org_id, ours, office.stage_id(0))


def test_only_the_organisations_own_pages_change_their_auto_pipeline(office: Office, stranger: Office) -> None:
    borrowed = replace(stranger.profile, facebook_page_id=FacebookPageId(new_id()), page_id="meta-9")
    office.crm.store.add_page(replace(borrowed, auto_pipeline_id=office.pipeline.pipeline_id))
    put(office, sales_pipeline())
    theirs = {page.auto_pipeline_id for page in office.crm.store.pages(stranger.org_id)}
    assert theirs == {stranger.pipeline.pipeline_id, office.pipeline.pipeline_id}
