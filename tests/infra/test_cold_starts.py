"""What a function loads before it can work, in modules: unlike seconds they are the same on every machine."""

import zipfile
from pathlib import Path

import pytest

from bench.cold_start import start
from tests.infra.templates import FUNCTIONS, Assembly

MOST_MODULES = {
    "start_sync": 800,
    "status": 800,
    "finalize": 710,
    "sweep": 710,
    "fetch_page": 820,
    "tokens": 820,
    "crm": 950,
    "accounts": 1_050,
    "migrate": 980,
    "process_batch": 1_010,
}
"""A tenth or so above what it was when this was written: a library more is a change somebody should notice."""
HTTP = "aws_lambda_powertools.event_handler"
LARGE = {HTTP, "alembic", "cryptography", "google.genai", "psycopg", "requests", "sqlalchemy"}
LOADS: dict[str, set[str]] = {
    "start_sync": {HTTP},
    "status": {HTTP},
    "fetch_page": {"requests"},
    "tokens": {"requests"},
    "process_batch": {"google.genai", "psycopg"},
    "crm": {HTTP, "psycopg"},
    "accounts": {HTTP, "psycopg", "requests"},
    "migrate": {"alembic", "psycopg", "sqlalchemy"},
}
"""Of the large ones, by function: what the others do not use, they do not wait for."""


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
    function = assembly.function(name)
    shared = assembly.asset(assembly.sync[function["Layers"][1]["Ref"]]["Properties"]["Content"]) / "python"
    environ = {key: assembly.name_of(value) for key, value in function["Environment"]["Variables"].items()}
    return set(
        start(name, packages=packages, shared=shared, folder=assembly.asset(function["Code"]), environ=environ)
    )
