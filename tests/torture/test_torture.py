"""Promises under bad luck, and that broken ones are seen.

A failure prints its seed: `python -m tests.torture --seed N` runs exactly that one again, and tells all that happens.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from pagesync.domain.contact import ContactDraft, KnownContact, SaveContext, SaveOutcome
from pagesync.domain.conversation import Platform
from pagesync.domain.job import BatchRef, ContactResult, FetchOutcome, JobOutcome, JobStatus, LedgerBatch, ListedPage, SyncJob
from pagesync.domain.page import FacebookPageId, OrgId
from pagesync.ports import JobLedger
from tests.fakes.contacts import InMemoryContacts
from tests.fakes.ledger import InMemoryLedger
from tests.torture.report import report
from tests.torture.shrinking import shrunk
from tests.torture.torture import torture
from tests.torture.world import Tampering

SCHEDULES = 300
CHUNK = 10


@pytest.mark.parametrize("first", range(0, SCHEDULES, CHUNK))
def test_every_promise_is_kept_whatever_happens(first: int) -> None:
    for seed in range(first, first + CHUNK):
        verdict = torture(seed)
        assert not verdict.wrong, report(seed, shrunk(verdict))


class CountsTwice(InMemoryLedger):
    """A batch that is settled again is counted again."""

    def settle(self, ref: BatchRef, results: Sequence[ContactResult]) -> LedgerBatch:
        self._memory.batches[ref] = replace(self._memory.batches[ref], outcomes=None)
        return super().settle(ref, results)


class ListsTwice(InMemoryLedger):
    """A page that is registered again is counted again."""

    def register_page(self, page: ListedPage) -> ListedPage:
        for place in [place for place, known in self._memory.listed.items() if known.request == page.request]:
            del self._memory.listed[place]
        return super().register_page(page)


class KeepsTheLock(InMemoryLedger):
    def _release(self, *args: Any, **kwargs: Any) -> None:
        """The Page stays locked."""


class IgnoresSyncedBy(InMemoryContacts):
    """Whoever synced a contact before in this job is forgotten."""

    def known(
        self, org_id: OrgId, facebook_page_id: FacebookPageId, platform: Platform, person_ids: Sequence[str]
    ) -> Mapping[str, KnownContact]:
        found = super().known(org_id, facebook_page_id, platform, person_ids)
        return {who: replace(each, synced_by=None) for who, each in found.items()}

    def save(self, context: SaveContext, drafts: Sequence[ContactDraft]) -> Sequence[SaveOutcome]:
        return super().save(replace(context, job_id=f"{context.job_id} {context.synced_by}"), drafts)


def closes_without_counting(*, job_id: str, outcome: FetchOutcome, ledger: JobLedger, **_: Any) -> SyncJob:
    """What no batch reported is nobody's."""
    status = JobStatus.COMPLETED if outcome is FetchOutcome.END else JobStatus.FAILED
    return ledger.close(job_id, status=status, outcome=JobOutcome.FULL)


TAMPERINGS = {
    "counters": Tampering(ledger=CountsTwice),
    "counters of listed": Tampering(ledger=ListsTwice),
    "still locked": Tampering(ledger=KeepsTheLock),
    "synced more than once": Tampering(contacts=IgnoresSyncedBy),
    "account is open": Tampering(verbs={"finalize": closes_without_counting}),
}


@pytest.mark.parametrize(("sign", "tampering"), TAMPERINGS.items(), ids=TAMPERINGS)
def test_a_defect_is_found_by_its_sign_within_some_schedules(sign: str, tampering: Tampering) -> None:
    wrong = next(verdict.wrong for verdict in (torture(seed, tampering) for seed in range(150)) if verdict.wrong)
    assert any(sign.split()[0] in each for each in wrong), wrong


def test_the_same_seed_is_the_same_run() -> None:
    runs = [torture(12) for _ in range(2)]
    assert runs[0].told == runs[1].told
    assert len(runs[0].told.lines) > 50


def test_a_failure_shrinks_to_what_it_takes() -> None:
    tampering = Tampering(ledger=CountsTwice)
    verdict = next(found for found in (torture(seed, tampering) for seed in range(150)) if found.wrong)
    least = shrunk(verdict, tampering)
    assert least.wrong
    assert len(least.schedule.mishaps) <= 1 <= len(verdict.schedule.mishaps)
