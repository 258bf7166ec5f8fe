"""Contacts a second: the sequential algorithm, pagesync, and the limit that nobody can pass."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import requests

from bench import sequential
from bench.rig import Json, Rig
from bench.sequential import PAGE_LIMIT, Sequential
from bench.timeline import Timeline

QUOTA_A_MINUTE = 900
"""Gemini's, as the environments on AWS have it set."""


@dataclass(frozen=True)
class Sync:
    """`limit` is the contacts a second that Facebook's pages, or Gemini's quota, allow."""

    name: str
    contacts: int
    seconds: float
    limit: float
    bound_by: str

    def as_json(self, baseline: Sequential) -> dict[str, Any]:
        rate = self.contacts / self.seconds
        return {
            "contacts": self.contacts,
            "seconds": round(self.seconds, 2),
            "contactsASecond": round(rate, 1),
            "timesSequential": round(rate / baseline.contacts_a_second, 1),
            "limit": round(self.limit, 1),
            "boundBy": self.bound_by,
            "shareOfLimit": round(rate / self.limit, 3),
        }


def run(rig: Rig, *, sample: int, chain_pages: int) -> tuple[dict[str, Any], Timeline]:
    """On Pages `sample`, `cold`, `warm`, `large` and `quota`; the timeline is that of `large`."""
    cold = timed(rig, "cold")
    baseline = sequential.run(rig, "sample", conversations=sample, chain="large", chain_pages=chain_pages)
    timed(rig, "warm")
    large = timed(rig, "large")
    timeline = _timeline(rig, large)
    quota_a_second = QUOTA_A_MINUTE / 60
    rig.set("process_batch", GEMINI_REQUESTS_PER_MINUTE=str(QUOTA_A_MINUTE))
    bound = timed(rig, "quota")
    rig.set("process_batch", GEMINI_REQUESTS_PER_MINUTE="0")
    chain = PAGE_LIMIT / baseline.seconds_a_page
    syncs = [
        Sync("cold", cold["syncedContacts"], seconds_of(cold), chain, "Facebook"),
        Sync("warm", large["syncedContacts"], seconds_of(large), chain, "Facebook"),
        Sync("quota", bound["syncedContacts"], seconds_of(bound), quota_a_second, "Gemini's quota"),
    ]
    return {
        "sequential": {
            "sample": baseline.conversations,
            "contactsASecond": round(baseline.contacts_a_second, 3),
            "secondsFor5000Extrapolated": round(5_000 * baseline.seconds_a_conversation),
        },
        "facebookPageSeconds": round(baseline.seconds_a_page, 3),
        "overlap": round(timeline.overlap, 3),
        "syncs": {each.name: each.as_json(baseline) for each in syncs},
    }, timeline


def timed(rig: Rig, page: str, *, started: Callable[[str], object] = lambda _: None) -> Json:
    """The job's view, with `began` and `ended` on the machine's monotonic clock: the click and the last count."""
    began, clicked = time.monotonic(), datetime.now(UTC)
    job = rig.sync(page, started=started)
    seconds = (datetime.fromisoformat(job["completedAt"]) - clicked).total_seconds()
    return {**job, "began": began, "ended": began + seconds}


def seconds_of(job: Mapping[str, Any]) -> float:
    """Of a job that `timed` has told."""
    return job["ended"] - job["began"]


def _timeline(rig: Rig, job: Mapping[str, Any]) -> Timeline:
    """The simulators' clocks are the machine's monotonic one."""
    graph = requests.get(f"{rig.stack.graph_api_url}/__log", timeout=60).json()["requests"]
    gemini = requests.get(f"{rig.stack.gemini_api_url}/__log", timeout=60).json()["calls"]
    began = job["began"]
    return Timeline(
        fetches=[(each["started"] - began, each["ended"] - began) for each in graph if each["started"] > began],
        analyses=[(each["start"] - began, each["end"] - began) for each in gemini if each["start"] > began],
        seconds=job["ended"] - began,
    )
