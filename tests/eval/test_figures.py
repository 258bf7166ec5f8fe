"""Marks and figures of answers made by hand."""

import pytest

from pagesync.domain.errors import AnalysisFailed
from pagesync.domain.insight import LeadStatus, TokenUsage
from tests.eval.asking import Asked
from tests.eval.by_hand import CONVERSATIONS, answered, failed
from tests.eval.figures import Figures, Run, figures_of
from tests.eval.marking import Mark
from tests.eval.quotes import Quotes
from tests.eval.shares import Share


def figures(*marks: Mark, model: str = "gemini-3.5-flash-lite") -> Figures:
    return figures_of(
        marks, Run(is_meaningful=True, model=model, api_version="v1", thinking_level="minimal", wall_seconds=1.0)
    )


def test_an_answer_like_its_labels_is_all_right() -> None:
    marks = [answered(each) for each in CONVERSATIONS]
    assert all(mark.is_all_right and mark.stage_is_exact and mark.badness == 0 for mark in marks)
    assert figures(*marks).misses == []


def test_a_stage_that_is_as_good_is_right_and_not_exact() -> None:
    mark = answered("en-order", stage="Qualified")
    assert mark.stage_is_right
    assert not mark.stage_is_exact
    assert not answered("en-order", stage="Contacted").stage_is_right


def test_a_status_that_is_as_good_is_right() -> None:
    assert answered("en-price", status=LeadStatus.CONTACTED).status_is_right
    assert not answered("en-price", status=LeadStatus.LOST).status_is_right


@pytest.mark.parametrize(("score", "off"), [(49, 1), (50, 0), (69, 0), (70, 1), (100, 31), (0, 50)])
def test_a_score_is_held_against_both_ends_of_its_band(score: int, off: int) -> None:
    mark = answered("en-price", score=score)
    assert mark.points_off == off
    assert mark.score_is_right == (off == 0)


def test_confidence_of_60_is_too_sure_of_one_word_and_sure_enough_of_more() -> None:
    assert answered("en-one-word", confidence=60).is_overconfident
    assert not answered("en-one-word", confidence=59).is_overconfident
    assert not answered("en-price", confidence=60).is_overconfident
    found = figures(answered("en-one-word", confidence=60), answered("en-price", confidence=59))
    assert (found.unsure_as_labelled.value, found.sure_as_labelled.value) == (0.0, 0.0)


def test_accuracy_is_told_overall_by_language_and_by_situation() -> None:
    found = figures(
        answered("en-price"),
        answered("de-price", stage="Proposal"),
        answered("de-order", status=LeadStatus.LOST, score=10),
        answered("en-spam"),
    )
    assert found.stage_accuracy.value == 0.75
    assert found.lead_status_accuracy.value == 0.75
    assert found.score_band_accuracy.value == 0.75
    assert {name: each.stage_accuracy.value for name, each in found.by_language.items()} == {"de": 0.5, "en": 1.0}
    assert found.by_situation["price question"].judged == 2
    assert found.by_situation["price question"].stage_accuracy.value == 0.5
    assert found.by_situation["concrete order"].score_band_accuracy.value == 0.0


def test_confusion_counts_an_answer_as_good_as_the_label_in_its_own_row() -> None:
    found = figures(answered("en-order", stage="Qualified"), answered("en-price", stage="Proposal"))
    assert found.confusion["Qualified"] == {
        "New Lead": 0,
        "Contacted": 0,
        "Qualified": 1,
        "Proposal": 1,
        "Customer Care": 0,
    }
    assert sum(sum(row.values()) for row in found.confusion.values()) == 2


def test_misses_are_told_the_worst_first() -> None:
    found = figures(
        answered("en-price", score=70),
        answered("en-order", stage="Contacted", status=LeadStatus.NEW, score=5),
        answered("en-spam"),
        answered("en-general", status=LeadStatus.LOST),
        failed("en-complaint", "BLOCKED"),
    )
    assert found.misses == ["en-complaint", "en-order", "en-general", "en-price"]


@pytest.mark.parametrize(("code", "name"), [("BAD_OUTPUT", "schema_failures"), ("BLOCKED", "blocked")])
def test_what_the_model_would_not_answer_is_judged_wrong(code: str, name: str) -> None:
    found = figures(answered("en-price"), failed("en-order", code))
    assert (found.judged, found.conversations) == (2, 2)
    assert found.stage_accuracy.value == 0.5
    assert getattr(found, name) == 1
    assert found.misses == ["en-order"]
    assert found.unanswered == {}


def test_what_never_was_answered_is_counted_and_not_judged() -> None:
    found = figures(answered("en-price"), failed("en-order", "QUOTA_EXHAUSTED"))
    assert (found.judged, found.conversations) == (1, 2)
    assert found.stage_accuracy.value == 1.0
    assert found.unanswered == {"QUOTA_EXHAUSTED": 1}
    assert found.misses == []


def test_of_no_answer_at_all_there_are_no_shares() -> None:
    found = figures(failed("en-order", "UNAVAILABLE"))
    assert found.stage_accuracy.value is None
    assert found.median_seconds is None
    assert found.cost_usd_per_1000 is None


def test_tokens_are_summed_and_priced() -> None:
    found = figures(answered("en-price", seconds=1.0), answered("en-order", seconds=3.0))
    assert (found.tokens.input, found.tokens.output, found.tokens.thinking) == (2_000, 200, 40)
    assert found.cost_usd == pytest.approx((2_000 * 0.30 + 240 * 2.50) / 1e6)
    assert found.cost_usd_per_1000 == pytest.approx(0.6)
    assert (found.median_seconds, found.slowest_seconds) == (2.0, 3.0)


def test_a_model_of_unknown_price_has_no_cost() -> None:
    found = figures(answered("en-price"), model="gemini-9-flash")
    assert found.cost_usd is None
    assert found.cost_usd_per_1000 is None


def test_true_quotes_and_answers_with_one_are_told_apart() -> None:
    found = figures(
        answered("en-price", quotes=Quotes(given=3, true=2)),
        answered("en-order", quotes=Quotes(given=1, true=0)),
        answered("en-spam", quotes=Quotes(given=0, true=0)),
    )
    assert found.evidence_validity == Share(right=2, of=4)
    assert found.answers_with_evidence == Share(right=1, of=3)


def test_without_quotes_there_is_no_share_of_true_ones() -> None:
    found = figures(answered("en-price"))
    assert found.evidence_validity is None
    assert found.answers_with_evidence is None


@pytest.mark.parametrize(
    ("right", "of", "low", "high"),
    [(0, 10, 0.0, 0.278), (10, 10, 0.722, 1.0), (50, 100, 0.404, 0.596), (0, 0, 0, 1)],
)
def test_the_interval_of_a_share_is_wilsons(right: int, of: int, low: float, high: float) -> None:
    assert Share(right=right, of=of).interval == pytest.approx((low, high), abs=0.001)


def test_the_json_tells_shares_as_numbers() -> None:
    told = figures(answered("en-price")).model_dump(mode="json", by_alias=True)
    assert told["stageAccuracy"] == 1.0
    assert told["evidenceValidity"] is None
    assert told["byLanguage"]["en"]["scoreBandAccuracy"] == 1.0
    assert told["run"]["isMeaningful"] is True


def test_a_failed_analysis_is_billed_and_one_asked_twice_is_counted() -> None:
    failure = AnalysisFailed("No.", code="BAD_OUTPUT", usage=TokenUsage(input=500, output=50, calls=2))
    found = figures(answered("en-price"), Mark(Asked(CONVERSATIONS["en-order"], failure=failure)))
    assert (found.tokens.input, found.tokens.output, found.asked_twice) == (1_500, 150, 1)
