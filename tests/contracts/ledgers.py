"""JobLedger and PageDirectory in memory and on DynamoDB, for the suites that run on both."""

import threading
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import boto3

from pagesync.adapters.dynamodb import DynamoLedger, DynamoPages
from pagesync.adapters.dynamodb.entries import Entries
from pagesync.adapters.dynamodb.table import Table
from pagesync.adapters.telemetry import Telemetry
from pagesync.ports import JobLedger, PageDirectory
from tests.fakes.clock import StoppedClock
from tests.fakes.ledger import InMemoryLedger, InMemoryPages, Memory


@dataclass
class Store:
    ledger: JobLedger
    directory: PageDirectory
    clock: StoppedClock


def dynamodb_table() -> Table:
    client = boto3.client("dynamodb", region_name="us-east-1")
    client.create_table(
        TableName="jobs",
        KeySchema=[{"AttributeName": "PK", "KeyType": "HASH"}, {"AttributeName": "SK", "KeyType": "RANGE"}],
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": "S"} for name in ("PK", "SK", "gsi1pk", "gsi1sk", "openSince")
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "open",
                "KeySchema": [{"AttributeName": "openSince", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            },
            {
                "IndexName": "byPage",
                "KeySchema": [
                    {"AttributeName": "gsi1pk", "KeyType": "HASH"},
                    {"AttributeName": "gsi1sk", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            },
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    make_atomic(client)
    return Table(client, "jobs", sleep=lambda _: None)


def dynamodb_store(telemetry: Telemetry | None = None) -> Store:
    clock, table = StoppedClock(), dynamodb_table()
    ledger = DynamoLedger(table, Entries(table, clock, retention=timedelta(days=90)), telemetry)
    return Store(ledger, DynamoPages(table), clock)


def make_atomic(client: Any) -> None:
    """moto interleaves the transactions of several threads, which DynamoDB never does."""
    lock, transact = threading.Lock(), client.transact_write_items

    def one_at_a_time(**request: Any) -> Any:
        with lock:
            return transact(**request)

    client.transact_write_items = one_at_a_time


def memory_store() -> Store:
    memory, clock = Memory(), StoppedClock()
    return Store(InMemoryLedger(memory, clock), InMemoryPages(memory), clock)
