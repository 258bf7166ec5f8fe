"""What our processes get to see of the user's environment."""

import os
from pathlib import Path

import pytest

from local import environment as module
from local.environment import bare_environ, node_program, search_path, tool_environ
from local.errors import StackError

HOME, TEMPORARY = Path("/state/home"), Path("/state/tmp")


@pytest.fixture
def tool(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "real")
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    monkeypatch.setenv("NODE_OPTIONS", "--inspect")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("UV_INDEX_URL", "https://packages.example/simple")
    return tool_environ(endpoint="http://127.0.0.1:1", region="us-east-1", home=HOME, temporary=TEMPORARY)


def test_servers_see_nothing_of_it_but_the_search_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "real")

    environ = bare_environ(HOME, TEMPORARY)

    assert set(environ) == {"PATH", "HOME", "TMPDIR", "LANG", "PYTHONUNBUFFERED"}
    assert environ["PATH"].endswith(os.environ["PATH"])


def test_the_cdk_cannot_reach_the_users_aws_account(tool: dict[str, str]) -> None:
    aws = {name: value for name, value in tool.items() if name.startswith("AWS_")}

    assert aws == {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
    }


def test_the_cdk_is_not_led_astray_by_the_users_python_or_node(tool: dict[str, str]) -> None:
    assert "PYTHONPATH" not in tool
    assert "NODE_OPTIONS" not in tool


def test_the_cdk_keeps_the_users_network(tool: dict[str, str]) -> None:
    assert tool["HTTPS_PROXY"] == "http://proxy.example:3128"
    assert tool["UV_INDEX_URL"] == "https://packages.example/simple"


def test_the_cdk_writes_its_notes_into_the_state_folder_and_uses_the_users_package_cache(
    tool: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)

    assert tool["HOME"] == str(HOME)
    assert tool["TMPDIR"] == str(TEMPORARY)
    assert tool["XDG_CACHE_HOME"] == os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache"))


def test_our_own_node_comes_first() -> None:
    assert search_path().split(os.pathsep)[0] == str(node_program().parent)
    assert os.access(node_program(), os.X_OK)


def test_without_node_one_sentence_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "find_spec", lambda _: None)

    with pytest.raises(StackError, match=r"^Node is not installed: run `make install`\.$"):
        node_program()
