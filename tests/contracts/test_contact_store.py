"""ContactStore behaves alike in memory, on PostgreSQL and behind Aurora DSQL's rules."""

import base64
import threading
import uuid
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pagesync.domain.contact import (
    ActivityKind,
    Actor,
    Contact,
    ContactDraft,
    ContactFilter,
    KnownContact,
    SaveContext,
    SaveOutcome,
    StageMove,
)
from pagesync.domain.conversation import Platform
from pagesync.domain.errors import Conflict, InvalidRequest, NotFound
from pagesync.domain.insight import Insight, LeadStatus, Placement
from pagesync.domain.page import FacebookPageId, OrgId, PageProfile, Playbook, UpdateMode
from pagesync.domain.person_name import PersonName
from pagesync.domain.pipeline import Pipeline, Stage, StageKind
from tests.contracts.crm import Crm, MemoryCrm, PostgresCrm
from tests.fakes.contacts import Activity

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SAVED, ALREADY, REJECTED = SaveOutcome.SAVED, SaveOutcome.ALREADY_SYNCED, SaveOutcome.REJECTED
EVERYBODY = ContactFilter()
LATER = NOON + timedelta(minutes=1)
CREATED = Activity(ActivityKind.CONTACT_CREATED, None, None, None, None)


def new_id() -> str:
    return str(uuid.uuid4())


def sales_pipeline() -> Pipeline:
    stages = [
        Stage(new_id(), "New Lead", "Wrote for the first time."),
        Stage(new_id(), "Qualified", "Asked for a price."),
        Stage(new_id(), "Won", "Paid.", StageKind.WON),
    ]
    return Pipeline(new_id(), "Sales", stages)


@dataclass
class Office:
    """An organisation with one Page and one pipeline, new for each test."""

    crm: Crm
    org_id: OrgId = field(default_factory=lambda: OrgId(new_id()))
    page_id: FacebookPageId = field(default_factory=lambda: FacebookPageId(new_id()))
    pipeline: Pipeline = field(default_factory=sales_pipeline)

    def __post_init__(self) -> None:
        self.crm.pipelines.edit(self.org_id, lambda found: [*found, self.pipeline])
        self.crm.store.add_page(self.profile)

    @property
    def profile(self) -> PageProfile:
        return PageProfile(
            facebook_page_id=self.page_id,
            org_id=self.org_id,
            page_id=f"meta-{self.page_id[:8]}",
            name="Sunrise Coffee",
            instagram_username="sunrise",
            auto_pipeline_id=self.pipeline.pipeline_id,
        )

    def batch(self, number: int = 0, *, job_id: str | None = None, saved_at: datetime = NOON) -> SaveContext:
        job_id = job_id or new_id()
        return SaveContext(self.org_id, self.page_id, job_id, f"{job_id}:messenger:1:{number}", saved_at)

    def move(self, stage: int) -> StageMove:
        target = self.pipeline.stages[stage]
        return StageMove(self.pipeline.pipeline_id, target.stage_id, f"AI auto-assigned to {target.name} in Sales")

    def contacts(self) -> list[Contact]:
        return list(self.crm.store.contacts(self.org_id, EVERYBODY, cursor=None, limit=200).contacts)

    def only(self) -> Contact:
        (contact,) = self.contacts()
        return contact

    def known(self, person_id: str) -> KnownContact:
        return self.crm.store.known(self.org_id, self.page_id, Platform.MESSENGER, [person_id])[person_id]

    def version(self, person_id: str) -> int:
        return self.known(person_id).version


@pytest.fixture
def office(crm: Crm) -> Office:
    return Office(crm)


def draft(person_id: str = "900000001", **changes: object) -> ContactDraft:
    drafted = ContactDraft(person_id, Platform.MESSENGER, PersonName("Maria", "Santos"), NOON)
    return replace(drafted, **changes)  # type: ignore[arg-type]


def insight(summary: str = "Asks for a price.", **placement: object) -> Insight:
    placed = Placement("Qualified", LeadStatus.QUALIFIED, 70, 80, "Asked what it costs.")
    return Insight(summary, replace(placed, **placement), "gemini", "2")  # type: ignore[arg-type]


# What a sync writes


def test_a_new_person_becomes_a_contact_with_everything_the_draft_says(office: Office) -> None:
    drafted = draft(insight=insight(), move=office.move(1))
    assert office.crm.store.save(office.batch(), [drafted]) == [SAVED]
    contact = office.only()
    assert contact == Contact(
        contact_id=contact.contact_id,
        facebook_page_id=office.page_id,
        messenger_psid="900000001",
        instagram_sid=None,
        first_name="Maria",
        last_name="Santos",
        last_interaction=NOON,
        ai_context="Asks for a price.",
        lead_score=70,
        lead_status=LeadStatus.QUALIFIED,
        pipeline_id=office.pipeline.pipeline_id,
        stage_id=office.pipeline.stages[1].stage_id,
        stage_name="Qualified",
        tags=contact.tags,
        created_at=NOON,
        updated_at=NOON,
    )
    assert str(uuid.UUID(contact.contact_id)) == contact.contact_id
    assert list(contact.tags) == []


def test_a_new_person_with_a_stage_has_two_activities(office: Office) -> None:
    office.crm.store.save(office.batch(), [draft(move=office.move(1))])
    moved = Activity(
        ActivityKind.STAGE_CHANGED,
        Actor.AI,
        "AI auto-assigned to Qualified in Sales",
        None,
        office.pipeline.stages[1].stage_id,
    )
    assert office.crm.activities(office.only().contact_id) == [CREATED, moved]


def test_a_draft_without_insight_and_move_is_a_contact_nobody_placed(office: Office) -> None:
    assert office.crm.store.save(office.batch(), [draft(last_interaction=None)]) == [SAVED]
    contact = office.only()
    assert (contact.ai_context, contact.lead_score, contact.lead_status) == (None, None, None)
    assert (contact.pipeline_id, contact.stage_id, contact.stage_name) == (None, None, None)
    assert contact.last_interaction is None
    assert office.crm.activities(contact.contact_id) == [CREATED]


def test_a_summary_without_placement_leaves_score_and_status_empty(office: Office) -> None:
    office.crm.store.save(office.batch(), [draft(insight=Insight("Says hello."))])
    contact = office.only()
    assert (contact.ai_context, contact.lead_score, contact.lead_status) == ("Says hello.", None, None)


def test_the_same_number_on_messenger_and_instagram_is_two_contacts(office: Office) -> None:
    context = office.batch()
    office.crm.store.save(context, [draft("42")])
    office.crm.store.save(context, [draft("42", platform=Platform.INSTAGRAM)])
    assert {(contact.messenger_psid, contact.instagram_sid) for contact in office.contacts()} == {
        ("42", None),
        (None, "42"),
    }


def test_outcomes_come_in_the_order_of_the_drafts(office: Office) -> None:
    job_id = new_id()
    office.crm.store.save(office.batch(1, job_id=job_id), [draft("5")])
    people = [draft("9"), draft("5"), draft("\0"), draft("1")]
    assert office.crm.store.save(office.batch(2, job_id=job_id), people) == [SAVED, ALREADY, REJECTED, SAVED]


def test_saving_nobody_is_no_work(office: Office) -> None:
    assert list(office.crm.store.save(office.batch(), [])) == []


@pytest.mark.parametrize(
    "name",
    [
        PersonName("山田太郎"),
        PersonName("José", "Ñuñez"),
        PersonName("محمد", "بن سلمان"),
        PersonName("👩‍👩‍👧‍👦", "🇵🇭"),
        PersonName("O'Brien", 'Robert"); DROP TABLE contact; --'),
        PersonName("%s", "{name} %(x)s \\"),
    ],
)
def test_names_come_back_as_they_were_given(office: Office, name: PersonName) -> None:
    office.crm.store.save(office.batch(), [draft(name=name)])
    contact = office.only()
    assert (contact.first_name, contact.last_name) == (name.first, name.last)


# Syncing again


def test_a_later_sync_updates_the_contact_and_adds_no_second_creation(office: Office) -> None:
    later = NOON + timedelta(days=1)
    office.crm.store.save(office.batch(), [draft(insight=insight())])
    first = office.only()
    again = draft(name=PersonName("Mary"), last_interaction=later, insight=insight("Wants two.", lead_score=90))
    assert office.crm.store.save(office.batch(saved_at=later), [again]) == [SAVED]
    contact = office.only()
    assert contact.contact_id == first.contact_id
    assert (contact.first_name, contact.last_name, contact.last_interaction) == ("Mary", "", later)
    assert (contact.ai_context, contact.lead_score) == ("Wants two.", 90)
    assert (contact.created_at, contact.updated_at) == (NOON, later)
    assert office.crm.activities(contact.contact_id) == [CREATED]


def test_a_sync_without_insight_keeps_what_earlier_ones_found(office: Office) -> None:
    office.crm.store.save(office.batch(), [draft(insight=insight())])
    office.crm.store.save(office.batch(), [draft()])
    contact = office.only()
    assert (contact.ai_context, contact.lead_score) == ("Asks for a price.", 70)
    assert contact.lead_status is LeadStatus.QUALIFIED


def test_a_summary_alone_replaces_the_summary_alone(office: Office) -> None:
    office.crm.store.save(office.batch(), [draft(insight=insight())])
    office.crm.store.save(office.batch(), [draft(insight=Insight("Says thanks."))])
    contact = office.only()
    assert (contact.ai_context, contact.lead_score) == ("Says thanks.", 70)


@pytest.mark.parametrize("older", [NOON - timedelta(microseconds=1), None])
def test_the_last_interaction_never_goes_back(office: Office, older: datetime | None) -> None:
    office.crm.store.save(office.batch(), [draft(last_interaction=NOON)])
    office.crm.store.save(office.batch(), [draft(last_interaction=older)])
    assert office.only().last_interaction == NOON


def test_repeating_a_save_changes_nothing_but_the_version(office: Office) -> None:
    context, drafted = office.batch(), draft(insight=insight(), move=office.move(1))
    office.crm.store.save(context, [drafted])
    before, version = office.only(), office.version("900000001")
    activities = office.crm.activities(before.contact_id)
    for _ in range(3):
        assert office.crm.store.save(context, [drafted]) == [SAVED]
    assert office.only() == before
    assert office.crm.activities(before.contact_id) == activities
    assert office.version("900000001") == version + 3


@pytest.mark.parametrize("content_hash", ["f" * 64, None])
def test_the_fingerprint_of_what_was_saved_last_is_known(office: Office, content_hash: str | None) -> None:
    """None included: it is how a sync that could not analyse asks the next one to."""
    office.crm.store.save(office.batch(), [draft(content_hash="0" * 64)])
    assert office.known("900000001").content_hash == "0" * 64
    office.crm.store.save(office.batch(), [draft(content_hash=content_hash)])
    assert office.known("900000001").content_hash == content_hash


# One person in two batches of a job: the conversation got a new message while it was listed


@dataclass
class TwoBatches:
    """Two batches of one job that have the same person."""

    office: Office
    first: SaveContext
    second: SaveContext

    def save(self, context: SaveContext, **changes: object) -> Sequence[SaveOutcome]:
        return self.office.crm.store.save(context, [draft(**changes)])

    def state(self) -> tuple[Contact, KnownContact, list[Activity]]:
        """All there is to see of the person."""
        contact = self.office.only()
        return contact, self.office.known("900000001"), self.office.crm.activities(contact.contact_id)


@pytest.fixture
def two(office: Office) -> TwoBatches:
    job_id = new_id()
    return TwoBatches(office, office.batch(1, job_id=job_id), office.batch(2, job_id=job_id, saved_at=LATER))


@pytest.mark.parametrize("moment", [NOON, NOON - timedelta(microseconds=1), None])
def test_another_batch_of_the_job_with_nothing_newer_changes_nothing(
    two: TwoBatches, moment: datetime | None
) -> None:
    two.save(two.first, insight=insight("First."), content_hash="1" * 64)
    before = two.state()
    late = {"name": PersonName("Other"), "insight": insight("Second."), "content_hash": "2" * 64}
    place = {"move": two.office.move(0), "version_read": before[1].version}
    assert two.save(two.second, last_interaction=moment, **late, **place) == [ALREADY]
    assert two.state() == before


def test_two_batches_of_the_job_without_any_moment_are_no_news_to_each_other(two: TwoBatches) -> None:
    two.save(two.first, last_interaction=None)
    before = two.state()
    assert two.save(two.second, last_interaction=None, insight=insight()) == [ALREADY]
    assert two.state() == before


@pytest.mark.parametrize("stored", [NOON, LATER - timedelta(microseconds=1), None])
def test_another_batch_of_the_job_with_newer_words_brings_the_contact_up_to_date(
    two: TwoBatches, stored: datetime | None
) -> None:
    two.save(two.first, last_interaction=stored, insight=insight("First."), content_hash="1" * 64)
    second = insight("Second.", lead_score=95, lead_status=LeadStatus.CONTACTED)
    news = {"name": PersonName("Mary", "Cruz"), "insight": second, "content_hash": "2" * 64}
    assert two.save(two.second, last_interaction=LATER, **news) == [ALREADY]
    contact, known, activities = two.state()
    assert (contact.first_name, contact.last_name, contact.last_interaction) == ("Mary", "Cruz", LATER)
    assert (contact.ai_context, contact.lead_score, contact.lead_status) == ("Second.", 95, LeadStatus.CONTACTED)
    assert (contact.created_at, contact.updated_at) == (NOON, LATER)
    assert (known.content_hash, known.version) == ("2" * 64, 2)
    assert activities == [CREATED]


def test_newer_words_that_could_not_be_analysed_keep_the_insight_and_ask_for_the_next_sync(two: TwoBatches) -> None:
    two.save(two.first, insight=insight("First."), content_hash="1" * 64)
    assert two.save(two.second, last_interaction=LATER, content_hash=None) == [ALREADY]
    contact, known, _ = two.state()
    assert (contact.ai_context, contact.last_interaction) == ("First.", LATER)
    assert known.content_hash is None


def test_the_contact_stays_with_the_batch_that_saved_it_first(two: TwoBatches) -> None:
    two.save(two.first)
    two.save(two.second, last_interaction=LATER)
    assert two.office.known("900000001").synced_by == two.first.synced_by


def test_the_next_job_takes_the_contact_over(two: TwoBatches) -> None:
    two.save(two.first)
    two.save(two.second, last_interaction=LATER)
    following = two.office.batch()
    assert two.save(following, last_interaction=LATER) == [SAVED]
    assert two.office.known("900000001").synced_by == following.synced_by


def test_the_batch_that_brought_newer_words_can_be_repeated(two: TwoBatches) -> None:
    two.save(two.first)
    news = {"last_interaction": LATER, "insight": insight("Second."), "content_hash": "2" * 64}
    two.save(two.second, **news, move=two.office.move(1), version_read=1)
    before = two.state()
    for version_read in (1, before[1].version):
        again = replace(two.second, saved_at=LATER + timedelta(hours=1))
        assert two.save(again, **news, move=two.office.move(0), version_read=version_read) == [ALREADY]
        assert two.state() == before


def test_a_repeat_of_the_first_batch_is_its_own_again_and_takes_nothing_newer_back(two: TwoBatches) -> None:
    two.save(two.first, insight=insight("First."), content_hash="1" * 64)
    two.save(two.second, last_interaction=LATER, insight=insight("Second."), content_hash="2" * 64)
    before = two.state()
    for version_read in (0, before[1].version):
        place = {"move": two.office.move(1), "version_read": version_read}
        late = {"name": PersonName("Old"), "insight": insight("First.", lead_score=1), "content_hash": "1" * 64}
        for moment in (NOON, None):
            assert two.save(two.first, last_interaction=moment, **late, **place) == [SAVED]
            assert two.state() == before


def test_newer_words_move_a_contact_whom_the_job_has_not_moved(two: TwoBatches) -> None:
    two.save(two.first)
    two.save(two.second, last_interaction=LATER, move=two.office.move(1), version_read=1)
    contact, known, activities = two.state()
    assert (contact.stage_name, known.stage_set_by) == ("Qualified", Actor.AI)
    assert [(each.from_stage_id, each.to_stage_id) for each in activities[1:]] == [(None, contact.stage_id)]


def test_newer_words_do_not_move_a_contact_whom_the_job_has_moved(two: TwoBatches) -> None:
    two.save(two.first, move=two.office.move(0))
    two.save(two.second, last_interaction=LATER, insight=insight(), move=two.office.move(1), version_read=1)
    contact, _, activities = two.state()
    assert (contact.stage_name, contact.ai_context) == ("New Lead", "Asks for a price.")
    assert len(activities) == 2


def test_an_edit_since_the_newer_batch_read_the_contact_wins_over_its_move(two: TwoBatches) -> None:
    two.save(two.first)
    two.office.crm.person_renames(two.office.only().contact_id, PersonName("Boss"))
    news = {"last_interaction": LATER, "insight": insight(), "move": two.office.move(1)}
    assert two.save(two.second, **news, version_read=1) == [ALREADY]
    contact, _, activities = two.state()
    assert (contact.first_name, contact.stage_id, contact.ai_context) == ("Boss", None, "Asks for a price.")
    assert activities == [CREATED]


def test_a_stage_a_person_set_outlasts_newer_words(two: TwoBatches) -> None:
    two.save(two.first)
    two.office.crm.person_moves(two.office.only().contact_id, two.office.pipeline.stages[2].stage_id)
    two.save(two.second, last_interaction=LATER, move=two.office.move(1), version_read=2)
    contact, known, activities = two.state()
    assert (contact.stage_name, known.stage_set_by) == ("Won", Actor.HUMAN)
    assert activities == [CREATED]


# Names that only stand in for one


STAND_IN = PersonName("User", "000001", is_placeholder=True)


def test_somebody_without_a_name_is_stored_under_the_one_that_stands_in(office: Office) -> None:
    office.crm.store.save(office.batch(), [draft(name=STAND_IN)])
    contact = office.only()
    assert (contact.first_name, contact.last_name) == ("User", "000001")


def test_a_name_that_stands_in_does_not_replace_a_real_one(office: Office) -> None:
    office.crm.store.save(office.batch(), [draft()])
    assert office.crm.store.save(office.batch(), [draft(name=STAND_IN, insight=insight())]) == [SAVED]
    contact = office.only()
    assert (contact.first_name, contact.last_name, contact.lead_score) == ("Maria", "Santos", 70)


def test_a_name_that_stands_in_does_not_replace_a_real_one_with_newer_words(two: TwoBatches) -> None:
    two.save(two.first)
    two.save(two.second, name=STAND_IN, last_interaction=LATER)
    contact = two.office.only()
    assert (contact.first_name, contact.last_interaction) == ("Maria", LATER)


def test_a_real_name_replaces_one_that_stands_in_and_stays(office: Office) -> None:
    for name in (STAND_IN, PersonName("Maria"), STAND_IN):
        office.crm.store.save(office.batch(), [draft(name=name)])
    contact = office.only()
    assert (contact.first_name, contact.last_name) == ("Maria", "")


def test_a_database_tells_a_name_that_stands_in_from_a_real_one(database_crm: PostgresCrm) -> None:
    office = Office(database_crm)
    set_by: list[str | None] = []
    for name in (STAND_IN, PersonName("Maria"), STAND_IN):
        database_crm.store.save(office.batch(), [draft(name=name)])
        rows = database_crm.execute("SELECT name_set_by FROM contact WHERE org_id = %s", office.org_id)
        set_by += [row["name_set_by"] for row in rows]
    assert set_by == ["NOBODY", None, None]


def test_a_name_a_person_gave_in_place_of_one_that_stands_in_stays(office: Office) -> None:
    office.crm.store.save(office.batch(), [draft(name=STAND_IN)])
    office.crm.person_renames(office.only().contact_id, PersonName("Boss"))
    for name in (STAND_IN, PersonName("Maria")):
        office.crm.store.save(office.batch(), [draft(name=name)])
    assert office.only().first_name == "Boss"


# Stages, and whose they are


def test_the_ai_moves_a_contact_it_placed_before_and_says_where_from(office: Office) -> None:
    office.crm.store.save(office.batch(), [draft(move=office.move(0))])
    again = draft(move=office.move(1), version_read=office.version("900000001"))
    office.crm.store.save(office.batch(saved_at=NOON + timedelta(days=1)), [again])
    contact = office.only()
    assert contact.stage_name == "Qualified"
    moves = [(each.from_stage_id, each.to_stage_id) for each in office.crm.activities(contact.contact_id)[1:]]
    first, second = (office.pipeline.stages[number].stage_id for number in (0, 1))
    assert moves == [(None, first), (first, second)]


def test_a_move_to_the_stage_a_contact_is_in_is_no_activity(office: Office) -> None:
    office.crm.store.save(office.batch(), [draft(move=office.move(1))])
    again = draft(move=office.move(1), version_read=office.version("900000001"))
    office.crm.store.save(office.batch(), [again])
    kinds = Counter(each.kind for each in office.crm.activities(office.only().contact_id))
    assert kinds == {ActivityKind.CONTACT_CREATED: 1, ActivityKind.STAGE_CHANGED: 1}


def test_a_job_moves_a_contact_once_whatever_a_repeated_batch_thinks(office: Office) -> None:
    context = office.batch()
    office.crm.store.save(context, [draft(move=office.move(1))])
    changed_its_mind = draft(move=office.move(0), version_read=office.version("900000001"))
    assert office.crm.store.save(context, [changed_its_mind]) == [SAVED]
    contact = office.only()
    assert contact.stage_name == "Qualified"
    assert [each.to_stage_id for each in office.crm.activities(contact.contact_id)[1:]] == [contact.stage_id]


@pytest.mark.parametrize("moment", [NOON, None])
def test_a_repeated_batch_places_whom_its_first_attempt_could_not(office: Office, moment: datetime | None) -> None:
    context = office.batch()
    drafted = draft(last_interaction=moment)
    office.crm.store.save(context, [drafted])
    again = replace(drafted, move=office.move(1), version_read=office.version("900000001"))
    office.crm.store.save(context, [again])
    contact = office.only()
    assert contact.stage_name == "Qualified"
    assert len(office.crm.activities(contact.contact_id)) == 2


def test_a_stage_a_person_set_stays(office: Office) -> None:
    office.crm.store.save(office.batch(), [draft(move=office.move(0))])
    contact_id = office.only().contact_id
    office.crm.person_moves(contact_id, office.pipeline.stages[2].stage_id)
    before = office.crm.activities(contact_id)
    again = draft(insight=insight(), move=office.move(1), version_read=office.version("900000001"))
    assert office.crm.store.save(office.batch(), [again]) == [SAVED]
    contact = office.only()
    assert (contact.stage_name, contact.ai_context) == ("Won", "Asks for a price.")
    assert office.crm.activities(contact_id) == before


def test_an_edit_between_reading_and_saving_wins_over_the_move(office: Office) -> None:
    office.crm.store.save(office.batch(), [draft(move=office.move(0))])
    version_read = office.version("900000001")
    office.crm.person_renames(office.only().contact_id, PersonName("Boss"))
    again = draft(move=office.move(1), version_read=version_read)
    assert office.crm.store.save(office.batch(), [again]) == [SAVED]
    assert office.only().stage_name == "New Lead"


def test_somebody_saved_since_nobody_was_found_is_not_moved(office: Office) -> None:
    office.crm.store.save(office.batch(), [draft()])
    office.crm.store.save(office.batch(), [draft(move=office.move(1), version_read=0)])
    assert office.only().stage_id is None


def test_a_name_a_person_set_stays(office: Office) -> None:
    office.crm.store.save(office.batch(), [draft()])
    office.crm.person_renames(office.only().contact_id, PersonName("Mrs.", "Santos-Cruz"))
    office.crm.store.save(office.batch(), [draft(name=PersonName("Maria", "S"))])
    contact = office.only()
    assert (contact.first_name, contact.last_name) == ("Mrs.", "Santos-Cruz")


def test_a_stage_archived_while_the_batch_was_analysed_is_not_entered(office: Office) -> None:
    office.crm.archive_stage(office.pipeline.stages[1].stage_id)
    assert office.crm.store.save(office.batch(), [draft(insight=insight(), move=office.move(1))]) == [SAVED]
    contact = office.only()
    assert (contact.stage_id, contact.pipeline_id, contact.lead_score) == (None, None, 70)
    assert office.crm.activities(contact.contact_id) == [CREATED]


def test_a_stage_of_another_organisation_is_not_entered(office: Office) -> None:
    stranger = Office(office.crm)
    office.crm.store.save(office.batch(), [draft(move=stranger.move(1))])
    assert office.only().stage_id is None


# Rows the store refuses


@pytest.mark.parametrize(
    "poison",
    [
        {"person_id": "with a \0 NUL"},
        {"person_id": "half a pair \ud83d"},
        {"person_id": ""},
        {"person_id": "9" * 65},
        {"name": PersonName("x" * 201)},
        {"name": PersonName("Nul", "a\0b")},
        {"name": PersonName("\udc00")},
        {"content_hash": "f" * 65},
        {"content_hash": "\0"},
        {"insight": Insight("\ud800")},
        {"insight": insight(lead_score=101)},
        {"insight": insight(confidence=-1)},
    ],
)
def test_a_row_the_store_refuses_fails_alone(office: Office, poison: dict[str, object]) -> None:
    people = [draft("1"), replace(draft("2"), **poison), draft("3", move=office.move(1))]  # type: ignore[arg-type]
    context = office.batch()
    assert office.crm.store.save(context, people) == [SAVED, REJECTED, SAVED]
    assert {contact.messenger_psid for contact in office.contacts()} == {"1", "3"}
    assert office.crm.store.save(context, people) == [SAVED, REJECTED, SAVED]
    for contact in office.contacts():
        kinds = [each.kind for each in office.crm.activities(contact.contact_id)]
        assert kinds.count(ActivityKind.CONTACT_CREATED) == 1


def test_the_longest_id_and_name_are_taken(office: Office) -> None:
    longest = draft("9" * 64, name=PersonName("é" * 200, "n" * 200))
    assert office.crm.store.save(office.batch(), [longest]) == [SAVED]


def test_unstorable_ids_are_nobody_known(office: Office) -> None:
    ids = ["\0", "\ud800", "900000001"]
    office.crm.store.save(office.batch(), [draft()])
    assert set(office.crm.store.known(office.org_id, office.page_id, Platform.MESSENGER, ids)) == {"900000001"}


# What is known


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
    office.crm.person_moves(office.only().contact_id, office.pipeline.stages[2].stage_id)
    known = office.crm.store.known(office.org_id, office.page_id, Platform.MESSENGER, ["1"])["1"]
    assert (known.stage_set_by, known.version) == (Actor.HUMAN, 2)


def test_platforms_know_each_other_not(office: Office) -> None:
    office.crm.store.save(office.batch(), [draft("1")])
    assert office.crm.store.known(office.org_id, office.page_id, Platform.INSTAGRAM, ["1"]) == {}


def test_asking_for_nobody_finds_nobody(office: Office) -> None:
    assert office.crm.store.known(office.org_id, office.page_id, Platform.MESSENGER, []) == {}


# Pages and pipelines


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
        instagram_username="other",
        auto_pipeline_id=None,
        update_mode=UpdateMode.UPDATE_EXISTING,
    )
    office.crm.store.add_page(renamed)
    assert office.crm.store.pages(office.org_id) == [replace(office.profile, name="Sunset Coffee")]


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


# Listing


def all_pages(office: Office, where: ContactFilter = EVERYBODY, *, limit: int) -> list[Contact]:
    found: list[Contact] = []
    cursors: list[str | None] = [None]
    while True:
        page = office.crm.store.contacts(office.org_id, where, cursor=cursors[-1], limit=limit)
        assert len(page.contacts) == limit or page.next_cursor is None
        found += page.contacts
        if page.next_cursor is None:
            return found
        assert page.next_cursor not in cursors
        cursors.append(page.next_cursor)


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 12, 13, 200])
def test_paging_shows_everybody_once_latest_first(office: Office, limit: int) -> None:
    """Some wrote at the very same moment, some never: neither is lost or told twice where a page ends."""
    moments = [NOON - timedelta(microseconds=n // 3) for n in range(8)] + [None] * 5
    people = [draft(str(n), last_interaction=moment) for n, moment in enumerate(moments)]
    office.crm.store.save(office.batch(), people)
    listed = all_pages(office, limit=limit)
    assert Counter(contact.messenger_psid for contact in listed) == Counter(str(n) for n in range(13))
    assert [contact.last_interaction for contact in listed] == moments


def test_a_list_that_ends_with_a_page_has_no_cursor(office: Office) -> None:
    office.crm.store.save(office.batch(), [draft("1"), draft("2")])
    assert office.crm.store.contacts(office.org_id, EVERYBODY, cursor=None, limit=2).next_cursor is None


def test_an_empty_list_has_no_cursor(office: Office) -> None:
    page = office.crm.store.contacts(office.org_id, EVERYBODY, cursor=None, limit=2)
    assert (list(page.contacts), page.next_cursor) == ([], None)


def test_contacts_saved_while_somebody_pages_do_not_repeat_others(office: Office) -> None:
    moments = [NOON - timedelta(hours=n) for n in range(4)]
    office.crm.store.save(office.batch(), [draft(str(n), last_interaction=at) for n, at in enumerate(moments)])
    first = office.crm.store.contacts(office.org_id, EVERYBODY, cursor=None, limit=2)
    office.crm.store.save(office.batch(), [draft("new", last_interaction=NOON + timedelta(hours=1))])
    second = office.crm.store.contacts(office.org_id, EVERYBODY, cursor=first.next_cursor, limit=2)
    assert [contact.messenger_psid for contact in [*first.contacts, *second.contacts]] == ["0", "1", "2", "3"]


def test_a_list_can_be_of_one_page(office: Office) -> None:
    other = FacebookPageId(new_id())
    office.crm.store.add_page(PageProfile(other, office.org_id, "meta-other", "Tea"))
    office.crm.store.save(office.batch(), [draft(str(n)) for n in range(3)])
    context = replace(office.batch(), facebook_page_id=other)
    office.crm.store.save(context, [draft(str(n)) for n in range(2)])
    assert len(all_pages(office, ContactFilter(other), limit=1)) == 2
    assert office.crm.store.count(office.org_id, ContactFilter(other)) == 2
    assert office.crm.store.count(office.org_id, ContactFilter(office.page_id)) == 3
    assert office.crm.store.count(office.org_id, EVERYBODY) == 5


@pytest.mark.parametrize("unknown", ["no uuid", "{}", "", "00000000-0000-0000-0000-000000000000", "\0"])
def test_a_page_nobody_has_is_empty(office: Office, unknown: str) -> None:
    office.crm.store.save(office.batch(), [draft()])
    where = ContactFilter(FacebookPageId(unknown))
    assert list(office.crm.store.contacts(office.org_id, where, cursor=None, limit=5).contacts) == []
    assert office.crm.store.count(office.org_id, where) == 0


def test_tags_are_shown_in_order_with_the_contact_they_are_on(office: Office) -> None:
    office.crm.store.save(office.batch(), [draft("1"), draft("2")])
    ids = {contact.messenger_psid: contact.contact_id for contact in office.contacts()}
    for name in ("vip", "árbol", "Bulk"):
        office.crm.tag(ids["1"], name)
    tags = {contact.messenger_psid: list(contact.tags) for contact in office.contacts()}
    assert tags == {"1": ["Bulk", "vip", "árbol"], "2": []}


SOME_ID = "3f0c8a52-6f6b-4c0e-9d0c-0b8f5d2a7c11"


def in_base64(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "no cursor",
        "!!!!",
        "ÿ",
        "\0",
        in_base64("nothing"),
        in_base64("12.not-a-uuid"),
        in_base64(f"soon.{SOME_ID}"),
        in_base64(f"{10**30}.{SOME_ID}"),
        in_base64(f"-{10**18}.{SOME_ID}"),
        in_base64(f"+5.{SOME_ID}"),
        in_base64(f"0005.{SOME_ID}"),
        in_base64(f"5.{SOME_ID}") + "=",
        in_base64(f"5.{SOME_ID.upper()}"),
        base64.urlsafe_b64encode(b"\xff\xfe").decode(),
        "A" * 10_000,
    ],
)
def test_a_cursor_that_no_list_gave_is_refused_by_name(office: Office, cursor: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        office.crm.store.contacts(office.org_id, EVERYBODY, cursor=cursor, limit=5)
    assert refused.value.field == "cursor"


# One organisation never sees another


@pytest.fixture
def stranger(office: Office) -> Office:
    """Another organisation, in a CRM where the first has a contact."""
    office.crm.store.save(office.batch(), [draft("1", move=office.move(1))])
    office.crm.tag(office.only().contact_id, "vip")
    return Office(office.crm)


def test_a_stranger_lists_and_counts_none_of_our_contacts(office: Office, stranger: Office) -> None:
    ours = ContactFilter(office.page_id)
    assert stranger.contacts() == []
    assert list(office.crm.store.contacts(stranger.org_id, ours, cursor=None, limit=5).contacts) == []
    assert office.crm.store.count(stranger.org_id, ours) == 0
    assert office.crm.store.count(stranger.org_id, EVERYBODY) == 0


def test_a_strangers_cursor_pages_through_our_own_list(office: Office, stranger: Office) -> None:
    office.crm.store.save(stranger.batch(), [draft(str(n), last_interaction=NOON) for n in range(2)])
    cursor = office.crm.store.contacts(stranger.org_id, EVERYBODY, cursor=None, limit=1).next_cursor
    shown = office.crm.store.contacts(office.org_id, EVERYBODY, cursor=cursor, limit=5).contacts
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


# Many at once


def test_batches_of_one_job_that_share_people_save_each_person_once(office: Office) -> None:
    """Eight containers save overlapping batches in opposite orders at the same moment, several times over."""
    people, workers = [f"{n:03d}" for n in range(24)], 8
    job_id = new_id()
    stores = [office.crm.another_store() for _ in range(workers)]
    start = threading.Barrier(workers, timeout=30)

    def save(worker: int) -> Counter[str]:
        mine = people[worker : worker + 16] if worker % 2 else people[worker : worker + 16][::-1]
        start.wait()
        saved: Counter[str] = Counter()
        for repeat in range(3):
            outcomes = stores[worker].save(office.batch(worker, job_id=job_id), [draft(each) for each in mine])
            saved += Counter(each for each, outcome in zip(mine, outcomes, strict=True) if outcome is SAVED)
            assert set(outcomes) <= {SAVED, ALREADY}, repeat
        return saved

    with ThreadPoolExecutor(workers) as pool:
        by_worker = list(pool.map(save, range(workers)))
    owners = Counter(person for saved in by_worker for person in saved)
    assert owners == Counter(people[:23])
    assert all(times == 3 for saved in by_worker for times in saved.values())
    listed = office.contacts()
    assert Counter(contact.messenger_psid for contact in listed) == Counter(people[:23])
    assert all(office.crm.activities(contact.contact_id) == [CREATED] for contact in listed)


def test_of_batches_of_one_job_at_once_one_owns_each_person_and_the_latest_words_stay(office: Office) -> None:
    """Each of eight containers has newer words of everybody than the one before; whoever is first, these stay."""
    people, workers = [f"{n:03d}" for n in range(12)], 8
    job_id = new_id()
    stores = [office.crm.another_store() for _ in range(workers)]
    start = threading.Barrier(workers, timeout=30)

    def save(worker: int) -> list[Sequence[SaveOutcome]]:
        words = {"insight": insight(f"Batch {worker}."), "content_hash": f"{worker}"}
        moment = NOON + timedelta(minutes=worker)
        mine = [draft(each, last_interaction=moment, move=office.move(worker % 2), **words) for each in people]
        context = office.batch(worker, job_id=job_id, saved_at=moment)
        start.wait()
        return [stores[worker].save(context, mine) for _ in range(2)]

    with ThreadPoolExecutor(workers) as pool:
        told = list(pool.map(save, range(workers)))
    assert all(first == repeated for first, repeated in told)
    for place, person in enumerate(people):
        (owner,) = [worker for worker, (outcomes, _) in enumerate(told) if outcomes[place] is SAVED]
        known = office.known(person)
        assert known.synced_by == office.batch(owner, job_id=job_id).synced_by
        assert known.content_hash == f"{workers - 1}"
    last = NOON + timedelta(minutes=workers - 1)
    for contact in office.contacts():
        assert (contact.ai_context, contact.last_interaction) == (f"Batch {workers - 1}.", last)
        created, moved = office.crm.activities(contact.contact_id)
        assert (created, moved.to_stage_id) == (CREATED, contact.stage_id)


def test_jobs_that_write_the_same_people_at_once_leave_one_row_each(office: Office) -> None:
    people, workers = [f"{n:03d}" for n in range(10)], 6
    stores = [office.crm.another_store() for _ in range(workers)]
    start = threading.Barrier(workers, timeout=30)

    def save(worker: int) -> Sequence[SaveOutcome]:
        mine = people if worker % 2 else people[::-1]
        context = office.batch()
        start.wait()
        return stores[worker].save(context, [draft(each, move=office.move(worker % 2)) for each in mine])

    with ThreadPoolExecutor(workers) as pool:
        assert all(set(outcomes) == {SAVED} for outcomes in pool.map(save, range(workers)))
    listed = office.contacts()
    assert len(listed) == len(people)
    for contact in listed:
        created, moved = office.crm.activities(contact.contact_id)
        assert created == CREATED
        assert (moved.from_stage_id, moved.to_stage_id) == (None, contact.stage_id)
    assert {office.version(person) for person in people} == {workers}


def test_one_store_can_be_shared_by_threads(office: Office) -> None:
    def save(worker: int) -> Sequence[SaveOutcome]:
        return office.crm.store.save(office.batch(), [draft(f"{worker}-{n}") for n in range(5)])

    with ThreadPoolExecutor(6) as pool:
        assert all(set(outcomes) == {SAVED} for outcomes in pool.map(save, range(6)))
    assert office.crm.store.count(office.org_id, EVERYBODY) == 30


@dataclass(frozen=True)
class Listed:
    """A batch of a job: whom it has, and when they wrote last (minutes after noon) as far as it knows."""

    people: Sequence[int]
    minute: int | None

    @property
    def moment(self) -> datetime | None:
        return None if self.minute is None else NOON + timedelta(minutes=self.minute)

    def is_newer_than(self, other: "Listed") -> bool:
        return self.minute is not None and (other.minute is None or self.minute > other.minute)


PEOPLE = st.lists(st.integers(0, 9), unique=True, min_size=1, max_size=5)
BATCHES = st.lists(st.builds(Listed, PEOPLE, st.none() | st.integers(0, 3)), min_size=1, max_size=6)


def saves_in_any_order_leave_one_row_a_person(crm: Crm, batches: list[Listed], order: list[int]) -> None:
    """Whoever saved a person first owns the row and has placed it; the first of the latest words are in it."""
    office, job_id = Office(crm), new_id()
    owners: dict[int, int] = {}
    latest: dict[int, int] = {}
    for number in [place % len(batches) for place in order] + list(range(len(batches))):
        batch = batches[number]
        for person in batch.people:
            owners.setdefault(person, number)
            if batch.is_newer_than(batches[latest.setdefault(person, number)]):
                latest[person] = number
        said = {"insight": insight(f"Batch {number}."), "content_hash": f"{number}"}
        said |= {"move": office.move(number % 2), "last_interaction": batch.moment}
        drafts = [draft(str(person), **said) for person in batch.people]
        expected = [SAVED if owners[person] == number else ALREADY for person in batch.people]
        assert crm.store.save(office.batch(number, job_id=job_id), drafts) == expected
    contacts = {int(contact.messenger_psid or ""): contact for contact in office.contacts()}
    assert len(contacts) == len(office.contacts())
    assert set(contacts) == set(owners)
    for person, contact in contacts.items():
        created, moved = crm.activities(contact.contact_id)
        assert created == CREATED
        assert moved.to_stage_id == contact.stage_id == office.move(owners[person] % 2).stage_id
        known, words = office.known(str(person)), latest[person]
        assert known.synced_by == office.batch(owners[person], job_id=job_id).synced_by
        assert (contact.ai_context, known.content_hash) == (f"Batch {words}.", f"{words}")
        assert contact.last_interaction == batches[words].moment


@settings(deadline=None)
@given(batches=BATCHES, order=st.lists(st.integers(0, 5), max_size=12))
def test_saves_in_any_order_leave_one_row_a_person_in_memory(batches: list[Listed], order: list[int]) -> None:
    saves_in_any_order_leave_one_row_a_person(MemoryCrm(), batches, order)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=BATCHES, order=st.lists(st.integers(0, 5), max_size=6))
def test_saves_in_any_order_leave_one_row_a_person_in_a_database(
    database_crm: PostgresCrm, batches: list[Listed], order: list[int]
) -> None:
    saves_in_any_order_leave_one_row_a_person(database_crm, batches, order)


# Sizes


def test_a_save_may_have_more_rows_than_a_transaction_of_aurora_dsql(office: Office) -> None:
    people = [draft(f"{n:05d}", move=office.move(0)) for n in range(1_200)]
    assert set(office.crm.store.save(office.batch(), people)) == {SAVED}
    assert office.crm.store.count(office.org_id, EVERYBODY) == 1_200
