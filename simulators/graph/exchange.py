"""One call from request to answer: faults, bearer, endpoint, headers."""

from __future__ import annotations

from dataclasses import dataclass, replace

from simulators.graph.api import GraphApi
from simulators.graph.bearers import Bearer
from simulators.graph.calls import Call, Target, call_of
from simulators.graph.conditions import Conditions, Usage
from simulators.graph.errors import GraphError, Json
from simulators.graph.faults import THROTTLES, Fault
from simulators.graph.model import Platform
from simulators.graph.traffic import Entry
from simulators.graph.wire import (
    OUTAGE_PAGE,
    Answer,
    app_usage_header,
    encoded,
    graph_headers,
    new_trace_id,
    usage_headers,
)
from simulators.graph.world import FacebookPage

_OUTAGE_STATUS = 503
_EXHAUSTED_PERCENT = 100
_POOLS: dict[int, Platform | None] = {80001: None, 80002: "instagram", 80006: "messenger"}


@dataclass
class Exchange:
    """Answers the call that `target` describes and notes faults and error codes in its log entry."""

    api: GraphApi
    conditions: Conditions
    target: Target
    entry: Entry

    def answer(self, *, method: str, authorization: str | None, accept: str, base_url: str) -> Answer:
        fault: Fault | None = None
        try:
            call = call_of(
                self.target, method=method, authorization=authorization, accept=accept, base_url=base_url
            )
            page = self.api.page_concerned(call)
            platform = call.platform if call.kind == "list" else None
            fault = self.conditions.strike(call.kind, page.id if page else None, platform)
            if fault is not None:
                self.entry.fault = fault.kind
                if fault.kind in ("hang", "reset", "html_outage"):
                    return self._broken(fault)
                if error := fault.error():
                    error.headers.update(self._throttle_headers(fault, page))
                    raise error
            answered = self._answered(call)
        except GraphError as error:
            answered = self._refused(error)
        return replace(answered, wire_fault="truncated") if fault and fault.kind == "truncated" else answered

    def _answered(self, call: Call) -> Answer:
        open_to_all = self.api.answer_anybody(call)
        if isinstance(open_to_all, Answer):
            return open_to_all
        if open_to_all is not None:
            return self._with_headers(200, open_to_all, new_trace_id(), {})
        bearer = self.api.bearers.of(call)
        body = self.api.answer(call, bearer)
        return self._with_headers(200, body, new_trace_id(), self._usage_headers(call, bearer))

    def _usage_headers(self, call: Call, bearer: Bearer) -> dict[str, str]:
        usage = self.conditions.usage
        if not usage.noticeable:
            return {}
        page = bearer.page
        return usage_headers(usage, page, self.api.pool(call, page)) if page else app_usage_header(usage)

    def _refused(self, error: GraphError) -> Answer:
        self.entry.error_code = error.code
        trace_id = new_trace_id()
        extra = {"WWW-Authenticate": error.challenge(), **error.headers}
        return self._with_headers(error.status, error.body(trace_id), trace_id, extra)

    def _with_headers(self, status: int, body: Json, trace_id: str, extra: dict[str, str]) -> Answer:
        content = encoded(body)
        headers = graph_headers(version=self.target.served_version, trace_id=trace_id, content=content)
        return Answer(status, content, {**headers, **extra})

    def _broken(self, fault: Fault) -> Answer:
        if fault.kind == "html_outage":
            page = OUTAGE_PAGE.encode()
            return Answer(fault.http_status or _OUTAGE_STATUS, page, {"Content-Type": "text/html; charset=utf-8"})
        held = fault.seconds if fault.kind == "hang" else 0.0
        return Answer(0, wire_fault="hang" if fault.kind == "hang" else "reset", hold_seconds=held)

    def _throttle_headers(self, fault: Fault, page: FacebookPage | None) -> dict[str, str]:
        if not fault.throttles or page is None:
            return {}
        spent = Usage(_EXHAUSTED_PERCENT, _EXHAUSTED_PERCENT, _EXHAUSTED_PERCENT, fault.regain_minutes)
        code = THROTTLES[fault.kind]
        return usage_headers(spent, page, _POOLS[code]) if code in _POOLS else app_usage_header(spent)
