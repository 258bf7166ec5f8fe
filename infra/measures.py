"""The metrics that the functions publish: pagesync.adapters.telemetry names them, its runtime says how."""

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch

from infra.environments import Environment

NAMESPACE = "Pagesync"
SERVICE = "pagesync"


def measure(
    environment: Environment, name: str, *, statistic: str = "Sum", minutes: int = 5, label: str | None = None
) -> cloudwatch.Metric:
    return cloudwatch.Metric(
        namespace=NAMESPACE,
        metric_name=name,
        dimensions_map={"environment": environment.name, "service": SERVICE},
        statistic=statistic,
        period=Duration.minutes(minutes),
        label=label,
    )


def by_code(environment: Environment, name: str, *, minutes: int = 5) -> cloudwatch.MathExpression:
    """One line for each value of the dimension `code`."""
    wanted = f'{{{NAMESPACE},code,environment,service}} MetricName="{name}" environment="{environment.name}"'
    return cloudwatch.MathExpression(
        expression=f"SEARCH('{wanted}', 'Sum', {60 * minutes})",
        label="${PROP('Dim.code')}",
        period=Duration.minutes(minutes),
        using_metrics={},
    )
