"""The least of a schedule that still breaks a promise."""

from collections.abc import Iterator
from dataclasses import replace

from tests.torture.faults import Fault
from tests.torture.schedule import CALM, Schedule
from tests.torture.torture import Verdict, judge
from tests.torture.world import Tampering


def shrunk(verdict: Verdict, tampering: Tampering | None = None) -> Verdict:
    """A verdict of the same world that is wrong too, with as few and as small mishaps as could be found."""
    smaller = not verdict.calm.wrong
    while smaller:
        smaller = False
        for plan in _less(verdict.schedule):
            tried = judge(verdict.calm, plan, tampering)
            if tried.wrong:
                verdict, smaller = tried, True
                break
    return verdict


def _less(plan: Schedule) -> Iterator[Schedule]:
    if plan.tactics != CALM.tactics:
        yield replace(plan, tactics=CALM.tactics)
    if plan.pace != CALM.pace:
        yield replace(plan, pace=CALM.pace)
    for number, mishap in enumerate(plan.mishaps):
        rest = [*plan.mishaps[:number], *plan.mishaps[number + 1 :]]
        yield replace(plan, mishaps=rest)
        if isinstance(mishap, Fault) and mishap.times > 1:
            yield replace(plan, mishaps=[*rest, replace(mishap, times=mishap.times // 2)])
