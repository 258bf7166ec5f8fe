"""What a test or demo tells the simulator to do, and the record of what it did."""

import threading
import time
from collections import deque
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import NoneType
from typing import Any, cast

from simulators.gemini.reply import CONTENT_FAULTS
from simulators.gemini.request import GenerateRequest

STATUS_FAULTS = frozenset({"429_retry_info", "429_per_day", "429_bare", "503", "500", "html_502"})
CONNECTION_FAULTS = frozenset({"hang", "reset"})
_KINDS = STATUS_FAULTS | CONNECTION_FAULTS | CONTENT_FAULTS
_LONGEST_LOG = 20_000
_REMEMBERED = 50
_WAIT_FOR_ANOTHER_SECONDS = 2.0
_FAULT_TYPES = {"times": (int, NoneType), "skip": int, "matching": str, "retryAfterSeconds": (int, float)}


class BadControl(Exception):
    """Names what is wrong with a control request."""


@dataclass
class Fault:
    """Strikes `times` calls whose conversation has `matching` in it, after letting `skip` of them pass.

    `times` None: all of them. `retryAfterSeconds` is what 429_retry_info states.
    """

    kind: str
    times: int | None = 1
    skip: int = 0
    matching: str = ""
    retryAfterSeconds: float = 1.5  # noqa: N815 - the names are the JSON's

    def strikes(self, prompt: str) -> bool:
        if self.matching not in prompt or self.times == 0:
            return False
        if self.skip:
            self.skip -= 1
            return False
        if self.times is not None:
            self.times -= 1
        return True


@dataclass
class Call:
    """One generateContent call, in seconds since the simulator started; no word of what it was about."""

    start: float
    model: str
    end: float | None = None
    status: int | None = None
    fault: str | None = None
    promptTokens: int = 0  # noqa: N815
    outputTokens: int = 0  # noqa: N815


class Control:
    """Settings, faults and log; safe for threads."""

    def __init__(self, *, latency_seconds: float, api_key: str | None) -> None:
        self._initial = (latency_seconds, api_key)
        self._lock = threading.Lock()
        self._asked = threading.Condition(self._lock)
        self._reset()

    def change(self, wanted: object) -> Mapping[str, Any]:
        """Apply a control request and answer the settings. Raises BadControl, and then changes nothing."""
        if not isinstance(wanted, dict):
            raise BadControl("the body must be a JSON object")
        settings = cast("dict[str, Any]", wanted)
        unknown = settings.keys() - {"latencySeconds", "apiKey", "faults", "reset"}
        if unknown:
            raise BadControl(f"unknown key: {min(unknown)}")
        faults = [_fault(each) for each in _typed(settings, "faults", list, [])]
        latency_seconds = _typed(settings, "latencySeconds", (int, float), None)
        with self._lock:
            if settings.get("reset"):
                self._reset()
            if latency_seconds is not None:
                self.latency_seconds = float(latency_seconds)
            self.api_key = settings.get("apiKey", self.api_key)
            if "faults" in settings:
                self._faults = faults
            return {"latencySeconds": self.latency_seconds, "faults": [vars(fault) for fault in self._faults]}

    def fault_for(self, prompt: str) -> Fault | None:
        """The first fault that strikes this call."""
        with self._lock:
            return next((fault for fault in self._faults if fault.strikes(prompt)), None)

    def remember(self, request: GenerateRequest) -> None:
        """Keep what was asked, for the faults that mix conversations up."""
        with self._asked:
            self._requests.append(request)
            self._asked.notify_all()

    def another_than(self, request: GenerateRequest) -> GenerateRequest | None:
        """The newest question about another conversation; a first one is waited for a little."""
        with self._asked:
            self._asked.wait_for(lambda: self._other(request), timeout=_WAIT_FOR_ANOTHER_SECONDS)
            return self._other(request)

    def _other(self, request: GenerateRequest) -> GenerateRequest | None:
        return next((each for each in reversed(self._requests) if each.prompt != request.prompt), None)

    @contextmanager
    def logged(self, model: str) -> Generator[Call]:
        call = Call(self._now(), model)
        with self._lock:
            self._count += 1
            self._in_flight += 1
            self._most_in_flight = max(self._most_in_flight, self._in_flight)
            self._calls.append(call)
        try:
            yield call
        finally:
            with self._lock:
                self._in_flight -= 1
                call.end = self._now()

    def log(self) -> Mapping[str, Any]:
        with self._lock:
            return {
                "count": self._count,
                "inFlight": self._in_flight,
                "maxInFlight": self._most_in_flight,
                "calls": [dict(vars(call)) for call in self._calls],
            }

    def _now(self) -> float:
        return round(time.monotonic(), 4)

    def _reset(self) -> None:
        self.latency_seconds, self.api_key = self._initial
        self._faults: list[Fault] = []
        self._calls: deque[Call] = deque(maxlen=_LONGEST_LOG)
        self._requests: deque[GenerateRequest] = deque(maxlen=_REMEMBERED)
        self._count = 0
        self._in_flight = getattr(self, "_in_flight", 0)
        self._most_in_flight = self._in_flight


def _fault(wanted: object) -> Fault:
    if not isinstance(wanted, dict):
        raise BadControl("faults: every fault is a JSON object")
    settings = cast("dict[str, Any]", wanted)
    unknown = settings.keys() - Fault.__dataclass_fields__.keys()
    if unknown:
        raise BadControl(f"unknown key: faults.{min(unknown)}")
    if settings.get("kind") not in _KINDS:
        raise BadControl(f"faults.kind: one of {', '.join(sorted(_KINDS))}")
    for name, types in _FAULT_TYPES.items():
        _typed(settings, name, types, None)
    return Fault(**settings)


def _typed(settings: Mapping[str, Any], name: str, types: Any, default: Any) -> Any:
    value = settings.get(name, default)
    if name in settings and not isinstance(value, types):
        raise BadControl(f"{name}: not of the right type")
    return value
