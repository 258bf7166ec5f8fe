"""What every message is made of."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainSerializer, WithJsonSchema
from pydantic.alias_generators import to_camel

from pagesync.adapters.telemetry import Metric
from pagesync.domain.page import FacebookPageId


def _utc_text(instant: datetime) -> str:
    return instant.isoformat(timespec="milliseconds").replace("+00:00", "Z")


Instant = Annotated[datetime, PlainSerializer(_utc_text, when_used="json-unless-none")]
_canonical = AfterValidator(lambda text: str(UUID(text)))
_uuid_schema = WithJsonSchema({"type": "string", "format": "uuid"})

Id = Annotated[str, _canonical, _uuid_schema]
"""A UUID in any spelling, kept in the canonical one."""

PageId = Annotated[FacebookPageId, _canonical, _uuid_schema]


def may_be_left_out() -> Any:
    """A field of a change: what is not sent stays as it is, and is no part of `given`."""
    return Field(default_factory=lambda: None)


def example(**fields: Any) -> ConfigDict:
    """What docs/openapi.json shows of a message."""
    return examples(fields)


def examples(*shown: dict[str, Any]) -> ConfigDict:
    """Several, where no one message would have all fields."""
    return ConfigDict(json_schema_extra={"examples": list(shown)})


class Message(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid", frozen=True)

    def dump(self) -> dict[str, Any]:
        """The JSON object that travels."""
        return self.model_dump(mode="json", by_alias=True)

    def given(self) -> dict[str, Any]:
        """The fields that were sent, null or not."""
        return {name: getattr(self, name) for name in self.model_fields_set}

    def facts(self) -> dict[str, Any]:
        """What a log may say of it: counts and outcomes, never ids of people or what they wrote."""
        return {}

    def measures(self) -> Mapping[Metric, float]:
        """What it adds to the metrics, beside what the ports counted on the way to it."""
        return {}
