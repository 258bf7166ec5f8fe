"""Adapters that several verbs share, made of settings."""

from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from pagesync.adapters.clock import SystemClock
from pagesync.adapters.dynamodb import DynamoBudget, DynamoLedger, DynamoPages
from pagesync.adapters.dynamodb.entries import Entries
from pagesync.adapters.dynamodb.table import Table
from pagesync.adapters.telemetry import telemetry
from pagesync.domain.walk import WalkPolicy
from pagesync.settings import DatabaseSettings, GraphSettings, JobsSettings, WalkSettings

if TYPE_CHECKING:
    from pagesync.adapters.graph import FacebookApp, GraphCalls
    from pagesync.adapters.postgres.connection import Database
    from pagesync.adapters.postgres.store import PostgresContacts


_AWS = Config(connect_timeout=3, read_timeout=10, retries={"mode": "standard", "max_attempts": 4})


def client(service: str, **config: Any) -> Any:
    return boto3.client(service, config=_AWS.merge(Config(**config)))  # pyright: ignore[reportCallIssue, reportArgumentType]


def table(settings: JobsSettings) -> Table:
    return Table(client("dynamodb"), settings.jobs_table)


def ledger(settings: JobsSettings) -> DynamoLedger:
    jobs = table(settings)
    entries = Entries(jobs, SystemClock(), retention=timedelta(days=settings.retention_days))
    return DynamoLedger(jobs, entries, telemetry)


def budget(settings: JobsSettings) -> DynamoBudget:
    return DynamoBudget(table(settings), SystemClock(), retention=timedelta(days=settings.retention_days))


def directory(settings: JobsSettings) -> DynamoPages:
    return DynamoPages(table(settings))


def walk_policy(settings: WalkSettings) -> WalkPolicy:
    return WalkPolicy(
        overlap=timedelta(hours=settings.overlap_hours), full_every=timedelta(days=settings.full_walk_days)
    )


def secret(secret_id: str) -> Callable[[], str]:
    from pagesync.adapters.secrets import StoredSecret

    return StoredSecret(client("secretsmanager"), secret_id)


def facebook_app(settings: GraphSettings) -> "FacebookApp":
    from pagesync.adapters.graph import FacebookApp

    return FacebookApp(secret(settings.facebook_secret_id))


def graph(settings: GraphSettings, app: "FacebookApp") -> "GraphCalls":
    from pagesync.adapters.graph import GraphCalls

    return GraphCalls(
        app,
        base_url=settings.graph_api_url,
        version=settings.graph_api_version,
        timeout_seconds=settings.graph_timeout_seconds,
        telemetry=telemetry,
    )


def database(settings: DatabaseSettings) -> "Database":
    return _opened(settings.database_dsql_endpoint, settings.database_secret_id or "")


@cache
def _opened(dsql_endpoint: str | None, secret_id: str) -> "Database":
    """One connection a container, whatever the number of its verbs."""
    from pagesync.adapters.postgres.connection import aurora_dsql, secret_postgresql

    return secret_postgresql(secret(secret_id)) if dsql_endpoint is None else aurora_dsql(dsql_endpoint)


def contacts(settings: DatabaseSettings) -> "PostgresContacts":
    from pagesync.adapters.postgres.store import PostgresContacts

    return PostgresContacts(database(settings))
