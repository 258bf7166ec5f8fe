"""The material worlds are composed from: phrases per language, names, products. Data lives in `material/`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent / "material"


@dataclass(frozen=True, slots=True)
class Weighted:
    """Names with the weights they are drawn by."""

    names: tuple[str, ...]
    weights: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of a script: who speaks ("c" customer, "p" Page), and the lines to choose from.

    An `optional` turn is sometimes left out; a `matching` turn answers the variant chosen just before it,
    at the same position (an empty line means silence).
    """

    speaker: str
    optional: bool
    matching: bool
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Phrasebook:
    """One language: values for the slots of its lines, and scripts by kind of conversation."""

    slots: dict[str, list[str]]
    scripts: dict[str, tuple[tuple[Turn, ...], ...]]
    kinds: Weighted


@dataclass(frozen=True, slots=True)
class NamePool:
    given: tuple[str, ...]
    family: tuple[str, ...]
    family_first: bool
    separator: str


@dataclass(frozen=True, slots=True)
class Mix:
    """What all languages share: how often each language occurs, the products, attachments and stray bits."""

    languages: Weighted
    products: dict[str, int]
    attachments: tuple[dict[str, str], ...]
    system_lines: tuple[str, ...]
    emoji: tuple[str, ...]


@cache
def phrasebook(language: str) -> Phrasebook:
    raw = _read(language)
    weights: dict[str, int] = _read("mix")["kinds"]
    scripts = {
        kind: tuple(tuple(_turn(turn) for turn in script) for script in variants)
        for kind, variants in raw["scripts"].items()
    }
    return Phrasebook(
        slots=raw["slots"],
        scripts=scripts,
        kinds=Weighted(tuple(scripts), tuple(weights[kind] for kind in scripts)),
    )


@cache
def mix() -> Mix:
    raw = _read("mix")
    return Mix(
        languages=Weighted(tuple(raw["languages"]), tuple(raw["languages"].values())),
        products=raw["products"],
        attachments=tuple(raw["attachments"]),
        system_lines=tuple(raw["system_lines"]),
        emoji=tuple(raw["emoji"]),
    )


@cache
def name_pool(language: str) -> NamePool:
    raw = _read("names")[language]
    return NamePool(
        given=tuple(raw["given"]),
        family=tuple(raw["family"]),
        family_first=raw.get("family_first", False),
        separator=raw.get("separator", " "),
    )


@cache
def odd_names() -> dict[str, str]:
    """Names hard to split (single words, particles, emoji, other scripts) -> the language of the bearer."""
    return _read("names")["odd"]


def _turn(raw: list[str]) -> Turn:
    mark = raw[0]
    return Turn(speaker=mark[0], optional=mark.endswith("?"), matching=mark.endswith("="), lines=tuple(raw[1:]))


@cache
def _read(name: str) -> dict[str, Any]:
    return json.loads((_FOLDER / f"{name}.json").read_text(encoding="utf-8"))
