"""Finding stages, editing pipelines, and the stages a new one starts with."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagesync.domain.errors import Conflict, InvalidRequest, NotFound, Refusal
from pagesync.domain.pipeline import (
    DEFAULT_STAGES,
    MOST_PIPELINES,
    MOST_STAGES,
    Pipeline,
    Stage,
    StageKind,
    check_target,
    default_stages,
    pipeline_of,
    with_changed_pipeline,
    with_pipeline,
    without_pipeline,
)
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


def test_default_stages_get_ids_of_their_own() -> None:
    numbers = itertools.count()
    stages = default_stages(lambda: f"st-{next(numbers)}")
    assert [(stage.stage_id, stage.name) for stage in stages][:2] == [("st-0", "New Lead"), ("st-1", "Contacted")]
    assert [(stage.name, stage.description, stage.kind) for stage in stages] == list(DEFAULT_STAGES)


# Editing one

OPEN, ASKED, WON = Stage("a", "Open"), Stage("b", "Asked"), Stage("c", "Won", kind=StageKind.WON)
DEALS = Pipeline("pl-2", "Deals", (OPEN, ASKED, WON))


def ids(pipeline: Pipeline) -> list[str]:
    return [stage.stage_id for stage in pipeline.stages]


def refused(work: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as caught:
        work()
    return caught.value.code


@pytest.mark.parametrize(
    ("position", "order"), [(None, "abcn"), (0, "nabc"), (1, "anbc"), (3, "abcn"), (99, "abcn")]
)
def test_a_stage_is_put_at_the_end_or_where_another_stood(position: int | None, order: str) -> None:
    assert ids(DEALS.with_stage(Stage("n", "New"), position)) == list(order)


@pytest.mark.parametrize("name", ["Open", " open", "OPEN", "\uff2fpen"])
def test_two_stages_of_one_name_are_refused_however_it_is_spelled(name: str) -> None:
    assert refused(lambda: DEALS.with_stage(Stage("n", name))) == "NAME_TAKEN"
    assert refused(lambda: DEALS.with_changed_stage("b", lambda stage: replace(stage, name=name))) == "NAME_TAKEN"


def test_a_stage_may_be_respelled() -> None:
    changed = DEALS.with_changed_stage("a", lambda stage: replace(stage, name="OPEN"))
    assert [stage.name for stage in changed.stages] == ["OPEN", "Asked", "Won"]


def test_a_pipeline_has_so_many_stages_and_not_one_more() -> None:
    full = Pipeline("pl-3", "Long", [Stage(f"s{n}", f"Stage {n}") for n in range(MOST_STAGES - 1)])
    full = full.with_stage(Stage("last", "Last"))
    assert len(full.stages) == MOST_STAGES
    assert refused(lambda: full.with_stage(Stage("more", "More"))) == "LIMIT_REACHED"


def test_stages_are_ordered_as_told() -> None:
    assert ids(DEALS.with_order(["c", "a", "b"])) == ["c", "a", "b"]
    assert DEALS.with_order(["a", "b", "c"]).stages == list(DEALS.stages)


@pytest.mark.parametrize("order", ["", "ab", "abcd", "abb", "aabc", "abx", "ABC"])
def test_an_order_of_other_stages_than_there_are_is_stale(order: str) -> None:
    assert refused(lambda: DEALS.with_order(list(order))) == "STALE_STAGES"


def test_the_last_open_stage_stays_open_and_stays() -> None:
    one = DEALS.without_stage("a")
    assert ids(one) == ["b", "c"]
    assert refused(lambda: one.without_stage("b")) == "LAST_OPEN_STAGE"
    close = replace(ASKED, kind=StageKind.LOST)
    assert refused(lambda: one.with_changed_stage("b", lambda _: close)) == "LAST_OPEN_STAGE"
    assert ids(one.without_stage("c")) == ["b"]


def test_an_unknown_stage_is_not_found() -> None:
    assert refused(lambda: DEALS.without_stage("x")) == "NOT_FOUND"
    assert refused(lambda: DEALS.with_changed_stage("x", lambda stage: stage)) == "NOT_FOUND"


# Editing all of an organisation


def test_an_organisation_has_so_many_pipelines_and_not_one_more() -> None:
    many: Sequence[Pipeline] = [replace(DEALS, pipeline_id=f"pl-{n}") for n in range(MOST_PIPELINES - 1)]
    many = with_pipeline(many, DEALS)
    assert (len(many), many[-1]) == (MOST_PIPELINES, DEALS)
    assert refused(lambda: with_pipeline(many, DEALS)) == "LIMIT_REACHED"


def test_one_pipeline_is_changed_found_and_left_out_and_others_stay() -> None:
    both = [SALES, DEALS]
    renamed = with_changed_pipeline(both, "pl-2", lambda pipeline: replace(pipeline, name="Trade"))
    assert [pipeline.name for pipeline in renamed] == ["Sales", "Trade"]
    assert pipeline_of(both, "pl-2") is DEALS
    assert without_pipeline(both, "pl-1") == [DEALS]
    for work in (
        lambda: with_changed_pipeline(both, "x", lambda pipeline: pipeline),
        lambda: pipeline_of(both, "x"),
        lambda: without_pipeline(both, "x"),
    ):
        with pytest.raises(NotFound, match="no such pipeline"):
            work()


def test_contacts_move_to_a_stage_that_stays_or_to_none() -> None:
    check_target([SALES, DEALS], "c")
    check_target([DEALS], None)
    for unknown in ("st-1", "", "C"):
        with pytest.raises(InvalidRequest) as caught:
            check_target([DEALS], unknown)
        assert caught.value.field == "moveContactsTo"


NAMES = st.sampled_from(["New", "new ", "Won", "Straße", "STRASSE", "Offer", "\uff2eew"])
IDS = st.sampled_from("abcdef")
EDITS = st.one_of(
    st.tuples(st.just("add"), IDS, NAMES, st.sampled_from(StageKind)),
    st.tuples(st.just("change"), IDS, NAMES, st.sampled_from(StageKind)),
    st.tuples(st.just("archive"), IDS),
    st.tuples(st.just("order"), st.permutations("abcdef")),
)


def edited(pipeline: Pipeline, edit: tuple[object, ...]) -> Pipeline:
    what, *values = edit
    if what == "add":
        taken = pipeline.stage(str(values[0])) is not None
        return pipeline if taken else pipeline.with_stage(Stage(values[0], values[1], kind=values[2]))  # type: ignore[arg-type]
    if what == "change":
        change = {"name": values[1], "kind": values[2]}
        return pipeline.with_changed_stage(str(values[0]), lambda stage: replace(stage, **change))  # type: ignore[arg-type]
    if what == "archive":
        return pipeline.without_stage(str(values[0]))
    known = ids(pipeline)
    return pipeline.with_order([each for each in values[0] if each in known])  # type: ignore[attr-defined]


@given(edits=st.lists(EDITS, max_size=30))
def test_whatever_is_done_to_a_pipeline_its_names_are_distinct_and_a_stage_is_open(
    edits: list[tuple[object, ...]],
) -> None:
    pipeline = Pipeline("pl", "Sales", [Stage("a", "New"), Stage("b", "Won", kind=StageKind.WON)])
    for edit in edits:
        before = pipeline
        try:
            pipeline = edited(pipeline, edit)
        except (Conflict, NotFound):
            assert pipeline == before
        names = [fold(stage.name) for stage in pipeline.stages]
        assert len(set(names)) == len(names)
        assert pipeline.open_stages
        if edit[0] == "order":
            assert sorted(ids(pipeline)) == sorted(ids(before))
