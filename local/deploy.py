"""Deploying the CDK app to the emulator, as it is deployed to AWS; only the target differs."""

import hashlib
import json
import platform
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from local.aws import ACCOUNT, REGION, Aws
from local.environment import node_program, tool_environ
from local.errors import StackError
from local.memory import Memory
from local.processes import Processes
from local.settings import REPOSITORY
from local.state_folder import StateFolder

NAME = "cdk"
_DEPLOYED = "deployed"
_CLI = REPOSITORY / "node_modules" / "aws-cdk" / "bin" / "cdk"
_INSTALL_CACHE = Path(sys.prefix) / "cache"
"""Kept with the installation, as both follow from it: the unpacked CDK library (15 s) and the packages' layer."""
_SOURCES = ("cdk.json", "package-lock.json", "requirements/runtime.txt", "infra", "functions", "layers")
_NOT_SOURCE = frozenset(("__pycache__", ".ruff_cache", ".DS_Store"))
_ASSET_BUCKET = f"cdk-hnb659fds-assets-{ACCOUNT}-{REGION}"
"""All that `cdk bootstrap` would make and a deployment with the caller's own credentials needs."""
_TIMEOUT_SECONDS = 900


@dataclass(frozen=True, slots=True)
class Deployment:
    """What the deployed stacks say about themselves."""

    api_id: str
    state_machine_arn: str
    jobs_table: str
    user_pool_id: str
    user_pool_client_id: str
    token_key_arn: str

    @classmethod
    def from_outputs(cls, stacks: Mapping[str, Mapping[str, str]]) -> "Deployment":
        """`stacks` is the file `cdk deploy --outputs-file` writes: outputs by stack."""
        merged = {name: value for outputs in stacks.values() for name, value in outputs.items()}
        try:
            return cls(
                # {id}.execute-api.{domain}, whatever the domain.
                api_id=(urlsplit(merged["ApiUrl"]).hostname or "").split(".")[0],
                state_machine_arn=merged["StateMachineArn"],
                jobs_table=merged["JobsTableName"],
                user_pool_id=merged["UserPoolId"],
                user_pool_client_id=merged["UserPoolClientId"],
                token_key_arn=merged["TokenKeyArn"],
            )
        except KeyError as error:
            raise StackError(f"The deployed stacks have no output {error}.") from None


class Deployer:
    """Runs `cdk deploy` when something it reads has changed since it last succeeded."""

    def __init__(self, aws: Aws, *, folder: StateFolder, processes: Processes, memory: Memory) -> None:
        self._aws = aws
        self._folder = folder
        self._processes = processes
        self._memory = memory
        self._outputs = folder.cdk / "outputs.json"

    def deploy(self, context: Mapping[str, str]) -> Deployment:
        """`context` is given to the CDK app; `env` is always local. Raises StackError with the CDK's log."""
        fingerprint = source_fingerprint(REPOSITORY, context)
        known: dict[str, Any] | None = self._memory.get(_DEPLOYED)
        if known is None or known["fingerprint"] != fingerprint or not self._stands(known["stacks"]):
            self._aws.ensure_bucket(_ASSET_BUCKET)
            self.run(context)
            known = {
                "fingerprint": fingerprint,
                "context": dict(context),
                "stacks": json.loads(self._outputs.read_text(encoding="utf-8")),
            }
            self._memory.put(_DEPLOYED, known)
        return Deployment.from_outputs(known["stacks"])

    def _stands(self, stacks: Mapping[str, Any]) -> bool:
        """Whether the emulator still has the stacks: it forgets what it learnt since its start if it is killed."""
        cloudformation = self._aws.client("cloudformation")
        found = cloudformation.describe_stacks()["Stacks"]
        statuses = {stack["StackName"]: stack["StackStatus"] for stack in found}
        return all(statuses.get(name) in ("CREATE_COMPLETE", "UPDATE_COMPLETE") for name in stacks)

    def run(self, context: Mapping[str, str]) -> None:
        """`cdk deploy`, whatever was deployed before."""
        if not _CLI.is_file():
            raise StackError("The CDK CLI is not installed: run `make install`.")
        log = self._folder.log(NAME)
        child = self._processes.start(
            NAME, _command(context, self._folder, self._outputs), log=log, environ=self._environ(), cwd=REPOSITORY
        )
        try:
            child.wait_until_ended(timeout_seconds=_TIMEOUT_SECONDS)
        finally:
            self._processes.stop(NAME)

    def _environ(self) -> dict[str, str]:
        return {
            **tool_environ(
                endpoint=self._aws.endpoint, region=REGION, home=self._folder.cdk, temporary=self._folder.temporary
            ),
            "CDK_DISABLE_CLI_TELEMETRY": "true",
            "JSII_RUNTIME_PACKAGE_CACHE_ROOT": str(_INSTALL_CACHE / "jsii"),
            "CI": "true",
        }


def source_fingerprint(repository: Path, context: Mapping[str, str]) -> str:
    """Changes with anything a deployment is made of: sources, context, the interpreter the layer is built for."""
    digest = hashlib.sha256()
    digest.update(json.dumps([sys.version, platform.machine(), sorted(context.items())]).encode())
    for path in sorted(_source_files(repository)):
        content = path.read_bytes()
        digest.update(f"\n{path.relative_to(repository)} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def _source_files(repository: Path) -> Iterator[Path]:
    for source in _SOURCES:
        top = repository / source
        for path in [top, *top.rglob("*")]:
            if path.is_file() and _NOT_SOURCE.isdisjoint(path.parts):
                yield path


def _command(context: Mapping[str, str], folder: StateFolder, outputs: Path) -> list[str | Path]:
    command: list[str | Path] = [node_program(), _CLI, "deploy", "--all", "--require-approval", "never"]
    command += ["--output", folder.cdk / "assembly", "--outputs-file", outputs]
    command += ["--no-notices", "--no-version-reporting", "--no-color", "--progress", "events"]
    for name, value in {"env": "local", "layerCache": str(_INSTALL_CACHE / "layers"), **context}.items():
        command += ["--context", f"{name}={value}"]
    return command
