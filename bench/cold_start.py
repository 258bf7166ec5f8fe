"""What a function loads before it can work, how long that takes, and which packages take it."""

import json
import re
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench.rig import Rig, deployed_name
from infra.deps_bundle import bundle_dependencies
from infra.environments import SIZES
from local.settings import REPOSITORY

START = """
import json, sys
packages, ours, folder, verbs, stubs = json.loads(sys.argv[1])
sys.path[:0] = [folder, ours, packages]
import handler
from pagesync import bootstrap
from pagesync.bootstrap import shared
shared._opened = lambda *_: None  # No database is asked for here,
for each in stubs:
    __import__(each)              # but what opens it is loaded.
for verb in verbs:
    getattr(bootstrap, verb)()
print(json.dumps(sorted(sys.modules)))
"""
"""A cold start: the handler imported and its verbs put together."""

VERBS: Mapping[str, list[str]] = {
    "start_sync": ["control"],
    "tokens": ["check_tokens"],
    "crm": ["crm", "pipelines", "organisation"],
}
PLATFORMS = {"arm64": "aarch64-manylinux_2_28", "x86_64": "x86_64-manylinux_2_28"}
_IMPORT = re.compile(r"import time:\s+(\d+) \|\s+\d+ \|\s+([\w.]+)")
_SHOWN = 6


def start(function: str, *, packages: Path, shared: Path, folder: Path, environ: Mapping[str, str]) -> list[str]:
    """The modules that a cold start loads, without site-packages, as on Lambda. Raises RuntimeError."""
    return json.loads(_started(function, [], packages=packages, shared=shared, folder=folder, environ=environ)[0])


def run(rig: Rig, *, times: int) -> dict[str, Any]:
    return {
        "functions": {name: _function(rig, name, times) for name in sorted(SIZES)},
        "layerBytes": {name: _layer_bytes(wheels) for name, wheels in PLATFORMS.items()},
    }


def _function(rig: Rig, name: str, times: int) -> dict[str, Any]:
    """Milliseconds are of this machine; packages are those that take most of them."""
    variables = rig.aws.client("lambda").get_function_configuration(FunctionName=deployed_name(name))
    layer = next(rig.folder.workers.glob("unpacked/*/python/boto3")).parent
    runs = [
        _started(
            name,
            ["-X", "importtime"],
            packages=layer,
            shared=REPOSITORY / "layers" / "shared" / "python",
            folder=REPOSITORY / "functions" / name,
            environ=variables["Environment"]["Variables"],
        )
        for _ in range(times)
    ]
    spent = [_spent(told) for _, told in runs]
    packages = {package: statistics.median(each[package] for each in spent) for package in spent[0]}
    most = sorted(packages.items(), key=lambda item: -item[1])[:_SHOWN]
    return {
        "modules": len(json.loads(runs[0][0])),
        "importMs": round(statistics.median(sum(each.values()) for each in spent)),
        "packagesMs": {package: round(milliseconds) for package, milliseconds in most},
    }


def _started(
    function: str, options: list[str], *, packages: Path, shared: Path, folder: Path, environ: Mapping[str, str]
) -> tuple[str, str]:
    stubs = ["pagesync.adapters.postgres.connection"] if "DATABASE_SECRET_ID" in environ else []
    told = [str(packages), str(shared), str(folder), VERBS.get(function, [function]), stubs]
    outcome = subprocess.run(
        [sys.executable, *options, "-I", "-S", "-c", START, json.dumps(told)],
        check=False,
        capture_output=True,
        text=True,
        env={**environ, "AWS_DEFAULT_REGION": "eu-central-1"},
    )
    if outcome.returncode != 0:
        raise RuntimeError(outcome.stderr)
    return outcome.stdout, outcome.stderr


def _spent(told: str) -> Mapping[str, float]:
    """Milliseconds by top-level package, without what each imports of others."""
    spent: defaultdict[str, float] = defaultdict(float)
    for microseconds, module in _IMPORT.findall(told):
        first, _, rest = module.partition(".")
        # "google" is a namespace of many packages.
        package = f"{first}.{rest.partition('.')[0]}" if first == "google" and rest else first
        spent[package] += int(microseconds) / 1_000
    return spent


def _layer_bytes(wheels: str) -> dict[str, int]:
    with tempfile.TemporaryDirectory() as cache:
        bundle = bundle_dependencies(
            REPOSITORY / "requirements" / "runtime.txt",
            python_version="3.13",
            wheel_platform=wheels,
            cache=Path(cache),
        )
        return {"zipped": bundle.archive.stat().st_size}
