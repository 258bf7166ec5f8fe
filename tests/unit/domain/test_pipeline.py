"""Finding stages, and the stages a new pipeline starts with."""

import pytest

from pagesync.domain.pipeline import DEFAULT_STAGES, Pipeline, Stage, StageKind
from pagesync.domain.text import fold

NEW = Stage("st-1", "New Lead")
ENQUIRY = Stage("st-2", "Anfrage läuft")
TWIN = Stage("st-3", "NEW LEAD")
SALES = Pipeline("pl-1", "Sales", (NEW, ENQUIRY, TWIN))


@pytest.mark.parametrize(
    ("name", "stage"),
    [
        ("New Lead", NEW),
        ("new   lead ", NEW),
        ("Anfrage la\u0308uft", ENQUIRY),
        ("ANFRAGE LÄUFT", ENQUIRY),
        ("Newlead", None),
        ("New", None),
        ("", None),
    ],
)
def test_a_stage_is_found_by_its_folded_name(name: str, stage: Stage | None) -> None:
    assert SALES.stage_named(name) is stage


@pytest.mark.parametrize(
    ("stage_id", "stage"), [("st-2", ENQUIRY), ("st-3", TWIN), ("ST-2", None), ("", None), (None, None)]
)
def test_a_stage_is_found_by_its_exact_id(stage_id: str | None, stage: Stage | None) -> None:
    assert SALES.stage(stage_id) is stage


def test_default_stages_have_distinct_names_and_say_who_belongs_there() -> None:
    names = [fold(name) for name, _, _ in DEFAULT_STAGES]

    assert len(set(names)) == len(names)
    assert all(description for _, description, _ in DEFAULT_STAGES)


def test_default_stages_open_with_an_open_one_and_can_be_won_or_lost_in_one_way_each() -> None:
    kinds = [kind for _, _, kind in DEFAULT_STAGES]

    assert kinds[0] is StageKind.OPEN
    assert kinds.count(StageKind.WON) == 1
    assert kinds.count(StageKind.LOST) == 1
