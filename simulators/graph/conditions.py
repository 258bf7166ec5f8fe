"""The conditions a test or demo sets up: latency, faults, token states, usage, irregular pages."""

from __future__ import annotations

import threading
from collections import defaultdict
from dataclasses import dataclass, field

from simulators.graph.errors import GraphError
from simulators.graph.faults import Fault
from simulators.graph.paging import Irregularities
from simulators.graph.tokens import TokenLife


@dataclass(frozen=True)
class Usage:
    """Percentages of the hour's quota, as the usage headers report them; minutes until a block ends."""

    call_count: int = 0
    total_cputime: int = 0
    total_time: int = 0
    regain_minutes: int = 0

    @property
    def noticeable(self) -> bool:
        """The headers are missing while hardly anything is used (restfb#548)."""
        return max(self.call_count, self.total_cputime, self.total_time) > 0


@dataclass
class Conditions:
    """What holds at the moment. Fields may be replaced any time; methods may be called concurrently."""

    latency_seconds: float = 0.0
    reduce_above: int | None = None
    irregularities: Irregularities = field(default_factory=Irregularities)
    usage: Usage = field(default_factory=Usage)
    faults: list[Fault] = field(default_factory=list[Fault])
    tokens: defaultdict[str, TokenLife] = field(default_factory=lambda: defaultdict(TokenLife))
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def strike(self, call_kind: str | None, page_id: str | None, platform: str | None) -> Fault | None:
        """The fault that hits this call, if any. Each fault counts only calls no earlier fault hit."""
        with self._lock:
            concerned = (fault for fault in self.faults if fault.concerns(call_kind, page_id, platform))
            return next((fault for fault in concerned if fault.strikes()), None)

    def check_token(self, page_id: str) -> None:
        """Raises GraphError if the Page's token is dead."""
        with self._lock:
            self.tokens[page_id].check()

    def begin_list_answer(self, page_id: str) -> GraphError | None:
        """Check the token again and count the page about to be answered, in one step."""
        with self._lock:
            life = self.tokens[page_id]
            try:
                life.check()
            except GraphError as error:
                return error
            life.list_answered()
            return None
