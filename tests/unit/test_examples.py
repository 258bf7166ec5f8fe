"""What docs/openapi.json shows as an example would be accepted."""

from collections.abc import Iterator

import pytest

from pagesync.messages import http, organisation, pipelines
from pagesync.messages.base import Message

MODULES = (http, organisation, pipelines)
BODIES = sorted(
    {
        each
        for module in MODULES
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, Message) and each.__name__.endswith("Body")
    },
    key=lambda each: each.__name__,
)


def examples(body: type[Message]) -> Iterator[dict[str, object]]:
    yield from body.model_json_schema().get("examples", [])


@pytest.mark.parametrize("body", [each for each in BODIES if any(examples(each))], ids=lambda body: body.__name__)
def test_an_example_is_accepted_and_shows_every_field(body: type[Message]) -> None:
    for example in examples(body):
        assert body.model_validate(example).model_fields_set == set(body.model_fields)
