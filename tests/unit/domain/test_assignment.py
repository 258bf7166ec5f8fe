"""Every combination of update mode, present stage, its owner and the stage the analyst chose."""

from itertools import product

import pytest

from pagesync.domain.assignment import Decision, NotMoved, decide
from pagesync.domain.contact import Actor, KnownContact, StageMove
from pagesync.domain.insight import LeadStatus, Placement
from pagesync.domain.page import Playbook, UpdateMode
from pagesync.domain.pipeline import Pipeline, Stage, StageKind

NEW = Stage("st-new", "New Lead")
QUALIFIED = Stage("st-qualified", "Qualified")
WON = Stage("st-won", "Won", kind=StageKind.WON)
LOST = Stage("st-lost", "Lost", kind=StageKind.LOST)
SALES = Pipeline("pl-sales", "Sales", (NEW, QUALIFIED, WON, LOST))
MOVE = Decision(move=StageMove("pl-sales", "st-qualified", "AI auto-assigned to Qualified in Sales"))

SKIP, UPDATE = UpdateMode.SKIP_EXISTING, UpdateMode.UPDATE_EXISTING
AI, HUMAN = Actor.AI, Actor.HUMAN


def placed_in(stage_name: str) -> Placement:
    return Placement(
        stage_name=stage_name,
        lead_status=LeadStatus.QUALIFIED,
        lead_score=80,
        confidence=90,
        reasoning="Asked for a price.",
    )


def playbook(mode: UpdateMode = SKIP, pipeline: Pipeline | None = SALES) -> Playbook:
    return Playbook(page_name="Bean There", update_mode=mode, pipeline=pipeline)


def contact(stage_id: str | None, owner: Actor | None) -> KnownContact:
    return KnownContact(
        contact_id="c-1",
        person_id="7000000001",
        version=3,
        pipeline_id="pl-sales" if stage_id else None,
        stage_id=stage_id,
        stage_set_by=owner,
        synced_by=None,
    )


def refused(reason: NotMoved) -> Decision:
    return Decision(reason=reason)


@pytest.mark.parametrize("mode", UpdateMode)
@pytest.mark.parametrize(
    ("stage_name", "expected"),
    [
        ("Qualified", MOVE),
        ("  qualiFIED\n", MOVE),
        ("Ｑｕａｌｉｆｉｅｄ", MOVE),  # noqa: RUF001 - full width letters on purpose
        ("Qualified lead", refused(NotMoved.UNKNOWN_STAGE)),
        ("", refused(NotMoved.UNKNOWN_STAGE)),
        ("Won", refused(NotMoved.CLOSING_STAGE)),
        ("LOST", refused(NotMoved.CLOSING_STAGE)),
    ],
)
def test_a_new_contact_is_placed_in_an_open_stage_found_by_its_folded_name(
    mode: UpdateMode, stage_name: str, expected: Decision
) -> None:
    assert decide(placed_in(stage_name), playbook(mode), None) == expected


@pytest.mark.parametrize(
    ("mode", "stage_id", "owner", "expected"),
    [
        # without a stage: placed in either mode, unless a person took the stage away
        (SKIP, None, None, MOVE),
        (SKIP, None, AI, MOVE),
        (SKIP, None, HUMAN, refused(NotMoved.SET_BY_HUMAN)),
        (UPDATE, None, None, MOVE),
        (UPDATE, None, AI, MOVE),
        (UPDATE, None, HUMAN, refused(NotMoved.SET_BY_HUMAN)),
        # in an open stage: the mode decides, and a person's choice stands
        (SKIP, "st-new", None, refused(NotMoved.EXISTING_KEPT)),
        (SKIP, "st-new", AI, refused(NotMoved.EXISTING_KEPT)),
        (SKIP, "st-new", HUMAN, refused(NotMoved.SET_BY_HUMAN)),
        (UPDATE, "st-new", None, MOVE),
        (UPDATE, "st-new", AI, MOVE),
        (UPDATE, "st-new", HUMAN, refused(NotMoved.SET_BY_HUMAN)),
        # in the chosen stage already
        (SKIP, "st-qualified", AI, refused(NotMoved.EXISTING_KEPT)),
        (UPDATE, "st-qualified", None, refused(NotMoved.ALREADY_THERE)),
        (UPDATE, "st-qualified", AI, refused(NotMoved.ALREADY_THERE)),
        (UPDATE, "st-qualified", HUMAN, refused(NotMoved.SET_BY_HUMAN)),
        # in a stage of another pipeline, or one since removed: it may have been WON or LOST
        (SKIP, "st-elsewhere", AI, refused(NotMoved.FOREIGN_STAGE)),
        (UPDATE, "st-elsewhere", None, refused(NotMoved.FOREIGN_STAGE)),
        (UPDATE, "st-elsewhere", AI, refused(NotMoved.FOREIGN_STAGE)),
        (UPDATE, "st-elsewhere", HUMAN, refused(NotMoved.SET_BY_HUMAN)),
    ],
)
def test_an_existing_contact_is_moved_only_where_mode_and_owner_allow(
    mode: UpdateMode, stage_id: str | None, owner: Actor | None, expected: Decision
) -> None:
    assert decide(placed_in("Qualified"), playbook(mode), contact(stage_id, owner)) == expected


@pytest.mark.parametrize(("mode", "stage", "owner"), [*product(UpdateMode, (WON, LOST), (None, AI))])
@pytest.mark.parametrize("chosen", SALES.stages, ids=lambda stage: stage.name)
def test_a_closed_contact_is_never_moved(
    mode: UpdateMode, stage: Stage, owner: Actor | None, chosen: Stage
) -> None:
    decision = decide(placed_in(chosen.name), playbook(mode), contact(stage.stage_id, owner))

    assert decision == refused(NotMoved.CLOSED)


@pytest.mark.parametrize(
    ("mode", "stage_id", "owner", "chosen"),
    [*product(UpdateMode, (None, "st-new", "st-won", "st-elsewhere"), (None, AI, HUMAN), (WON, LOST))],
)
def test_nobody_is_ever_moved_into_a_closing_stage(
    mode: UpdateMode, stage_id: str | None, owner: Actor | None, chosen: Stage
) -> None:
    decision = decide(placed_in(chosen.name), playbook(mode), contact(stage_id, owner))

    assert decision.move is None
    assert decision.reason is not None


@pytest.mark.parametrize("stage_id", [None, "st-new", "st-qualified", "st-won", "st-lost", "st-elsewhere"])
@pytest.mark.parametrize("chosen", ["New Lead", "Qualified", "Won", "Lost", "Unheard of"])
@pytest.mark.parametrize("mode", UpdateMode)
def test_what_a_person_decided_is_never_touched(stage_id: str | None, chosen: str, mode: UpdateMode) -> None:
    decision = decide(placed_in(chosen), playbook(mode), contact(stage_id, HUMAN))

    assert decision == refused(NotMoved.SET_BY_HUMAN)


@pytest.mark.parametrize("known", [None, contact("st-new", AI)])
def test_without_a_pipeline_nobody_is_moved(known: KnownContact | None) -> None:
    decision = decide(placed_in("Qualified"), playbook(UPDATE, pipeline=None), known)

    assert decision == refused(NotMoved.NO_PIPELINE)


@pytest.mark.parametrize("known", [None, contact("st-new", AI)])
def test_without_a_placement_nobody_is_moved(known: KnownContact | None) -> None:
    assert decide(None, playbook(UPDATE), known) == refused(NotMoved.NO_PLACEMENT)


def test_an_unknown_stage_name_leaves_an_existing_contact_alone() -> None:
    decision = decide(placed_in("Hot!"), playbook(UPDATE), contact("st-new", AI))

    assert decision == refused(NotMoved.UNKNOWN_STAGE)


def test_a_pipeline_without_stages_places_nobody() -> None:
    empty = Pipeline("pl-empty", "Empty")

    assert decide(placed_in("Qualified"), playbook(pipeline=empty), None) == refused(NotMoved.UNKNOWN_STAGE)
