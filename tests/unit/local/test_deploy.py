"""When a deployment is due, and what it says of itself."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from local import deploy as module
from local.aws import Aws
from local.deploy import Deployer, Deployment, source_fingerprint
from local.errors import StackError
from local.memory import Memory
from local.processes import Processes
from local.state_folder import StateFolder

DATA = {"JobsTableName": "jobs", "TokenKeyArn": "key", "UserPoolId": "pool", "UserPoolClientId": "client"}
SYNC = {"ApiUrl": "http://abcd1234.execute-api.localhost:4566", "StateMachineArn": "machine"}
STACKS = {"Pagesync-local-Data": DATA, "Pagesync-local-Sync": SYNC}


def test_the_outputs_of_all_stacks_are_read_together() -> None:
    assert Deployment.from_outputs(STACKS) == Deployment(
        api_id="abcd1234",
        state_machine_arn="machine",
        jobs_table="jobs",
        user_pool_id="pool",
        user_pool_client_id="client",
        token_key_arn="key",
    )


def test_a_missing_output_is_named() -> None:
    with pytest.raises(StackError, match="no output 'StateMachineArn'"):
        Deployment.from_outputs({"Pagesync-local-Sync": {"ApiUrl": SYNC["ApiUrl"]}, "Pagesync-local-Data": DATA})


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    handler = tmp_path / "repository" / "functions" / "status" / "handler.py"
    handler.parent.mkdir(parents=True)
    handler.write_text("handler = print")
    (tmp_path / "repository" / "cdk.json").write_text("{}")
    return tmp_path / "repository"


def edit(repository: Path) -> None:
    (repository / "functions/status/handler.py").write_text("handler = repr")


def rename(repository: Path) -> None:
    (repository / "functions/status/handler.py").rename(repository / "functions/status/main.py")


def add(repository: Path) -> None:
    (repository / "infra").mkdir()
    (repository / "infra" / "app.py").touch()


def move_content_to_the_next_file(repository: Path) -> None:
    (repository / "cdk.json").write_text("")
    (repository / "functions/status/handler.py").write_text("{}handler = print")


@pytest.mark.parametrize("change", [edit, rename, add, move_content_to_the_next_file])
def test_any_change_of_a_source_makes_a_new_fingerprint(repository: Path, change: Callable[[Path], None]) -> None:
    before = source_fingerprint(repository, {})

    change(repository)

    assert source_fingerprint(repository, {}) != before


def test_so_does_another_context_and_nothing_else_does(repository: Path) -> None:
    before = source_fingerprint(repository, {"graphApiUrl": "http://127.0.0.1:1"})
    compiled = repository / "functions" / "status" / "__pycache__" / "handler.pyc"
    compiled.parent.mkdir()
    compiled.touch()
    (repository / "README.md").write_text("Read me.")

    assert source_fingerprint(repository, {"graphApiUrl": "http://127.0.0.1:1"}) == before
    assert source_fingerprint(repository, {"graphApiUrl": "http://127.0.0.1:2"}) != before


class Emulator:
    """The two services the deployer asks, and a CDK that counts its runs."""

    def __init__(self, deployer: Deployer, outputs: Path) -> None:
        self.runs = 0
        self.statuses: dict[str, str] = {}
        self._outputs = outputs
        deployer.run = self.run_cdk  # type: ignore[method-assign]

    def client(self, service: str) -> "Emulator":
        assert service == "cloudformation"
        return self

    def describe_stacks(self) -> dict[str, Any]:
        return {"Stacks": [{"StackName": name, "StackStatus": status} for name, status in self.statuses.items()]}

    def ensure_bucket(self, name: str) -> None:
        assert name.startswith("cdk-")

    def run_cdk(self, _: object) -> None:
        self.runs += 1
        self.statuses = dict.fromkeys(STACKS, "CREATE_COMPLETE")
        self._outputs.write_text(json.dumps(STACKS))


@pytest.fixture
def deployed(tmp_path: Path, repository: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Deployer, Emulator]:
    """A deployer that has deployed once."""
    monkeypatch.setattr(module, "REPOSITORY", repository)
    folder = StateFolder(tmp_path / "state")
    folder.prepare()
    deployer = Deployer(
        Aws("http://127.0.0.1:9"),
        folder=folder,
        processes=Processes(folder.processes_file),
        memory=Memory(folder.memory_file),
    )
    emulator = Emulator(deployer, folder.cdk / "outputs.json")
    deployer._aws = emulator  # type: ignore[assignment]
    deployer.deploy({"graphApiUrl": "http://127.0.0.1:1"})
    assert emulator.runs == 1
    return deployer, emulator


def test_nothing_is_deployed_again_while_nothing_changes(deployed: tuple[Deployer, Emulator]) -> None:
    deployer, emulator = deployed

    again = deployer.deploy({"graphApiUrl": "http://127.0.0.1:1"})

    assert again == Deployment.from_outputs(STACKS)
    assert emulator.runs == 1


def test_a_changed_source_is_deployed(deployed: tuple[Deployer, Emulator], repository: Path) -> None:
    deployer, emulator = deployed
    edit(repository)

    deployer.deploy({"graphApiUrl": "http://127.0.0.1:1"})

    assert emulator.runs == 2


@pytest.mark.parametrize("statuses", [{}, {"Pagesync-local-Data": "CREATE_COMPLETE"}])
def test_what_the_emulator_has_forgotten_is_deployed_again(
    deployed: tuple[Deployer, Emulator], statuses: dict[str, str]
) -> None:
    deployer, emulator = deployed
    emulator.statuses = statuses

    deployer.deploy({"graphApiUrl": "http://127.0.0.1:1"})

    assert emulator.runs == 2


def test_what_was_rolled_back_is_deployed_again(deployed: tuple[Deployer, Emulator]) -> None:
    deployer, emulator = deployed
    emulator.statuses = dict.fromkeys(STACKS, "ROLLBACK_COMPLETE")

    deployer.deploy({"graphApiUrl": "http://127.0.0.1:1"})

    assert emulator.runs == 2
