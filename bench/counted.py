"""What a piece of work took in calls, units, rows, transitions and Lambda time: counted where it happens."""

import json
import re
import time
from collections import Counter, defaultdict
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
import requests
from psycopg import sql

from bench.rig import Rig

READS = frozenset({"GetItem", "BatchGetItem", "Query", "Scan", "TransactGetItems"})
_REPORT = re.compile(r"REPORT RequestId: \S+\tDuration: ([\d.]+) ms")
_LOGS = "/aws/lambda/pagesync-local-"
_TABLES = "SELECT relname FROM pg_stat_user_tables WHERE relname <> 'alembic_version'"
_NOW = "SELECT pg_current_xact_id()::text::bigint"


@dataclass
class Counted:
    """`seconds` is wall time. DynamoDB's units are as it states them, Step Functions' `updateItem` included."""

    seconds: float = 0
    graph_calls: int = 0
    gemini_calls: int = 0
    gemini_tokens_in: int = 0
    gemini_tokens_out: int = 0
    aws_requests: Counter[str] = field(default_factory=Counter[str])
    aws_refused: Counter[str] = field(default_factory=Counter[str])
    """Those of them that were answered with an error: transactions in each other's way, mostly, which go again."""
    aws_seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    """What the services took for them."""
    read_units: float = 0
    write_units: float = 0
    s3_bytes: int = 0
    rows: Counter[str] = field(default_factory=Counter[str])
    """Written and still there, by table; one that is written twice counts once."""
    invocations: Counter[str] = field(default_factory=Counter[str])
    lambda_ms: Counter[str] = field(default_factory=Counter[str])
    log_bytes: int = 0

    def as_json(self) -> dict[str, Any]:
        told = {name: value for name, value in vars(self).items() if name != "aws_seconds"}
        plain = {name: dict(value) if isinstance(value, Counter) else value for name, value in told.items()}
        return {name: round(value, 3) if isinstance(value, float) else value for name, value in plain.items()}


@contextmanager
def counted(rig: Rig) -> Generator[Counted]:
    """Whatever the stack does inside; nothing else may use it. Complete once the block has been left."""
    before = _standing(rig)
    started = time.monotonic()
    found = Counted()
    yield found
    found.seconds = time.monotonic() - started
    _fill(found, before, _standing(rig))
    found.rows = _rows_since(rig, before["transaction"])
    _count_requests(found, rig, before["requests"])


def _standing(rig: Rig) -> Mapping[str, Any]:
    """Everything that only grows."""
    gemini = requests.get(f"{rig.stack.gemini_api_url}/__log", timeout=60).json()
    graph = requests.get(f"{rig.stack.graph_api_url}/__log", timeout=60).json()
    with psycopg.connect(rig.stack.database_url) as connection:
        transaction = connection.execute(_NOW).fetchall()[0][0]
    return {
        "requests": rig.folder.requests_file.stat().st_size,
        "gemini": gemini["count"],
        "tokens_in": sum(call["promptTokens"] for call in gemini["calls"]),
        "tokens_out": sum(call["outputTokens"] for call in gemini["calls"]),
        "graph": graph["counters"]["total"],
        "transaction": transaction,
        "functions": _functions(rig),
    }


def _functions(rig: Rig) -> Mapping[str, tuple[int, float, int]]:
    """Invocations, milliseconds and bytes logged of each function so far."""
    logs = rig.aws.client("logs")
    groups = logs.describe_log_groups(logGroupNamePrefix=_LOGS)["logGroups"]
    found: dict[str, tuple[int, float, int]] = {}
    for group in groups:
        pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group["logGroupName"])
        lines = [event["message"] for page in pages for event in page["events"]]
        reports = [match for line in lines if (match := _REPORT.match(line))]
        milliseconds = sum(float(match[1]) for match in reports)
        name = group["logGroupName"].removeprefix(_LOGS).replace("-", "_")
        found[name] = (len(reports), milliseconds, sum(len(line.encode()) for line in lines))
    return found


def _fill(found: Counted, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    found.graph_calls = after["graph"] - before["graph"]
    found.gemini_calls = after["gemini"] - before["gemini"]
    found.gemini_tokens_in = after["tokens_in"] - before["tokens_in"]
    found.gemini_tokens_out = after["tokens_out"] - before["tokens_out"]
    for name, (calls, milliseconds, size) in after["functions"].items():
        had = before["functions"].get(name, (0, 0.0, 0))
        if calls > had[0]:
            found.invocations[name] = calls - had[0]
            found.lambda_ms[name] = round(milliseconds - had[1])
            found.log_bytes += size - had[2]


def _rows_since(rig: Rig, transaction: int) -> Counter[str]:
    """Rows whose newest version a transaction after that one wrote."""
    with psycopg.connect(rig.stack.database_url) as connection:
        tables = [table for (table,) in connection.execute(_TABLES).fetchall()]
        query = sql.SQL("SELECT count(*) FROM {} WHERE xmin::text::bigint > %s")
        counts = [connection.execute(query.format(sql.Identifier(each)), [transaction]) for each in tables]
        return +Counter({table: count.fetchall()[0][0] for table, count in zip(tables, counts, strict=True)})


def _count_requests(found: Counted, rig: Rig, offset: int) -> None:
    with rig.folder.requests_file.open("rb") as lines:
        lines.seek(offset)
        for line in lines:
            note = json.loads(line)
            service, _, action = note["action"].partition(":")
            found.aws_requests[note["action"]] += 1
            found.aws_seconds[note["action"]] += note["seconds"]
            found.aws_refused[note["action"]] += note["status"] >= 400
            if service == "s3":
                found.s3_bytes += note["bytesIn"] + note["bytesOut"]
            elif action in READS:
                found.read_units += note.get("units", 0)
            else:
                found.write_units += note.get("units", 0)
    # Step Functions marks each execution's beginning on the job without a function: a write of one small item.
    started = found.aws_requests["states:StartExecution"]
    found.aws_requests["dynamodb:UpdateItem"] += started
    found.write_units += started
