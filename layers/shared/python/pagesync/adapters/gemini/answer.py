"""The answer we ask Gemini for, as JSON schema, and its check on arrival: to the model a schema is only a hint.

What decides anything is read strictly. Quotes are read leniently: none of them counts before it is looked up in the
conversation, so a quote that cannot be read is one less.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, cast

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)
from pydantic.alias_generators import to_camel

from pagesync.adapters.gemini.trouble import Trouble, wrong_answer
from pagesync.domain.evidence import MOST_EVIDENCE
from pagesync.domain.insight import LeadStatus, Placement
from pagesync.domain.text import clipped, fold, printable

_LONGEST_TEXT_CHARS = 2_000
_LONGEST_QUOTE_CHARS = 300
"""Twenty words are asked for; the start of a longer quote is one too."""

_LINE_NUMBER = re.compile(r"\s*\[?(\d{1,9})\]?\s*")


@dataclass(frozen=True, slots=True)
class Quote:
    """`line` is the number that the transcript gave a message."""

    line: int
    words: str


@dataclass(frozen=True, slots=True)
class Answer:
    summary: str
    placement: Placement | None = None
    quotes: tuple[Quote, ...] = ()


def schema_for(stages: Sequence[str], marker: str) -> Mapping[str, Any]:
    """JSON schema of the answer; without stages only a summary is asked for.

    Gemini writes the fields in the order of `required`: what it saw first, its judgement after.
    """
    fields: dict[str, Any] = {"summary": {"type": "string"}, "evidence": _EVIDENCE}
    if stages:
        fields |= {
            "reasoning": {"type": "string"},
            "recommendedStage": {"type": "string", "enum": list(stages)},
            "leadStatus": {"type": "string", "enum": [status.value for status in LeadStatus]},
            "leadScore": {"type": "integer", "minimum": 0, "maximum": 100},
            "confidence": {"type": "integer", "minimum": 0, "maximum": 100},
        }
    fields["marker"] = {"type": "string", "enum": [marker]}
    return {"type": "object", "properties": fields, "required": list(fields)}


_EVIDENCE: Mapping[str, Any] = {
    "type": "array",
    "maxItems": MOST_EVIDENCE,
    "items": {
        "type": "object",
        "properties": {"messageId": {"type": "integer"}, "quote": {"type": "string"}},
        "required": ["messageId", "quote"],
    },
}


def read_answer(text: str, stages: Sequence[str], marker: str) -> Answer | Trouble:
    """The answer in our terms, its stage spelled as in `stages`, or what is wrong with it.

    Another marker than ours means that the answer is not about our transcript.
    """
    try:
        found = (_FullAnswer if stages else _SummaryOnly).model_validate_json(text)
    except ValidationError as error:
        return wrong_answer(_what_is_wrong(error))
    if found.marker != marker:
        return wrong_answer("marker is not that of the transcript")
    if not isinstance(found, _FullAnswer):
        return Answer(found.summary, quotes=found.evidence)
    stage = next((stage for stage in stages if fold(stage) == fold(found.recommended_stage)), None)
    if stage is None:
        return wrong_answer("recommendedStage is not one of the stages")
    return Answer(found.summary, found.placed_in(stage), found.evidence)


def _quotes(value: object) -> tuple[Quote, ...]:
    items = cast("list[object]", value) if isinstance(value, list) else []
    return tuple(quote for quote in map(_quote, items) if quote is not None)[:MOST_EVIDENCE]


def _quote(item: object) -> Quote | None:
    given = cast("dict[str, object]", item) if isinstance(item, dict) else {}
    line, words = _line(given.get("messageId")), given.get("quote")
    if line is None or not isinstance(words, str) or not printable(words):
        return None
    return Quote(line, clipped(printable(words), _LONGEST_QUOTE_CHARS))


def _line(value: object) -> int | None:
    """3, "3" and "[3]" are one number."""
    if isinstance(value, str) and (number := _LINE_NUMBER.fullmatch(value)):
        return int(number[1])
    return value if isinstance(value, int) and not isinstance(value, bool) else None


_Line = Annotated[str, AfterValidator(printable), StringConstraints(min_length=1, max_length=_LONGEST_TEXT_CHARS)]
_Percent = Annotated[int, Field(ge=0, le=100, strict=True)]


class _SummaryOnly(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel)

    summary: _Line
    evidence: Annotated[tuple[Quote, ...], BeforeValidator(_quotes)] = ()
    marker: str


class _FullAnswer(_SummaryOnly):
    reasoning: _Line
    recommended_stage: str
    lead_status: LeadStatus
    lead_score: _Percent
    confidence: _Percent

    def placed_in(self, stage: str) -> Placement:
        return Placement(
            stage_name=stage,
            lead_status=self.lead_status,
            lead_score=self.lead_score,
            confidence=self.confidence,
            reasoning=self.reasoning,
        )


def _what_is_wrong(error: ValidationError) -> str:
    """Fields and rules, never the values."""
    faults = error.errors(include_url=False, include_context=False, include_input=False)
    return "; ".join(
        f"{fault['loc'][0]}: {fault['msg']}" if fault["loc"] else "it is not the JSON object asked for"
        for fault in faults
    )
