"""How each cost grows with the size of a Page, and what that means for a million conversations."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import psutil

from bench.counted import Counted, counted
from bench.flow import FlowUse, flow_use
from bench.rig import Rig
from bench.throughput import timed
from infra.environments import Environment

MILLION = 1_000_000
QUOTAS = {
    "historyEvents": 25_000,
    "stateBytes": 256 * 1024,
    "transactionItems": 100,
    "dsqlRowsATransaction": 3_000,
    "lambdaConcurrency": 1_000,
}
"""Of AWS: events of an execution, bytes of a state, items of a DynamoDB transaction, rows of one of Aurora DSQL,
and a new account's Lambdas at once.
"""
_CONSTANT = {"largestStateBytes", "largestLambdaMib"}


def run(rig: Rig, pages: Sequence[str]) -> dict[str, Any]:
    """Each of `pages` synced for the first time, smallest first."""
    sizes = [_measured(rig, page) for page in pages]
    return {
        "sizes": sizes,
        "aConversation": _slopes(sizes),
        "million": _million(sizes),
        "quotas": QUOTAS,
    }


def _measured(rig: Rig, page: str) -> dict[str, Any]:
    with counted(rig) as used:
        job = timed(rig, page)
    flow = flow_use(rig, job["jobId"], used.invocations["process_batch"])
    return {"conversations": rig.sizes[page], **_quantities(used, flow), "largestLambdaMib": _largest_mib(rig)}


def _quantities(used: Counted, flow: FlowUse) -> dict[str, float]:
    return {
        "graphCalls": used.graph_calls,
        "geminiCalls": used.gemini_calls,
        "invocations": sum(used.invocations.values()),
        "executions": flow.executions,
        "transitions": flow.transitions,
        "events": flow.events,
        "stateBytes": flow.state_bytes,
        "largestStateBytes": flow.largest_state_bytes,
        "dynamodbReadUnits": used.read_units,
        "dynamodbWriteUnits": used.write_units,
        "rowsWritten": sum(used.rows.values()),
        "s3Bytes": used.s3_bytes,
    }


def _slopes(sizes: Sequence[dict[str, Any]]) -> dict[str, dict[str, float]]:
    """A conversation's share between each size and the next: equal where growth is linear."""
    found: dict[str, dict[str, float]] = {}
    for name in sizes[0].keys() - {"conversations"} - _CONSTANT:
        found[name] = {
            f"{small['conversations']}-{large['conversations']}": round(
                (large[name] - small[name]) / (large["conversations"] - small["conversations"]), 4
            )
            for small, large in pairwise(sizes)
        }
    return found


def _million(sizes: Sequence[dict[str, Any]]) -> dict[str, float]:
    """Extrapolated from the two largest sizes."""
    small, large = sizes[-2:]
    step = large["conversations"] - small["conversations"]
    linear = {
        name: round(large[name] + (large[name] - small[name]) / step * (MILLION - large["conversations"]))
        for name in large.keys() - {"conversations"} - _CONSTANT
    }
    # An execution hands over once it has written its budget of events, wherever that is.
    executions = -(-linear["events"] // Environment.history_budget)
    return linear | {name: large[name] for name in sorted(_CONSTANT)} | {"executions": executions}


def _largest_mib(rig: Rig) -> int:
    """The most memory that any Lambda process which runs now has ever had."""
    peaks = [_peak_kib(process) for process in psutil.process_iter() if _is_function(process, rig)]
    return round(max(peaks, default=0) / 1024)


def _is_function(process: psutil.Process, rig: Rig) -> bool:
    try:
        return any(argument.startswith(str(rig.folder.workers)) for argument in process.cmdline())
    except psutil.Error:
        return False


def _peak_kib(process: psutil.Process) -> int:
    """VmHWM, where the system tells it."""
    try:
        status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
    except (OSError, StopIteration):
        return 0
