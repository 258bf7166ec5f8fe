"""What docs/openapi.json shows as examples would be accepted, or answered."""

import importlib
import json
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest

from local.openapi import EXAMPLES, document
from pagesync import messages
from pagesync.messages.base import Message

MESSAGES = {
    name: each
    for module in pkgutil.iter_modules(messages.__path__, f"{messages.__name__}.")
    for name, each in vars(importlib.import_module(module.name)).items()
    if isinstance(each, type) and issubclass(each, Message)
}
ANSWERS: dict[str, Any] = json.loads(EXAMPLES.read_text(encoding="utf-8"))
SCHEMAS = document()["components"]["schemas"]


def referred_to(part: object) -> Iterator[str]:
    """Names of the schemas that `part` names itself."""
    if isinstance(part, dict):
        yield from (value.rpartition("/")[2] for key, value in part.items() if key == "$ref")
        for value in part.values():
            yield from referred_to(value)
    if isinstance(part, list):
        for value in part:
            yield from referred_to(value)


def sent_and_answered() -> Iterator[str]:
    for operations in document()["paths"].values():
        for operation in operations.values():
            yield from referred_to([operation.get("requestBody"), operation["responses"]])


@pytest.mark.parametrize("name", sorted(set(sent_and_answered())))
def test_whatever_is_sent_or_answered_has_an_example(name: str) -> None:
    assert "examples" in SCHEMAS[name], f"{name} has none in local/openapi_examples.json"


@pytest.mark.parametrize("name", sorted(name for name in MESSAGES if name.endswith("Body")))
def test_examples_of_a_body_are_accepted_and_show_every_field(name: str) -> None:
    body = MESSAGES[name]
    shown = [body.model_validate(each) for each in body.model_json_schema()["examples"]]
    assert set().union(*(each.model_fields_set for each in shown)) == set(body.model_fields)


@pytest.mark.parametrize("name", sorted(ANSWERS))
def test_an_example_of_an_answer_is_what_would_be_answered(name: str) -> None:
    assert MESSAGES[name].model_validate(ANSWERS[name]).dump() == ANSWERS[name]
