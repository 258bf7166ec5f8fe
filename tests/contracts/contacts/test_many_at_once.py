"""Many containers at once, and saves in any order."""

import threading
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pagesync.domain.contact import SaveOutcome
from tests.contracts.contacts.office import ALREADY, CREATED, EVERYBODY, NOON, SAVED, Office, draft, insight, new_id
from tests.contracts.crm import Crm, MemoryCrm, PostgresCrm


def test_batches_of_one_job_that_share_people_save_each_person_once(office: Office) -> None:
    """Eight containers save overlapping batches in opposite orders at the same moment, several times over."""
    people, workers = [f"{n:03d}" for n in range(24)], 8
    job_id = new_id()
    stores = [office.crm.another_store() for _ in range(workers)]
    start = threading.Barrier(workers, timeout=30)

    def save(worker: int) -> Counter[str]:
        mine = people[worker : worker + 16] if worker % 2 else people[worker : worker + 16][::-1]
        start.wait()
        saved: Counter[str] = Counter()
        for repeat in range(3):
            outcomes = stores[worker].save(office.batch(worker, job_id=job_id), [draft(each) for each in mine])
            saved += Counter(each for each, outcome in zip(mine, outcomes, strict=True) if outcome is SAVED)
            assert set(outcomes) <= {SAVED, ALREADY}, repeat
        return saved

    with ThreadPoolExecutor(workers) as pool:
        by_worker = list(pool.map(save, range(workers)))
    owners = Counter(person for saved in by_worker for person in saved)
    assert owners == Counter(people[:23])
    assert all(times == 3 for saved in by_worker for times in saved.values())
    listed = office.contacts()
    assert Counter(contact.messenger_psid for contact in listed) == Counter(people[:23])
    assert all(office.crm.activities(contact.contact_id) == [CREATED] for contact in listed)


def test_of_batches_of_one_job_at_once_one_owns_each_person_and_the_latest_words_stay(office: Office) -> None:
    """Each of eight containers has newer words of everybody than the one before; whoever is first, these stay."""
    people, workers = [f"{n:03d}" for n in range(12)], 8
    job_id = new_id()
    stores = [office.crm.another_store() for _ in range(workers)]
    start = threading.Barrier(workers, timeout=30)

    def save(worker: int) -> list[Sequence[SaveOutcome]]:
        words = {"insight": insight(f"Batch {worker}."), "content_hash": f"{worker}"}
        moment = NOON + timedelta(minutes=worker)
        mine = [draft(each, last_interaction=moment, move=office.move(worker % 2), **words) for each in people]
        context = office.batch(worker, job_id=job_id, saved_at=moment)
        start.wait()
        return [stores[worker].save(context, mine) for _ in range(2)]

    with ThreadPoolExecutor(workers) as pool:
        told = list(pool.map(save, range(workers)))
    assert all(first == repeated for first, repeated in told)
    for place, person in enumerate(people):
        (owner,) = [worker for worker, (outcomes, _) in enumerate(told) if outcomes[place] is SAVED]
        known = office.known(person)
        assert known.synced_by == office.batch(owner, job_id=job_id).synced_by
        # Where the latest words ask for another stage than the owner gave, the next sync looks again.
        is_met = (owner - (workers - 1)) % 2 == 0
        assert known.content_hash == (f"{workers - 1}" if is_met else None)
    last = NOON + timedelta(minutes=workers - 1)
    for contact in office.contacts():
        assert (contact.ai_context, contact.last_interaction) == (f"Batch {workers - 1}.", last)
        created, moved = office.crm.activities(contact.contact_id)
        assert (created, moved.to_stage_id) == (CREATED, contact.stage_id)


def test_jobs_that_write_the_same_people_at_once_leave_one_row_each(office: Office) -> None:
    people, workers = [f"{n:03d}" for n in range(10)], 6
    stores = [office.crm.another_store() for _ in range(workers)]
    start = threading.Barrier(workers, timeout=30)

    def save(worker: int) -> Sequence[SaveOutcome]:
        mine = people if worker % 2 else people[::-1]
        context = office.batch()
        start.wait()
        return stores[worker].save(context, [draft(each, move=office.move(worker % 2)) for each in mine])

    with ThreadPoolExecutor(workers) as pool:
        assert all(set(outcomes) == {SAVED} for outcomes in pool.map(save, range(workers)))
    listed = office.contacts()
    assert len(listed) == len(people)
    for contact in listed:
        created, moved = office.crm.activities(contact.contact_id)
        assert created == CREATED
        assert (moved.from_stage_id, moved.to_stage_id) == (None, contact.stage_id)
    assert {office.version(person) for person in people} == {workers}


def test_one_store_can_be_shared_by_threads(office: Office) -> None:
    def save(worker: int) -> Sequence[SaveOutcome]:
        return office.crm.store.save(office.batch(), [draft(f"{worker}-{n}") for n in range(5)])

    with ThreadPoolExecutor(6) as pool:
        assert all(set(outcomes) == {SAVED} for outcomes in pool.map(save, range(6)))
    assert office.crm.book.count(office.org_id, EVERYBODY) == 30


@dataclass(frozen=True)
class Listed:
    """A batch of a job: whom it has, and when they wrote last (minutes after noon) as far as it knows."""

    people: Sequence[int]
    minute: int | None

    @property
    def moment(self) -> datetime | None:
        return None if self.minute is None else NOON + timedelta(minutes=self.minute)

    def is_newer_than(self, other: "Listed") -> bool:
        return self.minute is not None and (other.minute is None or self.minute > other.minute)


PEOPLE = st.lists(st.integers(0, 9), unique=True, min_size=1, max_size=5)
BATCHES = st.lists(st.builds(Listed, PEOPLE, st.none() | st.integers(0, 3)), min_size=1, max_size=6)


def saves_in_any_order_leave_one_row_a_person(crm: Crm, batches: list[Listed], order: list[int]) -> None:
    """Whoever saved a person first owns the row and has placed it; the first of the latest words are in it."""
    office, job_id = Office(crm), new_id()
    owners: dict[int, int] = {}
    latest: dict[int, int] = {}
    for number in [place % len(batches) for place in order] + list(range(len(batches))):
        batch = batches[number]
        for person in batch.people:
            owners.setdefault(person, number)
            if batch.is_newer_than(batches[latest.setdefault(person, number)]):
                latest[person] = number
        said = {"insight": insight(f"Batch {number}."), "content_hash": f"{number}"}
        said |= {"move": office.move(number % 2), "last_interaction": batch.moment}
        drafts = [draft(str(person), **said) for person in batch.people]
        expected = [SAVED if owners[person] == number else ALREADY for person in batch.people]
        assert crm.store.save(office.batch(number, job_id=job_id), drafts) == expected
    contacts = {int(contact.messenger_psid or ""): contact for contact in office.contacts()}
    assert len(contacts) == len(office.contacts())
    assert set(contacts) == set(owners)
    for person, contact in contacts.items():
        created, moved = crm.activities(contact.contact_id)
        assert created == CREATED
        assert moved.to_stage_id == contact.stage_id == office.move(owners[person] % 2).stage_id
        known, words = office.known(str(person)), latest[person]
        assert known.synced_by == office.batch(owners[person], job_id=job_id).synced_by
        is_met = (words - owners[person]) % 2 == 0
        assert (contact.ai_context, known.content_hash) == (f"Batch {words}.", f"{words}" if is_met else None)
        assert contact.last_interaction == batches[words].moment


@settings(deadline=None)
@given(batches=BATCHES, order=st.lists(st.integers(0, 5), max_size=12))
def test_saves_in_any_order_leave_one_row_a_person_in_memory(batches: list[Listed], order: list[int]) -> None:
    saves_in_any_order_leave_one_row_a_person(MemoryCrm(), batches, order)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=BATCHES, order=st.lists(st.integers(0, 5), max_size=6))
def test_saves_in_any_order_leave_one_row_a_person_in_a_database(
    database_crm: PostgresCrm, batches: list[Listed], order: list[int]
) -> None:
    saves_in_any_order_leave_one_row_a_person(database_crm, batches, order)
