"""Estimating what a text costs a model."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagesync.domain.tokens import clipped_to_tokens, estimated_tokens


@pytest.mark.parametrize(
    ("text", "characters_a_token"),
    [
        ("How much is the house blend and do you deliver to San Diego", 2.5),
        ("Сколько стоит доставка кофе", 1.5),
        ("كم سعر القهوة مع التوصيل", 1.5),
        ("请问这款咖啡豆多少钱一公斤", 1),
        ("コーヒー豆はおいくらですか", 1),
        ("กาแฟราคาเท่าไหร่คะ", 1),
        ("01234567890123456789", 1),
        ("#$%&=?!", 1),
        ("☕🔥🥰🎉", 0.25),
    ],
)
def test_an_estimate_is_higher_than_the_usual_four_characters_a_token(text: str, characters_a_token: float) -> None:
    estimate = estimated_tokens(text)
    assert estimate > len(text) / 4
    assert estimate <= len(text) / characters_a_token + 1


def test_nothing_costs_nothing() -> None:
    assert estimated_tokens("") == 0


@given(st.text(max_size=300), st.integers(min_value=0, max_value=200))
def test_what_is_clipped_fits_and_is_the_start_of_the_text(text: str, most: int) -> None:
    cut = clipped_to_tokens(text, most)
    assert text.startswith(cut)
    assert estimated_tokens(cut) <= most
    if estimated_tokens(text) <= most:
        assert cut == text


@given(st.text(max_size=100), st.text(max_size=100))
def test_the_parts_of_a_text_cost_no_less_than_the_whole(start: str, rest: str) -> None:
    assert estimated_tokens(start + rest) <= estimated_tokens(start) + estimated_tokens(rest)
    assert estimated_tokens(start + rest) >= max(estimated_tokens(start), estimated_tokens(rest))
