"""One page that shows how an environment is doing, from what users feel down to what AWS does."""

from collections.abc import Sequence

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from infra.alarms import Watched
from infra.environments import Environment
from infra.measures import by_code, measure

WIDTH = 24
Metrics = Sequence[cloudwatch.IMetric]


def dashboard(
    scope: Construct, environment: Environment, watched: Watched, alarms: Sequence[cloudwatch.Alarm]
) -> cloudwatch.Dashboard:
    board = cloudwatch.Dashboard(
        scope, "Dashboard", dashboard_name=f"pagesync-{environment.name}", default_interval=Duration.hours(12)
    )
    board.add_widgets(cloudwatch.AlarmStatusWidget(title="Alarms", alarms=list(alarms), width=WIDTH, height=4))
    for row in (_syncs(environment), _outside(environment), _api(environment, watched), _aws(watched)):
        width = WIDTH // len(row)
        board.add_widgets(*(_graph(title, metrics, width) for title, metrics in row.items()))
    return board


def _graph(title: str, metrics: Metrics, width: int) -> cloudwatch.GraphWidget:
    return cloudwatch.GraphWidget(
        title=title, left=list(metrics), width=width, height=6, left_y_axis=cloudwatch.YAxisProps(min=0)
    )


def _syncs(environment: Environment) -> dict[str, Metrics]:
    def own(*names: str) -> Metrics:
        return [measure(environment, name) for name in names]

    took = [measure(environment, "SyncSeconds", statistic=each, label=each) for each in ("p50", "p95", "Maximum")]
    return {
        "Syncs": own("SyncsCompleted", "SyncsFailed", "SyncsCancelled", "TokenDeaths", "TokensEnding", "StuckJobs"),
        "Contacts": own("ContactsSynced", "ContactsSkipped", "ContactsFailed"),
        "Seconds a sync takes": took,
    }


def _outside(environment: Environment) -> dict[str, Metrics]:
    def own(*names: str) -> Metrics:
        return [measure(environment, name) for name in names]

    cost = measure(environment, "GeminiCostDollars", minutes=24 * 60, label="a day")
    return {
        "Facebook": own("GraphCalls", "GraphThrottles", "GraphFailures", "GraphWaitSeconds"),
        "Gemini": own("GeminiAnalyses", "GeminiThrottles", "GeminiFailures", "GeminiWaitSeconds", "BudgetRefusals"),
        "Gemini's tokens": own("GeminiTokensIn", "GeminiTokensOut", "GeminiTokensThinking"),
        "Gemini's cost in dollars": [cost],
    }


def _api(environment: Environment, watched: Watched) -> dict[str, Metrics]:
    api, period = watched.http_api, Duration.minutes(5)
    latency = [api.metric_latency(statistic=each, period=period, label=each) for each in ("p50", "p99")]
    answers = [
        api.metric_count(statistic="Sum", period=period, label="requests"),
        api.metric_client_error(statistic="Sum", period=period, label="4xx"),
        api.metric_server_error(statistic="Sum", period=period, label="5xx"),
        measure(environment, "BrokenRequests"),
    ]
    return {
        "API: answers": answers,
        "API: milliseconds": latency,
        "API: refusals by code": [by_code(environment, "RefusedRequests")],
    }


def _aws(watched: Watched) -> dict[str, Metrics]:
    period, flow = Duration.minutes(5), watched.state_machine
    functions = {function.node.id.replace("_", "-"): function for function in watched.functions}
    executions = [
        flow.metric_started(statistic="Sum", period=period, label="started"),
        flow.metric_succeeded(statistic="Sum", period=period, label="succeeded"),
        flow.metric_failed(statistic="Sum", period=period, label="failed"),
        flow.metric_timed_out(statistic="Sum", period=period, label="timed out"),
        flow.metric_aborted(statistic="Sum", period=period, label="aborted"),
    ]
    return {
        "Executions": executions,
        "Functions: errors": [
            each.metric_errors(statistic="Sum", period=period, label=name) for name, each in functions.items()
        ],
        "Functions: milliseconds, p99": [
            each.metric_duration(statistic="p99", period=period, label=name) for name, each in functions.items()
        ],
        "Functions: throttles": [
            each.metric_throttles(statistic="Sum", period=period, label=name) for name, each in functions.items()
        ],
    }
