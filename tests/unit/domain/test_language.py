"""The languages an organisation may choose from."""

import re

import pytest

from pagesync.domain.language import ENGLISH, LANGUAGES, language_of
from pagesync.domain.text import printable


def test_codes_are_tags_in_their_usual_spelling_and_in_order() -> None:
    codes = [language.code for language in LANGUAGES]
    assert codes == sorted(set(codes))
    assert all(re.fullmatch(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?", code) for code in codes)


def test_no_two_languages_go_by_one_name() -> None:
    for names in ([each.name for each in LANGUAGES], [each.english_name for each in LANGUAGES]):
        assert len(set(names)) == len(names)
        assert all(name and printable(name) == name for name in names)


def test_the_analyst_is_told_a_language_in_english() -> None:
    assert all(re.fullmatch(r"[A-Z][a-zåA-Z ]+", language.english_name) for language in LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.code)
def test_a_language_is_found_by_its_code_in_any_case(language: object) -> None:
    code = language.code  # type: ignore[attr-defined]
    assert {language_of(code), language_of(code.lower()), language_of(code.upper())} == {language}


@pytest.mark.parametrize("code", ["", "xx", "english", "en-GB", "pt", "e n", "\0"])
def test_another_code_is_no_language_of_ours(code: str) -> None:
    assert language_of(code) is None


def test_english_is_the_one_to_begin_with() -> None:
    assert (ENGLISH.code, ENGLISH.name) == ("en", "English")
