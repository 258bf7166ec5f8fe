"""What the ledger on DynamoDB tells: each settlement and each end once, however often they are asked for."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from moto import mock_aws

from pagesync.adapters.telemetry import Metric, Telemetry
from pagesync.domain.job import ContactOutcome, FetchOutcome
from pagesync.use_cases.finalize import finalize
from tests import samples
from tests.contracts.ledgers import Store, dynamodb_store


@dataclass
class Told:
    store: Store
    telemetry: Telemetry

    def finalize(self, job_id: str, outcome: FetchOutcome) -> None:
        finalize(job_id=job_id, outcome=outcome, ledger=self.store.ledger, directory=self.store.directory)


@pytest.fixture
def told() -> Iterator[Told]:
    with mock_aws():
        telemetry = Telemetry()
        store = dynamodb_store(telemetry)
        store.directory.connect(samples.connection())
        yield Told(store, telemetry)


def test_whoever_reads_or_opens_a_job_names_it_and_its_page(told: Told) -> None:
    job = told.store.ledger.open(samples.job())
    named = {"jobId": job.job_id, "facebookPageId": samples.PAGE}
    assert told.telemetry.take().ids == named
    told.store.ledger.open(samples.job())
    assert told.telemetry.take().ids == named
    told.store.ledger.job(job.job_id)
    assert told.telemetry.take().ids == named


def test_a_settlement_is_counted_when_it_is_made_and_not_when_it_is_repeated(told: Told) -> None:
    ledger = told.store.ledger
    job = ledger.open(samples.job())
    ledger.register_page(samples.listed(samples.request(job.job_id), 2))
    (batch,) = ledger.open_batches(job.job_id)
    for _ in range(3):
        ledger.settle(job, batch, samples.results(ContactOutcome.SYNCED, ContactOutcome.FAILED))
    assert told.telemetry.take().amounts == {Metric.CONTACTS_SYNCED: 1, Metric.CONTACTS_FAILED: 1}


def test_a_job_is_counted_by_whoever_closes_it_and_by_nobody_after(told: Told) -> None:
    job = told.store.ledger.open(samples.job())
    told.store.clock.advance(40)
    for outcome in (FetchOutcome.END, FetchOutcome.FAILED, FetchOutcome.END):
        told.finalize(job.job_id, outcome)
    assert told.telemetry.take().amounts == {Metric.SYNCS_COMPLETED: 1, Metric.SYNC_SECONDS: 40}


def test_a_dead_token_is_no_failure_of_ours(told: Told) -> None:
    job = told.store.ledger.open(samples.job())
    for _ in range(2):
        told.finalize(job.job_id, FetchOutcome.TOKEN_EXPIRED)
    assert told.telemetry.take().amounts == {Metric.TOKEN_DEATHS: 1}


def test_what_a_lost_batch_held_is_counted_as_failed(told: Told) -> None:
    ledger = told.store.ledger
    job = ledger.open(samples.job())
    ledger.register_page(samples.listed(samples.request(job.job_id), 3))
    told.finalize(job.job_id, FetchOutcome.FAILED)
    assert told.telemetry.take().amounts == {Metric.CONTACTS_FAILED: 3, Metric.SYNCS_FAILED: 1}
