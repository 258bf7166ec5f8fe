"""What a change of the sources changes in a deployment, and what no change leaves alone."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App

from infra import layers, pagesync_function
from infra.app import build
from infra.environments import environment_named
from tests.infra.conftest import ROOT
from tests.infra.templates import Assembly


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of what goes into the assets, used in place of the originals."""
    copy = tmp_path / "sources"
    for folder in ("functions", "layers", "requirements"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for module in (layers, pagesync_function):
        monkeypatch.setattr(module, "ROOT", copy)
    return copy


def _synthesise(context: dict[str, Any], outdir: Path) -> Assembly:
    app = App(context=context, outdir=str(outdir))
    data, sync, _ = build(app, environment_named("prod", context.get))
    return Assembly(Path(app.synth().directory), data.stack_name, sync.stack_name)


def test_the_same_sources_make_the_same_deployment(
    prod: Assembly, sources: Path, context: dict[str, Any], tmp_path: Path
) -> None:
    again = _synthesise(context, tmp_path / "again")
    assert dict(again.data) == dict(prod.data)
    assert dict(again.sync) == dict(prod.sync)


def test_a_new_migration_is_run_by_the_deployment_that_brings_it(
    prod: Assembly, sources: Path, context: dict[str, Any], tmp_path: Path
) -> None:
    versions = sources / "layers/shared/python/pagesync/adapters/postgres/migrations/versions"
    (versions / "9999_new.py").write_text("")
    changed = _synthesise(context, tmp_path / "changed")
    before, after = (each.only("Custom::Trigger")["Properties"]["HandlerArn"] for each in (prod, changed))
    assert before != after
