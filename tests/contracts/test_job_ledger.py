"""JobLedger and PageDirectory behave alike in memory and on DynamoDB."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from moto import mock_aws

from pagesync.domain.errors import NotFound
from pagesync.domain.job import BatchRef, ContactOutcome, Failure, JobOutcome, JobStatus, Step
from pagesync.domain.page import FacebookPageId
from tests import samples
from tests.contracts.ledgers import Store, dynamodb_store

SYNCED, SKIPPED, FAILED = ContactOutcome.SYNCED, ContactOutcome.SKIPPED, ContactOutcome.FAILED


def test_a_connected_page_is_found_as_it_was_connected(connected: Store) -> None:
    assert connected.directory.connection(samples.PAGE) == samples.connection()
    assert connected.directory.connections([samples.PAGE, FacebookPageId("other")]) == {
        samples.PAGE: samples.connection()
    }


def test_an_unknown_page_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound):
        store.directory.connection(samples.PAGE)


def test_reconnecting_renews_the_token_and_keeps_job_and_history(connected: Store) -> None:
    job = connected.ledger.open(samples.job())
    expired = samples.connection(token_ciphertext=b"new", instagram_account_id="17841")

    connected.directory.connect(expired)

    found = connected.directory.connection(samples.PAGE)
    assert (found.token_ciphertext, found.instagram_account_id) == (b"new", "17841")
    assert (found.active_job_id, found.latest_job_id) == (job.job_id, job.job_id)


def test_another_organisation_cannot_take_over_a_connection(connected: Store) -> None:
    connected.directory.connect(samples.connection(org_id=samples.OTHER_ORG, token_ciphertext=b"theirs"))
    assert connected.directory.connection(samples.PAGE) == samples.connection()


def test_an_opened_job_is_the_active_and_the_latest_one_of_its_page(connected: Store) -> None:
    job = samples.job()
    assert connected.ledger.open(job) == job
    assert connected.ledger.job(job.job_id) == job
    page = connected.directory.connection(samples.PAGE)
    assert (page.active_job_id, page.latest_job_id) == (job.job_id, job.job_id)


def test_opening_a_second_job_answers_the_first_and_stores_nothing(connected: Store) -> None:
    first, second = samples.job(), samples.job()
    connected.ledger.open(first)
    assert connected.ledger.open(second) == first
    with pytest.raises(NotFound):
        connected.ledger.job(second.job_id)


def test_only_jobs_that_are_not_final_are_open(connected: Store) -> None:
    assert list(connected.ledger.open_jobs()) == []
    job = connected.ledger.open(samples.job())
    assert list(connected.ledger.open_jobs()) == [job.job_id]
    connected.ledger.register_page(samples.listed(samples.request(job.job_id), 2))
    connected.ledger.request_cancel(job.job_id)
    assert list(connected.ledger.open_jobs()) == [job.job_id]
    connected.ledger.close(job.job_id, listed=2, status=JobStatus.CANCELLED, outcome=JobOutcome.CANCELLED)
    assert list(connected.ledger.open_jobs()) == []


def test_opening_the_same_job_again_answers_it(connected: Store) -> None:
    job = samples.job()
    connected.ledger.open(job)
    assert connected.ledger.open(job) == job


def test_concurrent_openings_make_one_job(connected: Store) -> None:
    jobs = [samples.job() for _ in range(16)]
    start = threading.Barrier(len(jobs))

    def open_one(number: int) -> str:
        start.wait()
        return connected.ledger.open(jobs[number]).job_id

    with ThreadPoolExecutor(len(jobs)) as pool:
        winners = set(pool.map(open_one, range(len(jobs))))
    assert len(winners) == 1


@pytest.mark.parametrize("org_id", [samples.OTHER_ORG, "unknown"])
def test_a_foreign_page_is_not_found_and_nothing_is_stored(connected: Store, org_id: str) -> None:
    job = samples.job(org_id=org_id)
    with pytest.raises(NotFound):
        connected.ledger.open(job)
    with pytest.raises(NotFound):
        connected.ledger.job(job.job_id)
    assert connected.directory.connection(samples.PAGE).active_job_id is None


def test_a_foreign_and_an_unknown_page_are_refused_in_the_same_words(connected: Store) -> None:
    with pytest.raises(NotFound) as foreign:
        connected.ledger.open(samples.job(org_id=samples.OTHER_ORG))
    with pytest.raises(NotFound) as unknown:
        connected.ledger.open(samples.job(facebook_page_id="nobody's"))
    assert foreign.value.message == unknown.value.message


def test_registering_a_page_counts_what_it_lists(connected: Store) -> None:
    job = connected.ledger.open(samples.job())
    page = samples.listed(samples.request(job.job_id), 10, 3, last=False)

    assert connected.ledger.register_page(page) == page

    found = connected.ledger.job(job.job_id)
    assert (found.counts.listed, found.step, found.listing_complete) == (13, Step.FETCHING, False)
    assert connected.ledger.listed_page(page.request) == page


def test_the_last_page_completes_the_listing(connected: Store) -> None:
    job = connected.ledger.open(samples.job())
    connected.ledger.register_page(samples.listed(samples.request(job.job_id)))
    found = connected.ledger.job(job.job_id)
    assert (found.counts.listed, found.step, found.listing_complete) == (0, Step.PROCESSING, True)


def test_the_first_registration_of_a_page_wins(connected: Store) -> None:
    job = connected.ledger.open(samples.job())
    asked = samples.request(job.job_id)
    first = connected.ledger.register_page(samples.listed(asked, 5))
    second = connected.ledger.register_page(samples.listed(asked, 7, 7, last=False))
    assert second == first
    assert connected.ledger.job(job.job_id).counts.listed == 5


def test_settling_a_batch_moves_the_counters_and_keeps_the_failures(connected: Store) -> None:
    job = connected.ledger.open(samples.job())
    page = connected.ledger.register_page(samples.listed(samples.request(job.job_id), 4))
    (batch,) = connected.ledger.open_batches(job.job_id)

    settled = connected.ledger.settle(job, batch, samples.results(SYNCED, FAILED, SKIPPED, SYNCED))

    assert settled.outcomes == [SYNCED, FAILED, SKIPPED, SYNCED]
    assert settled.content == page.batches[0]
    counts = connected.ledger.job(job.job_id).counts
    assert (counts.listed, counts.synced, counts.skipped, counts.failed) == (4, 2, 1, 1)
    assert connected.ledger.failures(job.job_id, limit=20) == [Failure("t_1", "PROCESS", "INTERNAL", "It failed.")]
    assert list(connected.ledger.open_batches(job.job_id)) == []


def test_the_first_settlement_of_a_batch_wins(connected: Store) -> None:
    job = connected.ledger.open(samples.job())
    connected.ledger.register_page(samples.listed(samples.request(job.job_id), 2))
    (batch,) = connected.ledger.open_batches(job.job_id)
    connected.ledger.settle(job, batch, samples.results(SYNCED, SYNCED))

    again = connected.ledger.settle(job, batch, samples.results(FAILED, FAILED))

    assert again.outcomes == [SYNCED, SYNCED]
    counts = connected.ledger.job(job.job_id).counts
    assert (counts.synced, counts.failed) == (2, 0)
    assert connected.ledger.failures(job.job_id, limit=20) == []


def test_batches_settled_by_many_at_once_are_each_counted_once(connected: Store) -> None:
    job = connected.ledger.open(samples.job())
    connected.ledger.register_page(samples.listed(samples.request(job.job_id), *[5] * 8))
    batches = list(connected.ledger.open_batches(job.job_id)) * 2
    with ThreadPoolExecutor(len(batches)) as pool:
        list(pool.map(lambda each: connected.ledger.settle(job, each, samples.results(*[SYNCED] * 5)), batches))
    assert connected.ledger.job(job.job_id).counts.synced == 40


def test_newest_failures_come_first_and_no_more_than_asked(connected: Store) -> None:
    job = connected.ledger.open(samples.job())
    for page in range(1, 4):
        asked = samples.request(job.job_id, page)
        connected.ledger.register_page(samples.listed(asked, 1, last=False))
        (batch,) = connected.ledger.open_batches(job.job_id)
        failed = samples.results(FAILED)[0]
        named = replace(failed, failure=Failure(f"page {page}", "PROCESS", "INTERNAL", "It failed."))
        connected.ledger.settle(job, batch, [named])
        connected.clock.advance(1)
    newest = connected.ledger.failures(job.job_id, limit=2)
    assert [each.conversation_id for each in newest] == ["page 3", "page 2"]


def test_waiting_shows_until_when_and_ends_with_the_next_page(connected: Store) -> None:
    job = connected.ledger.open(samples.job())
    until = samples.NOON + timedelta(minutes=5)
    connected.ledger.await_source(job.job_id, until)
    waiting = connected.ledger.job(job.job_id)
    assert (waiting.step, waiting.waiting_until) == (Step.WAITING, until)

    connected.ledger.register_page(samples.listed(samples.request(job.job_id), 1))
    assert connected.ledger.job(job.job_id).waiting_until is None


def test_a_completed_job_frees_its_page_and_dates_it(connected: Store) -> None:
    job = connected.ledger.open(samples.job())
    connected.clock.advance(60)

    closed = connected.ledger.close(
        job.job_id,
        listed=connected.ledger.job(job.job_id).counts.listed,
        status=JobStatus.COMPLETED,
        outcome=JobOutcome.FULL,
    )

    assert closed == connected.ledger.job(job.job_id)
    assert (closed.status, closed.step, closed.outcome) == (JobStatus.COMPLETED, Step.FINISHED, JobOutcome.FULL)
    assert closed.completed_at == samples.NOON + timedelta(seconds=60)
    page = connected.directory.connection(samples.PAGE)
    assert (page.active_job_id, page.latest_job_id) == (None, job.job_id)
    assert page.last_synced_at == closed.completed_at


@pytest.mark.parametrize("status", [JobStatus.FAILED, JobStatus.CANCELLED])
def test_a_job_that_did_not_complete_leaves_the_date_of_the_last_sync(connected: Store, status: JobStatus) -> None:
    job = connected.ledger.open(samples.job())
    connected.ledger.close(
        job.job_id, listed=connected.ledger.job(job.job_id).counts.listed, status=status, outcome=JobOutcome.FAILED
    )
    page = connected.directory.connection(samples.PAGE)
    assert (page.active_job_id, page.last_synced_at) == (None, None)


def test_an_expired_token_marks_the_job_and_is_told(connected: Store) -> None:
    job = connected.ledger.open(samples.job())
    why = Failure(None, "FETCH", "TOKEN_EXPIRED", "Reconnect required.")
    closed = connected.ledger.close(
        job.job_id,
        listed=connected.ledger.job(job.job_id).counts.listed,
        status=JobStatus.FAILED,
        outcome=JobOutcome.TOKEN_EXPIRED,
        token_expired=True,
        failure=why,
    )
    assert closed.token_expired
    # Where the token was rejected; by now the Page may have another.
    assert not connected.directory.connection(samples.PAGE).token_expired
    assert connected.ledger.failures(job.job_id, limit=20) == [why]


def test_a_final_job_stays_as_it_is(connected: Store) -> None:
    job = connected.ledger.open(samples.job())
    closed = connected.ledger.close(
        job.job_id,
        listed=connected.ledger.job(job.job_id).counts.listed,
        status=JobStatus.COMPLETED,
        outcome=JobOutcome.FULL,
    )
    connected.clock.advance(60)
    why = Failure(None, "FETCH", "LATE", "Too late.")
    again = connected.ledger.close(
        job.job_id,
        listed=connected.ledger.job(job.job_id).counts.listed,
        status=JobStatus.FAILED,
        outcome=JobOutcome.FAILED,
        failure=why,
    )
    assert again == closed
    assert connected.ledger.failures(job.job_id, limit=20) == []
    connected.ledger.await_source(job.job_id, samples.NOON)
    assert connected.ledger.job(job.job_id) == closed


def test_closing_an_old_job_does_not_free_a_page_that_a_new_job_holds(connected: Store) -> None:
    old = connected.ledger.open(samples.job())
    connected.ledger.close(
        old.job_id,
        listed=connected.ledger.job(old.job_id).counts.listed,
        status=JobStatus.COMPLETED,
        outcome=JobOutcome.FULL,
    )
    new = connected.ledger.open(samples.job())
    connected.ledger.close(
        old.job_id,
        listed=connected.ledger.job(old.job_id).counts.listed,
        status=JobStatus.FAILED,
        outcome=JobOutcome.FAILED,
    )
    assert connected.directory.connection(samples.PAGE).active_job_id == new.job_id


def test_what_is_not_there_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound):
        store.ledger.job("nobody's")
    with pytest.raises(NotFound):
        store.ledger.batch(BatchRef("nobody's", 1, 0))
    assert store.ledger.listed_page(samples.request("nobody's")) is None


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.lists(st.sampled_from(ContactOutcome), min_size=1, max_size=10), min_size=1, max_size=6),
    st.randoms(),
)
def test_counters_equal_the_ledger_whatever_is_repeated_or_reordered(
    batches: list[list[ContactOutcome]], rng: random.Random
) -> None:
    with mock_aws():
        store = dynamodb_store()
        store.directory.connect(samples.connection())
        job = store.ledger.open(samples.job())
        store.ledger.register_page(samples.listed(samples.request(job.job_id), *map(len, batches)))
        open_batches = list(store.ledger.open_batches(job.job_id))
        settlements = [*zip(open_batches, batches, strict=True)] * 2
        rng.shuffle(settlements)
        for batch, outcomes in settlements:
            store.ledger.settle(job, batch, samples.results(*outcomes))
            counts = store.ledger.job(job.job_id).counts
            settled = [store.ledger.batch(each.ref).outcomes or [] for each in open_batches]
            everything = [one for each in settled for one in each]
            assert counts.synced == everything.count(SYNCED)
            assert counts.skipped == everything.count(SKIPPED)
            assert counts.failed == everything.count(FAILED)
        assert store.ledger.job(job.job_id).counts.settled == counts.listed
