"""Reading Gemini's answers: what the schema asks for is checked again here."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagesync.adapters.gemini.answer import Answer, read_answer, schema_for
from pagesync.adapters.gemini.trouble import Trouble
from pagesync.domain.insight import LeadStatus, Placement

STAGES = ("New Lead", "Qualified")
GOOD: dict[str, Any] = {
    "summary": "Asks for the price of the blend.",
    "reasoning": "Message 1 asks for a price.",
    "recommendedStage": "Qualified",
    "leadStatus": "QUALIFIED",
    "leadScore": 60,
    "confidence": 75,
}


def read(**changes: Any) -> Answer | Trouble:
    return read_answer(json.dumps({**GOOD, **changes}), STAGES)


def test_a_good_answer_is_told_in_our_terms() -> None:
    assert read() == Answer(
        "Asks for the price of the blend.",
        Placement("Qualified", LeadStatus.QUALIFIED, 60, 75, "Message 1 asks for a price."),
    )


def test_a_summary_alone_is_enough_without_stages() -> None:
    assert read_answer('{"summary": "Hello."}', ()) == Answer("Hello.")


def test_a_stage_is_matched_by_its_folded_name_and_told_in_our_spelling() -> None:
    answer = read(recommendedStage="  new   LEAD ")
    assert isinstance(answer, Answer)
    assert answer.placement is not None
    assert answer.placement.stage_name == "New Lead"


@pytest.mark.parametrize("edge", [0, 100])
def test_both_ends_of_a_range_belong_to_it(edge: int) -> None:
    assert isinstance(read(leadScore=edge, confidence=edge), Answer)


def test_text_is_brought_to_one_printable_line() -> None:
    answer = read(summary="Asks\nfor \x00 a price. ")
    assert isinstance(answer, Answer)
    assert answer.summary == "Asks for a price."


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"leadScore": 101}, "leadScore"),
        ({"leadScore": -1}, "leadScore"),
        ({"leadScore": 60.5}, "leadScore"),
        ({"leadScore": "Zanzibar"}, "leadScore"),
        ({"confidence": None}, "confidence"),
        ({"leadStatus": "HOT"}, "leadStatus"),
        ({"recommendedStage": "Won"}, "recommendedStage"),
        ({"recommendedStage": 3}, "recommendedStage"),
        ({"summary": " \n "}, "summary"),
        ({"summary": "Zanzibar " * 500}, "summary"),
        ({"reasoning": ""}, "reasoning"),
    ],
    ids=str,
)
def test_a_wrong_field_is_named_and_its_value_is_not_quoted(changes: dict[str, Any], field: str) -> None:
    trouble = read(**changes)
    assert isinstance(trouble, Trouble)
    assert trouble.code == "BAD_OUTPUT"
    assert field in trouble.message
    assert trouble.correction is not None
    assert field in trouble.correction
    assert "Zanzibar" not in trouble.message + trouble.correction
    assert trouble.retry_after_seconds == 0


@pytest.mark.parametrize("field", GOOD)
def test_a_missing_field_is_named(field: str) -> None:
    text = json.dumps({name: value for name, value in GOOD.items() if name != field})
    trouble = read_answer(text, STAGES)
    assert isinstance(trouble, Trouble)
    assert field in trouble.message


@given(st.text() | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(json.dumps))
def test_no_text_at_all_breaks_the_reader(text: str) -> None:
    assert isinstance(read_answer(text, STAGES), Trouble)


def test_the_schema_without_stages_asks_for_a_summary_alone() -> None:
    assert schema_for(())["required"] == ["summary"]


def test_the_schema_asks_for_evidence_before_judgement() -> None:
    schema = schema_for(STAGES)
    assert schema["required"] == list(schema["properties"]) == list(GOOD)
    assert schema["properties"]["recommendedStage"]["enum"] == ["New Lead", "Qualified"]
    assert schema["properties"]["leadStatus"]["enum"] == [status.value for status in LeadStatus]
