"""What each function is made of and given to know."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from pydantic_settings import BaseSettings

from infra import environments
from pagesync import settings
from tests.infra.templates import FUNCTIONS, Assembly

DATABASE = {"local": {"DATABASE_SECRET_ID"}, "prod": {"DATABASE_DSQL_ENDPOINT"}}
POLICIES: dict[str, dict[str, set[str]]] = {"local": {}, "prod": {"process_batch": {"DAILY_BUDGET_USD"}}}
OBSERVABILITY = {"POWERTOOLS_SERVICE_NAME", "POWERTOOLS_LOG_LEVEL", "PAGESYNC_ENVIRONMENT"}
GRAPH = {"TOKEN_KEY_ID", "FACEBOOK_SECRET_ID", "GRAPH_API_URL", "GRAPH_API_VERSION"}
GEMINI = {"GEMINI_API_URL", "GEMINI_API_VERSION", "GEMINI_MODEL", "GEMINI_THINKING_LEVEL", "GEMINI_SECRET_ID"}
QUOTA = {"GEMINI_REQUESTS_PER_MINUTE", "GEMINI_TOKENS_PER_MINUTE"}
VARIABLES: dict[str, set[str]] = {
    "start_sync": {"JOBS_TABLE", "STATE_MACHINE_ARN", "START_ARN"},
    "status": {"JOBS_TABLE"},
    "crm": {"JOBS_TABLE", "PAYLOAD_BUCKET"},
    "accounts": {
        "JOBS_TABLE",
        "STATE_MACHINE_ARN",
        *GRAPH,
        "FACEBOOK_DIALOG_URL",
        "PUBLIC_API_URL",
        "WEB_URL",
    },
    "fetch_page": {"JOBS_TABLE", "PAYLOAD_BUCKET", *GRAPH, "PAGE_LIMIT", "PAGES_AT_ONCE", "BATCH_SIZE"},
    "process_batch": {"JOBS_TABLE", "PAYLOAD_BUCKET", *GEMINI, *QUOTA},
    "finalize": {"JOBS_TABLE"},
    "migrate": set(),
    "sweep": {"JOBS_TABLE", "STATE_MACHINE_ARN"},
    "tokens": {"JOBS_TABLE", *GRAPH},
}
USES_DATABASE = {"crm", "accounts", "process_batch", "migrate"}

SETTINGS: dict[str, type[BaseSettings]] = {
    "start_sync": settings.StartSyncSettings,
    "status": settings.JobsSettings,
    "crm": settings.CrmSettings,
    "accounts": settings.AccountsSettings,
    "fetch_page": settings.FetchPageSettings,
    "process_batch": settings.ProcessBatchSettings,
    "finalize": settings.FinalizeSettings,
    "migrate": settings.DatabaseSettings,
    "sweep": settings.SweepSettings,
    "tokens": settings.TokensSettings,
}

IMPORT_ALONE = """
import json, sys
packages, shared, *handlers = json.loads(sys.argv[1])
sys.path[:0] = [shared, packages]
for folder in handlers:
    sys.path.insert(0, folder)
    import handler
    assert callable(handler.handler), folder
    assert handler.__file__.startswith(folder), handler.__file__
    for name, module in list(sys.modules.items()):
        if (getattr(module, "__file__", None) or "").startswith(folder):
            del sys.modules[name]
    sys.path.remove(folder)
import pagesync, pydantic, google.genai, psycopg
for module in (pydantic, google.genai, psycopg):
    assert module.__file__.startswith(packages), module.__file__
"""


def _variables(assembly: Assembly, name: str) -> dict[str, str]:
    given = assembly.function(name)["Environment"]["Variables"]
    return {key: assembly.name_of(value) for key, value in given.items()}


def test_there_is_one_function_a_folder(assembly: Assembly) -> None:
    folders = {path.parent.name for path in Path(__file__).parents[2].glob("functions/*/handler.py")}
    assert set(assembly.functions) == folders == set(FUNCTIONS)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_is_told_what_it_needs_and_nothing_else(assembly: Assembly, name: str) -> None:
    database = DATABASE[assembly.environment] if name in USES_DATABASE else set[str]()
    policies = POLICIES[assembly.environment].get(name, set[str]())
    assert set(_variables(assembly, name)) == VARIABLES[name] | database | policies | OBSERVABILITY


@pytest.mark.parametrize("name", FUNCTIONS)
def test_what_a_function_is_told_satisfies_its_settings(
    assembly: Assembly, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for key, value in _variables(assembly, name).items():
        monkeypatch.setenv(key, value)
    assert SETTINGS[name]()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_policy_of_a_function_can_be_set_and_nothing_that_it_does_not_read(name: str) -> None:
    fields = SETTINGS[name].model_fields
    deployed = {
        "graph_api_url",
        "facebook_dialog_url",
        "gemini_api_url",
        "database_secret_id",
        "database_dsql_endpoint",
    }
    policies = {field for field, read in fields.items() if not read.is_required()} - deployed
    assert {field.lower() for field in environments.SETTINGS[name]} == policies


def test_an_environment_keeps_to_the_quota_of_its_gemini_project(local: Assembly, prod: Assembly) -> None:
    limits = [{key: int(_variables(each, "process_batch")[key]) for key in QUOTA} for each in (local, prod)]
    unlimited = 0
    assert set(limits[0].values()) == {unlimited}
    assert min(limits[1].values()) > unlimited


def test_secrets_are_told_by_name_only(assembly: Assembly) -> None:
    told = {
        key: value
        for name in FUNCTIONS
        for key, value in _variables(assembly, name).items()
        if key.endswith("_SECRET_ID")
    }
    environment = assembly.environment
    expected = {
        "GEMINI_SECRET_ID": f"pagesync/{environment}/gemini",
        "FACEBOOK_SECRET_ID": f"pagesync/{environment}/facebook",
    }
    if environment == "local":
        expected["DATABASE_SECRET_ID"] = "pagesync/local/database"
    assert told == expected


def test_no_template_resolves_a_secret(assembly: Assembly) -> None:
    for template in assembly.folder.glob("*.template.json"):
        assert "{{resolve:" not in template.read_text()


def test_production_talks_to_facebook_and_google_and_local_to_what_it_is_given(
    local: Assembly, prod: Assembly
) -> None:
    urls = [
        (_variables(each, "fetch_page")["GRAPH_API_URL"], _variables(each, "process_batch")["GEMINI_API_URL"])
        for each in (local, prod)
    ]
    assert urls == [
        ("http://127.0.0.1:1111", "http://127.0.0.1:2222"),
        ("https://graph.facebook.com", "https://generativelanguage.googleapis.com"),
    ]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_is_traced_and_logs_for_a_limited_time(assembly: Assembly, name: str) -> None:
    function = assembly.function(name)
    assert function["TracingConfig"] == {"Mode": "Active"}
    log_group = assembly.sync[function["LoggingConfig"]["LogGroup"]["Ref"]]["Properties"]
    assert log_group["LogGroupName"] == f"/aws/lambda/{function['FunctionName']}"
    assert log_group["RetentionInDays"] == {"local": 1, "prod": 90}[assembly.environment]


def test_production_runs_python_3_13_on_arm64(prod: Assembly) -> None:
    kinds = {(each["Runtime"], *each["Architectures"]) for each in prod.functions.values()}
    assert kinds == {("python3.13", "arm64")}


@pytest.mark.parametrize("name", ["start_sync", "status", "crm"])
def test_a_function_of_the_api_answers_before_the_gateway_gives_up(assembly: Assembly, name: str) -> None:
    gateway_seconds = 30
    assert assembly.function(name)["Timeout"] < gateway_seconds


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_has_both_layers_under_it(assembly: Assembly, name: str) -> None:
    layers = [assembly.sync[layer["Ref"]]["Properties"] for layer in assembly.function(name)["Layers"]]
    packages, shared = (assembly.asset(layer["Content"]) for layer in layers)
    assert packages.suffix == ".zip"
    assert (shared / "python" / "pagesync" / "bootstrap" / "__init__.py").is_file()
    assert (shared / "python" / "pagesync" / "adapters" / "postgres" / "migrations").is_dir()


def test_an_asset_holds_sources_only(assembly: Assembly) -> None:
    for function in assembly.functions.values():
        files = [path.name for path in assembly.asset(function["Code"]).iterdir()]
        assert "handler.py" in files
        assert all(file.endswith(".py") for file in files)
    shared = assembly.asset(assembly.sync[assembly.function("crm")["Layers"][1]["Ref"]]["Properties"]["Content"])
    assert not [*shared.rglob("*.pyc"), *shared.rglob("__pycache__")]


def test_every_handler_can_be_imported_from_its_assets_alone(local: Assembly, tmp_path: Path) -> None:
    layers = [local.sync[layer["Ref"]]["Properties"]["Content"] for layer in local.function("crm")["Layers"]]
    packages, shared = (local.asset(content) for content in layers)
    with zipfile.ZipFile(packages) as archive:
        archive.extractall(tmp_path)
    handlers = [str(local.asset(local.function(name)["Code"])) for name in FUNCTIONS]
    folders = [str(tmp_path / "python"), str(shared / "python"), *handlers]
    # -I -S: without site-packages, the current folder and the user's settings, as on Lambda.
    outcome = subprocess.run(
        [sys.executable, "-I", "-S", "-c", IMPORT_ALONE, json.dumps(folders)],
        check=False,
        capture_output=True,
        text=True,
        env={"POWERTOOLS_SERVICE_NAME": "pagesync"},
    )
    assert outcome.returncode == 0, outcome.stderr
