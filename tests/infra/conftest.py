"""Synthesises the app once for an emulator and once for production; nothing is sent anywhere."""

import json
import os
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

# The CDK's library is a Node program: it runs on the one installed beside our Python. Set before it is imported.
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])

from aws_cdk import App, Validations
from cdk_nag import AwsSolutionsChecks

from infra.app import build
from infra.environments import Environment, environment_named
from tests.infra.templates import Assembly

ROOT = Path(__file__).parents[2]
LOCAL_SERVERS = {
    "graphApiUrl": "http://127.0.0.1:1111",
    "geminiApiUrl": "http://127.0.0.1:2222",
    "publicApiUrl": "http://127.0.0.1:4444",
    "webUrl": "http://127.0.0.1:3333",
}

Synthesise = Callable[[str], Assembly]
Assemble = Callable[[Environment], Assembly]


@pytest.fixture(scope="session")
def context(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str | bool]:
    """As of `cdk synth` here; the packages' layer is kept with the installation, as `make up` keeps it."""
    web = tmp_path_factory.mktemp("web")
    (web / "index.html").write_text("<!doctype html>")
    flags = json.loads((ROOT / "cdk.json").read_text())["context"]
    layers = Path(sys.prefix) / "cache" / "layers"
    return {**flags, **LOCAL_SERVERS, "layerCache": str(layers), "webBuilt": str(web)}


@pytest.fixture(scope="session")
def synthesise(tmp_path_factory: pytest.TempPathFactory, context: dict[str, Any]) -> Synthesise:
    """The assembly of an environment, made once."""

    @cache
    def synthesised(name: str) -> Assembly:
        app = App(context=context, outdir=str(tmp_path_factory.mktemp(f"assembly-{name}")))
        stacks = build(app, environment_named(name, context.get))
        return Assembly(checked_assembly(app), stacks.data.stack_name, stacks.sync.stack_name)

    return synthesised


@pytest.fixture
def assemble(tmp_path: Path, context: dict[str, Any]) -> Assemble:
    """The assembly of an environment that is not one of ours."""

    def assembled(environment: Environment) -> Assembly:
        app = App(context=context, outdir=str(tmp_path / environment.name))
        stacks = build(app, environment)
        return Assembly(Path(app.synth().directory), stacks.data.stack_name, stacks.sync.stack_name)

    return assembled


def checked_assembly(app: App) -> Path:
    """Synthesise under cdk-nag's rules. A broken rule is in the report that `Assembly.broken_rules` reads."""
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    try:
        app.synth()
    except RuntimeError as error:
        if "ValidationFailed" not in str(error):
            raise
    return Path(app.outdir)


@pytest.fixture(scope="session", params=["local", "prod"])
def assembly(request: pytest.FixtureRequest, synthesise: Synthesise) -> Assembly:
    return synthesise(request.param)


@pytest.fixture(scope="session")
def local(synthesise: Synthesise) -> Assembly:
    return synthesise("local")


@pytest.fixture(scope="session")
def prod(synthesise: Synthesise) -> Assembly:
    return synthesise("prod")
