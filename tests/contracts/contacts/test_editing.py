"""What people change by hand: it is theirs, told, counted as one version, and never lost to another edit."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from pagesync.adapters.postgres.book import PostgresContactBook
from pagesync.adapters.postgres.connection import Database
from pagesync.domain.contact import ActivityKind, Actor
from pagesync.domain.contact_book import ContactDetail, ContactFilter
from pagesync.domain.contact_edit import ContactEdit, EditContext, StageChoice
from pagesync.domain.errors import Conflict, InvalidRequest, NotFound
from pagesync.domain.person_name import PersonName
from tests import edits
from tests.contracts.contacts.office import NOON, SOME_ID, SOON, Office, draft, insight, new_id
from tests.contracts.crm import PostgresCrm
from tests.databases import Engine
from tests.fakes.contacts import Activity


@pytest.fixture
def maria(office: Office) -> ContactDetail:
    """Placed by the AI in New Lead, with a suggestion and a fingerprint."""
    said = {"insight": insight(), "suggestion": office.suggestion(1), "content_hash": "1" * 64}
    office.save(draft(move=office.move(0), **said))
    return office.detail()


def told(office: Office) -> list[Activity]:
    """What people did, in its order."""
    activities = office.crm.activities(office.known().contact_id)
    return [each for each in activities if each.actor == Actor.HUMAN]


def test_a_stage_that_a_person_gives_is_theirs_and_ends_a_suggestion(office: Office, maria: ContactDetail) -> None:
    edited = office.edit(maria.contact_id, edits.to_stage(office.stage_id(2)))
    assert (edited.stage_id, edited.stage_name, edited.stage_set_by) == (office.stage_id(2), "Won", Actor.HUMAN)
    assert edited.pipeline_id == office.pipeline.pipeline_id
    assert (edited.suggestion, edited.suggested_stage_id) == (None, None)
    assert (edited.version, edited.updated_at) == (maria.version + 1, SOON)
    stages = (office.stage_id(0), office.stage_id(2))
    assert told(office) == [
        Activity(ActivityKind.STAGE_CHANGED, Actor.HUMAN, "Moved to Won in Sales by a person", *stages)
    ]
    assert office.detail() == edited


def test_a_person_can_take_a_contact_out_of_its_pipeline(office: Office, maria: ContactDetail) -> None:
    edited = office.edit(maria.contact_id, edits.to_stage(None))
    assert (edited.pipeline_id, edited.stage_id, edited.stage_name) == (None, None, None)
    assert edited.stage_set_by is Actor.HUMAN
    office.save(draft(insight=insight(), move=office.move(1), version_read=edited.version))
    assert office.detail().stage_id is None


def test_a_stage_given_again_is_kept_by_the_person(office: Office, maria: ContactDetail) -> None:
    edited = office.edit(maria.contact_id, edits.to_stage(office.stage_id(0)))
    assert (edited.stage_set_by, edited.suggestion, edited.version) == (Actor.HUMAN, None, maria.version + 1)
    again = office.edit(maria.contact_id, edits.to_stage(office.stage_id(0)))
    assert again == edited
    assert [each.note for each in told(office)] == ["Kept in New Lead in Sales by a person"]


def test_a_stage_can_be_of_another_pipeline(office: Office, maria: ContactDetail) -> None:
    other = Office(office.crm, org_id=office.org_id)
    edited = office.edit(maria.contact_id, edits.to_stage(other.stage_id(1)))
    assert (edited.pipeline_id, edited.stage_name) == (other.pipeline.pipeline_id, "Qualified")


@pytest.mark.parametrize("stage_id", [SOME_ID, "no uuid", "\0"])
def test_a_stage_that_is_not_there_is_refused(office: Office, maria: ContactDetail, stage_id: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        office.edit(maria.contact_id, ContactEdit(first_name="Mary", stage=StageChoice(stage_id)))
    assert refused.value.field == "stageId"
    assert office.detail() == maria


def test_an_archived_stage_and_a_strangers_are_refused(office: Office, maria: ContactDetail) -> None:
    office.crm.archive_stage(office.stage_id(1))
    for stage_id in (office.stage_id(1), Office(office.crm).stage_id(1)):
        with pytest.raises(InvalidRequest):
            office.edit(maria.contact_id, edits.to_stage(stage_id))
    assert office.detail() == maria


def test_a_contact_in_an_archived_stage_can_be_moved_out_of_it(office: Office, maria: ContactDetail) -> None:
    office.crm.archive_stage(office.stage_id(0))
    edited = office.edit(maria.contact_id, edits.to_stage(office.stage_id(1)))
    assert edited.stage_name == "Qualified"
    assert told(office)[0].from_stage_id == office.stage_id(0)


def test_a_name_that_a_person_gives_is_theirs(office: Office, maria: ContactDetail) -> None:
    edited = office.edit(maria.contact_id, ContactEdit(first_name="Mary"))
    assert (edited.first_name, edited.last_name, edited.name_set_by) == ("Mary", "Santos", Actor.HUMAN)
    assert (edited.stage_set_by, edited.suggestion) == (maria.stage_set_by, maria.suggestion)
    why = "Renamed from Maria Santos to Mary Santos by a person"
    assert told(office) == [Activity(ActivityKind.NAME_CHANGED, Actor.HUMAN, why, None, None)]
    office.save(draft(name=PersonName("Facebook", "Name")))
    assert office.only().first_name == "Mary"


def test_a_contact_needs_a_name(office: Office, maria: ContactDetail) -> None:
    assert office.edit(maria.contact_id, ContactEdit(first_name="")).last_name == "Santos"
    with pytest.raises(InvalidRequest):
        office.edit(maria.contact_id, ContactEdit(last_name=""))


def test_tags_are_replaced_as_a_whole(office: Office, maria: ContactDetail) -> None:
    assert list(office.edit(maria.contact_id, ContactEdit(tags=["b", "a"])).tags) == ["a", "b"]
    edited = office.edit(maria.contact_id, ContactEdit(tags=["c", "B"]), at=SOON + timedelta(seconds=1))
    assert list(edited.tags) == ["b", "c"]
    assert edited.version == maria.version + 2
    assert [each.note for each in told(office)] == ["A person added b, a", "A person added c and removed a"]
    assert list(office.edit(maria.contact_id, ContactEdit(tags=[])).tags) == []


def test_a_tag_is_spelt_as_the_organisation_had_it_first(office: Office, maria: ContactDetail) -> None:
    office.save(draft("2"))
    office.tag(maria.contact_id, "Wholesale")
    office.tag(office.known("2").contact_id, "WHOLESALE", "new")
    assert list(office.detail("2").tags) == ["Wholesale", "new"]
    assert list(office.crm.book.tags(office.org_id, limit=10)) == ["Wholesale", "new"]


def test_tags_on_nobody_any_more_are_not_listed_and_a_list_has_an_end(office: Office, maria: ContactDetail) -> None:
    office.tag(maria.contact_id, "a", "b", "c")
    office.tag(maria.contact_id, "b", "c")
    assert list(office.crm.book.tags(office.org_id, limit=10)) == ["b", "c"]
    assert list(office.crm.book.tags(office.org_id, limit=1)) == ["b"]
    assert list(office.crm.book.tags(Office(office.crm).org_id, limit=10)) == []


def test_what_is_given_back_is_the_ais_again_and_analysed_anew(office: Office, maria: ContactDetail) -> None:
    office.edit(maria.contact_id, ContactEdit(first_name="Mary", stage=StageChoice(office.stage_id(1))))
    edited = office.edit(maria.contact_id, ContactEdit(ai_managed=True), at=SOON + timedelta(seconds=1))
    assert (edited.stage_set_by, edited.name_set_by, edited.stage_name) == (None, None, "Qualified")
    assert office.known().content_hash is None
    assert [each.note for each in told(office)][2:] == [
        "The stage was given back to the AI by a person",
        "The name was given back to Facebook by a person",
    ]
    office.save(draft(insight=insight(), move=office.move(0), version_read=edited.version))
    contact = office.only()
    assert (contact.first_name, contact.stage_name, contact.stage_set_by) == ("Maria", "New Lead", Actor.AI)


def test_a_name_that_stands_in_for_one_is_nobodys_after_a_release_too(office: Office) -> None:
    stand_in = PersonName("User", "000001", is_placeholder=True)
    office.save(draft(name=stand_in))
    office.edit(office.only().contact_id, ContactEdit(ai_managed=True))
    office.save(draft(name=PersonName("Maria")), draft("2", name=stand_in))
    assert office.detail().first_name == "Maria"
    assert office.detail("2").name_set_by is None


def test_everything_can_be_changed_in_one_edit_of_one_version(office: Office, maria: ContactDetail) -> None:
    change = ContactEdit(maria.version, "Mary", "Cruz", StageChoice(office.stage_id(1)), ["vip"])
    edited = office.edit(maria.contact_id, change)
    assert (edited.first_name, edited.last_name, edited.stage_name) == ("Mary", "Cruz", "Qualified")
    assert (list(edited.tags), edited.version) == (["vip"], maria.version + 1)
    kinds = [each.kind for each in told(office)]
    assert kinds == [ActivityKind.NAME_CHANGED, ActivityKind.STAGE_CHANGED, ActivityKind.TAGS_CHANGED]


@pytest.mark.parametrize(
    "change",
    [
        ContactEdit(),
        ContactEdit(first_name="Maria", last_name="Santos"),
        ContactEdit(tags=[]),
        ContactEdit(version=1),
    ],
)
def test_an_edit_that_changes_nothing_writes_nothing(
    office: Office, maria: ContactDetail, change: ContactEdit
) -> None:
    assert office.edit(maria.contact_id, change) == maria
    assert told(office) == []


def test_an_edit_of_another_version_is_refused_with_the_current_one(office: Office, maria: ContactDetail) -> None:
    office.person_renames(maria.contact_id, PersonName("Mary"))
    for version in (maria.version, maria.version + 2):
        with pytest.raises(Conflict) as refused:
            office.edit(maria.contact_id, ContactEdit(version=version, tags=["vip"]))
        assert (refused.value.code, refused.value.current_version) == ("VERSION_CONFLICT", maria.version + 1)
    assert list(office.detail().tags) == []
    assert office.edit(maria.contact_id, ContactEdit(version=maria.version + 1, tags=["vip"])).version == 3


@pytest.mark.parametrize("contact_id", [SOME_ID, "no uuid", "", "\0"])
def test_nobody_is_not_found(office: Office, contact_id: str) -> None:
    book = office.crm.book
    for ask in (
        lambda: office.edit(contact_id, ContactEdit(tags=["a"])),
        lambda: book.contact(office.org_id, contact_id),
        lambda: book.activities(office.org_id, contact_id, cursor=None, limit=5),
    ):
        with pytest.raises(NotFound) as refused:
            ask()
        assert refused.value.message == "There is no such contact."


def test_a_strangers_contact_is_not_found_as_if_it_were_not_there(office: Office, maria: ContactDetail) -> None:
    stranger = Office(office.crm)
    for ask in (
        lambda: stranger.edit(maria.contact_id, ContactEdit(tags=["mine"])),
        lambda: office.crm.book.contact(stranger.org_id, maria.contact_id),
        lambda: office.crm.book.activities(stranger.org_id, maria.contact_id, cursor=None, limit=5),
    ):
        with pytest.raises(NotFound) as refused:
            ask()
        assert refused.value.message == "There is no such contact."
    assert office.detail() == maria


# Tried again, and at once


def test_an_edit_that_is_tried_again_is_done_once(office: Office, maria: ContactDetail) -> None:
    edit_id = new_id()
    change = ContactEdit(version=maria.version, stage=StageChoice(office.stage_id(1)), tags=["vip"])
    first, second = (
        edits.edit(office.crm.book, office.org_id, maria.contact_id, change, edit_id=edit_id) for _ in range(2)
    )
    assert second == first
    assert len(told(office)) == 2


class DiesAfterCommit:
    """Connections of which the first loses the answer to the commit of an edit."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.deaths = 0

    def connect(self):  # type: ignore[no-untyped-def]  # noqa: ANN201 - psycopg's own
        connection = self._engine.open().connect()
        if self.deaths == 0:
            commit = connection.transaction

            def transaction():  # type: ignore[no-untyped-def]  # noqa: ANN202
                return _Lost(self, connection, commit())

            connection.transaction = transaction  # type: ignore[method-assign]
        return connection


class _Lost:
    def __init__(self, owner: DiesAfterCommit, connection, inner) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
        self._owner, self._connection, self._inner = owner, connection, inner

    def __enter__(self) -> object:
        return self._inner.__enter__()

    def __exit__(self, *error: object) -> bool | None:
        told = self._inner.__exit__(*error)
        self._owner.deaths += 1
        self._connection.close()
        self._connection.execute("SELECT 1")
        return told


@pytest.mark.parametrize("engine", ["postgres", "dsql"])
def test_an_edit_whose_commit_was_not_confirmed_is_no_conflict_with_itself(
    request: pytest.FixtureRequest, engine: str
) -> None:
    made: Engine = request.getfixturevalue(engine)
    crm = PostgresCrm(made.open)
    office = Office(crm)
    office.save(draft())
    dying = DiesAfterCommit(made)
    database = Database(dying.connect, made.dialect)
    context = EditContext(office.org_id, edits.PERSON, new_id(), NOON)
    change = ContactEdit(version=1, tags=["vip"])
    edited = PostgresContactBook(database).edit(context, office.known().contact_id, change)
    database.close()
    assert dying.deaths == 1
    assert (edited.version, list(edited.tags)) == (2, ["vip"])
    assert len(told(office)) == 1
    crm.close()


def test_edits_at_once_are_done_one_after_the_other(office: Office, maria: ContactDetail) -> None:
    """Eight people change different things of one contact at the same moment, several times over."""
    workers, rounds = 8, 4
    books = [office.crm.another_book() for _ in range(workers)]
    start = threading.Barrier(workers, timeout=30)

    def change(worker: int) -> None:
        start.wait()
        for number in range(rounds):
            stage = edits.to_stage(office.stage_id((worker + number) % 3))
            kinds = [stage, ContactEdit(tags=[f"{worker}-{number}"]), ContactEdit(first_name=f"{worker}-{number}")]
            edits.edit(books[worker], office.org_id, maria.contact_id, kinds[worker % 3], at=SOON)

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(change, range(workers)))
    after = office.detail()
    happened = told(office)
    assert after.version == maria.version + len(happened)
    assert after.stage_set_by is Actor.HUMAN
    assert len(after.tags) == 1
    moves = [each for each in happened if each.kind == ActivityKind.STAGE_CHANGED]
    assert after.stage_id in {each.to_stage_id for each in moves}
    renames = [each for each in happened if each.kind == ActivityKind.NAME_CHANGED]
    assert len(renames) == rounds * len([each for each in range(workers) if each % 3 == 2])


def test_of_edits_of_one_version_at_once_one_is_done(office: Office, maria: ContactDetail) -> None:
    workers = 8
    books = [office.crm.another_book() for _ in range(workers)]
    start = threading.Barrier(workers, timeout=30)

    def change(worker: int) -> int | None:
        start.wait()
        edit = ContactEdit(version=maria.version, tags=[str(worker)])
        try:
            edits.edit(books[worker], office.org_id, maria.contact_id, edit)
        except Conflict as refused:
            return refused.current_version
        return None

    with ThreadPoolExecutor(workers) as pool:
        outcomes = list(pool.map(change, range(workers)))
    after = office.detail()
    assert Counter(outcomes) == {None: 1, maria.version + 1: workers - 1}
    assert (list(after.tags), after.version) == ([str(outcomes.index(None))], maria.version + 1)


def test_a_sync_and_people_at_once_lose_nothing_of_each_other(office: Office, maria: ContactDetail) -> None:
    """Whatever the order, the person's stage and tags stay, and the sync's words are there."""
    store, book = office.crm.another_store(), office.crm.another_book()
    start = threading.Barrier(2, timeout=30)

    def sync() -> None:
        start.wait()
        for number in range(10):
            said = {"insight": insight(f"Sync {number}."), "suggestion": office.suggestion(1)}
            version = office.version()
            store.save(office.batch(), [draft(move=office.move(number % 2), version_read=version, **said)])

    def person() -> None:
        start.wait()
        for number in range(10):
            change = ContactEdit(stage=StageChoice(office.stage_id(2)), tags=[f"t{number}"])
            edits.edit(book, office.org_id, maria.contact_id, change, at=SOON)

    with ThreadPoolExecutor(2) as pool:
        for running in [pool.submit(sync), pool.submit(person)]:
            running.result()
    after = office.detail()
    assert (after.stage_name, after.stage_set_by, list(after.tags)) == ("Won", Actor.HUMAN, ["t9"])
    assert after.ai_context == "Sync 9."
    assert office.crm.book.count(office.org_id, ContactFilter(stage_id=office.stage_id(2))) == 1
