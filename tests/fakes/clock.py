"""A clock that stands still until told to move."""

from datetime import UTC, datetime, timedelta


class StoppedClock:
    def __init__(self, instant: datetime = datetime(2026, 3, 1, 12, tzinfo=UTC)) -> None:
        self._instant = instant

    def now(self) -> datetime:
        return self._instant

    def advance(self, seconds: float) -> None:
        self._instant += timedelta(seconds=seconds)
