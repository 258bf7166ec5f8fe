"""The labelled set: conversations written for it, and what a good analyst would say of each.

One JSON file a language in `conversations/`. Nobody in them exists.
"""

from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, model_validator
from pydantic.alias_generators import to_camel

from pagesync.domain.insight import LeadStatus
from pagesync.domain.pipeline import DEFAULT_STAGES, StageKind

FOLDER = Path(__file__).parent / "conversations"
OPEN_STAGES = tuple(name for name, _, kind in DEFAULT_STAGES if kind is StageKind.OPEN)
BAND_STARTS = (0, 10, 30, 50, 70, 85)
BAND_ENDS = (9, 29, 49, 69, 84, 100)
"""The score bands of analysis.v1.md; a label spans one of them, or neighbours where two are defensible."""


class Situation(StrEnum):
    PRICE = "price question"
    AVAILABILITY = "availability"
    ORDER = "concrete order"
    NEGOTIATION = "negotiation"
    PROPOSAL = "proposal sent"
    ORDER_STATUS = "order status"
    COMPLAINT = "complaint"
    RETURN = "return"
    WANTS_MORE = "wants more"
    BOUGHT = "bought"
    GENERAL = "general interest"
    SOMEONE_ELSE = "asking for someone else"
    CHANGED_MIND = "changed mind"
    SARCASM = "sarcasm"
    RAMBLING = "long rambling"
    MIXED = "mixed language"
    VOICE = "voice notes and attachments"
    GREETING = "greeting only"
    ONE_WORD = "one word"
    STICKER = "sticker and a word"
    SPAM = "spam"
    PITCH = "sales pitch"
    JOB = "job seeker"
    WRONG_NUMBER = "wrong number"
    WRONG_BUSINESS = "wrong business"
    DO_NOT_CONTACT = "do not contact"
    INJECTION = "prompt injection"


class _Labelled(BaseModel):
    model_config = ConfigDict(
        alias_generator=to_camel, extra="forbid", frozen=True, str_strip_whitespace=True, validate_by_name=True
    )


def _is_open(stage: str) -> str:
    if stage not in OPEN_STAGES:
        raise ValueError(f"is none of the stages an analyst may choose: {', '.join(OPEN_STAGES)}")
    return stage


_Stage = Annotated[str, AfterValidator(_is_open)]
_Text = Annotated[str, StringConstraints(min_length=1)]
_Attachment = Annotated[
    str, StringConstraints(pattern=r"^(image|sticker|voice message|video|location|file \S+\.[a-z]+)$")
]


class Line(_Labelled):
    """One message, `minute` minutes after the conversation began; a file is told with its name."""

    sender: Literal["customer", "page"] = Field(alias="from")
    minute: int = Field(ge=0)
    text: str = ""
    attachments: tuple[_Attachment, ...] = ()

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.text and not self.attachments:
            raise ValueError("a message has text or attachments")
        return self


class Labels(_Labelled):
    """`also_...` are answers as good as the first. A WON or LOST deal is labelled with the open stage beside it.

    `expects_suggestion`: the customer wrote so little that the analyst's confidence must stay below 60.
    """

    stage: _Stage
    also_stages: tuple[_Stage, ...] = ()
    lead_status: LeadStatus
    also_lead_statuses: tuple[LeadStatus, ...] = ()
    score_band: tuple[int, int]
    expects_suggestion: bool

    @property
    def stages(self) -> tuple[str, ...]:
        return (self.stage, *self.also_stages)

    @property
    def lead_statuses(self) -> tuple[LeadStatus, ...]:
        return (self.lead_status, *self.also_lead_statuses)

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        low, high = self.score_band
        if low not in BAND_STARTS or high not in BAND_ENDS or low > high:
            raise ValueError(f"scoreBand {low}-{high} does not begin and end with bands of the prompt")
        for answers in (self.stages, self.lead_statuses):
            if len(set(answers)) < len(answers):
                raise ValueError("an answer is given twice")
        return self


class LabelledConversation(_Labelled):
    """`business` is the Page's name; `messages` come oldest first."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z]{2}(-[a-z]+)+$")]
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]
    situation: Situation
    business: _Text
    messages: Annotated[tuple[Line, ...], Field(min_length=1)]
    labels: Labels

    @property
    def customer_words(self) -> list[str]:
        return [line.text for line in self.messages if line.sender == "customer" and line.text]

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if not self.id.startswith(f"{self.language}-"):
            raise ValueError("the id begins with the language")
        if not self.customer_words:
            raise ValueError("the customer writes nothing, and nobody would ask the analyst")
        if any(later.minute < earlier.minute for earlier, later in pairwise(self.messages)):
            raise ValueError("the messages are not in order")
        return self


_FILE = TypeAdapter(tuple[LabelledConversation, ...])


def load(folder: Path = FOLDER) -> tuple[LabelledConversation, ...]:
    """All conversations. Raises ValueError for a file that breaks a rule, naming it."""
    found: list[LabelledConversation] = []
    for path in sorted(folder.glob("*.json")):
        try:
            conversations = _FILE.validate_json(path.read_bytes())
        except ValueError as error:
            raise ValueError(f"{path.name}: {error}") from error
        if any(each.language != path.stem for each in conversations):
            raise ValueError(f"{path.name} holds a conversation of another language")
        found += conversations
    if len({each.id for each in found}) < len(found):
        raise ValueError("two conversations have the same id")
    return tuple(found)
