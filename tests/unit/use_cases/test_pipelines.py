"""Reading, editing and archiving pipelines."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from pagesync.domain.contact import ContactDraft, SaveContext, StageMove
from pagesync.domain.conversation import Platform
from pagesync.domain.errors import InvalidRequest, NotFound, Refusal
from pagesync.domain.page import OrgId, PageProfile
from pagesync.domain.person_name import PersonName
from pagesync.domain.pipeline import DEFAULT_STAGES, Pipeline, Stage, StageKind
from pagesync.use_cases.archive import LONGEST_MOVE, archive_pipeline, archive_stage
from pagesync.use_cases.connect_page import connect_page
from pagesync.use_cases.edit_pipelines import add_stage, create_pipeline, edit_pipeline, edit_stage
from pagesync.use_cases.read_pipelines import CountedPipeline, read_pipelines
from tests import samples
from tests.fakes.clock import StoppedClock
from tests.fakes.contacts import InMemoryContacts
from tests.fakes.ledger import InMemoryLedger, InMemoryPages, Memory
from tests.fakes.pipelines import CHUNK, InMemoryPipelines
from tests.fakes.source import ReadableCipher

UNKNOWN = "0a0b0c0d-0000-4000-8000-00000000ffff"
DEALS = Pipeline(
    "deals", "Deals", [Stage("new", "New"), Stage("hot", "Hot"), Stage("won", "Won", kind=StageKind.WON)]
)
REPAIRS = Pipeline("repairs", "Repairs", [Stage("asked", "Asked"), Stage("done", "Done")])


class Died(Exception):
    """The Lambda was killed."""


class Scene:
    def __init__(self) -> None:
        self.contacts, self.clock = InMemoryContacts(), StoppedClock()
        self.pipelines = InMemoryPipelines(self.contacts)
        self.contacts.add_page(PageProfile(samples.PAGE, samples.ORG, samples.META_PAGE, "Sunrise Coffee"))
        for pipeline in (DEALS, REPAIRS):
            self.contacts.add_pipeline(samples.ORG, pipeline)

    def place(self, stage_id: str, count: int) -> None:
        context = SaveContext(samples.ORG, samples.PAGE, f"job of {stage_id}", "batch", samples.NOON)
        move = StageMove("", stage_id, "")
        name = PersonName("Maria")
        drafts = [ContactDraft(f"{stage_id}-{n}", Platform.MESSENGER, name, None, move=move) for n in range(count)]
        self.contacts.save(context, drafts)

    def read(self, org_id: OrgId = samples.ORG) -> dict[str, list[str]]:
        found = read_pipelines(org_id=org_id, pipelines=self.pipelines, clock=self.clock)
        return {each.pipeline.name: [stage.name for stage in each.pipeline.stages] for each in found}

    def counts(self) -> dict[str, int]:
        return dict(self.pipelines.contact_counts(samples.ORG))

    def archive_stage(self, pipeline_id: str, stage_id: str, contacts_to: str | None = None) -> CountedPipeline:
        return archive_stage(
            org_id=samples.ORG,
            pipeline_id=pipeline_id,
            stage_id=stage_id,
            contacts_to=contacts_to,
            pipelines=self.pipelines,
            clock=self.clock,
        )

    def archive_pipeline(self, pipeline_id: str, contacts_to: str | None = None) -> None:
        archive_pipeline(
            org_id=samples.ORG,
            pipeline_id=pipeline_id,
            contacts_to=contacts_to,
            pipelines=self.pipelines,
            clock=self.clock,
        )

    def dies_after(self, monkeypatch: pytest.MonkeyPatch, turns: int) -> None:
        """Of moving contacts."""
        move_on, left = self.pipelines.move_on, [turns]

        def mortal(org_id: OrgId, *, at: datetime) -> bool:
            if left[0] == 0:
                raise Died
            left[0] -= 1
            return move_on(org_id, at=at)

        monkeypatch.setattr(self.pipelines, "move_on", mortal)


@pytest.fixture
def scene() -> Scene:
    return Scene()


def refused(work: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as caught:
        work()
    return caught.value.code


# Reading


def test_an_organisation_without_pipelines_gets_the_default_one_and_keeps_it(scene: Scene) -> None:
    expected = {"Sales": [name for name, _, _ in DEFAULT_STAGES]}
    assert scene.read(samples.OTHER_ORG) == expected
    first = scene.pipelines.pipelines(samples.OTHER_ORG)
    assert scene.read(samples.OTHER_ORG) == expected
    assert scene.pipelines.pipelines(samples.OTHER_ORG) == first


def test_an_organisation_that_archived_all_its_pipelines_gets_the_default_one_again(scene: Scene) -> None:
    scene.archive_pipeline("deals")
    scene.archive_pipeline("repairs")
    assert list(scene.read()) == ["Sales"]


def test_pipelines_are_told_with_how_many_contacts_are_where(scene: Scene) -> None:
    scene.place("hot", 3)
    deals, repairs = read_pipelines(org_id=samples.ORG, pipelines=scene.pipelines, clock=scene.clock)
    assert (deals.pipeline, repairs.pipeline) == (DEALS, REPAIRS)
    assert deals.contact_counts == {"hot": 3}


# Connecting a Page


def test_a_page_starts_with_the_organisations_first_pipeline(scene: Scene) -> None:
    for org_id in (samples.ORG, samples.OTHER_ORG):
        memory = Memory()
        page_id = connect_page(
            org_id=org_id,
            page_id="9",
            name="Tea",
            token="token",
            ledger=InMemoryLedger(memory, scene.clock),
            directory=InMemoryPages(memory),
            cipher=ReadableCipher(),
            contacts=scene.contacts,
            pipelines=scene.pipelines,
        )
        first, *_ = scene.pipelines.pipelines(org_id)
        assert scene.contacts.playbook(org_id, page_id).pipeline == first


# Editing


def create(scene: Scene, *stages: Stage) -> CountedPipeline:
    pipeline = Pipeline("new", "New", stages)
    return create_pipeline(org_id=samples.ORG, pipeline=pipeline, pipelines=scene.pipelines)


def test_a_pipeline_is_created_behind_the_others(scene: Scene) -> None:
    assert create(scene, Stage("s", "One")).pipeline.name == "New"
    assert scene.read() == {"Deals": ["New", "Hot", "Won"], "Repairs": ["Asked", "Done"], "New": ["One"]}


def test_a_pipeline_without_an_open_stage_is_malformed(scene: Scene) -> None:
    for stages in ([], [Stage("s", "Sold", kind=StageKind.WON)]):
        with pytest.raises(InvalidRequest) as caught:
            create(scene, *stages)
        assert caught.value.field == "stages"
    assert refused(lambda: create(scene, Stage("s", "One"), Stage("t", "one"))) == "NAME_TAKEN"
    assert list(scene.read()) == ["Deals", "Repairs"]


@pytest.mark.parametrize(
    ("name", "stage_ids", "expected"),
    [
        ("Trade", None, ("Trade", ["new", "hot", "won"])),
        (None, ["won", "new", "hot"], ("Deals", ["won", "new", "hot"])),
        ("Trade", ["hot", "new", "won"], ("Trade", ["hot", "new", "won"])),
        (None, None, ("Deals", ["new", "hot", "won"])),
    ],
)
def test_a_pipeline_is_renamed_ordered_or_both(
    scene: Scene, name: str | None, stage_ids: list[str] | None, expected: tuple[str, list[str]]
) -> None:
    scene.place("hot", 1)
    edited = edit_pipeline(
        org_id=samples.ORG, pipeline_id="deals", name=name, stage_ids=stage_ids, pipelines=scene.pipelines
    )
    assert (edited.pipeline.name, [stage.stage_id for stage in edited.pipeline.stages]) == expected
    assert edited.contact_counts == {"hot": 1}
    assert scene.pipelines.pipelines(samples.ORG)[0] == edited.pipeline


def test_a_name_is_not_taken_over_when_the_order_is_stale(scene: Scene) -> None:
    def edit() -> CountedPipeline:
        return edit_pipeline(
            org_id=samples.ORG, pipeline_id="deals", name="Trade", stage_ids=["new"], pipelines=scene.pipelines
        )

    assert refused(edit) == "STALE_STAGES"
    assert list(scene.read()) == ["Deals", "Repairs"]


def test_a_stage_is_added_and_changed(scene: Scene) -> None:
    ours = {"org_id": samples.ORG, "pipeline_id": "deals", "pipelines": scene.pipelines}
    add_stage(stage=Stage("offer", "Offer"), position=1, **ours)  # type: ignore[arg-type]
    edit_stage(stage_id="offer", changes={"name": "Proposal", "description": "Got one."}, **ours)  # type: ignore[arg-type]
    stage = scene.pipelines.pipelines(samples.ORG)[0].stages[1]
    assert stage == Stage("offer", "Proposal", "Got one.")


@pytest.mark.parametrize("org_id", [samples.ORG, samples.OTHER_ORG])
def test_an_unknown_and_a_foreign_pipeline_are_refused_in_the_same_words(scene: Scene, org_id: OrgId) -> None:
    pipeline_id = UNKNOWN if org_id == samples.ORG else "deals"
    works: list[Callable[[], object]] = [
        lambda: edit_pipeline(
            org_id=org_id, pipeline_id=pipeline_id, name="x", stage_ids=None, pipelines=scene.pipelines
        ),
        lambda: add_stage(
            org_id=org_id,
            pipeline_id=pipeline_id,
            stage=Stage("x", "X"),
            position=None,
            pipelines=scene.pipelines,
        ),
        lambda: edit_stage(
            org_id=org_id, pipeline_id=pipeline_id, stage_id="new", changes={}, pipelines=scene.pipelines
        ),
        lambda: archive_stage(
            org_id=org_id,
            pipeline_id=pipeline_id,
            stage_id="new",
            contacts_to=None,
            pipelines=scene.pipelines,
            clock=scene.clock,
        ),
        lambda: archive_pipeline(
            org_id=org_id, pipeline_id=pipeline_id, contacts_to=None, pipelines=scene.pipelines, clock=scene.clock
        ),
    ]
    for work in works:
        with pytest.raises(NotFound, match="There is no such pipeline"):
            work()


# Archiving


def test_an_empty_stage_is_archived_without_a_word_of_where_its_contacts_go(scene: Scene) -> None:
    archived = scene.archive_stage("deals", "hot")
    assert [stage.name for stage in archived.pipeline.stages] == ["New", "Won"]


def test_a_stage_is_archived_and_all_its_contacts_are_moved_before_the_answer(scene: Scene) -> None:
    scene.place("hot", 3 * CHUNK + 1)
    archived = scene.archive_stage("deals", "hot", "asked")
    assert archived.contact_counts == {"asked": 3 * CHUNK + 1}
    assert scene.counts() == {"asked": 3 * CHUNK + 1}


def test_a_pipeline_is_archived_with_the_contacts_of_all_its_stages(scene: Scene) -> None:
    scene.place("hot", CHUNK + 1)
    scene.place("won", 2)
    scene.archive_pipeline("deals", "done")
    assert scene.counts() == {"done": CHUNK + 3}
    assert list(scene.read()) == ["Repairs"]


@pytest.mark.parametrize("target", ["hot", UNKNOWN])
def test_contacts_of_a_stage_cannot_move_to_itself_or_to_an_unknown_one(scene: Scene, target: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        scene.archive_stage("deals", "hot", target)
    assert caught.value.field == "moveContactsTo"
    assert scene.read()["Deals"] == ["New", "Hot", "Won"]


def test_contacts_cannot_move_to_an_archived_or_a_foreign_stage(scene: Scene) -> None:
    scene.archive_stage("deals", "won")
    scene.contacts.add_pipeline(samples.OTHER_ORG, Pipeline("theirs", "Theirs", [Stage("theirs-1", "One")]))
    for target in ("won", "theirs-1"):
        assert refused(lambda target=target: scene.archive_stage("deals", "hot", target)) == "INVALID_REQUEST"


@pytest.mark.parametrize("target", ["new", "won"])
def test_contacts_of_a_pipeline_cannot_move_within_it(scene: Scene, target: str) -> None:
    assert refused(lambda: scene.archive_pipeline("deals", target)) == "INVALID_REQUEST"
    assert list(scene.read()) == ["Deals", "Repairs"]


def test_contacts_need_a_stage_to_go_to(scene: Scene) -> None:
    scene.place("hot", 1)
    assert refused(lambda: scene.archive_stage("deals", "hot")) == "HAS_CONTACTS"
    assert refused(lambda: scene.archive_pipeline("deals")) == "HAS_CONTACTS"
    assert scene.counts() == {"hot": 1}


def test_repeating_an_archiving_that_died_goes_on_with_it(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.place("hot", 3 * CHUNK)
    with monkeypatch.context() as patched:
        scene.dies_after(patched, turns=1)
        with pytest.raises(Died):
            scene.archive_stage("deals", "hot", "new")
    assert scene.counts() == {"hot": 2 * CHUNK, "new": CHUNK}
    assert scene.archive_stage("deals", "hot", "done").contact_counts == {"new": 3 * CHUNK}


def test_repeating_a_finished_archiving_answers_the_same(scene: Scene) -> None:
    scene.place("hot", 1)
    first = scene.archive_stage("deals", "hot", "new")
    assert scene.archive_stage("deals", "hot", "new") == first
    scene.archive_pipeline("repairs")
    scene.archive_pipeline("repairs")
    assert list(scene.read()) == ["Deals"]


def test_a_reader_goes_on_with_an_archiving_that_died(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.place("hot", 2 * CHUNK)
    with monkeypatch.context() as patched:
        scene.dies_after(patched, turns=0)
        with pytest.raises(Died):
            scene.archive_pipeline("deals", "asked")
    assert list(scene.read()) == ["Repairs"]
    assert scene.counts() == {"hot": CHUNK, "asked": CHUNK}
    scene.read()
    assert scene.counts() == {"asked": 2 * CHUNK}


def test_an_archiving_that_takes_too_long_says_that_it_can_be_repeated(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.place("hot", 3 * CHUNK)
    move_on = scene.pipelines.move_on

    def slow(org_id: OrgId, *, at: datetime) -> bool:
        scene.clock.advance(LONGEST_MOVE.total_seconds() / 2 + 1)
        return move_on(org_id, at=at)

    with monkeypatch.context() as patched:
        patched.setattr(scene.pipelines, "move_on", slow)
        assert refused(lambda: scene.archive_stage("deals", "hot", "new")) == "STILL_MOVING"
    assert scene.counts() == {"hot": CHUNK, "new": 2 * CHUNK}
    assert scene.read()["Deals"] == ["New", "Won"]
    assert scene.archive_stage("deals", "hot", "new").contact_counts == {"new": 3 * CHUNK}


def test_the_last_open_stage_cannot_be_archived(scene: Scene) -> None:
    scene.archive_stage("deals", "hot")
    assert refused(lambda: scene.archive_stage("deals", "new", "won")) == "LAST_OPEN_STAGE"


def test_a_stage_of_another_pipeline_is_not_found_in_this_one(scene: Scene) -> None:
    assert refused(lambda: scene.archive_stage("repairs", "hot", "new")) == "NOT_FOUND"
    scene.archive_stage("deals", "hot")
    assert refused(lambda: scene.archive_stage("repairs", "hot", "new")) == "NOT_FOUND"


def test_a_page_whose_auto_pipeline_goes_takes_the_one_its_contacts_go_to(scene: Scene) -> None:
    scene.contacts.edit_page(samples.ORG, samples.PAGE, lambda profile: replace(profile, auto_pipeline_id="deals"))
    scene.archive_pipeline("deals", "done")
    assert scene.contacts.pages(samples.ORG)[0].auto_pipeline_id == "repairs"
