"""Who writes to the Page: names as people really carry them on Facebook, and handles as on Instagram."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from random import Random

from simulators.graph.material import mix, name_pool, odd_names

_ODD_NAME_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class Person:
    """A customer: the full name, what the Page's staff call them, and their Instagram handle."""

    full_name: str
    first_name: str
    handle: str


def cast(rng: Random, language: str) -> Person:
    """A person of a language; now and then one with an unusual name."""
    odd = [name for name, spoken in odd_names().items() if spoken == language]
    if odd and rng.random() < _ODD_NAME_SHARE:
        return named(rng, rng.choice(odd))
    pool = name_pool(language)
    given, family = rng.choice(pool.given), rng.choice(pool.family)
    ordered = (family, given) if pool.family_first else (given, family)
    full = _restyled(rng, pool.separator.join(ordered), given)
    return Person(full_name=full, first_name=given.split()[0], handle=_handle(rng, f"{given} {family}"))


def named(rng: Random, full_name: str) -> Person:
    """A person with exactly this name."""
    spoken = [word for word in full_name.split() if any(letter.isalpha() for letter in word)]
    first = spoken[0] if spoken else "friend"
    return Person(full_name=full_name, first_name=first, handle=_handle(rng, full_name))


def _restyled(rng: Random, full: str, given: str) -> str:
    style = rng.random()
    if style < 0.05:
        return given
    if style < 0.08:
        return full.lower()
    if style < 0.10:
        return full.upper()
    if style < 0.13:
        return f"{full} {rng.choice(mix().emoji)}"
    return full


def _handle(rng: Random, name: str) -> str:
    words = ascii_words(name) or ["coffee", "fan"]
    form = rng.randrange(4)
    if form == 0:
        return "_".join(words) + str(rng.randrange(10, 99))
    if form == 1:
        return ".".join(words)[:28]
    if form == 2:
        return f"its{words[0]}{rng.choice(['', '_', '.x', 'xo'])}{rng.randrange(1, 999)}"
    return f"{words[-1]}.{words[0][:1]}{rng.randrange(1, 99)}"


def ascii_words(name: str) -> list[str]:
    """The name's Latin letters, accents removed, in lower-case words."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.findall(r"[a-z0-9]+", plain.lower())
