"""A quote counts where the customer wrote it, and nowhere else."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagesync.domain.conversation import Lead
from pagesync.domain.evidence import MOST_EVIDENCE, verified
from pagesync.domain.insight import Evidence, Insight
from tests.talks import BUSINESS, CUSTOMER, lead_of, talk

PRICE = talk(
    "How much is the   HOUSE blend?", "It is $29 a bag", "I\u2019ll take \u201ctwo\u201d, caf\u00e9 size", "OK"
)


def kept(lead: Lead, *quotes: tuple[str, str]) -> list[tuple[str, str]]:
    insight = verified(Insight("Wants coffee.", evidence=[Evidence(*quote) for quote in quotes]), lead)
    return [(each.message_id, each.quote) for each in insight.evidence]


@pytest.mark.parametrize(
    "quote",
    [
        ("m_1_1", "How much is the   HOUSE blend?"),
        ("m_1_1", "how much is the house blend"),
        ("m_1_1", "\u200bhouse\u00a0blend"),
        ("m_1_3", 'I\'ll take "two"'),
        ("m_1_3", "cafe\u0301 size"),
    ],
)
def test_a_quote_of_the_customer_is_kept_whatever_its_spaces_case_and_marks(quote: tuple[str, str]) -> None:
    assert kept(PRICE, quote) == [quote]


@pytest.mark.parametrize(
    "quote",
    [
        ("m_1_1", "How much is the espresso?"),
        ("m_1_1", "I'll take two"),
        ("m_1_2", "It is $29 a bag"),
        ("m_1_4", "OK"),
        ("m_2_1", "How much is the HOUSE blend?"),
        ("", "How much"),
        ("m_1_1", ""),
        ("m_1_1", " \u200b "),
        ("m_1_1", "ow"),
    ],
)
def test_anything_else_is_dropped(quote: tuple[str, str]) -> None:
    """Invented, of another message, by the business, of another conversation, of no message, or of nothing."""
    assert kept(PRICE, quote) == []


def test_a_message_of_one_letter_is_quoted_as_a_whole() -> None:
    assert kept(talk("k", "Sure", "?"), ("m_1_1", "K"), ("m_1_3", "?")) == [("m_1_1", "K"), ("m_1_3", "?")]


def test_the_words_of_another_person_in_a_group_are_no_evidence() -> None:
    friend = replace(CUSTOMER, person_id="9000002")
    lead = lead_of([(CUSTOMER, "Is it open?"), (friend, "I want to order ten"), (BUSINESS, "Yes")])

    assert kept(lead, ("m_1_2", "I want to order ten")) == []


def test_quotes_are_counted_once_and_no_more_than_three_are_kept() -> None:
    lead = talk("one thing", "yes", "two things", "yes", "three things", "yes", "four things")
    quotes = [("m_1_1", "one thing"), ("m_1_1", "one thing"), *[(f"m_1_{n}", "things") for n in (3, 5, 7)]]

    assert kept(lead, *quotes) == [("m_1_1", "one thing"), ("m_1_3", "things"), ("m_1_5", "things")]
    assert MOST_EVIDENCE == 3


@given(st.text(), st.text(min_size=3))
def test_checking_never_fails_and_checking_again_changes_nothing(quote: str, said: str) -> None:
    lead = talk(said)
    once = verified(Insight("A summary.", evidence=[Evidence("m_1_1", quote), Evidence("m_1_1", said)]), lead)

    assert verified(once, lead) == once
