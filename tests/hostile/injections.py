"""Messages of people who try to steer the analysis, and the conversations they stand in."""

import json
from dataclasses import dataclass
from pathlib import Path

from pagesync.domain.conversation import Lead
from tests.talks import BUSINESS, CUSTOMER, lead_of

_OPENING = ((CUSTOMER, "Hello"), (BUSINESS, "Hi! It is $29 a bag."))


@dataclass(frozen=True)
class Injection:
    """`says` are messages of the customer, oldest first."""

    name: str
    language: str
    trick: str
    says: tuple[str, ...]

    @property
    def lead(self) -> Lead:
        return lead_of([*_OPENING, *((CUSTOMER, text) for text in self.says)])

    @property
    def senders(self) -> list[str]:
        """Who sent each line, oldest first."""
        return ["CUSTOMER", "PAGE", *["CUSTOMER"] * len(self.says)]


def injections() -> list[Injection]:
    raw = json.loads((Path(__file__).parent / "injections.json").read_text("utf-8"))
    return [Injection(each["name"], each["language"], each["trick"], tuple(each["says"])) for each in raw]


INJECTIONS = injections()
NAMES = [each.name for each in INJECTIONS]
