"""Choosing an environment."""

from collections.abc import Mapping

import pytest

from infra.environments import DatabaseKind, environment_named
from tests.infra.templates import Assembly


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


@pytest.mark.parametrize("name", ["dev", "staging", "prod"])
def test_a_deployed_environment_never_takes_a_server_from_the_command_line(name: str) -> None:
    servers = {"graphApiUrl": "http://attacker.example", "geminiApiUrl": "http://attacker.example"}
    environment = environment_named(name, servers.get)
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
        "UserPoolClientId",
        "TokenKeyArn",
    }
