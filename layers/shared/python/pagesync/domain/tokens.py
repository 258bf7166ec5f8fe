"""What a text costs a model, told rather too high than too low: a budget has to hold in every script."""

from pagesync.domain.text import clipped

_LATIN = 4
"""Plain letters and spaces: Google counts about four of English a token, gibberish takes more."""
_ALPHABETIC = 6
"""Accented Latin, Greek, Cyrillic, Hebrew, Arabic."""
_WHOLE = 10
"""A digit, a mark, a syllable or a Han character is a token at most."""
_RARE = 40
"""Emoji and what no vocabulary has are spelt in the bytes of UTF-8."""


def estimated_tokens(text: str) -> int:
    return -(-sum(map(_cost, text)) // 10)


def clipped_to_tokens(text: str, most: int) -> str:
    """The start of `text` that costs at most so many tokens, cut as `clipped` cuts."""
    spent = 0
    for index, char in enumerate(text):
        spent += _cost(char)
        if spent > 10 * most:
            return clipped(text, index) if index else ""
    return text


def _cost(char: str) -> int:
    """In tenths of a token, which add up exactly."""
    if char < "\x80":
        return _LATIN if char.isalpha() or char == " " else _WHOLE
    if char < "\u0800":
        return _ALPHABETIC
    return _WHOLE if char <= "\uffff" else _RARE
