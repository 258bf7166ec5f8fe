"""Finds the conversation in a prompt: labelled lines if there are any, else everything is the customer's."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_LABELLED = re.compile(
    r"^\s*(?:\[(?P<number>\d+)\])?[^:A-Za-z]{0,30}(?:\d{1,2}:\d\d(?::\d\d)?)?[^:A-Za-z]{0,12}"
    r"\b(?P<label>CUSTOMER|USER|CLIENT|PAGE|BUSINESS|AGENT|OTHER)\b\s*:\s?(?P<text>.*)$"
)
_SENT = r"(?:\d+ x )?(?:image|sticker|video|voice message|location|shared post|attachment|file[^)]*|no text)"
_NOTES = re.compile(rf"^(?:\({_SENT}\)\s*)+")
"""What a prompt says was sent with a message; not the sender's words."""
_CUSTOMERS = frozenset({"CUSTOMER", "USER", "CLIENT"})
_BUSINESSES = frozenset({"PAGE", "BUSINESS", "AGENT"})


@dataclass(frozen=True)
class Line:
    """One message; `number` is the prompt's own, or its position."""

    number: int
    text: str
    by_customer: bool
    by_business: bool = False


def conversation_in(prompt: str) -> Sequence[Line]:
    lines: list[Line] = []
    for raw in prompt.splitlines():
        match = _LABELLED.match(raw)
        if match:
            label = match["label"]
            lines.append(
                Line(
                    number=int(match["number"] or len(lines) + 1),
                    text=_NOTES.sub("", match["text"].strip()).removesuffix(" (cut)"),
                    by_customer=label in _CUSTOMERS,
                    by_business=label in _BUSINESSES,
                )
            )
    return lines or [Line(1, prompt.strip(), by_customer=True)]
