"""Each function may do what it does, and nothing that only others do: asked of the deployed roles themselves."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from local.state_folder import StateFolder
from tests.e2e.conftest import Deployment

FUNCTIONS = (
    "start-sync",
    "status",
    "crm",
    "accounts",
    "fetch-page",
    "process-batch",
    "finalize",
    "sweep",
    "tokens",
    "migrate",
)
Permission = tuple[str, str]
ROOT = Path(__file__).parents[2]

NOT_ASKED_FOR = {
    # Services ask for these on a function's behalf, and the emulator's services do not ask.
    "kms:GenerateDataKey": "S3 seals an object with the bucket's key.",
    "kms:Decrypt": "S3 opens it.",
    "sqs:SendMessage": "Lambda keeps an event that its function could not handle.",
    "xray:PutTraceSegments": "Lambda traces.",
    "xray:PutTelemetryRecords": "Lambda traces.",
    "logs:CreateLogStream": "Lambda logs.",
    "logs:PutLogEvents": "Lambda logs.",
}

_LEDGER, _WALKS, _SWEEP = (f"tests/contracts/test_{name}.py" for name in ("job_ledger", "ledger_walks", "sweep"))
_CLOSED = f"{_SWEEP}::test_a_job_whose_execution_is_gone_is_closed_and_its_page_is_free"
_STOPPED = "tests/contracts/test_small_ports.py::test_only_a_running_execution_is_running_and_can_be_stopped"
NOT_WALKED: Mapping[str, Mapping[str, str]] = {
    # Each is needed on a path that no end-to-end test takes; the test named here does.
    "start-sync": {"dynamodb:Query": _CLOSED},
    "fetch-page": {"dynamodb:BatchGetItem": f"{_LEDGER}::test_registering_a_page_counts_what_it_lists"},
    "process-batch": {"dynamodb:DeleteItem": f"{_WALKS}::test_what_was_read_again_and_did_not_fail_is_forgotten"},
    "sweep": {
        "dynamodb:PutItem": _CLOSED,
        "dynamodb:UpdateItem": _CLOSED,
        "dynamodb:Query": _CLOSED,
        "states:DescribeExecution": _STOPPED,
        "states:StopExecution": _STOPPED,
    },
}


def test_what_is_said_to_be_walked_elsewhere_is() -> None:
    for path, _, name in {test.partition("::") for tests in NOT_WALKED.values() for test in tests.values()}:
        assert f"def {name}(" in (ROOT / path).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def roles(deployment: Deployment) -> Mapping[str, str]:
    """The role's ARN of each function."""
    client = deployment.aws.client("lambda")
    names = {name: f"pagesync-local-{name}" for name in FUNCTIONS}
    return {
        name: client.get_function_configuration(FunctionName=function)["Role"] for name, function in names.items()
    }


@pytest.fixture(scope="module")
def granted(deployment: Deployment, roles: Mapping[str, str]) -> Mapping[str, set[Permission]]:
    """Actions and resources of each function, as its role has them."""
    return {name: permissions(deployment, role) for name, role in roles.items()}


def permissions(deployment: Deployment, role_arn: str) -> set[Permission]:
    iam, role = deployment.aws.client("iam"), role_arn.rpartition("/")[2]
    found: set[Permission] = set()
    for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
        document = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
        policy: Any = json.loads(unquote(document)) if isinstance(document, str) else document
        for statement in policy["Statement"]:
            assert statement["Effect"] == "Allow"
            found |= {
                (action, resource)
                for action in listed(statement["Action"])
                for resource in listed(statement["Resource"])
            }
    return found


def listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def is_allowed(deployment: Deployment, role_arn: str, permission: Permission) -> bool:
    action, resource = permission
    named = resource.replace("*", "something").replace("?", "x")
    answer = deployment.aws.client("iam").simulate_principal_policy(
        PolicySourceArn=role_arn, ActionNames=[action], ResourceArns=[named]
    )
    (result,) = answer["EvaluationResults"]
    return result["EvalDecision"] == "allowed"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_is_refused_what_only_others_may(
    deployment: Deployment, roles: Mapping[str, str], granted: Mapping[str, set[Permission]], name: str
) -> None:
    own = granted[name]
    # A wildcard of its own covers what is narrower.
    others = {
        (action, resource)
        for each in granted.values()
        for action, resource in each - own
        if not any(action == mine and resource.startswith(where.rstrip("*")) for mine, where in own if "*" in where)
    }
    assert len(others) > 10
    assert [each for each in sorted(others) if is_allowed(deployment, roles[name], each)] == []
    assert [each for each in sorted(own) if not is_allowed(deployment, roles[name], each)] == []


@pytest.mark.after_all
@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_permission_of_a_function_is_used(
    deployment: Deployment, roles: Mapping[str, str], granted: Mapping[str, set[Permission]], name: str
) -> None:
    file = StateFolder(deployment.home / "state").permissions_file
    role = roles[name].rpartition("/")[2]
    used = {line.split()[1] for line in file.read_text().splitlines() if f"/{role}/" in line}
    elsewhere = NOT_WALKED.get(name, {}).keys()
    unused = {action for action, _ in granted[name]} - used - NOT_ASKED_FOR.keys() - elsewhere
    assert unused == set()


def test_the_nightly_sweep_finds_nothing_stuck(deployment: Deployment) -> None:
    deployment.control(deployment.gemini, latencySeconds=8)
    job_id = deployment.start("swept")["jobId"]
    deployment.follow(job_id, until=lambda job: job["listedContacts"] > 0)
    swept = deployment.invoke("sweep")
    assert (swept["closed"], swept["unclosed"]) == ([], {})
    assert swept["openJobs"] >= 1
    deployment.control(deployment.gemini, latencySeconds=0)
    assert deployment.follow(job_id)["status"] == "COMPLETED"
