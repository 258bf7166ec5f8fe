"""Rows of a CSV file as spreadsheets read it (RFC 4180), whatever people put into the cells."""

import csv
import io
import unicodedata
from collections.abc import Iterable

BYTE_ORDER_MARK = "\ufeff"
"""Without it, Excel takes UTF-8 for the code page of its machine."""

_FORMULA_SIGNS = frozenset("=+-@")
_SKIPPED = frozenset(("Cc", "Cf", "Zs", "Zl", "Zp"))


def row_of(cells: Iterable[str | int | None]) -> str:
    """One line with its end; nothing is an empty cell. A number stays one, and a text stays a text."""
    line = io.StringIO(newline="")
    csv.writer(line, lineterminator="\r\n").writerow(
        [text_cell(cell) if isinstance(cell, str) else cell for cell in cells]
    )
    return line.getvalue()


def text_cell(text: str) -> str:
    """`text`, with a ' before what a spreadsheet would run as a formula, as soon as the file is opened.

    Signs count in their full-width and small forms too, and behind what is skipped or not seen; and after a
    semicolon, where spreadsheets of many countries begin a cell. Ids and times begin with a letter or a digit and
    are never touched. https://owasp.org/www-community/attacks/CSV_Injection
    """
    return ";".join(map(_inert, text.split(";")))


def _inert(text: str) -> str:
    first = next((char for char in text if unicodedata.category(char) not in _SKIPPED), "")
    is_formula = unicodedata.normalize("NFKC", first) in _FORMULA_SIGNS
    return f"'{text}" if is_formula or text.startswith(("\t", "\r", "\n")) else text
