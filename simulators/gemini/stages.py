"""Chooses one of the names a schema allows, by what the instruction says about each."""

from collections.abc import Sequence
from typing import Any

from simulators.gemini.diagnosis import Reading
from simulators.gemini.signals import folded


def stage_for(choices: Sequence[Any], instruction: str, reading: Reading) -> Any:
    """The choice whose name and description fit the case best; where none does, the one about as far along."""
    best = max(choices, key=lambda choice: _fit(str(choice), instruction, reading))
    if _fit(str(best), instruction, reading):
        return best
    return choices[round(reading.case.depth * (len(choices) - 1))]


def _fit(choice: str, instruction: str, reading: Reading) -> int:
    words = folded(f"{choice} {_description(choice, instruction)}")
    return sum(weight for stem, weight in reading.case.stage_words.items() if f" {stem}" in words)


def _description(choice: str, instruction: str) -> str:
    """What follows the name on a line of its own, as in `- New Lead: wrote for the first time`."""
    for line in instruction.splitlines():
        name, colon, description = line.strip(" -*•\t").partition(":")
        if colon and name.strip(" \"'`*") == choice:
            return description
    return ""
