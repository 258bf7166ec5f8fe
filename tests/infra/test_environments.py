"""Choosing an environment."""

import json
from collections.abc import Mapping

import pytest

from infra.environments import DatabaseKind, Environment, environment_named
from tests.infra.templates import Assembly

SERVERS = {
    "graphApiUrl": "http://127.0.0.1:1",
    "geminiApiUrl": "http://127.0.0.1:2",
    "publicApiUrl": "http://127.0.0.1:4",
    "webUrl": "http://127.0.0.1:3",
}


def _local(**context: str) -> Environment:
    return environment_named("local", {**SERVERS, **context}.get)


def _nothing(_: str) -> str | None:
    return None


@pytest.mark.parametrize("name", [None, "production", ""])
def test_an_environment_must_be_one_of_ours(name: str | None) -> None:
    with pytest.raises(SystemExit, match=r"-c env=local\|dev\|staging\|prod"):
        environment_named(name, _nothing)


@pytest.mark.parametrize("given", [{}, {"graphApiUrl": "http://127.0.0.1:1"}])
def test_the_local_environment_must_be_told_where_its_servers_are(given: Mapping[str, str]) -> None:
    with pytest.raises(SystemExit, match=r"-c (graph|gemini)ApiUrl=<url>"):
        environment_named("local", given.get)


def test_the_local_environment_takes_any_setting_of_a_function() -> None:
    given = {"USAGE_STOP_SECONDS": 3, "GEMINI_REQUESTS_PER_MINUTE": "600", "PAGE_LIMIT": "25"}
    environment = _local(settings=json.dumps(given))
    assert environment.settings_of("fetch_page") == {"USAGE_STOP_SECONDS": "3", "PAGE_LIMIT": "25"}
    analysis = environment.settings_of("process_batch")
    assert analysis == {"GEMINI_REQUESTS_PER_MINUTE": "600", "GEMINI_TOKENS_PER_MINUTE": "0"}
    assert environment.page_limit == 25


@pytest.mark.parametrize("text", ["not json", "[]", '"text"', '{"USAGE_STOP_SECOND": "3"}'])
def test_a_setting_that_no_function_reads_is_refused(text: str) -> None:
    with pytest.raises(SystemExit, match=r"-c settings=<object>|USAGE_STOP_SECOND"):
        _local(settings=text)


def test_the_local_environment_can_be_told_to_hand_over_early() -> None:
    assert _local(historyBudget="100").history_budget == 100
    assert _local().history_budget == 8_000


@pytest.mark.parametrize("text", ["0", "19", "-5", "8001", "many"])
def test_a_history_budget_that_would_not_work_is_refused(text: str) -> None:
    with pytest.raises(SystemExit, match="-c historyBudget=<events>"):
        _local(historyBudget=text)


@pytest.mark.parametrize("name", ["dev", "staging", "prod"])
def test_a_deployed_environment_takes_nothing_from_the_command_line(name: str) -> None:
    servers = {"graphApiUrl": "http://attacker.example", "geminiApiUrl": "http://attacker.example"}
    settings = {"settings": '{"GEMINI_REQUESTS_PER_MINUTE": "0"}', "historyBudget": "20"}
    environment = environment_named(name, {**servers, **settings}.get)
    assert environment == environment_named(name, _nothing)
    assert environment.graph.api_url == "https://graph.facebook.com"
    assert environment.gemini.api_url == "https://generativelanguage.googleapis.com"
    assert environment.database is DatabaseKind.AURORA_DSQL


def test_stacks_name_neither_account_nor_region(assembly: Assembly) -> None:
    for template in assembly.folder.glob("*.template.json"):
        text = template.read_text()
        assert "us-east-1" not in text
        assert "000000000000" not in text


def test_the_outputs_are_what_the_other_programs_read(assembly: Assembly) -> None:
    assert assembly.outputs == {
        "ApiUrl",
        "StateMachineArn",
        "JobsTableName",
        "UserPoolId",
        "WebUrl",
        "UserPoolClientId",
        "TokenKeyArn",
        "AlarmTopicArn",
    }
