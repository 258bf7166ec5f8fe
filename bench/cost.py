"""What a sync costs, from the quantities counted of one and a table of prices."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from infra.environments import SIZES

TABLE = Path(__file__).with_name("prices.json")
Quantities = dict[str, float]


def run(resync: Mapping[str, Any]) -> dict[str, Any]:
    """`resync` is that part's result: a first sync, and one of the same Page after little has changed."""
    table = json.loads(TABLE.read_text(encoding="utf-8"))
    conversations = resync["conversations"]
    first, again = _priced(resync["full"], table), _priced(resync["again"], table)
    return {
        "region": table["region"],
        "pricesRead": table["read"],
        "assumptions": {name: each["value"] for name, each in table["assumptions"].items()},
        "per1000Contacts": _shares({name: 1_000 / conversations * dollars for name, dollars in first.items()}),
        "per1000Unchanged": _shares({name: 1_000 / conversations * dollars for name, dollars in again.items()}),
        "example": _example(table, first, again, conversations),
    }


def _priced(counted: Mapping[str, Any], table: Mapping[str, Any]) -> dict[str, float]:
    """Dollars by what is paid for."""
    quantities = _quantities(counted, table["assumptions"])
    prices = {name: each["dollars"] for name, each in table["prices"].items()}
    dollars = {name: quantity * prices[name] for name, quantity in quantities.items()}
    return {item: sum(dollars[name] for name in names) for item, names in _ITEMS.items()}


_ITEMS: Mapping[str, tuple[str, ...]] = {
    "Gemini": ("geminiTokenIn", "geminiTokenOut"),
    "Lambda": ("lambdaGbSecond", "lambdaRequest"),
    "Step Functions": ("transition",),
    "Aurora DSQL": ("dsqlDpu",),
    "DynamoDB": ("dynamodbWriteUnit", "dynamodbReadUnit"),
    "S3": ("s3Put", "s3Get"),
    "Logs and traces": ("logGb", "trace"),
    "KMS and secrets": ("kmsRequest", "secretRequest"),
    "API Gateway": ("apiRequest",),
}


def _quantities(counted: Mapping[str, Any], assumed: Mapping[str, Any]) -> Quantities:
    invocations, asked = counted["invocations"], counted["aws_requests"]
    gb_ms = sum(
        milliseconds * SIZES[function].memory_mib / 1024 for function, milliseconds in counted["lambda_ms"].items()
    )
    requests = sum(invocations.values())
    return {
        "lambdaGbSecond": gb_ms / 1_000,
        "lambdaRequest": requests,
        "transition": counted["transitions"],
        "dynamodbWriteUnit": counted["write_units"],
        "dynamodbReadUnit": counted["read_units"],
        "s3Put": asked.get("s3:PUT", 0),
        "s3Get": asked.get("s3:GET", 0),
        "kmsRequest": sum(count for name, count in asked.items() if name.startswith("kms:")),
        "secretRequest": sum(count for name, count in asked.items() if name.startswith("secretsmanager:")),
        "apiRequest": 1 + assumed["pollsASync"]["value"],
        "logGb": counted["log_bytes"] / 1e9,
        "trace": requests * assumed["tracedShare"]["value"],
        "dsqlDpu": sum(counted["rows"].values()) * assumed["dpuARow"]["value"],
        "geminiTokenIn": counted["gemini_tokens_in"],
        "geminiTokenOut": counted["gemini_tokens_out"],
    }


def _shares(dollars: Mapping[str, float]) -> dict[str, Any]:
    total = sum(dollars.values())
    return {
        "dollars": round(total, 4),
        "awsDollars": round(total - dollars["Gemini"], 4),
        "items": {
            name: {"dollars": round(each, 5), "share": round(each / total, 4)} for name, each in dollars.items()
        },
    }


def _example(
    table: Mapping[str, Any], first: Mapping[str, float], again: Mapping[str, float], conversations: int
) -> dict[str, Any]:
    """A month of so many Pages that were synced before: the counted re-sync, as often as they are synced.

    Those that walk everything are reckoned like a first sync without its analyses, which is more than they cost.
    """
    example = table["example"]
    scale = example["pages"] * example["conversationsAPage"] / conversations
    standing = sum(each["quantity"] * each["dollars"] for each in table["standing"].values())
    whole = example["wholeOfThem"]
    syncing = {
        name: scale * (example["syncsAMonth"] * dollars + (0 if name == "Gemini" else whole * first[name]))
        for name, dollars in again.items()
    }
    gemini, total = syncing["Gemini"], sum(syncing.values())
    return {
        **example,
        "firstSyncsDollars": round(scale * sum(first.values()), 2),
        "monthlySyncingAwsDollars": round(total - gemini, 2),
        "monthlySyncingGeminiDollars": round(gemini, 2),
        "monthlyStandingDollars": round(standing, 2),
        "monthlyDollars": round(total + standing, 2),
    }
