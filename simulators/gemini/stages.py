"""Chooses one of the names a schema allows, by what the instruction says about each."""

from collections.abc import Mapping, Sequence
from typing import Any

from simulators.gemini.diagnosis import Reading
from simulators.gemini.signals import folded


def stage_for(choices: Sequence[Any], instruction: str, reading: Reading) -> Any:
    """The choice whose name and description fit the case best; where none does, the one about as far along."""
    said = _descriptions(instruction)
    fits = {choice: _fit(f"{choice} {said.get(str(choice), '')}", reading) for choice in choices}
    best = max(choices, key=fits.__getitem__)
    return best if fits[best] else choices[round(reading.case.depth * (len(choices) - 1))]


def _fit(told: str, reading: Reading) -> int:
    words = folded(told)
    return sum(weight for stem, weight in reading.case.stage_words.items() if f" {stem}" in words)


def _descriptions(instruction: str) -> Mapping[str, str]:
    """What follows a name on a line of its own, as in `- New Lead: wrote for the first time`."""
    lines = [line.strip(" -*•\t").partition(":") for line in instruction.splitlines()]
    return {name.strip(" \"'`*"): description for name, colon, description in reversed(lines) if colon}
