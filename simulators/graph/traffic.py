"""The log of calls, for tests and the bench to look at: what came, when, and how it ended."""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from dataclasses import dataclass

from simulators.graph.errors import Json

_KEPT_ENTRIES = 200_000


@dataclass
class Entry:
    """One call. Times are monotonic seconds; `status` stays None for a call that got no answer."""

    sequence: int
    method: str
    path: str
    query: dict[str, str]
    token_in: str | None
    kind: str | None
    started: float
    ended: float | None = None
    status: int | None = None
    fault: str | None = None
    error_code: int | None = None

    def shown(self) -> Json:
        return {
            "sequence": self.sequence,
            "method": self.method,
            "path": self.path,
            "query": self.query,
            "tokenIn": self.token_in,
            "kind": self.kind,
            "status": self.status,
            "errorCode": self.error_code,
            "fault": self.fault,
            "started": self.started,
            "ended": self.ended,
        }


class Traffic:
    """Calls in order of arrival, and counters over all of them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.clear()

    def clear(self) -> None:
        with self._lock:
            self._entries: deque[Entry] = deque(maxlen=_KEPT_ENTRIES)
            self._total = 0
            self._open = 0
            self._most_at_once = 0
            self._by_kind: Counter[str] = Counter()
            self._by_status: Counter[str] = Counter()

    def begin(
        self, *, method: str, path: str, query: dict[str, str], token_in: str | None, kind: str | None
    ) -> Entry:
        with self._lock:
            self._total += 1
            self._open += 1
            self._most_at_once = max(self._most_at_once, self._open)
            self._by_kind[kind or "other"] += 1
            entry = Entry(self._total, method, path, query, token_in, kind, time.monotonic())
            self._entries.append(entry)
            return entry

    def end(self, entry: Entry, status: int | None) -> None:
        with self._lock:
            entry.status, entry.ended = status, time.monotonic()
            self._open -= 1
            self._by_status[str(status) if status else "none"] += 1

    def shown(self) -> Json:
        """`{"counters": {...}, "requests": [...]}`."""
        with self._lock:
            counters: Json = {
                "total": self._total,
                "byKind": dict(self._by_kind),
                "byStatus": dict(self._by_status),
                "mostAtOnce": self._most_at_once,
            }
            return {"counters": counters, "requests": [entry.shown() for entry in self._entries]}
