"""What a text costs a model, told rather too high than too low: a budget has to hold in every script."""

import math

from pagesync.domain.text import clipped

_LATIN = 0.4
"""Plain letters and spaces: Google counts about four of English a token, gibberish takes more."""
_ALPHABETIC = 0.6
"""Accented Latin, Greek, Cyrillic, Hebrew, Arabic."""
_WHOLE = 1.0
"""A digit, a mark, a syllable or a Han character is a token at most."""
_RARE = 4.0
"""Emoji and what no vocabulary has are spelt in the bytes of UTF-8."""


def estimated_tokens(text: str) -> int:
    # Tenths do not add up exactly in binary: a hair over a whole is that whole.
    return math.ceil(sum(map(_cost, text)) - 1e-6)


def clipped_to_tokens(text: str, most: int) -> str:
    """The start of `text` that costs at most so many tokens, cut as `clipped` cuts."""
    spent = 0.0
    for index, char in enumerate(text):
        spent += _cost(char)
        if spent > most:
            return clipped(text, index) if index else ""
    return text


def _cost(char: str) -> float:
    if char < "\x80":
        return _LATIN if char.isalpha() or char == " " else _WHOLE
    if char < "\u0800":
        return _ALPHABETIC
    return _WHOLE if char <= "\uffff" else _RARE
