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
from pagesync.adapters.telemetry import telemetry
from pagesync.domain.walk import WalkPolicy
from pagesync.settings import (
    AccountsSettings,
    CrmSettings,
    DatabaseSettings,
    FetchPageSettings,
    FinalizeSettings,
    GraphSettings,
    JobsSettings,
    ProcessBatchSettings,
    StartSyncSettings,
    SweepSettings,
    TokensSettings,
    WalkSettings,
)

if TYPE_CHECKING:
    from pagesync.adapters.graph import FacebookApp, GraphCalls
    from pagesync.adapters.postgres.connection import Database
    from pagesync.adapters.postgres.store import PostgresContacts
    from pagesync.domain.contact_book import ContactDetail
    from pagesync.domain.job import PageRequest, SyncJob
    from pagesync.ports import ContactBook
    from pagesync.use_cases.check_tokens import Checked
    from pagesync.use_cases.export_contacts import Exported
    from pagesync.use_cases.fetch_page import Fetched
    from pagesync.use_cases.process_batch import BatchTurn, Processed
    from pagesync.use_cases.read_job import History, JobReport
    from pagesync.use_cases.start_sync import StartedSync
    from pagesync.use_cases.sweep_jobs import Swept

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
    workflow = StepFunctionsWorkflow(
        _client("stepfunctions"), settings.state_machine_arn, start_arn=settings.start_arn
    )
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
    read_jobs: "Callable[..., History]"


@cache
def status() -> Status:
    from pagesync.use_cases.read_job import read_job, read_jobs, read_latest_job

    settings = JobsSettings()  # pyright: ignore[reportCallIssue]
    ledger, budget, directory = _ledger(settings), _budget(settings), _directory(settings)
    return Status(
        read_job=partial(read_job, ledger=ledger, budget=budget),
        read_latest_job=partial(read_latest_job, ledger=ledger, directory=directory, budget=budget),
        read_jobs=partial(read_jobs, ledger=ledger, directory=directory, budget=budget),
    )


@cache
def fetch_page() -> "Callable[[PageRequest], Fetched]":
    from pagesync.adapters.graph import GraphConversations
    from pagesync.adapters.kms import KmsCipher
    from pagesync.adapters.observed import ObservedSource
    from pagesync.adapters.s3 import S3Payloads
    from pagesync.domain.throttle import Patience
    from pagesync.use_cases.fetch_page import fetch_page as verb

    settings = FetchPageSettings()  # pyright: ignore[reportCallIssue]
    source = GraphConversations(_graph(settings, _facebook_app(settings)))
    return partial(
        verb,
        ledger=_ledger(settings),
        directory=_directory(settings),
        cipher=KmsCipher(_client("kms"), settings.token_key_id),
        source=ObservedSource(source, telemetry),
        payloads=S3Payloads(_client("s3"), settings.payload_bucket),
        clock=SystemClock(),
        batch_size=settings.batch_size,
        page_limit=settings.page_limit,
        pages_at_once=settings.pages_at_once,
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
    from pagesync.adapters.observed import ObservedAnalyst, ObservedBudget
    from pagesync.adapters.s3 import S3Payloads
    from pagesync.domain.quota import Limits
    from pagesync.use_cases.process_batch import process_batch as verb

    settings = ProcessBatchSettings()  # pyright: ignore[reportCallIssue]
    analyst = GeminiAnalyst(
        api_key=_secret(settings.gemini_secret_id),
        base_url=settings.gemini_api_url,
        api_version=settings.gemini_api_version,
        model=settings.gemini_model,
        thinking_level=settings.gemini_thinking_level,
        max_output_tokens=settings.gemini_max_output_tokens,
        transcript_tokens=settings.gemini_transcript_tokens,
        connections=settings.analysis_threads,
    )
    return partial(
        verb,
        ledger=_ledger(settings),
        payloads=S3Payloads(_client("s3"), settings.payload_bucket),
        contacts=_contacts(settings),
        analyst=ObservedAnalyst(analyst, telemetry),
        quota=DynamoQuota(
            _table(settings),
            SystemClock(),
            Limits(
                requests_per_minute=settings.gemini_requests_per_minute,
                tokens_per_minute=settings.gemini_tokens_per_minute,
                burst_seconds=settings.gemini_burst_seconds,
            ),
        ),
        budget=ObservedBudget(_budget(settings), telemetry),
        tariff=settings.tariff,
        clock=SystemClock(),
        analysis_threads=settings.analysis_threads,
    )


@cache
def finalize() -> "Callable[..., SyncJob]":
    from pagesync.use_cases.finalize import finalize as verb

    settings = FinalizeSettings()  # pyright: ignore[reportCallIssue]
    return partial(verb, ledger=_ledger(settings), directory=_directory(settings), policy=_walk_policy(settings))


@cache
def sweep() -> "Callable[[], Swept]":
    from pagesync.adapters.stepfunctions import StepFunctionsWorkflow
    from pagesync.use_cases.sweep_jobs import sweep_jobs as verb

    settings = SweepSettings()  # pyright: ignore[reportCallIssue]
    return partial(
        verb,
        ledger=_ledger(settings),
        directory=_directory(settings),
        workflow=StepFunctionsWorkflow(_client("stepfunctions"), settings.state_machine_arn),
        clock=SystemClock(),
        patience=timedelta(hours=settings.sweep_patience_hours),
    )


@dataclass(frozen=True, slots=True)
class Crm:
    """The verbs of the crm function; where nothing is decided, contacts are read straight from their book."""

    book: "ContactBook"
    edit_contact: "Callable[..., ContactDetail]"
    export_contacts: "Callable[..., Exported]"
    read_pages: Callable[..., Any]
    edit_page: Callable[..., Any]


@cache
def crm() -> Crm:
    from pagesync.adapters.postgres.book import PostgresContactBook
    from pagesync.adapters.s3_exports import S3ExportFiles
    from pagesync.use_cases.edit_contact import edit_contact
    from pagesync.use_cases.edit_page import edit_page
    from pagesync.use_cases.export_contacts import export_contacts
    from pagesync.use_cases.read_pages import read_pages

    settings = CrmSettings()  # pyright: ignore[reportCallIssue]
    book = PostgresContactBook(_database(settings))
    contacts, directory = _contacts(settings), _directory(settings)
    return Crm(
        book=book,
        edit_contact=partial(edit_contact, book=book, clock=SystemClock()),
        export_contacts=partial(
            export_contacts,
            most_contacts=settings.export_contacts,
            book=book,
            files=S3ExportFiles(_client("s3", signature_version="s3v4"), settings.payload_bucket),
            clock=SystemClock(),
        ),
        read_pages=partial(read_pages, contacts=contacts, directory=directory),
        edit_page=partial(edit_page, contacts=contacts, directory=directory),
    )


@dataclass(frozen=True, slots=True)
class PipelineVerbs:
    """The verbs over pipelines of the crm function."""

    read: Callable[..., Any]
    create: Callable[..., Any]
    edit: Callable[..., Any]
    archive: Callable[..., Any]
    add_stage: Callable[..., Any]
    edit_stage: Callable[..., Any]
    archive_stage: Callable[..., Any]


@cache
def pipelines() -> PipelineVerbs:
    from pagesync.adapters.postgres.pipelines import PostgresPipelines
    from pagesync.use_cases.archive import archive_pipeline, archive_stage
    from pagesync.use_cases.edit_pipelines import add_stage, create_pipeline, edit_pipeline, edit_stage
    from pagesync.use_cases.read_pipelines import read_pipelines

    store, clock = PostgresPipelines(_database(DatabaseSettings())), SystemClock()
    return PipelineVerbs(
        read=partial(read_pipelines, pipelines=store, clock=clock),
        create=partial(create_pipeline, pipelines=store),
        edit=partial(edit_pipeline, pipelines=store),
        archive=partial(archive_pipeline, pipelines=store, clock=clock),
        add_stage=partial(add_stage, pipelines=store),
        edit_stage=partial(edit_stage, pipelines=store),
        archive_stage=partial(archive_stage, pipelines=store, clock=clock),
    )


@dataclass(frozen=True, slots=True)
class OrganisationVerbs:
    read: Callable[..., Any]
    edit: Callable[..., Any]


@cache
def organisation() -> OrganisationVerbs:
    from pagesync.adapters.postgres.organisations import PostgresOrganisations
    from pagesync.use_cases.organisation import edit_organisation, read_organisation

    settings = CrmSettings()  # pyright: ignore[reportCallIssue]
    store, budget = PostgresOrganisations(_database(settings)), _budget(settings)
    return OrganisationVerbs(
        read=partial(read_organisation, organisations=store, budget=budget),
        edit=partial(edit_organisation, organisations=store, budget=budget),
    )


@cache
def check_tokens() -> "Callable[[], Checked]":
    from pagesync.adapters.graph import GraphTokens
    from pagesync.adapters.kms import KmsCipher
    from pagesync.use_cases.check_tokens import check_tokens as verb

    settings = TokensSettings()  # pyright: ignore[reportCallIssue]
    app = _facebook_app(settings)
    return partial(
        verb,
        directory=_directory(settings),
        inspector=GraphTokens(_graph(settings, app), app),
        cipher=KmsCipher(_client("kms"), settings.token_key_id),
        clock=SystemClock(),
    )


@dataclass(frozen=True, slots=True)
class Accounts:
    """The verbs that connect and disconnect Pages. `web_url` is where people's browsers go on."""

    begin_login: Callable[..., Any]
    finish_login: Callable[..., str]
    read_offer: Callable[..., Any]
    connect_pages: Callable[..., Any]
    disconnect_page: Callable[..., None]
    read_pages: Callable[..., Any]
    read_withdrawal: Callable[[str], Any]
    deauthorize: Callable[..., None]
    delete_person: Callable[..., Any]
    read_deletion: Callable[[str], Any]
    public_api_url: str
    web_url: str


@cache
def accounts() -> Accounts:
    from pagesync.adapters.dynamodb.deletions import DynamoDeletions
    from pagesync.adapters.dynamodb.offers import DynamoOffers
    from pagesync.adapters.graph import GraphAccounts, GraphLogin, SignedRequests
    from pagesync.adapters.kms import KmsCipher
    from pagesync.adapters.postgres.pipelines import PostgresPipelines
    from pagesync.adapters.stepfunctions import StepFunctionsWorkflow
    from pagesync.use_cases import log_in, withdraw
    from pagesync.use_cases.connect_page import connect_page
    from pagesync.use_cases.connect_pages import connect_pages
    from pagesync.use_cases.disconnect_page import disconnect_page
    from pagesync.use_cases.read_pages import read_pages

    settings, clock = AccountsSettings(), SystemClock()  # pyright: ignore[reportCallIssue]
    app = _facebook_app(settings)
    calls = _graph(settings, app)
    pages, contacts, directory = GraphAccounts(calls), _contacts(settings), _directory(settings)
    cipher = KmsCipher(_client("kms"), settings.token_key_id)
    offers = DynamoOffers(_table(settings), clock)
    login = GraphLogin(calls, app, dialog_url=settings.dialog_url, redirect_uri=settings.redirect_uri)
    pipelines = PostgresPipelines(_database(settings))
    stored = {"directory": directory, "cipher": cipher, "contacts": contacts}
    deletions = DynamoDeletions(_table(settings))
    disconnect = partial(
        disconnect_page,
        ledger=_ledger(settings),
        workflow=StepFunctionsWorkflow(_client("stepfunctions"), settings.state_machine_arn),
        accounts=pages,
        clock=clock,
        **stored,
    )
    return Accounts(
        begin_login=partial(log_in.begin_login, login=login, offers=offers, clock=clock),
        finish_login=partial(
            log_in.finish_login, login=login, accounts=pages, offers=offers, cipher=cipher, clock=clock
        ),
        read_offer=partial(log_in.read_offer, offers=offers),
        connect_pages=partial(
            connect_pages,
            offers=offers,
            accounts=pages,
            cipher=cipher,
            connect=partial(connect_page, pipelines=pipelines, **stored),
        ),
        disconnect_page=disconnect,
        read_pages=partial(read_pages, contacts=contacts, directory=directory),
        read_withdrawal=SignedRequests(app).read,
        deauthorize=partial(withdraw.deauthorize, directory=directory),
        delete_person=partial(
            withdraw.delete_person, directory=directory, deletions=deletions, disconnect=disconnect, clock=clock
        ),
        read_deletion=deletions.deletion,
        public_api_url=settings.public_api_url.rstrip("/"),
        web_url=settings.web_url,
    )


@cache
def migrate() -> Callable[[], str]:
    from pagesync.adapters.postgres.migrate import migrate as verb

    return partial(verb, _database(DatabaseSettings()))


def _client(service: str, **config: str) -> Any:
    return boto3.client(service, config=_AWS.merge(Config(**config)))  # pyright: ignore[reportCallIssue, reportArgumentType]


def _table(settings: JobsSettings) -> Table:
    return Table(_client("dynamodb"), settings.jobs_table)


def _ledger(settings: JobsSettings) -> DynamoLedger:
    table = _table(settings)
    entries = Entries(table, SystemClock(), retention=timedelta(days=settings.retention_days))
    return DynamoLedger(table, entries, telemetry)


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


def _facebook_app(settings: GraphSettings) -> "FacebookApp":
    from pagesync.adapters.graph import FacebookApp

    return FacebookApp(_secret(settings.facebook_secret_id))


def _graph(settings: GraphSettings, app: "FacebookApp") -> "GraphCalls":
    from pagesync.adapters.graph import GraphCalls

    return GraphCalls(
        app,
        base_url=settings.graph_api_url,
        version=settings.graph_api_version,
        timeout_seconds=settings.graph_timeout_seconds,
    )


def _database(settings: DatabaseSettings) -> "Database":
    return _opened(settings.database_dsql_endpoint, settings.database_secret_id or "")


@cache
def _opened(dsql_endpoint: str | None, secret_id: str) -> "Database":
    """One connection a container, whatever the number of its verbs."""
    from pagesync.adapters.postgres.connection import aurora_dsql, postgresql

    return postgresql(_secret(secret_id)()) if dsql_endpoint is None else aurora_dsql(dsql_endpoint)


def _contacts(settings: DatabaseSettings) -> "PostgresContacts":
    from pagesync.adapters.postgres.store import PostgresContacts

    return PostgresContacts(_database(settings))
