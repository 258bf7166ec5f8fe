"""The answer we ask Gemini for, as JSON schema, and its check on arrival: to the model a schema is only a hint."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from pydantic.alias_generators import to_camel

from pagesync.adapters.gemini.trouble import Trouble, wrong_answer
from pagesync.domain.insight import LeadStatus, Placement
from pagesync.domain.text import fold, printable


@dataclass(frozen=True, slots=True)
class Answer:
    summary: str
    placement: Placement | None = None


def schema_for(stages: Sequence[str]) -> Mapping[str, Any]:
    """JSON schema of the answer; without stages only a summary is asked for.

    Gemini writes the fields in the order of `required`: what it saw first, its judgement after.
    """
    fields: dict[str, Any] = {"summary": {"type": "string"}}
    if stages:
        fields |= {
            "reasoning": {"type": "string"},
            "recommendedStage": {"type": "string", "enum": list(stages)},
            "leadStatus": {"type": "string", "enum": [status.value for status in LeadStatus]},
            "leadScore": {"type": "integer", "minimum": 0, "maximum": 100},
            "confidence": {"type": "integer", "minimum": 0, "maximum": 100},
        }
    return {"type": "object", "properties": fields, "required": list(fields)}


def read_answer(text: str, stages: Sequence[str]) -> Answer | Trouble:
    """The answer in our terms, its stage spelled as in `stages`, or what is wrong with it."""
    try:
        if not stages:
            return Answer(_SummaryOnly.model_validate_json(text).summary)
        full = _FullAnswer.model_validate_json(text)
    except ValidationError as error:
        return wrong_answer(_what_is_wrong(error))
    stage = next((stage for stage in stages if fold(stage) == fold(full.recommended_stage)), None)
    if stage is None:
        return wrong_answer("recommendedStage is not one of the stages")
    placement = Placement(
        stage_name=stage,
        lead_status=full.lead_status,
        lead_score=full.lead_score,
        confidence=full.confidence,
        reasoning=full.reasoning,
    )
    return Answer(full.summary, placement)


_Line = Annotated[str, AfterValidator(printable), StringConstraints(min_length=1, max_length=2_000)]
_Percent = Annotated[int, Field(ge=0, le=100)]


class _SummaryOnly(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel)

    summary: _Line


class _FullAnswer(_SummaryOnly):
    reasoning: _Line
    recommended_stage: str
    lead_status: LeadStatus
    lead_score: _Percent
    confidence: _Percent


def _what_is_wrong(error: ValidationError) -> str:
    """Fields and rules, never the values."""
    faults = error.errors(include_url=False, include_context=False, include_input=False)
    return "; ".join(
        f"{fault['loc'][0]}: {fault['msg']}" if fault["loc"] else "it is not the JSON object asked for"
        for fault in faults
    )
