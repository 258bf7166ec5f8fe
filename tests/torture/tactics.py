"""Who goes on next among those that can: the ways a schedule may order things."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


class Runnable(Protocol):
    """Something that can go on. `rank` decides for tactics that go by rank."""

    name: str
    rank: float

    def step(self) -> None: ...


class Tactics(Protocol):
    """Who goes on next."""

    def choose(self, ready: Sequence[Runnable], last: Runnable | None, rng: random.Random) -> Runnable: ...


@dataclass(frozen=True)
class Pace:
    """A call takes up to `call_seconds`. `haste`: how likely a timer fires early, as if what runs were slower."""

    call_seconds: float = 0.05
    haste: float = 0


@dataclass(frozen=True)
class Uniform:
    """Anybody."""

    def choose(self, ready: Sequence[Runnable], last: Runnable | None, rng: random.Random) -> Runnable:
        return ready[int(rng.random() * len(ready))]


@dataclass(frozen=True)
class Sticky:
    """The same as before with the likelihood `keep`: long runs, few changes."""

    keep: float

    def choose(self, ready: Sequence[Runnable], last: Runnable | None, rng: random.Random) -> Runnable:
        if last is not None and rng.random() < self.keep and last in ready:
            return last
        return ready[int(rng.random() * len(ready))]


@dataclass(frozen=True)
class Ranked:
    """The one of highest rank, until it is demoted with the likelihood `demote`: some starve for long."""

    demote: float

    def choose(self, ready: Sequence[Runnable], last: Runnable | None, rng: random.Random) -> Runnable:
        best = max(ready, key=lambda each: each.rank)
        if rng.random() < self.demote:
            best.rank = -rng.random()
        return best
