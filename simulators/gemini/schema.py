"""Fills a JSON schema with what a reading found: fields are known by their names, and the schema's rules hold.

Understands what `responseJsonSchema` takes and the OpenAPI subset of `responseSchema` (types in capitals).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from simulators.gemini.diagnosis import Reading
from simulators.gemini.prose import reasoning_of, summary_of
from simulators.gemini.stages import stage_for

Json = Mapping[str, Any]


def fill(schema: Json, reading: Reading, instruction: str) -> Any:
    return _value("", schema, reading, instruction)


def spoil(schema: Json, value: Any) -> Any:
    """`value` made wrong by its schema: enums and ranges left, or else a required field dropped."""
    properties: Mapping[str, Json] = schema.get("properties", {})
    wrong = {name: _wrong(properties[name], item) for name, item in value.items() if name in properties}
    if wrong != value:
        return wrong
    dropped = next(iter(schema.get("required", wrong)), None)
    return {name: item for name, item in wrong.items() if name != dropped}


def _wrong(schema: Json, item: Any) -> Any:
    if "enum" in schema:
        return "Not one of the choices"
    return schema["maximum"] + 40 if "maximum" in schema else item


def _value(name: str, schema: Json, reading: Reading, instruction: str) -> Any:
    kind = _kind(schema)
    if kind == "object":
        return _object(schema, reading, instruction)
    if kind == "array":
        return _array(name, schema, reading, instruction)
    if "enum" in schema:
        return _choice(name, schema["enum"], reading, instruction)
    if kind in ("integer", "number"):
        return _within(schema, _number(name, reading))
    if kind == "boolean":
        return False
    return None if kind == "null" else _text(name, reading)


def _kind(schema: Json) -> str:
    stated = schema.get("type", "object" if "properties" in schema else "string")
    first = stated[0] if isinstance(stated, list) else stated
    return str(first).lower()


def _object(schema: Json, reading: Reading, instruction: str) -> dict[str, Any]:
    """Fields in the order of `propertyOrdering` or `required`, as Gemini writes them."""
    properties: Mapping[str, Json] = schema.get("properties", {})
    order = dict.fromkeys([*schema.get("propertyOrdering", ()), *schema.get("required", ()), *properties])
    return {name: _value(name, properties[name], reading, instruction) for name in order if name in properties}


def _array(name: str, schema: Json, reading: Reading, instruction: str) -> list[Any]:
    """One item a piece of evidence; where there is none, as few as the schema lets pass."""
    items: Json = schema.get("items", {})
    least, most = schema.get("minItems", 0), schema.get("maxItems", 3)
    pieces = [Reading([line]) for line in reading.evidence]
    found = [_value(name, items, piece, instruction) for piece in pieces]
    if least and not found:
        found.append(_value(name, items, reading, instruction))
    while len(found) < least:
        found.append(found[-1])
    return found[:most]


def _choice(name: str, choices: Sequence[Any], reading: Reading, instruction: str) -> Any:
    if "status" in name.lower() and reading.case.status in choices:
        return reading.case.status
    return stage_for(choices, instruction, reading)


def _number(name: str, reading: Reading) -> int:
    key = name.lower()
    if "confidence" in key or "certainty" in key:
        return reading.confidence
    if any(part in key for part in ("message", "line", "index", "number")):
        return reading.evidence[0].number if reading.evidence else 1
    return reading.score


def _within(schema: Json, number: int) -> int | float:
    return max(schema.get("minimum", number), min(schema.get("maximum", number), number))


_TEXTS: Mapping[str, Callable[[Reading], str]] = {
    "reason": reasoning_of,
    "rationale": reasoning_of,
    "quote": lambda reading: reading.quote,
    "message": lambda reading: str(reading.evidence[0].number) if reading.evidence else "1",
    "status": lambda reading: reading.case.status,
}


def _text(name: str, reading: Reading) -> str:
    key = name.lower()
    return next((make(reading) for part, make in _TEXTS.items() if part in key), None) or summary_of(reading)
