"""What must be true of a world: at every moment of a run, and after it."""

import json
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from pagesync.domain.contact import ActivityKind, Actor
from pagesync.domain.job import ContactOutcome, SyncJob
from tests.torture.execution import Execution
from tests.torture.world import World

LARGEST_STATE = 256 * 1024
MOST_EVENTS = 25_000


class Watch:
    """`complain` hears a sentence for each promise broken."""

    def __init__(self, world: World, complain: Callable[[str], None]) -> None:
        self._world, self._complain = world, complain
        self._ends: dict[str, SyncJob] = {}
        self._moves = self._stage_changes()
        self._over_before = sum(job.status.is_final for job in world.jobs)

    def seen(self, where: str, args: tuple[Any, ...], kwargs: dict[str, Any], result: Any) -> None:
        """After a call of a port that was done."""
        if where.startswith(("JobLedger.", "TinyDynamo.transact")):
            self._look()

    def after(self, executions: Iterable[Execution], *, everything_ended: bool) -> None:
        """When nothing is under way any more; `everything_ended` False: a job may be left for the next start."""
        self._look()
        left = None if everything_ended else self._world.connection.active_job_id
        self._expect(self._world.connection.active_job_id == left, "the Page is still locked")
        for job in self._world.jobs:
            if job.job_id != left:
                self._closed(job)
        self._contacts()
        for execution in executions:
            self._expect(execution.status != "RUNNING", "an execution never ended")
            self._expect(execution.largest_state < LARGEST_STATE, "a state is too large")
            self._expect(execution.events < MOST_EVENTS, "a history is too long")
            self._discreet(execution)

    def _look(self) -> None:
        """At the counters, and at jobs that had ended."""
        for job in self._world.jobs:
            counted, booked = job.counts, self._booked(job)
            is_true = (counted.listed, counted.synced, counted.skipped, counted.failed) == booked
            self._expect(is_true, f"the counters say {counted}, the ledger {booked}")
            if job.status.is_final:
                end = self._ends.setdefault(job.job_id, job)
                self._expect(end.status is job.status, f"a {end.status} job became {job.status}")

    def _booked(self, job: SyncJob) -> tuple[int, int, int, int]:
        batches = self._world.stores.batches(job.job_id)
        tally = Counter(outcome for batch in batches for outcome in batch.outcomes or ())
        listed = sum(len(batch.content.conversation_ids) for batch in batches)
        return listed, tally[ContactOutcome.SYNCED], tally[ContactOutcome.SKIPPED], tally[ContactOutcome.FAILED]

    def _closed(self, job: SyncJob) -> None:
        self._expect(job.status.is_final, f"a job is left {job.status}")
        counts = job.counts
        self._expect(counts.listed == counts.settled, f"a {job.status} job's account is open: {counts}")
        self._expect(job.outcome is not None, "a job ended without an outcome")
        twice = [who for who, times in self._synced(job).items() if times > 1]
        self._expect(not twice, f"{len(twice)} people are counted as synced more than once in one job")
        lost = self._synced(job).keys() - {name for each in self._world.people() for name in _names(each)}
        self._expect(not lost, f"{len(lost)} people are counted as synced and are no contacts")

    def _synced(self, job: SyncJob) -> Counter[str]:
        """How often each person is booked as synced."""
        found: Counter[str] = Counter()
        for batch in self._world.stores.batches(job.job_id):
            leads = self._world.payloads.stored[batch.content.payload_key]
            for lead, outcome in zip(leads, batch.outcomes or [], strict=False):
                if outcome is ContactOutcome.SYNCED and lead.person is not None:
                    found[lead.person.person_id or ""] += 1
        return found

    def _contacts(self) -> None:
        people = self._world.people()
        names = Counter(name for each in people for name in _names(each))
        self._expect(max(names.values(), default=1) == 1, "a person is two contacts")
        for each in people:
            kinds = Counter(activity.kind for activity in self._world.contacts.activities(each.contact_id))
            created = kinds[ActivityKind.CONTACT_CREATED]
            self._expect(created == 1, f"a contact was created {created} times")
        jobs = len(self._world.jobs) - self._over_before
        for contact_id, moves in self._stage_changes().items():
            moved = moves - self._moves.get(contact_id, 0)
            self._expect(moved <= jobs, f"{jobs} jobs moved a contact {moved} times")

    def _stage_changes(self) -> dict[str, int]:
        activities = {
            each.contact_id: self._world.contacts.activities(each.contact_id) for each in self._world.people()
        }
        return {
            contact_id: sum((each.kind, each.actor) == (ActivityKind.STAGE_CHANGED, Actor.AI) for each in found)
            for contact_id, found in activities.items()
        }

    def _discreet(self, execution: Execution) -> None:
        """No token, name or message in what an execution keeps."""
        kept = json.dumps([execution.states, execution.output, execution.error, execution.cause])
        for secret in (self._world.inbox.token, "Customer", "Reyes", "How much", "order ten"):
            self._expect(secret not in kept, f"{secret!r} stands in the state")

    def _expect(self, holds: bool, otherwise: str) -> None:
        if not holds:
            self._complain(otherwise)


def _names(contact: Any) -> list[str]:
    return [name for name in (contact.messenger_psid, contact.instagram_sid) if name]
