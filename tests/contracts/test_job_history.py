"""A Page's list of jobs is the same in memory and on DynamoDB."""

import base64
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pagesync.adapters.dynamodb import paging
from pagesync.domain.errors import InvalidRequest
from pagesync.domain.job import JobOutcome, JobStatus, SyncJob
from pagesync.domain.page import FacebookPageId
from tests import samples
from tests.contracts.ledgers import Store

OTHER_PAGE = FacebookPageId("0a0b0c0d-0000-4000-8000-000000000002")


def run(store: Store, minute: int, page: FacebookPageId = samples.PAGE, **changes: object) -> SyncJob:
    """A job made then, and finished."""
    made = samples.job(created_at=samples.NOON + timedelta(minutes=minute), facebook_page_id=page, **changes)
    store.ledger.open(made)
    return store.ledger.close(made.job_id, listed=0, status=JobStatus.COMPLETED, outcome=JobOutcome.FULL)


def walk(store: Store, limit: int, page: FacebookPageId = samples.PAGE) -> list[Sequence[SyncJob]]:
    found = [store.ledger.jobs(page, cursor=None, limit=limit)]
    while found[-1].next_cursor is not None:
        found.append(store.ledger.jobs(page, cursor=found[-1].next_cursor, limit=limit))
    return [each.jobs for each in found]


def test_a_page_that_was_never_synced_has_no_jobs(connected: Store) -> None:
    assert walk(connected, 10) == [[]]


def test_jobs_come_newest_first_as_they_are_now(connected: Store) -> None:
    old, new = run(connected, 0), run(connected, 1)
    active = connected.ledger.open(samples.job(created_at=samples.NOON + timedelta(hours=1)))
    assert walk(connected, 10) == [[active, new, old]]


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 5, 6])
def test_paging_shows_every_job_once(connected: Store, limit: int) -> None:
    jobs = [run(connected, minute) for minute in range(5)][::-1]
    pages = walk(connected, limit)
    assert [job for page in pages for job in page] == jobs
    assert all(len(page) == limit for page in pages[:-1])
    assert pages[-1]


def test_jobs_made_between_two_pages_disturb_neither(connected: Store) -> None:
    jobs = [run(connected, minute) for minute in range(3)][::-1]
    first = connected.ledger.jobs(samples.PAGE, cursor=None, limit=2)
    run(connected, 9)
    rest = connected.ledger.jobs(samples.PAGE, cursor=first.next_cursor, limit=2)
    assert [*first.jobs, *rest.jobs] == jobs


def test_a_page_shows_no_other_pages_jobs(connected: Store) -> None:
    connected.directory.connect(samples.connection(facebook_page_id=OTHER_PAGE))
    mine, others = run(connected, 0), run(connected, 1, OTHER_PAGE)
    assert walk(connected, 10) == [[mine]]
    assert walk(connected, 10, OTHER_PAGE) == [[others]]


def test_a_cursor_of_another_page_is_a_moment_in_this_one(connected: Store) -> None:
    connected.directory.connect(samples.connection(facebook_page_id=OTHER_PAGE))
    mine = [run(connected, minute) for minute in (0, 2)]
    for minute in (1, 3):
        run(connected, minute, OTHER_PAGE)
    theirs = connected.ledger.jobs(OTHER_PAGE, cursor=None, limit=1)
    last = replace(theirs.jobs[0], created_at=samples.NOON + timedelta(minutes=1))
    assert connected.ledger.jobs(samples.PAGE, cursor=paging.encode(last), limit=5).jobs == mine[:1]


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "made-up",
        "é",
        "\0",
        base64.urlsafe_b64encode(b"1772366400000").decode(),
        base64.urlsafe_b64encode(b"1772366400000.no-uuid").decode(),
        base64.urlsafe_b64encode(b"soon.0a0b0c0d-0000-4000-8000-000000000001").decode(),
        base64.urlsafe_b64encode(b"9" * 40 + b".0a0b0c0d-0000-4000-8000-000000000001").decode(),
        base64.urlsafe_b64encode(b"PAGE#0a0b0c0d-0000-4000-8000-000000000001.x").decode(),
    ],
)
def test_a_cursor_that_is_not_ours_is_refused(connected: Store, cursor: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        connected.ledger.jobs(samples.PAGE, cursor=cursor, limit=5)
    assert refused.value.field == "cursor"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(minutes=st.integers(0, 10**8))
def test_a_cursor_says_where_it_stands_and_cannot_be_spelled_otherwise(minutes: int) -> None:
    job = samples.job(created_at=samples.NOON + timedelta(minutes=minutes))
    cursor = paging.encode(job)
    assert paging.decode(cursor) == (job.created_at, job.job_id)
    for other in (cursor + "=", cursor.swapcase(), cursor[:-1]):
        with pytest.raises(InvalidRequest):
            paging.decode(other)
