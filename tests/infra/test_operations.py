"""Alarms, their runbook, the topic they are told through, and the dashboard."""

import json
import re
from typing import Any

import pytest

from infra import measures
from infra.environments import DatabaseKind, Environment
from pagesync.adapters.telemetry import Metric
from pagesync.runtime import telling
from tests.infra.conftest import ROOT, Assemble
from tests.infra.templates import Assembly, Resource

RUNBOOK = (ROOT / "docs" / "runbook.md").read_text()
DAY_SECONDS = 86_400


def _alarms(assembly: Assembly) -> dict[str, Resource]:
    """Properties by name, without the environment's prefix."""
    prefix = f"pagesync-{assembly.environment}-"
    found = [each["Properties"] for each in assembly.all_of("AWS::CloudWatch::Alarm").values()]
    return {each["AlarmName"].removeprefix(prefix): each for each in found}


def _sections() -> dict[str, str]:
    """The text of each section about an alarm, by its anchor."""
    _, about_alarms = RUNBOOK.split("\n## Alarms\n")
    parts = re.split(r"^### (\S+)\n", about_alarms.split("\n## ")[0], flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def _section_of(alarm: Resource) -> str:
    return alarm["AlarmDescription"].partition("docs/runbook.md#")[2]


def test_every_alarm_has_a_section_in_the_runbook_and_every_section_an_alarm(assembly: Assembly) -> None:
    assert {_section_of(alarm) for alarm in _alarms(assembly).values()} == set(_sections())


@pytest.mark.parametrize("anchor", sorted(_sections()))
def test_a_section_says_what_it_means_where_to_look_and_what_to_do(anchor: str) -> None:
    text = _sections()[anchor]
    order = [text.find(f"**{word}.**") for word in ("Means", "Look", "Do")]
    assert -1 not in order
    assert order == sorted(order)


def test_an_alarm_says_in_a_sentence_what_is_wrong(assembly: Assembly) -> None:
    for alarm in _alarms(assembly).values():
        sentence = alarm["AlarmDescription"].partition(" docs/")[0]
        assert sentence.endswith(".")
        assert len(sentence) > 10


def test_alarms_of_our_own_watch_metrics_that_the_functions_publish(assembly: Assembly) -> None:
    ours = [alarm for alarm in _alarms(assembly).values() if alarm["Namespace"] == measures.NAMESPACE]
    assert measures.NAMESPACE == telling.NAMESPACE
    assert {each["MetricName"] for each in ours} <= {metric.value for metric in Metric}
    for each in ours:
        dimensions = {dimension["Name"]: dimension["Value"] for dimension in each["Dimensions"]}
        assert dimensions == {"environment": assembly.environment, "service": "pagesync"}
    for function in assembly.functions.values():
        variables = function["Environment"]["Variables"]
        assert variables["PAGESYNC_ENVIRONMENT"] == assembly.environment
        assert variables["POWERTOOLS_SERVICE_NAME"] == measures.SERVICE


@pytest.mark.parametrize(
    ("name", "metric"),
    [
        ("failed-syncs", "SyncsFailed"),
        ("stuck-jobs", "StuckJobs"),
        ("token-deaths", "TokenDeaths"),
        ("facebook-throttling", "GraphThrottles"),
        ("gemini-throttling", "GeminiThrottles"),
        ("ai-budget", "GeminiCostDollars"),
        ("api-errors", "5xx"),
        ("api-latency", "Latency"),
        ("lost-executions", "ApproximateNumberOfMessagesVisible"),
        ("failed-executions", "ExecutionsFailed"),
        ("failed-executions-timed-out", "ExecutionsTimedOut"),
    ],
)
def test_what_must_be_noticed_has_an_alarm(assembly: Assembly, name: str, metric: str) -> None:
    assert _alarms(assembly)[name]["MetricName"] == metric


def test_every_function_has_an_alarm_on_its_errors_and_one_on_its_throttles(assembly: Assembly) -> None:
    watched = {"Errors": set[str](), "Throttles": set[str]()}
    for alarm in _alarms(assembly).values():
        if alarm["Namespace"] == "AWS/Lambda":
            (dimension,) = alarm["Dimensions"]
            watched[alarm["MetricName"]].add(assembly.name_of(dimension["Value"]))
    prefix = f"pagesync-{assembly.environment}-"
    functions = {
        name
        for name, resource in assembly.all_of("AWS::Lambda::Function").items()
        if str(resource["Properties"].get("FunctionName")).startswith(prefix)
    }
    assert watched == {"Errors": functions, "Throttles": functions}


def test_latency_is_watched_at_its_worst_percent_and_sums_are_summed(assembly: Assembly) -> None:
    found = _alarms(assembly)
    assert found["api-latency"]["ExtendedStatistic"] == "p99"
    assert {found[name]["Statistic"] for name in ("token-deaths", "gemini-throttling", "api-errors")} == {"Sum"}
    assert found["stuck-jobs"]["Statistic"] == "Maximum"
    assert found["ai-budget"]["Period"] == found["stuck-jobs"]["Period"] == DAY_SECONDS


def test_an_alarm_is_told_when_it_rings_and_when_it_is_over(assembly: Assembly) -> None:
    (topic,) = assembly.all_of("AWS::SNS::Topic")
    for alarm in _alarms(assembly).values():
        for moment in ("AlarmActions", "OKActions"):
            assert [assembly.name_of(each) for each in alarm[moment]] == [topic]
        assert alarm["TreatMissingData"] == "notBreaching"


def test_the_topic_is_sealed_and_open_to_this_accounts_alarms_only(assembly: Assembly) -> None:
    topic = assembly.only("AWS::SNS::Topic")["Properties"]
    assert assembly.name_of(topic["KmsMasterKeyId"]).startswith("OperationsKey")
    statements = assembly.only("AWS::SNS::TopicPolicy")["Properties"]["PolicyDocument"]["Statement"]
    denied = [each["Condition"] for each in statements if each["Effect"] == "Deny"]
    assert denied == [{"Bool": {"aws:SecureTransport": "false"}}]
    (allowed,) = [each for each in statements if each["Effect"] == "Allow"]
    assert (allowed["Action"], allowed["Principal"]) == ("sns:Publish", {"Service": "cloudwatch.amazonaws.com"})
    assert allowed["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}


def test_an_environment_may_name_who_hears_of_alarms(assemble: Assemble, prod: Assembly) -> None:
    assert prod.all_of("AWS::SNS::Subscription") == {}
    assembly = assemble(Environment("test", DatabaseKind.AURORA_DSQL, alarm_email="ops@example.com"))
    subscription = assembly.only("AWS::SNS::Subscription")["Properties"]
    assert (subscription["Protocol"], subscription["Endpoint"]) == ("email", "ops@example.com")


def test_the_day_s_budget_is_the_environments(assemble: Assemble) -> None:
    assembly = assemble(Environment("test", DatabaseKind.AURORA_DSQL, daily_ai_budget_dollars=12.5))
    assert _alarms(assembly)["ai-budget"]["Threshold"] == 12.5


def _board(assembly: Assembly) -> list[dict[str, Any]]:
    """Properties of the dashboard's widgets."""
    body = assembly.only("AWS::CloudWatch::Dashboard")["Properties"]["DashboardBody"]
    text = "".join(part if isinstance(part, str) else assembly.name_of(part) for part in body["Fn::Join"][1])
    return [each["properties"] for each in json.loads(text)["widgets"]]


def test_the_dashboard_shows_every_metric_that_the_functions_publish(assembly: Assembly) -> None:
    text = json.dumps(_board(assembly))
    assert {metric.value for metric in Metric if metric.value not in text} == set()


def test_the_dashboard_shows_all_alarms_and_functions(assembly: Assembly) -> None:
    first, *graphs = _board(assembly)
    assert len(first["alarms"]) == len(_alarms(assembly))
    errors = next(each for each in graphs if each["title"] == "Functions: errors")
    assert len(errors["metrics"]) == len(assembly.functions)


def test_the_runbook_names_log_groups_that_there_are(assembly: Assembly) -> None:
    named = set(re.findall(r"/aws/[\w/-]*pagesync-\$ENV[\w-]*", RUNBOOK))
    groups = [each["Properties"]["LogGroupName"] for each in assembly.all_of("AWS::Logs::LogGroup").values()]
    assert named
    assert {name.replace("$ENV", assembly.environment) for name in named} <= set(groups)
