"""Which intents a text shows, by the words of lexicon.json in a dozen languages."""

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from importlib import resources

_NOT_WORD = re.compile(r"[\W_]+")
_AMOUNT = re.compile(r"[$€£₱₫¥₩]\s?\d[\d.,]*|\b\d[\d.,]*\s?(?:€|usd\b|eur\b|pesos\b)", re.IGNORECASE)
_CONTACT = re.compile(r"[\w.+-]+@[\w-]+\.\w{2,}|(?<!\d)(?:\+\d|\(?\d{2,4}\)?[ .-])\d[\d .-]{5,}\d")
_PRODUCT = re.compile(
    r"(?:[A-ZÀ-Þ][\w'\u2019-]+ ){1,4}(?:\d+(?:[.,]\d+)? ?(?:kg|g|ml|l|pcs|cm)(?![A-Za-z])|\(\d+\))"
)
_UNDECOMPOSED = str.maketrans("đı", "di")
"""Letters that carry no separable accent."""


@lru_cache(maxsize=4096)
def intents_of(text: str) -> frozenset[str]:
    words = folded(text)
    return frozenset(name for name, terms in _lexicon().items() if any(term in words for term in terms))


def amount_in(text: str) -> str | None:
    found = _AMOUNT.search(text)
    return found[0].rstrip(".,") if found else None


def product_in(text: str) -> str | None:
    found = _PRODUCT.search(text)
    return found[0] if found else None


def pieces_of(product: str, text: str) -> int | None:
    """The number that stands just before the product: `3 x House Blend`, `3 bags of House Blend`."""
    before, found, _ = text.partition(product)
    number = re.search(r"(?<![\d.,$-])(\d{1,3})\D{0,12}$", before) if found else None
    return int(number[1]) if number else None


def has_contact_details(text: str) -> bool:
    return bool(_CONTACT.search(text))


def folded(text: str) -> str:
    """Lower case, no accents, words set apart by single spaces, a space at both ends."""
    bare = unicodedata.normalize("NFKD", text.casefold().translate(_UNDECOMPOSED))
    plain = "".join(char for char in bare if not unicodedata.combining(char))
    return f" {_NOT_WORD.sub(' ', plain).strip()} "


@cache
def _lexicon() -> Mapping[str, Sequence[str]]:
    raw = json.loads((resources.files("simulators.gemini") / "lexicon.json").read_text("utf-8"))
    return {
        intent: tuple(_term(term) for terms in languages.values() for term in terms)
        for intent, languages in raw.items()
    }


def _term(term: str) -> str:
    """What to look for in folded text: whole words, `stem*` for beginnings.

    In scripts that write words together, or a word with its article, anywhere.
    """
    words = folded(term).strip()
    if not _is_latin(words):
        return words
    return f" {words}" if term.endswith("*") else f" {words} "


def _is_latin(words: str) -> bool:
    return all("LATIN" in unicodedata.name(char) for char in words if char.isalpha())
