"""Comparing, cleaning and clipping human text the same way everywhere."""

import re
import unicodedata

# Shown as nothing or as a gap: control characters, Hangul fillers and the empty Braille cell, which some
# people wear as an invisible name.
_BLANK = re.compile(r"[\x00-\x1f\x7f-\x9f\u115f\u1160\u2800\u3164\uffa0]")

# UTF-8 has no lone surrogates and PostgreSQL refuses them; noncharacters mean nothing outside one program;
# marks, overrides and isolates of writing direction can turn the text around them; the rest hides in words.
_REMOVED = re.compile(
    r"[\ud800-\udfff\ufdd0-\ufdef"
    + "".join(chr(plane * 0x10000 + last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
    + r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
    + r"\u00ad\u180e\u200b\u2060-\u2065\u206a-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)

# Joiners (ZWNJ, ZWJ) shape Indic and Persian words and hold emoji together; after ASCII, space or each other
# they shape nothing.
_IDLE_JOINER = re.compile(r"(?<![^\x00-\x7f\s\u200c\u200d])[\u200c\u200d]")

# A variation selector picks the shape of the one character before it; more of them in a row show nothing and can
# carry a hidden text.
_IDLE_SELECTOR = re.compile(r"(?<=[\ufe00-\ufe0f\U000e0100-\U000e01ef])[\ufe00-\ufe0f\U000e0100-\U000e01ef]+")
# Letters that Unicode does not take apart, though people type them without their stroke or as two.
_PLAIN_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "\u0131": "i", "ŋ": "n", "þ": "th", "æ": "ae", "œ": "oe"}
)
_APOSTROPHES = frozenset("'`´‘’ʻʼ")  # noqa: RUF001 - as people type them
_LONGEST_SEARCH_KEY = 120

_JOINERS_AND_TONES = frozenset("\u200c\u200d\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff")
_VIRAMA_CLASS = 9


def fold(text: str) -> str:
    """Key under which two spellings of one label meet: case, width, spacing and composition do not count."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def search_words(text: str) -> list[str]:
    """The words of `text` as a search compares them: case, accents and punctuation do not count.

    They hold letters, digits and vowel signs alone, so nothing in them is a wildcard of SQL's LIKE.
    """
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    plain = "".join(char for char in apart if not _is_accent(char)).translate(_PLAIN_LETTERS)
    return "".join(char if _is_of_word(char) else " " for char in plain).split()


def search_key(*names: str) -> str:
    """The words of `names`, each after a space, by which their beginnings are found; short enough for an index."""
    return "".join(f" {word}" for name in names for word in search_words(name))[:_LONGEST_SEARCH_KEY]


def printable(text: str) -> str:
    """`text` on one line, without what cannot be stored (NUL, surrogates) or is not seen (invisible, bidi).

    Runs of space become one. Safe for any `str`, and applying it again changes nothing.
    """
    visible = _REMOVED.sub("", _BLANK.sub(" ", text))
    return " ".join(_IDLE_SELECTOR.sub("", _IDLE_JOINER.sub("", visible)).split())


def clipped(text: str, max_characters: int) -> str:
    """The start of `text`, at most so many code points.

    It is not cut inside what people see as one character, unless that alone is longer.
    """
    if len(text) <= max_characters:
        return text
    end = max_characters
    while end > 0 and _continues(text, end):
        end -= 1
    return text[: end or max_characters].rstrip()


def follows_virama(text: str, index: int) -> bool:
    """Whether the character at `index` comes after the sign that binds Indic consonants into one letter."""
    return index > 0 and unicodedata.combining(text[index - 1]) == _VIRAMA_CLASS


def _is_accent(char: str) -> bool:
    """What only changes a letter or joins two; vowel signs of Indic scripts are letters of their own."""
    return char in _APOSTROPHES or unicodedata.combining(char) > 0 or unicodedata.category(char) == "Cf"


def _is_of_word(char: str) -> bool:
    return char.isalnum() or unicodedata.category(char).startswith("M")


def _continues(text: str, index: int) -> bool:
    """Whether the character at `index` belongs to the one before it.

    A close, stdlib-only reading of Unicode's grapheme clusters (UAX #29): marks, joiners and what they join,
    skin tones, Hangul vowels and finals, second halves of flags.
    """
    char = text[index]
    return (
        char in _JOINERS_AND_TONES
        or text[index - 1] == "\u200d"
        or unicodedata.category(char).startswith("M")
        or follows_virama(text, index)
        or "\u1160" <= char <= "\u11ff"
        or (_is_flag_half(char) and _flag_halves_before(text, index) % 2 == 1)
    )


def _is_flag_half(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _flag_halves_before(text: str, index: int) -> int:
    start = index
    while start > 0 and _is_flag_half(text[start - 1]):
        start -= 1
    return index - start
