"""Composition root: settings choose the adapters, adapters fill the ports, and each verb is ready to be called.

One function a Lambda, run once a container. Adapters are imported inside, so that a function loads no library
it does not use.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from pagesync.adapters.clock import SystemClock
from pagesync.adapters.dynamodb import DynamoBudget, DynamoLedger, DynamoPages
from pagesync.adapters.dynamodb.entries import Entries
from pagesync.adapters.dynamodb.table import Table
from pagesync.domain.walk import WalkPolicy
from pagesync.settings import (
    CrmSettings,
    DatabaseSettings,
    FetchPageSettings,
    FinalizeSettings,
    JobsSettings,
    ProcessBatchSettings,
    StartSyncSettings,
    WalkSettings,
)

if TYPE_CHECKING:
    from pagesync.adapters.postgres.connection import Database
    from pagesync.adapters.postgres.store import PostgresContacts
    from pagesync.domain.job import PageRequest, SyncJob
    from pagesync.use_cases.fetch_page import Fetched
    from pagesync.use_cases.process_batch import BatchTurn, Processed
    from pagesync.use_cases.read_job import JobReport
    from pagesync.use_cases.start_sync import StartedSync

_AWS = Config(connect_timeout=3, read_timeout=10, retries={"mode": "standard", "max_attempts": 4})


@dataclass(frozen=True, slots=True)
class Control:
    """The verbs that begin and end a sync."""

    start_sync: "Callable[..., StartedSync]"
    retry_failed: "Callable[..., StartedSync]"
    cancel_sync: "Callable[..., SyncJob]"


@cache
def control() -> Control:
    from pagesync.adapters.stepfunctions import StepFunctionsWorkflow
    from pagesync.use_cases.cancel_sync import cancel_sync
    from pagesync.use_cases.start_sync import Starter
    from pagesync.use_cases.start_sync import retry_failed as retry
    from pagesync.use_cases.start_sync import start_sync as start

    settings = StartSyncSettings()  # pyright: ignore[reportCallIssue]
    ledger, directory = _ledger(settings), _directory(settings)
    workflow = StepFunctionsWorkflow(_client("stepfunctions"), settings.state_machine_arn)
    starter = Starter(ledger, directory, workflow, SystemClock())
    return Control(
        start_sync=partial(start, starter=starter),
        retry_failed=partial(retry, starter=starter),
        cancel_sync=partial(cancel_sync, ledger=ledger, directory=directory, workflow=workflow),
    )


@dataclass(frozen=True, slots=True)
class Status:
    """The verbs of the status function."""

    read_job: "Callable[..., JobReport]"
    read_latest_job: "Callable[..., JobReport | None]"


@cache
def status() -> Status:
    from pagesync.use_cases.read_job import read_job, read_latest_job

    settings = JobsSettings()  # pyright: ignore[reportCallIssue]
    ledger, budget = _ledger(settings), _budget(settings)
    return Status(
        read_job=partial(read_job, ledger=ledger, budget=budget),
        read_latest_job=partial(read_latest_job, ledger=ledger, directory=_directory(settings), budget=budget),
    )


@cache
def fetch_page() -> "Callable[[PageRequest], Fetched]":
    from pagesync.adapters.graph import GraphConversations
    from pagesync.adapters.kms import KmsCipher
    from pagesync.adapters.s3 import S3Payloads
    from pagesync.domain.throttle import Patience
    from pagesync.use_cases.fetch_page import fetch_page as verb

    settings = FetchPageSettings()  # pyright: ignore[reportCallIssue]
    return partial(
        verb,
        ledger=_ledger(settings),
        directory=_directory(settings),
        cipher=KmsCipher(_client("kms"), settings.token_key_id),
        source=GraphConversations(
            base_url=settings.graph_api_url,
            version=settings.graph_api_version,
            timeout_seconds=settings.graph_timeout_seconds,
        ),
        payloads=S3Payloads(_client("s3"), settings.payload_bucket),
        clock=SystemClock(),
        batch_size=settings.batch_size,
        page_limit=settings.page_limit,
        patience=Patience(
            slow_percent=settings.usage_slow_percent,
            slow_seconds=settings.usage_slow_seconds,
            stop_percent=settings.usage_stop_percent,
            stop_seconds=settings.usage_stop_seconds,
            attempts=settings.trouble_attempts,
            longest_seconds=settings.trouble_longest_seconds,
        ),
        policy=_walk_policy(settings),
    )


@cache
def process_batch() -> "Callable[[BatchTurn], Processed]":
    from pagesync.adapters.dynamodb.quota import DynamoQuota
    from pagesync.adapters.gemini import GeminiAnalyst
    from pagesync.adapters.s3 import S3Payloads
    from pagesync.domain.quota import Limits
    from pagesync.use_cases.process_batch import process_batch as verb

    settings = ProcessBatchSettings()  # pyright: ignore[reportCallIssue]
    return partial(
        verb,
        ledger=_ledger(settings),
        payloads=S3Payloads(_client("s3"), settings.payload_bucket),
        contacts=_contacts(settings),
        analyst=GeminiAnalyst(
            api_key=_secret(settings.gemini_secret_id),
            base_url=settings.gemini_api_url,
            api_version=settings.gemini_api_version,
            model=settings.gemini_model,
            thinking_level=settings.gemini_thinking_level,
            max_output_tokens=settings.gemini_max_output_tokens,
            transcript_tokens=settings.gemini_transcript_tokens,
            connections=settings.analysis_threads,
        ),
        quota=DynamoQuota(
            _table(settings),
            SystemClock(),
            Limits(
                requests_per_minute=settings.gemini_requests_per_minute,
                tokens_per_minute=settings.gemini_tokens_per_minute,
                burst_seconds=settings.gemini_burst_seconds,
            ),
        ),
        budget=_budget(settings),
        tariff=settings.tariff,
        clock=SystemClock(),
        analysis_threads=settings.analysis_threads,
    )


@cache
def finalize() -> "Callable[..., SyncJob]":
    from pagesync.use_cases.finalize import finalize as verb

    settings = FinalizeSettings()  # pyright: ignore[reportCallIssue]
    return partial(verb, ledger=_ledger(settings), directory=_directory(settings), policy=_walk_policy(settings))


@dataclass(frozen=True, slots=True)
class Crm:
    """The verbs of the crm function; contacts are read straight from their store."""

    contacts: "PostgresContacts"
    read_pages: Callable[..., Any]


@cache
def crm() -> Crm:
    from pagesync.use_cases.read_pages import read_pages

    settings = CrmSettings()  # pyright: ignore[reportCallIssue]
    contacts = _contacts(settings)
    return Crm(contacts=contacts, read_pages=partial(read_pages, contacts=contacts, directory=_directory(settings)))


@cache
def migrate() -> Callable[[], str]:
    from pagesync.adapters.postgres.migrate import migrate as verb

    return partial(verb, _database(DatabaseSettings()))


def _client(service: str) -> Any:
    return boto3.client(service, config=_AWS)  # pyright: ignore[reportCallIssue, reportArgumentType]


def _table(settings: JobsSettings) -> Table:
    return Table(_client("dynamodb"), settings.jobs_table)


def _ledger(settings: JobsSettings) -> DynamoLedger:
    table = _table(settings)
    return DynamoLedger(table, Entries(table, SystemClock(), retention=timedelta(days=settings.retention_days)))


def _budget(settings: JobsSettings) -> DynamoBudget:
    return DynamoBudget(_table(settings), SystemClock(), retention=timedelta(days=settings.retention_days))


def _directory(settings: JobsSettings) -> DynamoPages:
    return DynamoPages(_table(settings))


def _walk_policy(settings: WalkSettings) -> WalkPolicy:
    return WalkPolicy(
        overlap=timedelta(hours=settings.overlap_hours), full_every=timedelta(days=settings.full_walk_days)
    )


def _secret(secret_id: str) -> Callable[[], str]:
    from pagesync.adapters.secrets import StoredSecret

    return StoredSecret(_client("secretsmanager"), secret_id)


def _database(settings: DatabaseSettings) -> "Database":
    from pagesync.adapters.postgres.connection import aurora_dsql, postgresql

    if settings.database_dsql_endpoint is not None:
        return aurora_dsql(settings.database_dsql_endpoint)
    return postgresql(_secret(settings.database_secret_id or "")())


def _contacts(settings: DatabaseSettings) -> "PostgresContacts":
    from pagesync.adapters.postgres.store import PostgresContacts

    return PostgresContacts(_database(settings))
