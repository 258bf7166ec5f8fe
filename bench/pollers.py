"""Whether a sync takes longer when many browsers follow it: pairs of alike syncs, at one of each nobody looks."""

import statistics
import threading
import time
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import requests

from bench.rig import Rig
from bench.throughput import QUOTA_A_MINUTE, seconds_of, timed

POLL_SECONDS = 2.0
ARRIVING = 10
"""More browsers at a time: each may need a function of its own, and too many starting at once on few cores take
longer than the function's time-out.
"""
LONGEST_LOOK_SECONDS = 60


@dataclass
class Crowd:
    """Browsers that look at `job_id`. `looks` has the seconds of each answer, `failed` counts what was none."""

    job_id: str
    looks: list[float] = field(default_factory=list)
    failed: int = 0

    def follow(self, job_id: str) -> None:
        self.job_id = job_id


def run(rig: Rig, *, pollers: int, pairs: int) -> dict[str, Any]:
    """As fast as Facebook serves, on Pages `fast 0` and so on, and within Gemini's quota, on `slow 0` and so on.

    Of each kind two Pages a pair, and one before that.
    """
    job_id = rig.sync("fast 0")["jobId"]
    _assemble(rig, job_id, pollers)
    fast = _compared(rig, "fast", Crowd(job_id), pollers, pairs)
    rig.set("process_batch", GEMINI_REQUESTS_PER_MINUTE=str(QUOTA_A_MINUTE))
    job_id = rig.sync("slow 0")["jobId"]
    slow = _compared(rig, "slow", Crowd(job_id), pollers, pairs)
    rig.set("process_batch", GEMINI_REQUESTS_PER_MINUTE="0")
    return {"count": pollers, "pairs": pairs, "Facebook": fast, "Gemini's quota": slow}


def _compared(rig: Rig, pace: str, crowd: Crowd, pollers: int, pairs: int) -> dict[str, Any]:
    quiet: list[float] = []
    polled: list[float] = []
    for number in range(1, pairs + 1):
        quiet.append(seconds_of(timed(rig, f"{pace} {2 * number - 1}")))
        with _following(rig, crowd, pollers):
            polled.append(seconds_of(timed(rig, f"{pace} {2 * number}", started=crowd.follow)))
    return {
        "looks": len(crowd.looks),
        "failedLooks": crowd.failed,
        "looksASecond": round(len(crowd.looks) / sum(polled), 1),
        "lookMs": round(1_000 * statistics.median(crowd.looks), 1),
        "quietSeconds": round(statistics.median(quiet), 2),
        "polledSeconds": round(statistics.median(polled), 2),
        "ratio": round(statistics.median(many / none for many, none in zip(polled, quiet, strict=True)), 3),
    }


def _assemble(rig: Rig, job_id: str, pollers: int) -> None:
    """As many functions running as there may be looks at once."""
    for arrived in range(min(ARRIVING, pollers), pollers + 1, ARRIVING):
        with ThreadPoolExecutor(arrived) as pool:
            list(pool.map(lambda _: rig.job(job_id), range(arrived)))


@contextmanager
def _following(rig: Rig, crowd: Crowd, pollers: int) -> Generator[None]:
    """They arrive evenly, and have all looked when this begins; each looks every two seconds, as the page does."""
    begun, over = threading.Event(), threading.Event()
    with ThreadPoolExecutor(pollers) as pool:
        browsers = [
            pool.submit(_follow, rig, crowd, begun, over, POLL_SECONDS * number / pollers)
            for number in range(pollers)
        ]
        over.wait(POLL_SECONDS)
        begun.set()
        try:
            yield
        finally:
            over.set()
        for browser in browsers:
            browser.result()


def _follow(rig: Rig, crowd: Crowd, begun: threading.Event, over: threading.Event, after_seconds: float) -> None:
    headers = {"Authorization": f"Bearer {rig.stack.users[0].token}"}
    over.wait(after_seconds)
    with requests.Session() as session:
        while not over.is_set():
            url = f"{rig.stack.api_url}/api/facebook/sync-status/{crowd.job_id}"
            looked = time.monotonic()
            answer = session.get(url, headers=headers, timeout=LONGEST_LOOK_SECONDS)
            took = time.monotonic() - looked
            crowd.failed += not answer.ok
            if begun.is_set():
                crowd.looks.append(took)
            over.wait(max(0.0, POLL_SECONDS - took))
