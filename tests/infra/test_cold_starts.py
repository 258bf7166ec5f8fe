"""What a function loads before it can work, in modules: unlike seconds they are the same on every machine."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.infra.templates import FUNCTIONS, Assembly

MOST_MODULES = {
    "start_sync": 800,
    "status": 800,
    "finalize": 800,
    "sweep": 800,
    "fetch_page": 900,
    "tokens": 900,
    "crm": 950,
    "accounts": 1_050,
    "migrate": 1_060,
    "process_batch": 1_100,
}
"""A tenth or so above what it was when this was written: a library more is a change somebody should notice."""
LARGE = {"alembic", "cryptography", "google.genai", "psycopg", "requests", "sqlalchemy"}
LOADS: dict[str, set[str]] = {
    "fetch_page": {"requests"},
    "tokens": {"requests"},
    "process_batch": {"google.genai", "psycopg"},
    "crm": {"psycopg"},
    "accounts": {"psycopg", "requests"},
    "migrate": {"alembic", "psycopg", "sqlalchemy"},
}
"""Of the large ones, by function: what the others do not use, they do not wait for."""

START = """
import json, sys
packages, shared, folder, verbs, stubs = json.loads(sys.argv[1])
sys.path[:0] = [folder, shared, packages]
import handler
from pagesync import bootstrap
bootstrap._opened = lambda *_: None  # No database is asked for here,
for each in stubs:
    __import__(each)                 # but what opens it is loaded.
for verb in verbs:
    getattr(bootstrap, verb)()
print(json.dumps(sorted(sys.modules)))
"""
VERBS = {"start_sync": ["control"], "tokens": ["check_tokens"], "crm": ["crm", "pipelines", "organisation"]}


@pytest.fixture(scope="session")
def packages(local: Assembly, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The third-party layer, as it is under /opt."""
    layer = local.sync[local.function("crm")["Layers"][0]["Ref"]]["Properties"]["Content"]
    unpacked = tmp_path_factory.mktemp("opt")
    with zipfile.ZipFile(local.asset(layer)) as archive:
        archive.extractall(unpacked)
    return unpacked / "python"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_loads_what_it_uses_and_no_more(local: Assembly, packages: Path, name: str) -> None:
    modules = _loaded(local, packages, name)
    assert modules & LARGE == LOADS.get(name, set())
    assert len(modules) < MOST_MODULES[name]


def _loaded(assembly: Assembly, packages: Path, name: str) -> set[str]:
    """After a cold start: the handler imported and its verbs put together, without site-packages, as on Lambda."""
    function = assembly.function(name)
    shared = assembly.asset(assembly.sync[function["Layers"][1]["Ref"]]["Properties"]["Content"]) / "python"
    variables = function["Environment"]["Variables"]
    uses_database = "DATABASE_SECRET_ID" in variables
    stubs = ["pagesync.adapters.postgres.connection"] if uses_database else []
    told = [str(packages), str(shared), str(assembly.asset(function["Code"])), VERBS.get(name, [name]), stubs]
    environ = {key: assembly.name_of(value) for key, value in variables.items()}
    outcome = subprocess.run(
        [sys.executable, "-I", "-S", "-c", START, json.dumps(told)],
        check=False,
        capture_output=True,
        text=True,
        env=environ | {"AWS_DEFAULT_REGION": "eu-central-1"},
    )
    assert outcome.returncode == 0, outcome.stderr
    return set(json.loads(outcome.stdout))
