"""What happens in one run, drawn from a seed: the order of things, faults of calls, and deeds from outside."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tests.torture import faults
from tests.torture.faults import Fault, Kind
from tests.torture.tactics import Pace, Ranked, Sticky, Tactics, Uniform

LONGEST = 12


class Doing(StrEnum):
    CANCEL = "somebody cancels the sync"
    STOP = "somebody stops the execution"
    START = "somebody starts a sync"
    RETRY = "somebody retries what failed in the last sync"
    TOKEN_DIES = "Facebook takes the token no longer"
    MOVE_UP = "a new message moves a conversation to the top"
    PERSON_MOVES = "a person moves a contact to another stage"
    PERSON_RENAMES = "a person renames a contact"


@dataclass(frozen=True)
class Deed:
    """At a step of the run; `number` says which conversation or contact, and how a sync is started."""

    step: int
    doing: Doing
    number: int = 0

    def __str__(self) -> str:
        return f"step {self.step}: {self.doing} ({self.number})"


Mishap = Fault | Deed


@dataclass(frozen=True)
class Schedule:
    """`seed` draws what is left open: who goes next, jitter, how long calls take."""

    seed: int
    tactics: Tactics
    pace: Pace
    mishaps: Sequence[Mishap] = ()

    @property
    def faults(self) -> list[Fault]:
        return [each for each in self.mishaps if isinstance(each, Fault)]

    @property
    def deeds(self) -> list[Deed]:
        return sorted((each for each in self.mishaps if isinstance(each, Deed)), key=lambda each: each.step)


CALM = Schedule(0, Sticky(keep=1.0), Pace())


def draw(rng: random.Random, calls: Mapping[str, int], steps: int) -> Schedule:
    """`calls` and `steps` are what a calm run of the same world took."""
    count = rng.choices(range(7), weights=[2, 30, 25, 20, 12, 7, 4])[0]
    return Schedule(
        seed=rng.getrandbits(32),
        tactics=_tactics(rng),
        pace=Pace(rng.choice([0.05, 0.5, 3]), rng.choice([0, 0.01, 0.05, 0.2])),
        mishaps=[_mishap(rng, calls, steps) for _ in range(count)],
    )


def _tactics(rng: random.Random) -> Tactics:
    return rng.choice([Uniform(), Sticky(rng.choice([0.8, 0.95])), Ranked(rng.choice([0.01, 0.1]))])


def _mishap(rng: random.Random, calls: Mapping[str, int], steps: int) -> Mishap:
    kind = rng.choices(["deed", "function", "call"], weights=[25, 20, 55])[0]
    if kind == "deed":
        return Deed(rng.randint(1, max(2, steps)), rng.choice(list(Doing)), rng.randint(0, 99))
    where = rng.choice(sorted(each for each in calls if ("." in each) == (kind == "call")))
    nth = rng.randint(1, calls[where] + 1)
    return _call_fault(rng, where, nth) if kind == "call" else _function_fault(rng, where, nth)


def _function_fault(rng: random.Random, where: str, nth: int) -> Fault:
    """Of a whole invocation, or of a state's own call, which has a colon in its name."""
    if ":" in where:
        return Fault(where, nth, rng.choice([Kind.FAILS, Kind.FAILS_AFTER]), _times(rng))
    kind = rng.choice([Kind.REFUSED, Kind.UNHEARD, Kind.TWICE, Kind.TWICE])
    times = _times(rng) if kind is Kind.REFUSED else 1
    return Fault(where, nth, kind, times, seconds=rng.choice([0, 0, 1, 30, 600]))


def _call_fault(rng: random.Random, where: str, nth: int) -> Fault:
    kind = rng.choice([Kind.DIES_BEFORE, Kind.DIES_AFTER, Kind.FAILS, Kind.FAILS, Kind.FAILS_AFTER])
    port = where.partition(".")[0]
    trouble = rng.choice(faults.BY_PORT.get(port, [faults.ANYWHERE])) if kind is Kind.FAILS else faults.ANYWHERE
    return Fault(where, nth, kind, _times(rng), trouble)


def _times(rng: random.Random) -> int:
    return rng.choices([1, rng.randint(2, 4), rng.randint(5, LONGEST)], weights=[70, 20, 10])[0]
