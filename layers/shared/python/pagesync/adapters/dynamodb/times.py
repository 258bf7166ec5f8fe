"""Instants as DynamoDB and Step Functions write them."""

from datetime import UTC, datetime


def as_text(instant: datetime) -> str:
    """ISO 8601 in UTC with milliseconds, "2026-03-01T12:00:00.000Z": it sorts as text, as JSONata's $now() does."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def as_time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
