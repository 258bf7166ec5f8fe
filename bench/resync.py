"""What a sync costs when little has changed since the last one."""

from typing import Any

import requests

from bench.counted import Counted, counted
from bench.flow import flow_use
from bench.rig import Rig
from bench.throughput import timed


def run(rig: Rig, *, changed: int) -> dict[str, Any]:
    """Page `resync` synced for the first time, then once more after `changed` of its customers wrote again."""
    with counted(rig) as full:
        first = timed(rig, "resync")
    touch = {"pageId": rig.meta_id("resync"), "count": changed, "text": "Is it still available?"}
    requests.post(f"{rig.stack.graph_api_url}/__control", json={"touch": touch}, timeout=60).raise_for_status()
    with counted(rig) as again:
        job = timed(rig, "resync")
    ratios = {name: round(_of(again, name) / max(1, _of(full, name)), 4) for name in _MEASURES}
    return {
        "conversations": rig.sizes["resync"],
        "changed": changed,
        "synced": job["syncedContacts"],
        "skipped": job["skippedContacts"],
        "full": _with_transitions(rig, full, first["jobId"]),
        "again": _with_transitions(rig, again, job["jobId"]),
        "ratios": ratios,
    }


def _with_transitions(rig: Rig, used: Counted, job_id: str) -> dict[str, Any]:
    flow = flow_use(rig, job_id, used.invocations["process_batch"])
    return {**used.as_json(), "transitions": flow.transitions, "events": flow.events}


_MEASURES = ("graphCalls", "geminiTokens", "rowsWritten", "dynamodbUnits", "seconds")


def _of(used: Counted, measure: str) -> float:
    match measure:
        case "graphCalls":
            return used.graph_calls
        case "geminiTokens":
            return used.gemini_tokens_in + used.gemini_tokens_out
        case "rowsWritten":
            return sum(used.rows.values())
        case "dynamodbUnits":
            return used.read_units + used.write_units
        case _:
            return used.seconds
