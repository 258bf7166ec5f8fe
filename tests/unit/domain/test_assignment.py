"""Every combination of update mode, present stage, its owner and the stage the analyst chose."""

from dataclasses import replace
from itertools import product

import pytest

from pagesync.domain.assignment import Decision, NotMoved, decide
from pagesync.domain.contact import Actor, KnownContact, StageMove, Suggestion
from pagesync.domain.insight import Evidence, Insight, LeadStatus, Placement
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


def placed_in(stage_name: str, *, confidence: int = 90, quotes: int = 1) -> Insight:
    placement = Placement(
        stage_name=stage_name,
        lead_status=LeadStatus.QUALIFIED,
        lead_score=80,
        confidence=confidence,
        reasoning="Asked for a price.",
    )
    evidence = [Evidence(f"m_{n}", "How much is it?") for n in range(quotes)]
    return Insight("Wants a price.", placement, evidence)


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


def told(decision: Decision) -> Decision | NotMoved | None:
    """A move as it is, anything else by its reason."""
    return decision if decision.move else decision.reason


@pytest.mark.parametrize("mode", UpdateMode)
@pytest.mark.parametrize(
    ("stage_name", "expected"),
    [
        ("Qualified", MOVE),
        ("  qualiFIED\n", MOVE),
        ("Ｑｕａｌｉｆｉｅｄ", MOVE),  # noqa: RUF001 - full width letters on purpose
        ("Qualified lead", NotMoved.UNKNOWN_STAGE),
        ("", NotMoved.UNKNOWN_STAGE),
        ("Won", NotMoved.CLOSING_STAGE),
        ("LOST", NotMoved.CLOSING_STAGE),
    ],
)
def test_a_new_contact_is_placed_in_an_open_stage_found_by_its_folded_name(
    mode: UpdateMode, stage_name: str, expected: Decision | NotMoved
) -> None:
    assert told(decide(placed_in(stage_name), playbook(mode), None)) == expected


@pytest.mark.parametrize(
    ("mode", "stage_id", "owner", "expected"),
    [
        # without a stage: placed in either mode, unless a person took the stage away
        (SKIP, None, None, MOVE),
        (SKIP, None, AI, MOVE),
        (SKIP, None, HUMAN, NotMoved.SET_BY_HUMAN),
        (UPDATE, None, None, MOVE),
        (UPDATE, None, AI, MOVE),
        (UPDATE, None, HUMAN, NotMoved.SET_BY_HUMAN),
        # in an open stage: the mode decides, unless a person gave it back to the AI, and a person's choice stands
        (SKIP, "st-new", None, MOVE),
        (SKIP, "st-new", AI, NotMoved.EXISTING_KEPT),
        (SKIP, "st-new", HUMAN, NotMoved.SET_BY_HUMAN),
        (UPDATE, "st-new", None, MOVE),
        (UPDATE, "st-new", AI, MOVE),
        (UPDATE, "st-new", HUMAN, NotMoved.SET_BY_HUMAN),
        # in the chosen stage already
        (SKIP, "st-qualified", None, NotMoved.ALREADY_THERE),
        (SKIP, "st-qualified", AI, NotMoved.EXISTING_KEPT),
        (UPDATE, "st-qualified", None, NotMoved.ALREADY_THERE),
        (UPDATE, "st-qualified", AI, NotMoved.ALREADY_THERE),
        (UPDATE, "st-qualified", HUMAN, NotMoved.SET_BY_HUMAN),
        # in a stage of another pipeline, or one since removed: it may have been WON or LOST
        (SKIP, "st-elsewhere", AI, NotMoved.FOREIGN_STAGE),
        (UPDATE, "st-elsewhere", None, NotMoved.FOREIGN_STAGE),
        (UPDATE, "st-elsewhere", AI, NotMoved.FOREIGN_STAGE),
        (UPDATE, "st-elsewhere", HUMAN, NotMoved.SET_BY_HUMAN),
    ],
)
def test_an_existing_contact_is_moved_only_where_mode_and_owner_allow(
    mode: UpdateMode, stage_id: str | None, owner: Actor | None, expected: Decision | NotMoved
) -> None:
    assert told(decide(placed_in("Qualified"), playbook(mode), contact(stage_id, owner))) == expected


@pytest.mark.parametrize(("mode", "stage", "owner"), [*product(UpdateMode, (WON, LOST), (None, AI))])
@pytest.mark.parametrize("chosen", SALES.stages, ids=lambda stage: stage.name)
def test_a_closed_contact_is_never_moved(
    mode: UpdateMode, stage: Stage, owner: Actor | None, chosen: Stage
) -> None:
    decision = decide(placed_in(chosen.name), playbook(mode), contact(stage.stage_id, owner))

    assert told(decision) == NotMoved.CLOSED


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

    assert told(decision) == NotMoved.SET_BY_HUMAN


@pytest.mark.parametrize("known", [None, contact("st-new", AI)])
def test_without_a_pipeline_nobody_is_moved(known: KnownContact | None) -> None:
    decision = decide(placed_in("Qualified"), playbook(UPDATE, pipeline=None), known)

    assert told(decision) == NotMoved.NO_PIPELINE


@pytest.mark.parametrize("known", [None, contact("st-new", AI)])
def test_without_a_placement_nobody_is_moved(known: KnownContact | None) -> None:
    assert told(decide(None, playbook(UPDATE), known)) == NotMoved.NO_PLACEMENT


def test_an_unknown_stage_name_leaves_an_existing_contact_alone() -> None:
    decision = decide(placed_in("Hot!"), playbook(UPDATE), contact("st-new", AI))

    assert told(decision) == NotMoved.UNKNOWN_STAGE


def test_a_pipeline_without_stages_places_nobody() -> None:
    empty = Pipeline("pl-empty", "Empty")

    assert told(decide(placed_in("Qualified"), playbook(pipeline=empty), None)) == NotMoved.UNKNOWN_STAGE


@pytest.mark.parametrize(("confidence", "threshold"), [(59, 60), (0, 1), (99, 100)])
def test_an_unsure_analysis_is_kept_as_a_suggestion_that_says_why(confidence: int, threshold: int) -> None:
    book = replace(playbook(), confidence_threshold=threshold)

    decision = decide(placed_in("Qualified", confidence=confidence), book, None)

    assert decision == Decision(
        reason=NotMoved.LOW_CONFIDENCE,
        suggestion=Suggestion(
            code="LOW_CONFIDENCE",
            reason=f"Not applied because the AI is {confidence} % sure and this Page asks for {threshold} %.",
            pipeline_id="pl-sales",
            stage_id="st-qualified",
            lead_status=LeadStatus.QUALIFIED,
            lead_score=80,
            confidence=confidence,
        ),
    )


@pytest.mark.parametrize(("confidence", "threshold"), [(60, 60), (61, 60), (0, 0), (100, 100)])
def test_an_analysis_as_sure_as_the_page_asks_for_moves_the_contact(confidence: int, threshold: int) -> None:
    book = replace(playbook(), confidence_threshold=threshold)

    assert decide(placed_in("Qualified", confidence=confidence), book, None) == MOVE


def test_an_analysis_without_a_verified_quote_is_a_suggestion_only_however_sure_it_is() -> None:
    decision = decide(placed_in("Qualified", confidence=100, quotes=0), playbook(), None)

    assert (decision.move, decision.reason) == (None, NotMoved.NO_EVIDENCE)
    assert decision.suggestion is not None
    assert decision.suggestion.stage_id == "st-qualified"


@pytest.mark.parametrize(
    ("chosen", "known", "code", "why"),
    [
        ("Qualified", contact("st-new", HUMAN), "SET_BY_HUMAN", "a person chose this contact's stage"),
        ("Qualified", contact("st-won", AI), "CLOSED", "the deal is closed, and only people reopen one"),
        (
            "Qualified",
            contact("st-elsewhere", AI),
            "FOREIGN_STAGE",
            "the contact is in a stage of another pipeline",
        ),
        ("Won", contact("st-new", AI), "CLOSING_STAGE", "only people win or lose a deal"),
        ("Hot!", contact("st-new", AI), "UNKNOWN_STAGE", "the pipeline has no stage of the name the AI gave"),
    ],
)
def test_what_is_not_applied_is_suggested_with_its_reason(
    chosen: str, known: KnownContact, code: str, why: str
) -> None:
    suggestion = decide(placed_in(chosen), playbook(UPDATE), known).suggestion

    assert suggestion is not None
    assert (suggestion.code, suggestion.reason) == (code, f"Not applied because {why}.")
    assert (suggestion.stage_id is None) == (code == "UNKNOWN_STAGE")


@pytest.mark.parametrize("mode", UpdateMode)
@pytest.mark.parametrize("owner", [AI, HUMAN])
def test_nothing_is_suggested_to_somebody_who_stands_there_already(mode: UpdateMode, owner: Actor) -> None:
    for insight in (placed_in("Qualified"), placed_in("Qualified", confidence=1), placed_in("Qualified", quotes=0)):
        assert decide(insight, playbook(mode), contact("st-qualified", owner)).suggestion is None
