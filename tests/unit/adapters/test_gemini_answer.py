"""Reading Gemini's answers: what the schema asks for is checked again here."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagesync.adapters.gemini.answer import Answer, Quote, read_answer, schema_for
from pagesync.adapters.gemini.trouble import Trouble
from pagesync.domain.insight import LeadStatus, Placement

STAGES = ("New Lead", "Qualified")
MARKER = "1f2e3d4c"
GOOD: dict[str, Any] = {
    "summary": "Asks for the price of the blend.",
    "evidence": [{"messageId": 1, "quote": "How much is the blend?"}],
    "reasoning": "Message 1 asks for a price.",
    "recommendedStage": "Qualified",
    "leadStatus": "QUALIFIED",
    "leadScore": 60,
    "confidence": 75,
    "marker": MARKER,
}


def read(**changes: Any) -> Answer | Trouble:
    return read_answer(json.dumps({**GOOD, **changes}), STAGES, MARKER)


def quotes_of(evidence: Any) -> list[tuple[int, str]]:
    answer = read(evidence=evidence)
    assert isinstance(answer, Answer)
    return [(each.line, each.words) for each in answer.quotes]


def test_a_good_answer_is_told_in_our_terms() -> None:
    assert read() == Answer(
        "Asks for the price of the blend.",
        Placement("Qualified", LeadStatus.QUALIFIED, 60, 75, "Message 1 asks for a price."),
        (Quote(1, "How much is the blend?"),),
    )


def test_a_summary_alone_is_enough_without_stages() -> None:
    text = json.dumps({"summary": "Hello.", "marker": MARKER})
    assert read_answer(text, (), MARKER) == Answer("Hello.")


@pytest.mark.parametrize("number", [3, "3", "[3]", " 3 "])
def test_a_line_is_named_by_its_number_however_it_is_written(number: object) -> None:
    assert quotes_of([{"messageId": number, "quote": "Hello"}]) == [(3, "Hello")]


@pytest.mark.parametrize(
    "evidence",
    [
        None,
        [],
        "How much?",
        {"messageId": 1, "quote": "How much?"},
        ["How much?"],
        [{"messageId": "m_1", "quote": "How much?"}],
        [{"messageId": True, "quote": "How much?"}],
        [{"messageId": 1.5, "quote": "How much?"}],
        [{"messageId": None, "quote": "How much?"}],
        [{"messageId": 1, "quote": None}],
        [{"messageId": 1, "quote": " \u200b\n"}],
        [{"messageId": 1}],
        [{"quote": "How much?"}],
    ],
    ids=str,
)
def test_evidence_that_cannot_be_read_is_none(evidence: object) -> None:
    assert quotes_of(evidence) == []


def test_missing_evidence_is_none() -> None:
    answer = read_answer(
        json.dumps({name: value for name, value in GOOD.items() if name != "evidence"}), STAGES, MARKER
    )
    assert isinstance(answer, Answer)
    assert answer.quotes == ()


def test_of_many_quotes_the_first_three_that_can_be_read_are_taken() -> None:
    given = [{"messageId": n, "quote": f"quote {n}"} for n in range(1, 9)]
    assert quotes_of([{"messageId": 9}, *given]) == [(1, "quote 1"), (2, "quote 2"), (3, "quote 3")]


def test_the_start_of_a_long_quote_is_a_quote() -> None:
    ((_, words),) = quotes_of([{"messageId": 1, "quote": "word " * 500}])
    assert words == ("word " * 60).strip()


@pytest.mark.parametrize("marker", ["", "1f2e3d4", "1F2E3D4C", "00000000", None, 7])
def test_an_answer_with_another_marker_is_about_another_transcript(marker: object) -> None:
    trouble = read(marker=marker)
    assert isinstance(trouble, Trouble)
    assert trouble.code == "BAD_OUTPUT"
    assert "marker" in trouble.message
    assert MARKER not in trouble.message


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
        ({"leadScore": True}, "leadScore"),
        ({"leadScore": "60"}, "leadScore"),
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


@pytest.mark.parametrize("field", [name for name in GOOD if name != "evidence"])
def test_a_missing_field_is_named(field: str) -> None:
    text = json.dumps({name: value for name, value in GOOD.items() if name != field})
    trouble = read_answer(text, STAGES, MARKER)
    assert isinstance(trouble, Trouble)
    assert field in trouble.message


@given(st.text() | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(json.dumps))
def test_no_text_at_all_breaks_the_reader(text: str) -> None:
    assert isinstance(read_answer(text, STAGES, MARKER), Trouble)


def test_the_schema_without_stages_asks_for_a_summary_and_what_it_rests_on() -> None:
    assert schema_for((), MARKER)["required"] == ["summary", "evidence", "marker"]


def test_the_schema_asks_for_evidence_before_judgement() -> None:
    schema = schema_for(STAGES, MARKER)
    assert schema["required"] == list(schema["properties"]) == list(GOOD)
    assert schema["properties"]["recommendedStage"]["enum"] == ["New Lead", "Qualified"]
    assert schema["properties"]["leadStatus"]["enum"] == [status.value for status in LeadStatus]
    assert schema["properties"]["marker"]["enum"] == [MARKER]


def test_the_schema_asks_for_three_quotes_at_most_each_with_the_number_of_its_line() -> None:
    evidence = schema_for(STAGES, MARKER)["properties"]["evidence"]
    assert evidence["maxItems"] == 3
    assert evidence["items"]["required"] == ["messageId", "quote"]
    assert evidence["items"]["properties"]["messageId"] == {"type": "integer"}
