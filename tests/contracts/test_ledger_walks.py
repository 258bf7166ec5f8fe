"""What the ledger remembers of walks: failures to read again, watermarks, abandoned platforms, cancelled jobs."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from pagesync.domain.conversation import Platform
from pagesync.domain.job import (
    ContactOutcome,
    Failure,
    JobOutcome,
    JobStatus,
    Leg,
    ListedPage,
    Step,
    SyncJob,
    SyncMode,
)
from pagesync.domain.page import FacebookPageId
from tests import samples
from tests.contracts.ledgers import Store

MESSENGER, INSTAGRAM = Platform.MESSENGER, Platform.INSTAGRAM
SYNCED, FAILED = ContactOutcome.SYNCED, ContactOutcome.FAILED
NEWEST = samples.NOON - timedelta(hours=5)


def open_job(store: Store, **changes: object) -> SyncJob:
    return store.ledger.open(samples.job(created_at=store.clock.now(), **changes))


def register(
    store: Store, job: SyncJob, *ids: str, page: int = 1, reread: bool = False, platform: Platform = MESSENGER
) -> None:
    asked = samples.request(job.job_id, page)
    request = replace(asked, platform=platform, leg=Leg.FAILED if reread else Leg.LIST)
    listed = samples.listed(request, len(ids)).batches[0]
    batch = replace(listed, conversation_ids=list(ids), platform=platform, reread=reread)
    store.ledger.register_page(ListedPage(request, [batch], None, newest=NEWEST))


def settle(store: Store, job: SyncJob, outcome: ContactOutcome, platform: Platform = MESSENGER) -> None:
    """All conversations of the only open batch end the same way."""
    (batch,) = store.ledger.open_batches(job.job_id)
    results = samples.results(*[outcome] * len(batch.content.conversation_ids))
    named = [
        replace(
            each, failure=each.failure and replace(each.failure, conversation_id=conversation, platform=platform)
        )
        for each, conversation in zip(results, batch.content.conversation_ids, strict=True)
    ]
    store.ledger.settle(job, batch, named)


def finish(store: Store, job: SyncJob, *full_walks: Platform) -> None:
    store.ledger.close(
        job.job_id,
        listed=store.ledger.job(job.job_id).counts.listed,
        status=JobStatus.COMPLETED,
        outcome=JobOutcome.FULL,
        full_walks=full_walks,
    )
    store.clock.advance(60)


def failed_before(store: Store, job: SyncJob, platform: Platform = MESSENGER) -> list[str]:
    found, cursor = list[str](), None
    while True:
        page = store.ledger.failed_before(job, platform=platform, cursor=cursor, limit=2)
        found += page.conversation_ids
        if page.next_cursor is None:
            return found
        cursor = page.next_cursor


def test_what_failed_is_read_again_by_the_next_job(connected: Store) -> None:
    first = open_job(connected)
    register(connected, first, "t_1", "t_2", "t_3")
    settle(connected, first, FAILED)
    finish(connected, first, MESSENGER)
    assert failed_before(connected, open_job(connected)) == ["t_1", "t_2", "t_3"]


def test_what_failed_on_one_platform_is_not_read_on_the_other(connected: Store) -> None:
    first = open_job(connected)
    register(connected, first, "ig_1", platform=INSTAGRAM)
    settle(connected, first, FAILED, INSTAGRAM)
    finish(connected, first, INSTAGRAM)
    job = open_job(connected)
    assert failed_before(connected, job, INSTAGRAM) == ["ig_1"]
    assert failed_before(connected, job, MESSENGER) == []


def test_what_was_read_again_and_did_not_fail_is_forgotten(connected: Store) -> None:
    first = open_job(connected)
    register(connected, first, "t_1", "t_2")
    settle(connected, first, FAILED)
    finish(connected, first, MESSENGER)
    second = open_job(connected)
    register(connected, second, "t_1", reread=True)
    settle(connected, second, SYNCED)
    finish(connected, second)
    assert failed_before(connected, open_job(connected)) == ["t_2"]


def test_what_is_read_again_and_fails_again_is_kept(connected: Store) -> None:
    first = open_job(connected)
    register(connected, first, "t_1")
    settle(connected, first, FAILED)
    finish(connected, first, MESSENGER)
    second = open_job(connected)
    register(connected, second, "t_1", reread=True)
    settle(connected, second, FAILED)
    finish(connected, second)
    assert failed_before(connected, open_job(connected)) == ["t_1"]


@pytest.mark.parametrize("ends", [(FAILED, SYNCED), (SYNCED, FAILED)])
def test_a_conversation_read_again_is_kept_when_one_of_its_two_participants_fails(
    connected: Store, ends: tuple[ContactOutcome, ContactOutcome]
) -> None:
    first = open_job(connected)
    register(connected, first, "t_1")
    settle(connected, first, FAILED)
    finish(connected, first, MESSENGER)
    second = open_job(connected)
    register(connected, second, "t_1", "t_1", reread=True)
    (batch,) = connected.ledger.open_batches(second.job_id)
    named = [
        replace(each, failure=each.failure and replace(each.failure, conversation_id="t_1"))
        for each in samples.results(*ends)
    ]
    connected.ledger.settle(second, batch, named)
    finish(connected, second)
    assert failed_before(connected, open_job(connected)) == ["t_1"]


def test_what_was_to_be_read_again_when_the_job_was_cancelled_is_kept(connected: Store) -> None:
    first = open_job(connected)
    register(connected, first, "t_1")
    settle(connected, first, FAILED)
    finish(connected, first, MESSENGER)
    second = open_job(connected)
    register(connected, second, "t_1", reread=True)
    (batch,) = connected.ledger.open_batches(second.job_id)
    connected.ledger.settle(
        second, batch, [replace(samples.results(SYNCED)[0], outcome=ContactOutcome.SKIPPED, reason="CANCELLED")]
    )
    connected.ledger.close(
        second.job_id,
        listed=connected.ledger.job(second.job_id).counts.listed,
        status=JobStatus.CANCELLED,
        outcome=JobOutcome.CANCELLED,
    )
    assert failed_before(connected, open_job(connected)) == ["t_1"]


def test_a_full_walk_forgets_what_it_did_not_fail_on(connected: Store) -> None:
    first = open_job(connected)
    register(connected, first, "t_1", "t_2")
    settle(connected, first, FAILED)
    finish(connected, first, MESSENGER)
    second = open_job(connected)
    register(connected, second, "t_2")
    settle(connected, second, FAILED)
    finish(connected, second, MESSENGER)
    assert failed_before(connected, open_job(connected)) == ["t_2"]


def test_a_retry_reads_what_failed_in_the_job_it_retries(connected: Store) -> None:
    first = open_job(connected)
    register(connected, first, "t_1", "t_2", "t_3")
    settle(connected, first, FAILED)
    finish(connected, first, MESSENGER)
    second = open_job(connected)
    register(connected, second, "t_9")
    settle(connected, second, FAILED)
    finish(connected, second)
    retry = open_job(connected, mode=SyncMode.RETRY, retry_of=first.job_id)
    assert connected.ledger.job(retry.job_id) == retry
    assert sorted(failed_before(connected, retry)) == ["t_1", "t_2", "t_3"]


def test_a_complete_walk_moves_the_watermark_and_dates_a_full_one(connected: Store) -> None:
    first = open_job(connected)
    register(connected, first, "t_1")
    settle(connected, first, SYNCED)
    finish(connected, first, MESSENGER)
    page = connected.directory.connection(samples.PAGE)
    assert (page.watermarks, page.last_full_walks) == ({MESSENGER: NEWEST}, {MESSENGER: samples.NOON})
    second = open_job(connected)
    register(connected, second, "t_1")
    settle(connected, second, SYNCED)
    finish(connected, second)
    assert connected.directory.connection(samples.PAGE).last_full_walks == {MESSENGER: samples.NOON}


def test_the_watermark_is_the_newest_update_of_the_first_page(connected: Store) -> None:
    job = open_job(connected)
    register(connected, job, "t_1")
    later = samples.request(job.job_id, 2)
    connected.ledger.register_page(replace(samples.listed(later, 0), newest=samples.NOON))
    finish(connected, job, MESSENGER)
    assert connected.directory.connection(samples.PAGE).watermarks == {MESSENGER: NEWEST}


@pytest.mark.parametrize("status", [JobStatus.FAILED, JobStatus.CANCELLED])
def test_a_walk_that_did_not_complete_leaves_the_watermark(connected: Store, status: JobStatus) -> None:
    job = open_job(connected)
    register(connected, job, "t_1")
    connected.ledger.close(
        job.job_id,
        listed=connected.ledger.job(job.job_id).counts.listed,
        status=status,
        outcome=JobOutcome.FAILED,
        full_walks=[MESSENGER],
    )
    page = connected.directory.connection(samples.PAGE)
    assert (page.watermarks, page.last_full_walks) == ({}, {})


def test_a_retry_moves_neither_watermark_nor_date(connected: Store) -> None:
    first = open_job(connected)
    register(connected, first, "t_1")
    settle(connected, first, FAILED)
    finish(connected, first, MESSENGER)
    before = connected.directory.connection(samples.PAGE)
    retry = open_job(connected, mode=SyncMode.RETRY, retry_of=first.job_id)
    register(connected, retry, "t_1", reread=True)
    settle(connected, retry, SYNCED)
    finish(connected, retry)
    after = connected.directory.connection(samples.PAGE)
    assert (after.last_synced_at, after.watermarks) == (before.last_synced_at, before.watermarks)
    assert failed_before(connected, open_job(connected)) == []


def test_an_abandoned_platform_keeps_its_watermark_and_is_told(connected: Store) -> None:
    job = open_job(connected)
    register(connected, job, "t_1")
    why = Failure(None, "FETCH", "SOURCE_FORBIDDEN", "Allow access.", INSTAGRAM)
    for _ in "again":
        connected.ledger.abandon(job.job_id, INSTAGRAM, why)
    assert connected.ledger.job(job.job_id).abandoned == (INSTAGRAM,)
    assert connected.ledger.failures(job.job_id, limit=9) == [why]
    settle(connected, job, SYNCED)
    finish(connected, job, MESSENGER)
    assert connected.directory.connection(samples.PAGE).watermarks == {MESSENGER: NEWEST}


def test_reconnecting_keeps_the_watermarks(connected: Store) -> None:
    job = open_job(connected)
    register(connected, job, "t_1")
    settle(connected, job, SYNCED)
    finish(connected, job, MESSENGER)
    before = connected.directory.connection(samples.PAGE)
    connected.directory.connect(samples.connection(token_ciphertext=b"new"))
    after = connected.directory.connection(samples.PAGE)
    assert (after.watermarks, after.last_full_walks) == (before.watermarks, before.last_full_walks)


@pytest.mark.parametrize(("days", "expected"), [(3, NEWEST - timedelta(days=3)), (-3, NEWEST)])
def test_the_next_sync_looks_back_as_far_as_it_is_asked_to(connected: Store, days: int, expected: datetime) -> None:
    job = open_job(connected)
    register(connected, job, "t_1")
    settle(connected, job, SYNCED)
    finish(connected, job, MESSENGER)
    for platform in Platform:
        connected.directory.look_back(samples.PAGE, platform, NEWEST - timedelta(days=days))
    assert connected.directory.connection(samples.PAGE).watermarks == {MESSENGER: expected}


def test_a_wish_to_look_back_outlives_the_sync_that_is_under_way_and_no_more(connected: Store) -> None:
    wishes, found = [NEWEST - timedelta(days=3), NEWEST - timedelta(days=2)], []
    for _ in range(2):
        job = open_job(connected)
        register(connected, job, "t_1")
        while wishes:
            connected.directory.look_back(samples.PAGE, MESSENGER, wishes.pop())
        settle(connected, job, SYNCED)
        finish(connected, job, MESSENGER)
        found.append(connected.directory.connection(samples.PAGE).watermarks)
    assert found == [{MESSENGER: NEWEST - timedelta(days=3)}, {MESSENGER: NEWEST}]


def test_looking_back_on_an_unknown_page_changes_nothing(connected: Store) -> None:
    connected.directory.look_back(FacebookPageId("unknown"), MESSENGER, NEWEST)
    assert connected.directory.connections([FacebookPageId("unknown")]) == {}


def test_a_cancel_is_remembered_and_may_be_repeated(connected: Store) -> None:
    job = open_job(connected)
    assert connected.ledger.request_cancel(job.job_id).cancel_requested
    assert connected.ledger.request_cancel(job.job_id).cancel_requested


def test_a_finished_job_is_not_cancelled(connected: Store) -> None:
    job = open_job(connected)
    finish(connected, job)
    assert not connected.ledger.request_cancel(job.job_id).cancel_requested


def test_completing_the_listing_says_so(connected: Store) -> None:
    job = open_job(connected)
    connected.ledger.await_source(job.job_id, samples.NOON)
    connected.ledger.complete_listing(job.job_id)
    found = connected.ledger.job(job.job_id)
    assert (found.listing_complete, found.step, found.waiting_until) == (True, Step.PROCESSING, None)


def test_what_comes_after_the_end_of_a_job_does_not_count(connected: Store) -> None:
    job = open_job(connected)
    register(connected, job, "t_1")
    (batch,) = connected.ledger.open_batches(job.job_id)
    closed = connected.ledger.close(
        job.job_id,
        listed=connected.ledger.job(job.job_id).counts.listed,
        status=JobStatus.FAILED,
        outcome=JobOutcome.FAILED,
    )

    late = connected.ledger.settle(job, batch, samples.results(SYNCED))
    page = connected.ledger.register_page(samples.listed(samples.request(job.job_id, 2), 5, last=False))
    connected.ledger.complete_listing(job.job_id)
    connected.ledger.abandon(job.job_id, INSTAGRAM, Failure(None, "FETCH", "X", "late"))

    assert late.outcomes is None
    assert (page.batches, page.next) == ((), None)
    assert connected.ledger.job(job.job_id) == closed


def test_postponed_analyses_make_the_next_sync_walk_everything(connected: Store) -> None:
    first = open_job(connected)
    register(connected, first, "t_1")
    settle(connected, first, SYNCED)
    finish(connected, first, MESSENGER)
    second = open_job(connected)
    register(connected, second, "t_1")
    (batch,) = connected.ledger.open_batches(second.job_id)
    unavailable = replace(samples.results(SYNCED)[0], reason="NOT_ANALYSED_UNAVAILABLE")
    connected.ledger.settle(second, batch, [unavailable])
    finish(connected, second)
    page = connected.directory.connection(samples.PAGE)
    assert (page.watermarks, page.last_full_walks) == ({MESSENGER: NEWEST}, {})


def test_contacts_whose_analysis_is_postponed_are_counted(connected: Store) -> None:
    job = open_job(connected)
    register(connected, job, "t_1", "t_2", "t_3")
    (batch,) = connected.ledger.open_batches(job.job_id)
    postponed = replace(samples.results(SYNCED)[0], reason="NOT_ANALYSED_UNAVAILABLE")
    without_text = replace(postponed, reason="NO_TEXT")
    connected.ledger.settle(job, batch, [postponed, without_text, postponed])
    assert connected.ledger.job(job.job_id).unanalysed == 2


def test_another_instagram_account_is_walked_from_the_beginning(connected: Store) -> None:
    first = replace(connected.directory.connection(samples.PAGE), instagram_account_id="17841")
    connected.directory.connect(first)
    job = open_job(connected)
    register(connected, job, "t_1")
    register(connected, job, "t_2", page=2, platform=INSTAGRAM)
    for batch in connected.ledger.open_batches(job.job_id):
        connected.ledger.settle(job, batch, samples.results(SYNCED))
    finish(connected, job, MESSENGER, INSTAGRAM)
    connected.directory.connect(first)
    assert set(connected.directory.connection(samples.PAGE).watermarks) == {MESSENGER, INSTAGRAM}
    connected.directory.connect(replace(first, instagram_account_id="17842"))
    page = connected.directory.connection(samples.PAGE)
    assert (set(page.watermarks), set(page.last_full_walks)) == ({MESSENGER}, {MESSENGER})
