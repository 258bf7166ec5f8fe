"""What is said of an invocation: one line in the log, and its metrics."""

import os
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

from pagesync.adapters.telemetry import Metric, telemetry

NAMESPACE = "Pagesync"
"""Of all metrics; infra/measures.py reads them there."""

logger = Logger()


def log(event: str, *facts: Mapping[str, Any]) -> None:
    """One line. What stands further right is known better."""
    write = logger.error if event.endswith("_failed") else logger.info
    line: dict[str, Any] = {name: value for some in facts for name, value in some.items()}
    write(event, **line)


def told(measures: Mapping[Metric, float] | None = None) -> Mapping[str, Any]:
    """Publishes `measures` and what the ports counted. Answers what else they told, for the log."""
    taken = telemetry.take()
    publish({**taken.amounts, **(measures or {})})
    return {**taken.ids, **({"graphErrors": taken.graph_errors} if taken.graph_errors else {})}


def publish(amounts: Mapping[Metric, float], **dimensions: str) -> None:
    """Write them to the log as CloudWatch's embedded metrics.

    Dimensions are few and fixed: never an organisation, a Page, a job or a person.
    """
    if not amounts:
        return
    metrics = EphemeralMetrics(namespace=NAMESPACE)
    for name, value in {"environment": os.environ.get("PAGESYNC_ENVIRONMENT", "none"), **dimensions}.items():
        metrics.add_dimension(name, value)
    for metric, amount in amounts.items():
        metrics.add_metric(metric, _unit(metric), amount)
    metrics.flush_metrics()


def _unit(metric: Metric) -> MetricUnit:
    return MetricUnit.Seconds if metric.endswith("Seconds") else MetricUnit.Count
