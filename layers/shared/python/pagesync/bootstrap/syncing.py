"""The verbs of a sync: what begins it, what each state of the flow does, and what looks at it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, partial
from typing import TYPE_CHECKING

from pagesync.adapters.clock import SystemClock
from pagesync.adapters.telemetry import telemetry
from pagesync.bootstrap import shared
from pagesync.settings import (
    FetchPageSettings,
    FinalizeSettings,
    JobsSettings,
    ProcessBatchSettings,
    StartSyncSettings,
    SweepSettings,
)

if TYPE_CHECKING:
    from pagesync.domain.job import PageRequest, SyncJob
    from pagesync.use_cases.fetch_page import Fetched
    from pagesync.use_cases.process_batch import BatchTurn, Processed
    from pagesync.use_cases.read_job import History, JobReport
    from pagesync.use_cases.start_sync import StartedSync
    from pagesync.use_cases.sweep_jobs import Swept


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
    ledger, directory = shared.ledger(settings), shared.directory(settings)
    workflow = StepFunctionsWorkflow(
        shared.client("stepfunctions"), settings.state_machine_arn, start_arn=settings.start_arn
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
    ledger, budget, directory = shared.ledger(settings), shared.budget(settings), shared.directory(settings)
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
    source = GraphConversations(shared.graph(settings, shared.facebook_app(settings)))
    return partial(
        verb,
        ledger=shared.ledger(settings),
        directory=shared.directory(settings),
        cipher=KmsCipher(shared.client("kms"), settings.token_key_id),
        source=ObservedSource(source, telemetry),
        payloads=S3Payloads(shared.client("s3"), settings.payload_bucket),
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
        policy=shared.walk_policy(settings),
    )


@cache
def process_batch() -> "Callable[[BatchTurn], Processed]":
    from concurrent.futures import ThreadPoolExecutor

    from pagesync.adapters.dynamodb.quota import DynamoQuota
    from pagesync.adapters.gemini import GeminiAnalyst
    from pagesync.adapters.observed import ObservedAnalyst, ObservedBudget
    from pagesync.adapters.s3 import S3Payloads
    from pagesync.domain.quota import Limits
    from pagesync.use_cases.process_batch import process_batch as verb

    settings = ProcessBatchSettings()  # pyright: ignore[reportCallIssue]
    analyst = GeminiAnalyst(
        api_key=shared.secret(settings.gemini_secret_id),
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
        ledger=shared.ledger(settings),
        payloads=S3Payloads(shared.client("s3"), settings.payload_bucket),
        contacts=shared.contacts(settings),
        analyst=ObservedAnalyst(analyst, telemetry),
        quota=DynamoQuota(
            shared.table(settings),
            SystemClock(),
            Limits(
                requests_per_minute=settings.gemini_requests_per_minute,
                tokens_per_minute=settings.gemini_tokens_per_minute,
                burst_seconds=settings.gemini_burst_seconds,
            ),
            model=settings.gemini_model,
        ),
        budget=ObservedBudget(shared.budget(settings), telemetry),
        tariff=settings.tariff,
        clock=SystemClock(),
        # For as long as the container lives: starting 25 threads costs a batch a tenth of its processor time.
        pool=ThreadPoolExecutor(settings.analysis_threads),
    )


@cache
def finalize() -> "Callable[..., SyncJob]":
    from pagesync.use_cases.finalize import finalize as verb

    settings = FinalizeSettings()  # pyright: ignore[reportCallIssue]
    return partial(
        verb,
        ledger=shared.ledger(settings),
        directory=shared.directory(settings),
        policy=shared.walk_policy(settings),
    )


@cache
def sweep() -> "Callable[[], Swept]":
    from pagesync.adapters.stepfunctions import StepFunctionsWorkflow
    from pagesync.use_cases.sweep_jobs import sweep_jobs as verb

    settings = SweepSettings()  # pyright: ignore[reportCallIssue]
    return partial(
        verb,
        ledger=shared.ledger(settings),
        directory=shared.directory(settings),
        workflow=StepFunctionsWorkflow(shared.client("stepfunctions"), settings.state_machine_arn),
        clock=SystemClock(),
        patience=timedelta(hours=settings.sweep_patience_hours),
    )
