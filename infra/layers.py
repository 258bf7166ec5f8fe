"""The two layers under every function: pagesync itself, and the packages it needs."""

from pathlib import Path

from aws_cdk import AssetHashType, Stage
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.deps_bundle import bundle_dependencies
from infra.environments import Environment

ROOT = Path(__file__).parent.parent
COMPILED = ["**/__pycache__", "**/*.pyc"]
"""Byte code of whoever tried the code here before: not the same twice, so not part of an asset."""


class Layers(Construct):
    def __init__(self, scope: Construct, construct_id: str, *, environment: Environment) -> None:
        super().__init__(scope, construct_id)
        bundle = bundle_dependencies(
            ROOT / "requirements" / "runtime.txt",
            python_version=environment.target.python_version,
            wheel_platform=environment.target.wheel_platform,
            cache=self._cache(),
        )
        packages = lambda_.Code.from_asset(
            str(bundle.archive), asset_hash=bundle.digest, asset_hash_type=AssetHashType.CUSTOM
        )
        shared = lambda_.Code.from_asset(str(ROOT / "layers" / "shared"), exclude=COMPILED)
        runtime = python_runtime(environment)
        self.all: list[lambda_.ILayerVersion] = [
            self._layer("Packages", packages, runtime, environment),
            self._layer("Pagesync", shared, runtime, environment),
        ]

    def _cache(self) -> Path:
        """Where built archives are kept: beside the assembly, or where the context says, to outlive it."""
        stage = Stage.of(self)
        assert stage is not None, "layers belong to an app"  # noqa: S101 - tells the type checker
        chosen = self.node.try_get_context("layerCache")
        return Path(chosen) if chosen else Path(stage.outdir) / "layers"

    def _layer(
        self, construct_id: str, code: lambda_.Code, runtime: lambda_.Runtime, environment: Environment
    ) -> lambda_.LayerVersion:
        return lambda_.LayerVersion(
            self,
            construct_id,
            code=code,
            compatible_runtimes=[runtime],
            compatible_architectures=[environment.target.architecture],
        )


def python_runtime(environment: Environment) -> lambda_.Runtime:
    return lambda_.Runtime(
        f"python{environment.target.python_version}", lambda_.RuntimeFamily.PYTHON, supports_inline_code=True
    )
