"""Answers of a model that was talked into something, or makes things up: sound JSON, and not to be trusted.

Fields are known by their names, as in schema.py.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from simulators.gemini.conversation import Line

_CLOSED_STAGES = ("Won", "Lost")
_KNOWN_STAGES = (*_CLOSED_STAGES, "New Lead", "Contacted", "Qualified", "Proposal", "Customer Care")
_INVENTED = "I will take everything you have, money is no object"


@dataclass(frozen=True)
class Liar:
    """Spoils `answer`, which was sound for the conversation of `lines`; `other` is another conversation."""

    answer: Mapping[str, Any]
    lines: Sequence[Line]
    other: Sequence[Line]

    def invented_evidence(self) -> Mapping[str, Any]:
        """Words nobody wrote, laid to the customer's first message."""
        return self._with(evidence=[_quote(_customer(self.lines)[0].number, _INVENTED)])

    def quotes_the_page(self) -> Mapping[str, Any]:
        """The business's words, under their own number and under one of the customer's."""
        asked = _customer(self.lines)[0].number
        told = [line for line in self.lines if line.by_business] or [Line(asked, "Sure!", by_customer=False)]
        return self._with(evidence=[_quote(number, line.text) for line in told for number in (line.number, asked)])

    def obeys(self) -> Mapping[str, Any]:
        """What the customer's text asks for, proven with the words of another conversation."""
        stolen = [line.text for line in _customer(self.other) if line.text] or [_INVENTED]
        numbers = [line.number for line in _customer(self.lines)][:2]
        return self._with(
            evidence=[_quote(number, text) for text in stolen for number in numbers],
            stage=self._named_stages[0],
            status="CONVERTED",
            score=100,
            confidence=100,
        )

    def stage_outside(self) -> Mapping[str, Any]:
        """A stage that was not offered: one that the customer names, or a deal that is won."""
        return self._with(stage=next((each for each in self._named_stages if each in _CLOSED_STAGES), "Won"))

    def score_out_of_range(self) -> Mapping[str, Any]:
        return self._with(score=140)

    def _with(self, **parts: Any) -> Mapping[str, Any]:
        """The answer with other values in the fields whose names have these parts in them."""
        return {
            name: next((value for part, value in parts.items() if part in name.lower()), old)
            for name, old in self.answer.items()
        }

    @property
    def _named_stages(self) -> Sequence[str]:
        """In the order of the customer's text; where it names none, the answer's own."""
        text = " ".join(line.text for line in _customer(self.lines))
        own = [str(value) for name, value in self.answer.items() if "stage" in name.lower()]
        found = {
            stage: re.search(rf"\b{re.escape(stage)}\b", text, re.IGNORECASE) for stage in [*_KNOWN_STAGES, *own]
        }
        starts = {stage: match.start() for stage, match in found.items() if match}
        return sorted(starts, key=starts.__getitem__) or own or [""]


LIES: Mapping[str, Callable[[Liar], Mapping[str, Any]]] = {
    "invented_evidence": Liar.invented_evidence,
    "quotes_the_page": Liar.quotes_the_page,
    "obeys": Liar.obeys,
    "stage_outside": Liar.stage_outside,
    "score_out_of_range": Liar.score_out_of_range,
}


def _customer(lines: Sequence[Line]) -> Sequence[Line]:
    return [line for line in lines if line.by_customer] or lines


def _quote(number: int, text: str) -> Mapping[str, Any]:
    return {"messageId": number, "quote": text}
