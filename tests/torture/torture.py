"""From a seed to a verdict: a drawn world, a disturbed run, a clean one, and a world that was never disturbed."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import Any

from pagesync.domain.contact_book import Contact
from pagesync.domain.job import JobStatus
from tests.torture import schedule, shape
from tests.torture.run import Run, Told
from tests.torture.schedule import CALM, Schedule
from tests.torture.shape import Shape
from tests.torture.world import Tampering, World, snapshot

SCHEDULES_A_SHAPE = 5
DAY_SECONDS = 86_400
_OURS = {shape.BUSINESS.person_id, shape.BUSINESS_ON_INSTAGRAM.person_id}


@dataclass(frozen=True)
class Calm:
    """What a world comes to when nothing disturbs its sync, and the calls and steps that takes."""

    shape: Shape
    contacts: Mapping[Any, Any]
    calls: Mapping[str, int]
    steps: int
    wrong: tuple[str, ...]


@dataclass(frozen=True)
class Verdict:
    """`wrong` is empty where every promise was kept."""

    calm: Calm
    schedule: Schedule
    told: Told

    @property
    def wrong(self) -> list[str]:
        return self.told.wrong


def torture(seed: int, tampering: Tampering | None = None) -> Verdict:
    """What the seed stands for, on a world that may have a defect put in."""
    calm = calm_run(seed // SCHEDULES_A_SHAPE)
    rng = random.Random(f"schedule {seed}")
    return judge(calm, CALM if calm.wrong else schedule.draw(rng, calm.calls, calm.steps), tampering)


def judge(calm: Calm, plan: Schedule, tampering: Tampering | None = None) -> Verdict:
    """The run, then a sync that nothing disturbs: the contacts must be those of the calm world."""
    told = Told(wrong=list(calm.wrong))
    world = _world(calm.shape, told, tampering)
    for step in (
        lambda: Run(world, plan, told).go(),
        lambda: _recover(world, told, _pause_seconds(plan)),
        lambda: _compare(world, calm, told),
    ):
        if not told.wrong:
            step()
    return Verdict(calm, plan, told)


@lru_cache(maxsize=4)
def calm_run(number: int) -> Calm:
    """Of the world of this number."""
    drawn = shape.draw(random.Random(f"shape {number}"))
    told = Told()
    world = _world(drawn, told)
    run = Run(world, CALM, told)
    run.go()
    calm = Calm(drawn, snapshot(world), dict(run.luck.calls), run.kernel.steps, ())
    found = {name for who in calm.contacts for name in who if name}
    if found != _people(drawn):
        told.complain(f"undisturbed, these became contacts or did not: {found ^ _people(drawn)}")
    if drawn.late is not None:
        world.inbox_changed = True
        _compare(world, calm, told)
    return replace(calm, wrong=tuple(told.wrong))


def _world(drawn: Shape, told: Told, tampering: Tampering | None = None) -> World:
    """As it is before the run: synced once where the shape says so, and written to since."""
    world = World(drawn, tampering)
    if drawn.late is not None:
        world.hold_back(drawn.late)
        Run(world, CALM, told).go()
        world.clock.advance(2 * DAY_SECONDS)
        world.let_begin(drawn.late)
        for number in range(0, len(drawn.everything), 5):
            world.move_up(number)
        world.clock.advance(60)
        world.inbox_changed = False
    return world


def _people(drawn: Shape) -> set[str]:
    """Ids of everybody who can be a contact."""
    delivered = [each for each in drawn.everything if each.conversation_id not in drawn.undeliverable]
    ids = {person.person_id or "" for each in delivered for person in each.participants}
    return {each for each in ids - _OURS if 0 < len(each) <= shape.LONGEST_PERSON_ID}


def _recover(world: World, told: Told, pause_seconds: float) -> None:
    """The owner renews the token where it is gone; then somebody syncs once more, in peace."""
    world.clock.advance(pause_seconds)
    world.reconnect()
    since = world.clock.now()
    Run(world, CALM, told).go()
    ends = [job.status.value for job in world.jobs if job.completed_at is not None and job.completed_at >= since]
    if ends.count(JobStatus.COMPLETED) != 1:
        told.complain(f"the clean sync ended as {ends}")


def _pause_seconds(plan: Schedule) -> float:
    """Until the sync that nothing disturbs: soon, the next day, or when everything is walked again anyway."""
    is_quota_gone = any("QUOTA_EXHAUSTED" in fault.trouble for fault in plan.faults)
    soon = DAY_SECONDS if is_quota_gone else 300
    return [soon, DAY_SECONDS, 40 * DAY_SECONDS][plan.seed % 3]


def _compare(world: World, calm: Calm, told: Told) -> None:
    found, expected = snapshot(world), _undisturbed(world, calm, told)
    for who in sorted(expected.keys() | found.keys()):
        if expected.get(who) != found.get(who):
            told.complain(f"contact {who}: {_difference(found.get(who), expected.get(who))}")


def _difference(found: Contact | None, expected: Contact | None) -> str:
    if found is None or expected is None:
        return "missing" if found is None else "not to be there"
    pairs = {each.name: (getattr(found, each.name), getattr(expected, each.name)) for each in fields(Contact)}
    differing = [f"{name} is {is_}, undisturbed {meant}" for name, (is_, meant) in pairs.items() if is_ != meant]
    return "; ".join(differing)


def _undisturbed(world: World, calm: Calm, told: Told) -> Mapping[Any, Any]:
    """The contacts of a world of the same inbox whose syncs went well, and where people made the same edits."""
    if not world.inbox_changed and not world.edits:
        return calm.contacts
    inbox = world.inbox
    other = World(replace(world.shape, conversations=inbox.conversations, instagram=inbox.instagram, late=None))
    Run(other, CALM, told).go()
    for edit in world.edits:
        edit(other)
    other.clock.advance(DAY_SECONDS)
    Run(other, CALM, told).go()
    return snapshot(other)
