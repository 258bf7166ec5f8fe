"""What makes a conversation worth analysing again."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from pagesync.domain.conversation import Lead
from pagesync.domain.fingerprint import fingerprint
from pagesync.domain.page import Playbook, UpdateMode
from pagesync.domain.pipeline import Pipeline, Stage, StageKind
from tests.talks import SALES, talk

LEAD = talk("How much is it?", "Ten.", "I take two.")
PLAYBOOK = Playbook("Sunrise Coffee", pipeline=SALES)


def with_stages(change: Callable[[list[Stage]], list[Stage]]) -> Playbook:
    return replace(PLAYBOOK, pipeline=replace(SALES, stages=change(list(SALES.stages))))


def changed(place: int, **values: object) -> Playbook:
    return with_stages(
        lambda stages: [*stages[:place], replace(stages[place], **values), *stages[place + 1 :]]  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    "playbook",
    [
        changed(0, name="Fresh"),
        changed(0, description="Anybody."),
        changed(0, stage_id="another"),
        changed(0, kind=StageKind.LOST),
        with_stages(lambda stages: stages[1:]),
        with_stages(lambda stages: [stages[1], stages[0], *stages[2:]]),
        replace(PLAYBOOK, pipeline=None),
        replace(PLAYBOOK, language="French"),
    ],
    ids=["name", "description", "stage", "kind", "fewer", "order", "none", "language"],
)
def test_what_the_analyst_is_told_of_stages_and_language_makes_another_analysis(playbook: Playbook) -> None:
    assert fingerprint(LEAD, playbook) != fingerprint(LEAD, PLAYBOOK)


@pytest.mark.parametrize(
    "playbook",
    [
        changed(-2, name="Sold", description="Paid in full."),
        with_stages(lambda stages: [*stages[:-2], stages[-1], stages[-2]]),
        with_stages(lambda stages: stages[:-2]),
        replace(PLAYBOOK, pipeline=replace(SALES, name="Deals")),
        replace(PLAYBOOK, page_name="Sunset Coffee"),
        replace(PLAYBOOK, update_mode=UpdateMode.UPDATE_EXISTING),
        replace(PLAYBOOK, confidence_threshold=90),
        replace(PLAYBOOK, daily_budget_nano_usd=1),
    ],
    ids=[
        "won stage",
        "closed stages' order",
        "no closed stages",
        "pipeline",
        "page",
        "mode",
        "threshold",
        "budget",
    ],
)
def test_what_the_analyst_is_not_told_or_does_not_judge_by_makes_no_other_analysis(playbook: Playbook) -> None:
    assert fingerprint(LEAD, playbook) == fingerprint(LEAD, PLAYBOOK)


@pytest.mark.parametrize(
    "lead",
    [talk("How much is it?", "Ten.", "I take three."), talk("How much is it?", "Ten."), talk("Hello", number=2)],
)
def test_other_words_make_another_analysis(lead: Lead) -> None:
    assert fingerprint(lead, PLAYBOOK) != fingerprint(LEAD, PLAYBOOK)


def test_a_pipeline_of_closed_stages_is_as_none() -> None:
    closed = Pipeline("pipe-9", "Closed", [Stage("won", "Won", kind=StageKind.WON)])
    none = replace(PLAYBOOK, pipeline=None)
    assert fingerprint(LEAD, replace(PLAYBOOK, pipeline=closed)) == fingerprint(LEAD, none)
