"""The flow as it is deployed."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from infra.environments import DatabaseKind, Environment
from infra.flow import history_budget
from tests.infra.templates import Assembly

DEFINITION = Path(__file__).parents[2] / "infra" / "sync.asl.json"
TASKS = {
    "FetchPage": "fetch_page",
    "FetchNextPage": "fetch_page",
    "ProcessBatch": "process_batch",
    "Finalize": "finalize",
}


def _machine(assembly: Assembly) -> dict[str, Any]:
    return assembly.only("AWS::StepFunctions::StateMachine")["Properties"]


def test_the_file_is_the_flow(assembly: Assembly) -> None:
    assert _machine(assembly)["DefinitionString"] == DEFINITION.read_text()


def test_every_placeholder_is_filled_in_and_none_is_left_over(assembly: Assembly) -> None:
    placeholders = set(re.findall(r"\$\{(\w+)\}", DEFINITION.read_text()))
    assert set(_machine(assembly)["DefinitionSubstitutions"]) == placeholders


def test_the_flow_works_on_our_table_and_functions(assembly: Assembly) -> None:
    filled = {key: assembly.name_of(value) for key, value in _machine(assembly)["DefinitionSubstitutions"].items()}
    assert filled["JobsTable"].startswith("Jobs")
    for placeholder, suffix in [
        ("FetchPageFunction", "fetch-page"),
        ("ProcessBatchFunction", "process-batch"),
        ("FinalizeFunction", "finalize"),
    ]:
        name = assembly.sync[filled[placeholder]]["Properties"]["FunctionName"]
        assert name == f"pagesync-{assembly.environment}-{suffix}"


def test_a_page_of_full_batches_is_one_round_of_the_map(assembly: Assembly) -> None:
    filled = _machine(assembly)["DefinitionSubstitutions"]
    pages_at_once = int(assembly.function("fetch_page")["Environment"]["Variables"]["PAGES_AT_ONCE"])
    participants = pages_at_once * int(filled["PageLimit"])
    assert participants == int(filled["BatchSize"]) * int(filled["MapConcurrency"])


@pytest.mark.parametrize("settings", [{"BATCH_SIZE": "10"}, {"PAGES_AT_ONCE": "4", "BATCH_SIZE": "20"}])
def test_batches_too_many_for_a_history_are_refused(settings: dict[str, str]) -> None:
    # An execution writes up to 5,482 events for a page of 12 batches, and has two of them in hand at its end.
    assert history_budget(Environment("roomy", DatabaseKind.AURORA_DSQL)) == 8_000
    with pytest.raises(SystemExit, match="set a larger BATCH_SIZE"):
        history_budget(Environment("crowded", DatabaseKind.AURORA_DSQL, settings=settings))


def test_an_old_execution_hands_over_in_time_for_the_longest_wait_of_facebook(assembly: Assembly) -> None:
    day_seconds = 86_400
    old_seconds = int(_machine(assembly)["DefinitionSubstitutions"]["HandOverSeconds"])
    assert old_seconds + day_seconds < json.loads(DEFINITION.read_text())["TimeoutSeconds"]


def test_only_errors_are_logged_and_never_what_was_in_the_state(assembly: Assembly) -> None:
    configuration = _machine(assembly)["LoggingConfiguration"]
    assert (configuration["Level"], configuration["IncludeExecutionData"]) == ("ERROR", False)
    (destination,) = configuration["Destinations"]
    log_group = assembly.sync[destination["CloudWatchLogsLogGroup"]["LogGroupArn"]["Fn::GetAtt"][0]]
    assert log_group["Properties"]["RetentionInDays"] == {"local": 1, "prod": 90}[assembly.environment]


def test_executions_are_traced(assembly: Assembly) -> None:
    assert _machine(assembly)["TracingConfiguration"] == {"Enabled": True}


@pytest.mark.parametrize("state", TASKS)
def test_a_task_waits_a_little_longer_than_its_function_may_run(assembly: Assembly, state: str) -> None:
    task = _task(json.loads(DEFINITION.read_text()), state)
    function_seconds: int = assembly.function(TASKS[state])["Timeout"]
    assert function_seconds < task["TimeoutSeconds"] <= function_seconds + 10


def test_all_migrations_are_run_before_what_needs_them_is_updated(assembly: Assembly) -> None:
    ((trigger_id, trigger),) = assembly.all_of("Custom::Trigger").items()
    version = assembly.sync[trigger["Properties"]["HandlerArn"]["Ref"]]
    migrate = assembly.sync[version["Properties"]["FunctionName"]["Ref"]]["Properties"]
    assert migrate["FunctionName"] == f"pagesync-{assembly.environment}-migrate"
    # Whoever calls and does not wait cannot fail the deployment.
    assert trigger["Properties"]["InvocationType"] == "RequestResponse"
    assert int(trigger["Properties"]["Timeout"]) >= migrate["Timeout"] * 1000
    waiting = {
        resource["Properties"]["FunctionName"].split("-", 2)[2]
        for resource in assembly.all_of("AWS::Lambda::Function").values()
        if trigger_id in resource.get("DependsOn", [])
    }
    assert waiting == {"process-batch", "crm", "accounts"}


def _task(machine: dict[str, Any], name: str) -> dict[str, Any]:
    for each, state in machine["States"].items():
        if each == name:
            return state
        for nested in [*state.get("Branches", []), *([state["ItemProcessor"]] if "ItemProcessor" in state else [])]:
            if found := _task(nested, name):
                return found
    return {}


def test_a_release_is_a_version_and_syncs_are_started_on_the_live_one(prod: Assembly) -> None:
    """So a sync under way goes on with the flow it began with, whatever is released or rolled back."""
    ((version_id, version),) = prod.all_of("AWS::StepFunctions::StateMachineVersion").items()
    assert version["DeletionPolicy"] == version["UpdateReplacePolicy"] == "Retain"
    ((alias_id, alias),) = prod.all_of("AWS::StepFunctions::StateMachineAlias").items()
    assert alias["Properties"]["Name"] == "live"
    assert alias["Properties"]["DeploymentPreference"]["StateMachineVersionArn"] == {"Ref": version_id}
    started = prod.function("start_sync")["Environment"]["Variables"]["START_ARN"]
    assert started == {"Fn::GetAtt": [alias_id, "Arn"]}
