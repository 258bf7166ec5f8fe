"""What the analyst makes of one conversation."""

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
class TokenUsage:
    """Billed tokens of one call."""

    input: int = 0
    output: int = 0
    thinking: int = 0


@dataclass(frozen=True, slots=True)
class Insight:
    """`placement` is None when only a summary was asked for."""

    summary: str
    placement: Placement | None = None
    model: str = ""
    prompt_version: str = ""
    usage: TokenUsage = TokenUsage()
