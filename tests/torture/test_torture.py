"""Promises under bad luck, and that broken ones are seen.

A failure prints its seed; `python -m tests.torture --seed N` runs exactly that one again and tells what happens.
"""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pagesync.domain.contact import ContactDraft, KnownContact, SaveContext, SaveOutcome
from pagesync.domain.conversation import Platform
from pagesync.domain.job import (
    ContactResult,
    FailedBefore,
    FetchOutcome,
    JobOutcome,
    JobStatus,
    LedgerBatch,
    ListedPage,
    SyncJob,
)
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
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("first", range(0, SCHEDULES, CHUNK))
def test_every_promise_is_kept_whatever_happens(first: int) -> None:
    for seed in range(first, first + CHUNK):
        verdict = torture(seed)
        assert not verdict.wrong, report(seed, shrunk(verdict))


def test_bad_luck_leads_to_every_end() -> None:
    ends = sum((torture(seed).told.ends for seed in range(1_100, 1_160)), Counter[str]())
    jobs = {"COMPLETED full", "COMPLETED partial", "CANCELLED cancelled", "FAILED failed", "FAILED tokenExpired"}
    assert ends.keys() >= jobs | {"execution SUCCEEDED", "execution FAILED", "execution ABORTED"}


class CountsTwice(InMemoryLedger):
    """A batch that is settled again is counted again."""

    def settle(self, job: SyncJob, batch: LedgerBatch, results: Sequence[ContactResult]) -> LedgerBatch:
        self._memory.batches[batch.ref] = replace(batch, outcomes=None)
        return super().settle(job, batch, results)


class ListsTwice(InMemoryLedger):
    """A page that is registered again is counted again."""

    def register_page(self, page: ListedPage) -> ListedPage:
        place = (page.request.job_id, page.request.page)
        self._memory.listed.pop(place, None)
        return super().register_page(page)


class KeepsTheLock(InMemoryLedger):
    """The Page stays locked."""

    def _release(self, *args: Any, **kwargs: Any) -> None: ...


class ForgetsFailures(InMemoryLedger):
    """What failed is not read again."""

    def failed_before(self, job: SyncJob, *, platform: Platform, cursor: str | None, limit: int) -> FailedBefore:
        return FailedBefore(())


class HearsNoCancel(InMemoryLedger):
    """A cancelled job ends as if it were complete, and what was not begun is never begun."""

    def close(self, job_id: str, *, status: JobStatus, **how: Any) -> SyncJob:
        done = {"status": JobStatus.COMPLETED, "outcome": JobOutcome.FULL, "full_walks": list(Platform)}
        return super().close(job_id, **{**how, **done})


class IgnoresSyncedBy(InMemoryContacts):
    """Whoever synced a contact before in this job is forgotten."""

    def known(
        self, org_id: OrgId, facebook_page_id: FacebookPageId, platform: Platform, person_ids: Sequence[str]
    ) -> Mapping[str, KnownContact]:
        found = super().known(org_id, facebook_page_id, platform, person_ids)
        return {who: replace(each, synced_by=None) for who, each in found.items()}

    def save(self, context: SaveContext, drafts: Sequence[ContactDraft]) -> Sequence[SaveOutcome]:
        return super().save(replace(context, job_id=f"{context.job_id} {context.synced_by}"), drafts)


class OverwritesPeople(InMemoryContacts):
    """What a person decided is the AI's to change."""

    def _save(self, context: SaveContext, draft: ContactDraft) -> SaveOutcome:
        for row in self._people.values():
            row.named_by = None
        return super()._save(context, draft)


def closes_without_counting(*, job_id: str, outcome: FetchOutcome, ledger: JobLedger, **_: Any) -> SyncJob:
    """What no batch reported is nobody's."""
    status = JobStatus.COMPLETED if outcome is FetchOutcome.END else JobStatus.FAILED
    return ledger.close(job_id, listed=ledger.job(job_id).counts.listed, status=status, outcome=JobOutcome.FULL)


TAMPERINGS = {
    "the counters say": Tampering(ledger=CountsTwice),
    "counters say Counts(listed=": Tampering(ledger=ListsTwice),
    "still locked": Tampering(ledger=KeepsTheLock),
    ": missing": Tampering(ledger=ForgetsFailures),
    "): missing": Tampering(ledger=HearsNoCancel),
    "synced more than once": Tampering(contacts=IgnoresSyncedBy),
    "first_name is": Tampering(contacts=OverwritesPeople),
    "account is open": Tampering(verbs={"finalize": closes_without_counting}),
}


@pytest.mark.parametrize(("sign", "tampering"), TAMPERINGS.items(), ids=TAMPERINGS)
def test_a_defect_is_found_by_its_sign_within_some_schedules(sign: str, tampering: Tampering) -> None:
    signs = (sign in each for seed in range(600) for each in torture(seed, tampering).wrong)
    assert any(signs)


def test_a_failure_shrinks_to_what_it_takes_and_is_told() -> None:
    tampering = Tampering(ledger=CountsTwice)
    found = (torture(seed, tampering) for seed in range(300))
    verdict = next(each for each in found if len(each.wrong) == 1 and len(each.schedule.mishaps) > 2)
    least = shrunk(verdict, tampering)
    assert least.wrong
    assert len(least.schedule.mishaps) < len(verdict.schedule.mishaps)
    told = report(7, least)
    assert told.startswith("seed 7\n")
    assert all(str(mishap) in told for mishap in least.schedule.mishaps)
    assert least.wrong[0] in told


def test_a_seed_is_the_same_run_in_every_process() -> None:
    script = "import sys; from tests.torture.torture import torture; print(torture(int(sys.argv[1])).told.lines)"
    lines = {
        subprocess.run(
            [sys.executable, "-c", script, "12"],
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for hash_seed in ("1", "2")
    }
    assert lines == {f"{torture(12).told.lines}\n"}
