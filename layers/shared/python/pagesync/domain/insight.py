"""What the analyst makes of one conversation."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class LeadStatus(StrEnum):
    NEW = "NEW"
    CONTACTED = "CONTACTED"
    QUALIFIED = "QUALIFIED"
    UNQUALIFIED = "UNQUALIFIED"
    CONVERTED = "CONVERTED"
    LOST = "LOST"


@dataclass(frozen=True, slots=True)
class Placement:
    """Where the analyst would put the contact; scores and confidence are 0-100."""

    stage_name: str
    lead_status: LeadStatus
    lead_score: int
    confidence: int
    reasoning: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the customer wrote, word for word, in one message of the conversation."""

    message_id: str
    quote: str


@dataclass(frozen=True, slots=True)
class TokenUsage:
    """Billed tokens of so many `calls` of the model; thinking is billed as output."""

    input: int = 0
    output: int = 0
    thinking: int = 0
    calls: int = 0

    def __add__(self, other: "TokenUsage") -> "TokenUsage":
        return TokenUsage(
            self.input + other.input,
            self.output + other.output,
            self.thinking + other.thinking,
            self.calls + other.calls,
        )

    @property
    def total(self) -> int:
        return self.input + self.output + self.thinking


@dataclass(frozen=True, slots=True)
class Insight:
    """`placement` is None when only a summary was asked for; `evidence` is what both rest on."""

    summary: str
    placement: Placement | None = None
    evidence: Sequence[Evidence] = ()
    model: str = ""
    prompt_version: str = ""
    usage: TokenUsage = TokenUsage()
