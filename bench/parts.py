"""The parts of the benchmark, and how large each is: in earnest, or small enough for the checks."""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from bench import cold_start, cost, growth, latency, pollers, resync, throughput
from bench.rig import Pace, Rig, rig
from bench.timeline import Timeline

Results = dict[str, Any]


@dataclass(frozen=True)
class Scale:
    """Conversations of each Page and how often things are done."""

    pace: Pace
    cold: int
    warm: int
    large: int
    quota: int
    growth: Sequence[int]
    changed: int
    sample: int
    chain_pages: int
    looks: int
    clicks: int
    pollers: int
    pairs: int
    followed: int
    imports: int

    @property
    def sizes(self) -> Mapping[str, int]:
        clicks = {f"click {number}": 1 for number in range(self.clicks)}
        grown = {f"growth {size}": size for size in self.growth}
        alike = {
            f"{pace} {number}": size
            for pace, size in (("fast", self.cold), ("slow", self.followed))
            for number in range(2 * self.pairs + 1)
        }
        named = {"cold": self.cold, "warm": self.warm, "large": self.large, "quota": self.quota}
        return {**named, "sample": self.sample, "resync": self.large, **alike, **grown, **clicks}


EARNEST = Scale(
    pace=Pace(),
    cold=1_000,
    warm=700,
    large=5_000,
    quota=1_000,
    growth=(100, 1_000, 10_000),
    changed=50,
    sample=30,
    chain_pages=20,
    looks=100,
    clicks=16,
    pollers=100,
    pairs=3,
    followed=400,
    imports=5,
)
SMOKE = Scale(
    pace=Pace(graph_seconds=0.05, gemini_seconds=0.05),
    cold=30,
    warm=20,
    large=220,
    quota=25,
    growth=(30, 130, 230),
    changed=3,
    sample=3,
    chain_pages=2,
    looks=5,
    clicks=3,
    pollers=5,
    pairs=1,
    followed=25,
    imports=1,
)
PARTS = ("throughput", "resync", "growth", "latency", "pollers", "coldStart")
"""`cost` comes of `resync`."""


@dataclass(frozen=True)
class Outcome:
    results: Results
    timeline: Timeline | None


def measure(
    scale: Scale, parts: Sequence[str], console: Console, keep: Callable[[Outcome], object] = lambda _: None
) -> Outcome:
    """One run on one stack, part after part; `keep` is told of each what there is by then."""
    with tempfile.TemporaryDirectory(prefix="pagesync-bench-") as home, _rig(home, scale, console) as stack:
        results: Results = {}
        timeline = None
        for part in parts:
            console.print(f"  measuring {part} …")
            if part == "throughput":
                results[part], timeline = throughput.run(stack, sample=scale.sample, chain_pages=scale.chain_pages)
            else:
                results[part] = _RUN[part](stack, scale)
            if part == "resync":
                results["cost"] = cost.run(results[part])
            keep(Outcome(results, timeline))
        return Outcome(results, timeline)


def _rig(home: str, scale: Scale, console: Console) -> Any:
    return rig(Path(home), scale.sizes, scale.pace, console)


_RUN: Mapping[str, Callable[[Rig, Scale], Results]] = {
    "resync": lambda stack, scale: resync.run(stack, changed=scale.changed),
    "growth": lambda stack, scale: growth.run(stack, [f"growth {size}" for size in scale.growth]),
    "latency": lambda stack, scale: latency.run(
        stack,
        looks=scale.looks,
        clicks=[f"click {number}" for number in range(scale.clicks)],
    ),
    "pollers": lambda stack, scale: pollers.run(stack, pollers=scale.pollers, pairs=scale.pairs),
    "coldStart": lambda stack, scale: cold_start.run(stack, times=scale.imports),
}
