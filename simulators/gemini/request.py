"""A generateContent request, checked as the API checks it."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from simulators.gemini.problems import invalid, model_unknown, unknown_field

Json = dict[str, Any]

PATH = re.compile(r"/(?P<version>v1|v1beta)/models/(?P<model>[\w.-]+):generateContent")

_LEVELS = ("minimal", "low", "medium", "high")
_MODELS: Mapping[str, tuple[str, ...]] = {
    "gemini-2.5-flash-lite": (),
    "gemini-2.5-flash": (),
    "gemini-2.5-pro": (),
    "gemini-3.1-flash-lite": _LEVELS,
    "gemini-3.5-flash-lite": _LEVELS,
    "gemini-3.6-flash": _LEVELS,
    "gemini-3.7-flash": _LEVELS[1:],
    "gemini-3.8-flash": _LEVELS[1:],
}
"""Thinking levels each model takes; before Gemini 3 there are only budgets."""
_ALIASES: Mapping[str, str] = {
    "gemini-flash-latest": "gemini-3.8-flash",
    "gemini-flash-lite-latest": "gemini-3.5-flash-lite",
}
"""Known to v1beta only."""

_REQUEST_FIELDS = frozenset(
    {"contents", "systemInstruction", "generationConfig", "safetySettings", "tools", "toolConfig", "cachedContent",
     "serviceTier", "model"}
)  # fmt: skip
_CONFIG_FIELDS = frozenset(
    {"responseMimeType", "responseSchema", "responseJsonSchema", "maxOutputTokens", "thinkingConfig", "temperature",
     "topP", "topK", "candidateCount", "stopSequences", "seed", "presencePenalty", "frequencyPenalty",
     "responseModalities", "mediaResolution"}
)  # fmt: skip


@dataclass(frozen=True)
class GenerateRequest:
    """`model` is the one that answers, whatever alias was asked for."""

    model: str
    instruction: str
    prompt: str
    schema: Json | None
    max_output_tokens: int
    thinking_level: str | None


def model_called(name: str, version: str) -> str:
    """The model that answers to `name`. Raises ApiProblem."""
    model = _ALIASES.get(name, name) if version == "v1beta" else name
    if model not in _MODELS:
        raise model_unknown(name, version)
    return model


def read_request(model: str, raw: bytes) -> GenerateRequest:
    """Raises ApiProblem."""
    body = _camel(_json(raw), _REQUEST_FIELDS, "")
    contents = _contents(body)
    config = _camel(body.get("generationConfig", {}), _CONFIG_FIELDS, "generation_config")
    return GenerateRequest(
        model=model,
        instruction=_text(body.get("systemInstruction", {})),
        prompt="\n".join(_text(content) for content in contents),
        schema=_schema(config),
        max_output_tokens=config.get("maxOutputTokens", 65_536),
        thinking_level=_thinking_level(config, model),
    )


def _json(raw: bytes) -> Json:
    try:
        body = json.loads(raw)
    except ValueError:
        raise invalid("Invalid JSON payload received. Unexpected token.") from None
    if not isinstance(body, dict):
        raise invalid("Invalid JSON payload received. Root element must be a message.")
    return cast("Json", body)


def _camel(fields: object, known: frozenset[str], where: str) -> Json:
    """Both spellings of a field are the same to the API; one it does not know is an error."""
    if not isinstance(fields, dict):
        raise invalid(f"Invalid value at '{where}' (Object expected).")
    named = {
        re.sub(r"_([a-z])", lambda m: m[1].upper(), name): value for name, value in cast("Json", fields).items()
    }
    unknown = next((name for name in named if name not in known), None)
    if unknown is not None:
        raise unknown_field(unknown, where)
    return named


def _contents(body: Json) -> list[Json]:
    contents = body.get("contents")
    if not isinstance(contents, list) or not contents:
        raise invalid("* GenerateContentRequest.contents: contents is not specified")
    turns = cast("list[Json]", contents)
    if turns[-1].get("role") == "model":
        raise invalid("Please ensure that the last turn is of the user: prefilled model turns are not supported.")
    if not _text(turns[-1]):
        raise invalid("* GenerateContentRequest.contents[0].parts: contents.parts must not be empty.")
    return turns


def _text(content: object) -> str:
    parts = cast("Json", content).get("parts", []) if isinstance(content, dict) else []
    return "\n".join(part.get("text", "") for part in parts)


def _schema(config: Json) -> Json | None:
    schema = config.get("responseJsonSchema") or config.get("responseSchema")
    if "responseJsonSchema" in config and "responseSchema" in config:
        raise invalid("Only one of response_schema and response_json_schema can be set.")
    if schema is not None and config.get("responseMimeType") != "application/json":
        raise invalid("Response schema is only supported with response mime type application/json.")
    return schema


def _thinking_level(config: Json, model: str) -> str | None:
    thinking = _camel(
        config.get("thinkingConfig", {}),
        frozenset({"thinkingLevel", "thinkingBudget", "includeThoughts"}),
        "generation_config.thinking_config",
    )
    level = str(thinking["thinkingLevel"]).lower() if "thinkingLevel" in thinking else None
    if level is None:
        return None
    if "thinkingBudget" in thinking:
        raise invalid("You can only set only one of thinking budget and thinking level.")
    if level not in _MODELS[model]:
        raise invalid(f"Thinking level {level.upper()} is not supported for this model.")
    return level
