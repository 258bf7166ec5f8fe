"""JSONata as Step Functions evaluates it: `{% %}` in templates, `$states`, variables, and the functions it adds."""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from jsonata import Jsonata, Utils

from tests.torture.definition import Unsupported

Bindings = dict[str, Any]


class QueryError(Exception):
    """An expression failed or gave nothing, which JSON cannot say."""


def bindings(states: Mapping[str, Any], variables: Mapping[str, Any], now: datetime) -> Bindings:
    """What the names in an expression mean."""
    named = {name: Utils.NULL_VALUE if value is None else value for name, value in variables.items()}
    clock = {
        "now": Jsonata.JLambda(lambda: now.isoformat(timespec="milliseconds").replace("+00:00", "Z")),
        "millis": Jsonata.JLambda(lambda: int(now.timestamp() * 1000)),
    }
    return {**_ADDED, **clock, **named, "states": states}


def fill(template: Any, known: Bindings) -> Any:
    """`template` with every expression in it replaced by its value. Raises QueryError."""
    if isinstance(template, str):
        is_expression = template.startswith("{%") and template.endswith("%}")
        return _value(template[2:-2].strip(), known) if is_expression else template
    if isinstance(template, dict):
        return {key: fill(value, known) for key, value in template.items()}
    if isinstance(template, list):
        return [fill(value, known) for value in template]
    return template


def _value(source: str, known: Bindings) -> Any:
    try:
        value = _compiled(source).evaluate(None, known)
        # The engine answers None for null and for nothing alike.
        is_there = value is not None or _compiled(f"$exists(({source}))").evaluate(None, known)
    except Exception as error:
        raise QueryError(f"{source}: {error}") from error
    if not is_there:
        raise QueryError(f"{source} gave nothing")
    return value


@cache
def _compiled(source: str) -> Jsonata:
    if "$eval(" in source:
        raise Unsupported("Step Functions has no $eval.")
    return Jsonata(source)


def _partition(items: list[Any], size: int) -> list[list[Any]]:
    return [items[start : start + size] for start in range(0, len(items), size)]


def _range(first: int, last: int, step: int) -> list[int]:
    return list(range(first, last + (1 if step > 0 else -1), step))


_ADDED = {
    "parse": Jsonata.JLambda(json.loads),
    "partition": Jsonata.JLambda(_partition),
    "range": Jsonata.JLambda(_range),
}
