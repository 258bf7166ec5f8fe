"""Bad luck, call by call: what a schedule does to ports, functions and the flow's own calls, and who tells them."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any

from pagesync.domain.errors import (
    AnalysisFailed,
    CursorRejected,
    SourceForbidden,
    SourceMissing,
    SourceThrottled,
    SourceUnavailable,
    TooMuchData,
)
from tests.torture.invocation import Invocation


class Unreachable(Exception):
    """What an adapter raises when its service cannot be reached, or says that it cannot serve now."""


class Kind(StrEnum):
    DIES_BEFORE = "the function dies before it"
    DIES_AFTER = "the function dies after it"
    FAILS = "fails with"
    FAILS_AFTER = "is done, and its answer lost:"
    REFUSED = "is refused: too many at once"
    UNHEARD = "runs on, but the flow hears an error at once"
    TWICE = "is delivered a second time after"


TROUBLES: Mapping[str, Callable[[], Exception]] = {
    "Unreachable": lambda: Unreachable("It cannot be reached."),
    "SourceUnavailable": lambda: SourceUnavailable("Facebook has a moment."),
    "SourceThrottled": lambda: SourceThrottled("Slow down.", retry_after_seconds=240),
    "TooMuchData": lambda: TooMuchData("Ask for less."),
    "CursorRejected": lambda: CursorRejected("Facebook no longer knows this place in the list."),
    "SourceForbidden": lambda: SourceForbidden("A permission is missing."),
    "SourceMissing": lambda: SourceMissing("Facebook does not show this to us."),
    "AnalysisFailed THROTTLED": lambda: AnalysisFailed("Slow down.", code="THROTTLED", retry_after_seconds=30),
    "AnalysisFailed QUOTA_EXHAUSTED": lambda: AnalysisFailed("Not today.", code="QUOTA_EXHAUSTED"),
    "AnalysisFailed UNAVAILABLE": lambda: AnalysisFailed("The model has a moment.", code="UNAVAILABLE"),
}
ANYWHERE = "Unreachable"
BY_PORT: Mapping[str, Sequence[str]] = {
    "ConversationSource": [
        "SourceUnavailable",
        "SourceUnavailable",
        "SourceThrottled",
        "SourceThrottled",
        "TooMuchData",
        "CursorRejected",
        "SourceForbidden",
        "SourceMissing",
        ANYWHERE,
    ],
    "ConversationAnalyst": [
        "AnalysisFailed THROTTLED",
        "AnalysisFailed UNAVAILABLE",
        "AnalysisFailed QUOTA_EXHAUSTED",
        ANYWHERE,
    ],
}
"""What a port's methods raise beside being out of reach; what is named twice comes twice as often.

Nothing that stands until a conversation changes (BLOCKED, BAD_OUTPUT): contacts would rightly differ.
"""


@dataclass(frozen=True)
class Fault:
    """Meets calls `nth` to `nth + times - 1`, from 1 on, of `where`: "Port.method", a function, or a resource."""

    where: str
    nth: int
    kind: Kind
    times: int = 1
    trouble: str = ANYWHERE
    seconds: float = 0

    def __str__(self) -> str:
        calls = f"call {self.nth}" if self.times == 1 else f"calls {self.nth} to {self.nth + self.times - 1}"
        told = {Kind.FAILS: f" {self.trouble}", Kind.FAILS_AFTER: f" {self.trouble}"}.get(self.kind, "")
        told = f" {self.seconds:.0f} s" if self.kind is Kind.TWICE else told
        return f"{self.where}, {calls}: {self.kind}{told}"


class Luck:
    """Counts the calls and says which of them are met by what."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.calls: Counter[str] = Counter()
        self._faults: dict[str, list[Fault]] = defaultdict(list)
        for fault in faults:
            self._faults[fault.where].append(fault)

    def meets(self, where: str) -> Fault | None:
        self.calls[where] += 1
        number = self.calls[where]
        return next((each for each in self._faults[where] if 0 <= number - each.nth < each.times), None)


Note = Callable[[str, str], None]
"""Writes down who did what."""


class Port:
    """A port as one invocation sees it: at every call others may go on, and bad luck may strike.

    It has the methods of the port's protocol and no others. `seen` hears of every call that was done.
    """

    def __init__(
        self,
        protocol: type,
        target: Any,
        invocation: Invocation,
        luck: Luck,
        note: Note,
        seen: Callable[[str, tuple[Any, ...], dict[str, Any], Any], None],
    ) -> None:
        self._protocol, self._target, self._invocation = protocol, target, invocation
        self._luck, self._note, self._seen = luck, note, seen

    def __getattr__(self, method: str) -> Callable[..., Any]:
        found = vars(self._protocol).get(method)
        if found is None:
            raise AttributeError(f"{self._protocol.__name__} has no {method}")
        if not callable(found):
            return found
        return partial(self._call, method)

    def _call(self, method: str, *args: Any, **kwargs: Any) -> Any:
        where = f"{self._protocol.__name__}.{method}"
        self._invocation.gate()
        fault = self._luck.meets(where)
        self._note(self._invocation.name, where if fault is None else f"{where}: {fault.kind} {fault.trouble}")
        if fault is not None:
            self._strike(fault, Kind.DIES_BEFORE, Kind.FAILS)
        result = getattr(self._target, method)(*args, **kwargs)
        self._seen(where, args, kwargs, result)
        if fault is not None:
            self._strike(fault, Kind.DIES_AFTER, Kind.FAILS_AFTER)
        return result

    def _strike(self, fault: Fault, deadly: Kind, painful: Kind) -> None:
        if fault.kind is deadly:
            self._invocation.die()
        if fault.kind is painful:
            raise injected(fault.trouble)


def injected(trouble: str) -> Exception:
    error = TROUBLES[trouble]()
    error.add_note(_OURS)
    return error


_OURS = "bad luck"


def is_injected(error: BaseException | None) -> bool:
    """Whether it is the schedule's doing, or came of it."""
    while error is not None:
        if _OURS in getattr(error, "__notes__", ()):
            return True
        error = error.__cause__ or error.__context__
    return False
