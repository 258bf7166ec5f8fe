"""Least privilege: exactly these permissions, and no other."""

import pytest

from tests.infra.templates import FUNCTIONS, Assembly, Statement

JOBS, PAYLOADS, EXPORTS, TOKEN_KEY, DATA_KEY = "Jobs", "Payloads/*", "Payloads/exports/*", "TokenKey", "DataKey"

GRANTS: dict[str, set[tuple[str, str]]] = {
    "start_sync": {
        ("dynamodb:GetItem", JOBS),
        ("dynamodb:Query", JOBS),
        ("dynamodb:PutItem", JOBS),
        ("dynamodb:UpdateItem", JOBS),
        ("states:StartExecution", "Flow"),
        ("states:DescribeExecution", "execution/*"),
        ("states:StopExecution", "execution/*"),
    },
    "status": {("dynamodb:GetItem", JOBS), ("dynamodb:Query", JOBS), ("dynamodb:Query", "Jobs/index/byPage")},
    "crm": {
        ("dynamodb:BatchGetItem", JOBS),
        ("dynamodb:GetItem", JOBS),
        ("dynamodb:UpdateItem", JOBS),
        ("s3:PutObject", EXPORTS),
        ("s3:GetObject", EXPORTS),
        ("kms:GenerateDataKey", DATA_KEY),
        ("kms:Decrypt", DATA_KEY),
        ("database", "connect"),
    },
    "accounts": {
        ("dynamodb:GetItem", JOBS),
        ("dynamodb:BatchGetItem", JOBS),
        ("dynamodb:Query", JOBS),
        ("dynamodb:PutItem", JOBS),
        ("dynamodb:UpdateItem", JOBS),
        ("dynamodb:DeleteItem", JOBS),
        ("dynamodb:Query", "Jobs/index/byPage"),
        ("kms:Encrypt", TOKEN_KEY),
        ("kms:Decrypt", TOKEN_KEY),
        ("secretsmanager:GetSecretValue", "facebook"),
        ("states:DescribeExecution", "execution/*"),
        ("states:StopExecution", "execution/*"),
        ("database", "connect"),
    },
    "fetch_page": {
        ("dynamodb:GetItem", JOBS),
        ("dynamodb:BatchGetItem", JOBS),
        ("dynamodb:Query", JOBS),
        ("dynamodb:PutItem", JOBS),
        ("dynamodb:UpdateItem", JOBS),
        ("kms:Decrypt", TOKEN_KEY),
        ("secretsmanager:GetSecretValue", "facebook"),
        ("s3:PutObject", PAYLOADS),
        ("kms:GenerateDataKey", DATA_KEY),
    },
    "process_batch": {
        ("dynamodb:GetItem", JOBS),
        ("dynamodb:PutItem", JOBS),
        ("dynamodb:UpdateItem", JOBS),
        ("dynamodb:DeleteItem", JOBS),
        ("s3:GetObject", PAYLOADS),
        ("kms:Decrypt", DATA_KEY),
        ("secretsmanager:GetSecretValue", "gemini"),
        ("database", "connect"),
    },
    "finalize": {
        ("dynamodb:GetItem", JOBS),
        ("dynamodb:Query", JOBS),
        ("dynamodb:PutItem", JOBS),
        ("dynamodb:UpdateItem", JOBS),
        ("dynamodb:BatchWriteItem", JOBS),
        ("sqs:SendMessage", "Recovery"),
    },
    "migrate": {("database", "connect")},
    "tokens": {
        ("dynamodb:GetItem", JOBS),
        ("dynamodb:UpdateItem", JOBS),
        ("dynamodb:Query", "Jobs/index/byPage"),
        ("kms:Decrypt", TOKEN_KEY),
        ("secretsmanager:GetSecretValue", "facebook"),
        ("sqs:SendMessage", "Recovery"),
    },
    "sweep": {
        ("dynamodb:GetItem", JOBS),
        ("dynamodb:Query", JOBS),
        ("dynamodb:PutItem", JOBS),
        ("dynamodb:UpdateItem", JOBS),
        ("dynamodb:Scan", f"{JOBS}/index/open"),
        ("states:DescribeExecution", "execution/*"),
        ("states:StopExecution", "execution/*"),
        ("sqs:SendMessage", "Recovery"),
    },
}

LOG_AND_TRACE = {"logs:CreateLogStream", "logs:PutLogEvents", "xray:PutTraceSegments", "xray:PutTelemetryRecords"}

KNOWN_WITHOUT_RESOURCE = {
    "xray:PutTraceSegments",
    "xray:PutTelemetryRecords",
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
    "logs:CreateLogDelivery",
    "logs:GetLogDelivery",
    "logs:UpdateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:DescribeResourcePolicies",
    "logs:DescribeLogGroups",
}
"""Actions that AWS lets nobody narrow to a resource."""


def _plain(assembly: Assembly, statement: Statement) -> tuple[str, str]:
    secret = f":secret:pagesync/{assembly.environment}/"
    if statement.action == "dsql:DbConnectAdmin" and statement.resource.startswith("DatabaseCluster"):
        return "database", "connect"
    if secret in statement.resource:
        name = statement.resource.split(secret)[1].removesuffix("-??????")
        return ("database", "connect") if name == "database" else (statement.action, name)
    own = f"arn:Partition:states:Region:AccountId:{{}}:pagesync-{assembly.environment}-sync"
    states = {
        own.format("execution") + ":*": "execution/*",
        own.format("stateMachine"): "Flow",
    }
    if statement.resource in states:
        return statement.action, states[statement.resource]
    logical_id, slash, part = statement.resource.partition("/")
    if logical_id.startswith("FlowSync"):  # The machine, not one of its versions: only that is ever asked for.
        return statement.action, "Flow"
    for name in ("Payloads", "TokenKey", "DataKey", "Jobs", "Recovery"):
        if logical_id.startswith(name):
            return statement.action, name + slash + part
    return statement.action, statement.resource


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_may_do_its_work_and_nothing_else(assembly: Assembly, name: str) -> None:
    statements = assembly.statements_of(assembly.function(name)["Role"])
    work = {_plain(assembly, each) for each in statements if each.action not in LOG_AND_TRACE}
    assert work == GRANTS[name]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_writes_into_its_own_log_group_only(assembly: Assembly, name: str) -> None:
    function = assembly.function(name)
    own = function["LoggingConfig"]["LogGroup"]["Ref"]
    statements = assembly.statements_of(function["Role"])
    assert {each.resource for each in statements if each.action.startswith("logs:")} == {own}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_two_functions_share_a_role(assembly: Assembly, name: str) -> None:
    others = [assembly.function(other)["Role"] for other in FUNCTIONS if other != name]
    assert assembly.function(name)["Role"] not in others


def test_no_role_of_ours_takes_a_managed_policy(assembly: Assembly) -> None:
    roles = [assembly.sync[each["Role"]["Fn::GetAtt"][0]] for each in assembly.functions.values()]
    assert len(roles) == len(FUNCTIONS)
    assert not any("ManagedPolicyArns" in role["Properties"] for role in roles)


def test_the_flow_may_begin_a_job_invoke_its_three_functions_and_start_its_own_successor(
    assembly: Assembly,
) -> None:
    statements = assembly.statements_of(assembly.only("AWS::StepFunctions::StateMachine")["Properties"]["RoleArn"])
    narrowed = {_plain(assembly, each) for each in statements if each.action not in KNOWN_WITHOUT_RESOURCE}
    tasks = {
        logical_id
        for logical_id, resource in assembly.all_of("AWS::Lambda::Function").items()
        if resource["Properties"].get("FunctionName", "").endswith(("-fetch-page", "-process-batch", "-finalize"))
    }
    assert len(tasks) == 3
    invoking = {("lambda:InvokeFunction", task) for task in tasks}
    assert narrowed == {("dynamodb:UpdateItem", JOBS), ("states:StartExecution", "Flow"), *invoking}


def test_no_permission_has_a_wildcard_that_could_be_narrowed(assembly: Assembly) -> None:
    roles = [
        {"Fn::GetAtt": [name, "Arn"]} for name in assembly.all_of("AWS::IAM::Role") if not name.startswith("AWSCDK")
    ]
    statements = {statement for role in roles for statement in assembly.statements_of(role)}
    assert not [each for each in statements if "*" in each.action]
    everywhere = {each.action for each in statements if "*" in each.resource}
    named_at_run_time = {
        "s3:GetObject",
        "s3:PutObject",
        "states:DescribeExecution",
        "states:StartExecution",
        "states:StopExecution",
    }
    assert everywhere <= KNOWN_WITHOUT_RESOURCE | named_at_run_time


def test_only_the_gateway_may_call_the_api_and_only_our_rules_may_call_what_they_call(assembly: Assembly) -> None:
    permissions = [each["Properties"] for each in assembly.all_of("AWS::Lambda::Permission").values()]
    callers: dict[str, set[str]] = {}
    for each in permissions:
        assert each["SourceArn"]
        function = assembly.sync[each["FunctionName"]["Fn::GetAtt"][0]]["Properties"]["FunctionName"]
        name = function.removeprefix(f"pagesync-{assembly.environment}-").replace("-", "_")
        callers.setdefault(each["Principal"], set()).add(name)
    assert callers == {
        "apigateway.amazonaws.com": {"start_sync", "status", "crm", "accounts"},
        "events.amazonaws.com": {"finalize", "sweep", "tokens"},
    }
