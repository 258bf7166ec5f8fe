"""Folding, cleaning and clipping text."""

# ruff: noqa: RUF001 - letters of other scripts that look like Latin ones are the point here

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagesync.domain.text import clipped, fold, follows_virama, printable

any_text = st.text(st.characters(codec=None, exclude_categories=()), max_size=60)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("New Lead", "new lead"),
        ("New Lead", "  NEW \t LEAD\n"),
        ("New Lead", "New\u00a0Lead"),
        ("New Lead", "Ｎｅｗ　Ｌｅａｄ"),
        ("Straße", "STRASSE"),
        ("Caf\u00e9", "cafe\u0301"),
        ("ΑΓΟΡΑΣ", "αγορας"),
        ("가", "\u1100\u1161"),
    ],
)
def test_two_spellings_of_one_label_fold_to_the_same_key(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("Won", "Wön"), ("New Lead", "NewLead"), ("Lost", "Last"), ("", "-")])
def test_different_labels_keep_different_keys(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        (" \t\r\n ", ""),
        ("Maria\tClara\r\nSantos", "Maria Clara Santos"),
        ("Maria\u00a0\u2003\u3000Santos", "Maria Santos"),
        ("Maria\u2028Santos", "Maria Santos"),
        ("Maria\x00Santos\x7f", "Maria Santos"),
        ("Ma\ud83dria\udc00", "Maria"),
        ("Ma\ufdd0r\uffffia\U0010ffff", "Maria"),
        ("\u202eMaria\u202c \u2067Santos\u2069", "Maria Santos"),
        ("\u200fשרה\u200e\u061c", "שרה"),
        ("\ufeffMa\u200bri\u00ada\u2060", "Maria"),
        ("Maria\U000e0041\U000e007f", "Maria"),
        ("\u3164", ""),
        ("\uffa0\u2800\u115f\u1160", ""),
        ("\u200dMa\u200d\u200cria\u200c Santos", "Maria Santos"),
        ("☕\ufe0f\U000e0141\U000e0142\ufe01 ok", "☕\ufe0f ok"),
    ],
)
def test_what_cannot_be_stored_or_seen_is_removed(text: str, shown: str) -> None:
    assert printable(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "Zoe\u0308",  # decomposed
        "👩\u200d👩\u200d👧 family",  # joined emoji
        "❤\ufe0f",  # emoji presentation
        "می\u200cخواهم",  # Persian, with the joiner its spelling needs
        "ന\u0d4d\u200d",  # Malayalam letter that ends in a joiner
        "葛\U000e0100城",  # a family's own variant of a Han character
        "สมชาย",
        "Sale 50% · 20€ → today",
    ],
)
def test_what_people_can_see_stays_as_it_is(text: str) -> None:
    assert printable(text) == text


@given(any_text)
def test_printable_text_is_storable_and_stays_the_same_when_cleaned_again(text: str) -> None:
    shown = printable(text)
    assert printable(shown) == shown
    assert shown == " ".join(shown.split())
    shown.encode()
    assert not {unicodedata.category(char) for char in shown} & {"Cc", "Cs"}


@given(any_text)
def test_printable_text_is_made_of_the_given_characters_in_their_order(text: str) -> None:
    rest = iter(text)
    assert all(char in rest for char in printable(text).replace(" ", ""))


@pytest.mark.parametrize(
    ("text", "max_characters", "start"),
    [
        ("Maria", 5, "Maria"),
        ("Maria", 3, "Mar"),
        ("Maria Santos", 6, "Maria"),
        ("", 0, ""),
        ("ab", 0, ""),
        ("ae\u0308\u0301", 3, "a"),
        ("a👩\u200d👧b", 2, "a"),
        ("a👩\u200d👧b", 3, "a"),
        ("a👩\u200d👧b", 4, "a👩\u200d👧"),
        ("a👍🏽", 2, "a"),
        ("🇵🇭🇩🇪", 3, "🇵🇭"),
        ("🇵🇭🇩🇪", 2, "🇵🇭"),
        ("a❤\ufe0f", 2, "a"),
        ("a\u1112\u1161\u11ab", 3, "a"),
        ("aक\u094dष", 3, "a"),
    ],
)
def test_text_is_clipped_between_characters_as_people_see_them(text: str, max_characters: int, start: str) -> None:
    assert clipped(text, max_characters) == start


def test_a_virama_binds_the_character_after_it_alone() -> None:
    text = "ന\u0d4d\u200dന\u0d4d"

    assert [index for index in range(len(text)) if follows_virama(text, index)] == [2]


def test_a_single_character_longer_than_the_limit_is_cut_all_the_same() -> None:
    assert clipped("a" + "\u0301" * 500, 10) == "a" + "\u0301" * 9


@given(any_text, st.integers(min_value=0, max_value=40))
def test_clipped_text_is_a_start_of_the_text_within_the_limit(text: str, max_characters: int) -> None:
    start = clipped(text, max_characters)
    assert text.startswith(start)
    assert len(start) <= max_characters
