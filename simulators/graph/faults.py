"""Faults to order: which calls they hit, how often, and what the client gets instead of its answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from simulators.graph import errors
from simulators.graph.errors import GraphError
from simulators.graph.model import Platform

WireFault = Literal["html_outage", "hang", "reset", "truncated"]
WIRE_FAULTS: tuple[WireFault, ...] = ("html_outage", "hang", "reset", "truncated")
THROTTLES = {f"throttle_{code}": code for code in (4, 17, 32, 341, 613, 80001, 80002, 80006)}
_ERRORS: dict[str, Callable[[], GraphError]] = {
    "http500_code2": errors.unavailable,
    "code1_99": errors.unknown,
    "reduce": errors.too_much_data,
    "permission_200": errors.permission,
    "missing_100_33": errors.missing,
    "invalid_cursor": errors.invalid_cursor,
    "invalid_cursor_2642": errors.invalid_cursor_2642,
    "message_unreadable": errors.message_unreadable,
}
FAULT_KINDS = (*WIRE_FAULTS, *THROTTLES, *_ERRORS)


@dataclass
class Fault:
    """Hits calls of one kind (`match`), after letting `skip` of them pass, `times` times (None: for good).

    `seconds` is how long a hanging call is held; `regain_minutes` what a throttle's usage header promises;
    `http_status` replaces the status of an error answer.
    """

    match: str
    kind: str
    times: int | None = 1
    skip: int = 0
    page_id: str | None = None
    platform: Platform | None = None
    seconds: float = 30.0
    regain_minutes: int = 1
    http_status: int | None = None

    def concerns(self, call_kind: str | None, page_id: str | None, platform: str | None) -> bool:
        return (
            self.match in ("any", call_kind)
            and self.page_id in (None, page_id)
            and self.platform in (None, platform)
        )

    def strikes(self) -> bool:
        """Count one call this fault concerns; True if it is hit."""
        if self.skip:
            self.skip -= 1
            return False
        if self.times == 0:
            return False
        if self.times is not None:
            self.times -= 1
        return True

    @property
    def throttles(self) -> bool:
        return self.kind in THROTTLES

    def error(self) -> GraphError | None:
        """The error answer, None for faults of the wire."""
        if self.kind in WIRE_FAULTS:
            return None
        error = errors.throttled(THROTTLES[self.kind]) if self.throttles else _ERRORS[self.kind]()
        if self.http_status is not None:
            error.status = self.http_status
        return error
