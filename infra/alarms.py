"""When somebody is told: each alarm, and where its page of the runbook is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from aws_cdk import Duration
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.environments import Environment
from infra.measures import measure
from infra.pagesync_function import PagesyncFunction

DAY = 24 * 60


@dataclass(frozen=True)
class Watched:
    """What alarms look at."""

    http_api: apigateway.HttpApi
    state_machine: sfn.StateMachine
    functions: Sequence[PagesyncFunction]
    lost: sqs.Queue


@dataclass(frozen=True)
class Threshold:
    """An alarm: `at_least` this much, in `periods` periods of the metric in a row. `section` is the runbook's."""

    section: str
    metric: cloudwatch.IMetric
    at_least: float
    sentence: str
    periods: int = 1
    about: str = ""
    """Tells alarms with one section apart."""

    @property
    def name(self) -> str:
        return "-".join(filter(None, (self.section, self.about)))


class Alarms(Construct):
    """`all` by name. No data is no trouble: a metric is published when something happens."""

    def __init__(
        self, scope: Construct, construct_id: str, *, environment: Environment, watched: Watched, topic: sns.Topic
    ) -> None:
        super().__init__(scope, construct_id)
        self._environment = environment
        told = actions.SnsAction(topic)  # pyright: ignore[reportArgumentType] - jsii
        self.all: dict[str, cloudwatch.Alarm] = {}
        for each in (*_of_syncs(environment), *_of_services(watched), *_of_functions(watched.functions)):
            self.all[each.name] = self._alarm(each)
            self.all[each.name].add_alarm_action(told)  # pyright: ignore[reportArgumentType] - jsii
            self.all[each.name].add_ok_action(told)  # pyright: ignore[reportArgumentType] - jsii

    def _alarm(self, threshold: Threshold) -> cloudwatch.Alarm:
        return cloudwatch.Alarm(
            self,
            threshold.name,
            alarm_name=f"pagesync-{self._environment.name}-{threshold.name}",
            alarm_description=f"{threshold.sentence} {self._environment.runbook_url}#{threshold.section}",
            metric=threshold.metric,
            threshold=threshold.at_least,
            evaluation_periods=threshold.periods,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )


def _of_syncs(environment: Environment) -> Iterator[Threshold]:
    """What the functions publish themselves."""

    def own(name: str, minutes: int, statistic: str = "Sum") -> cloudwatch.Metric:
        return measure(environment, name, minutes=minutes, statistic=statistic)

    yield Threshold("failed-syncs", own("SyncsFailed", 15), 3, "Several syncs failed, and not for their tokens.")
    yield Threshold(
        "stuck-jobs", own("StuckJobs", DAY, "Maximum"), 1, "The sweep found jobs that nobody worked on."
    )
    yield Threshold("token-deaths", own("TokenDeaths", 60), 5, "Many Pages lost their connection within an hour.")
    yield Threshold(
        "facebook-throttling", own("GraphThrottles", 15), 10, "Facebook's limits hold syncs up.", periods=2
    )
    yield Threshold("facebook-failing", own("GraphFailures", 15), 30, "Facebook fails again and again.", periods=2)
    yield Threshold("gemini-throttling", own("GeminiThrottles", 15), 20, "Gemini's quota is too small.", periods=2)
    yield Threshold("gemini-failing", own("GeminiFailures", 15), 30, "Gemini fails or refuses a lot.", periods=2)
    budget = environment.daily_ai_budget_dollars
    yield Threshold(
        "ai-budget", own("GeminiCostDollars", DAY), budget, "Gemini cost more within a day than is planned for all."
    )


def _of_services(watched: Watched) -> Iterator[Threshold]:
    """What AWS publishes of the API, the flow and the queue."""
    short, api, flow = Duration.minutes(5), watched.http_api, watched.state_machine
    broken = api.metric_server_error(period=short, statistic="Sum")
    slow = api.metric_latency(period=short, statistic="p99")
    yield Threshold("api-errors", broken, 5, "The API answers with errors of our own.")
    yield Threshold("api-latency", slow, 5_000, "One request in a hundred takes 5 s or more.", periods=3)
    yield Threshold("lost-executions", _visible(watched.lost), 1, "A job's end could not be written down.")
    failed, timed_out = (
        metric(period=short, statistic="Sum") for metric in (flow.metric_failed, flow.metric_timed_out)
    )
    yield Threshold("failed-executions", failed, 1, "An execution of the sync broke.")
    yield Threshold("failed-executions", timed_out, 1, "An execution of the sync ran for days.", about="timed-out")


def _visible(queue: sqs.Queue) -> cloudwatch.Metric:
    return queue.metric_approximate_number_of_messages_visible(period=Duration.minutes(5), statistic="Maximum")


def _of_functions(functions: Sequence[PagesyncFunction]) -> Iterator[Threshold]:
    """Two for each function there is."""
    short = Duration.minutes(5)
    for function in functions:
        name = function.node.id.replace("_", "-")
        errors = function.metric_errors(period=short, statistic="Sum")
        throttles = function.metric_throttles(period=short, statistic="Sum")
        yield Threshold("function-errors", errors, 3, f"The function {name} fails.", about=name)
        yield Threshold(
            "function-throttles", throttles, 10, f"Lambda refuses the function {name}.", periods=2, about=name
        )
