"""What holds data: encrypted, closed to strangers, kept as long as it must and no longer."""

from tests.infra.conftest import Synthesise
from tests.infra.templates import Assembly, Resource


def test_jobs_expire_by_their_own_date_and_are_found_by_page(assembly: Assembly) -> None:
    table = assembly.only("AWS::DynamoDB::Table")["Properties"]
    assert table["KeySchema"] == [
        {"AttributeName": "PK", "KeyType": "HASH"},
        {"AttributeName": "SK", "KeyType": "RANGE"},
    ]
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expiresAt", "Enabled": True}
    indexes = {
        index["IndexName"]: [key["AttributeName"] for key in index["KeySchema"]]
        for index in table["GlobalSecondaryIndexes"]
    }
    assert indexes == {"byPage": ["gsi1pk", "gsi1sk"], "open": ["openSince"]}
    assert table["BillingMode"] == "PAY_PER_REQUEST"


def test_jobs_are_encrypted_with_our_key(assembly: Assembly) -> None:
    encryption = assembly.only("AWS::DynamoDB::Table")["Properties"]["SSESpecification"]
    assert (encryption["SSEEnabled"], encryption["SSEType"]) == (True, "KMS")
    assert assembly.name_of(encryption["KMSMasterKeyId"]).startswith("DataKey")


def test_the_data_key_is_open_to_the_account_only_through_dynamodb(assembly: Assembly) -> None:
    (data_key,) = [key for name, key in assembly.all_of("AWS::KMS::Key").items() if name.startswith("DataKey")]
    open_to_all = [
        statement
        for statement in data_key["Properties"]["KeyPolicy"]["Statement"]
        if statement["Principal"] == {"AWS": "*"}
    ]
    (statement,) = open_to_all
    conditions = {key: assembly.name_of(value) for key, value in statement["Condition"]["StringEquals"].items()}
    assert conditions == {"kms:CallerAccount": "AccountId", "kms:ViaService": "dynamodb.Region.amazonaws.com"}


def test_the_token_key_is_open_to_nobody_but_by_their_own_permissions(assembly: Assembly) -> None:
    (token_key,) = [key for name, key in assembly.all_of("AWS::KMS::Key").items() if name.startswith("TokenKey")]
    (statement,) = token_key["Properties"]["KeyPolicy"]["Statement"]
    assert assembly.name_of(statement["Principal"]["AWS"]) == "arn:Partition:iam::AccountId:root"


def test_keys_rotate(assembly: Assembly) -> None:
    keys = assembly.all_of("AWS::KMS::Key").values()
    assert len(keys) >= 3
    assert {key["Properties"]["EnableKeyRotation"] for key in keys} == {True}


def test_conversations_are_encrypted_and_gone_after_a_day(assembly: Assembly) -> None:
    bucket = _payloads(assembly, "AWS::S3::Bucket")
    (rule,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"
    assert assembly.name_of(rule["ServerSideEncryptionByDefault"]["KMSMasterKeyID"]).startswith("DataKey")
    (lifecycle,) = bucket["LifecycleConfiguration"]["Rules"]
    assert (lifecycle["ExpirationInDays"], lifecycle["Status"]) == (1, "Enabled")
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}


def test_conversations_travel_by_tls_only(assembly: Assembly) -> None:
    statements = _payloads(assembly, "AWS::S3::BucketPolicy")["PolicyDocument"]["Statement"]
    refused = [
        each["Condition"]
        for each in statements
        if (each["Effect"], each["Action"], each["Principal"]) == ("Deny", "s3:*", {"AWS": "*"})
    ]
    assert {"Bool": {"aws:SecureTransport": "false"}} in refused
    assert {"NumericLessThan": {"s3:TlsVersion": 1.2}} in refused


def test_people_cannot_change_their_organisation_or_role(assembly: Assembly) -> None:
    client = assembly.only("AWS::Cognito::UserPoolClient")["Properties"]
    assert {"custom:org_id", "custom:role"} <= set(client["ReadAttributes"])
    assert client["WriteAttributes"] == ["email"]
    pool = assembly.only("AWS::Cognito::UserPool")["Properties"]
    assert pool["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] is True


def test_an_administrator_can_move_people_to_another_organisation(assembly: Assembly) -> None:
    schema = assembly.only("AWS::Cognito::UserPool")["Properties"]["Schema"]
    (org_id,) = [each for each in schema if each["Name"] == "org_id"]
    assert org_id["Mutable"] is True


def test_sign_in_tells_nobody_who_has_an_account(assembly: Assembly) -> None:
    client = assembly.only("AWS::Cognito::UserPoolClient")["Properties"]
    assert client["PreventUserExistenceErrors"] == "ENABLED"
    assert {"ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH"} <= set(client["ExplicitAuthFlows"])
    assert client["GenerateSecret"] is False


def test_production_keeps_its_data(prod: Assembly) -> None:
    kinds = ["AWS::DynamoDB::Table", "AWS::DSQL::Cluster", "AWS::Cognito::UserPool", "AWS::KMS::Key"]
    kept = [resource for kind in kinds for resource in prod.all_of(kind).values()]
    assert {each["DeletionPolicy"] for each in kept} == {"Retain"}
    table = prod.only("AWS::DynamoDB::Table")["Properties"]
    assert table["DeletionProtectionEnabled"] is True
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert prod.only("AWS::DSQL::Cluster")["Properties"]["DeletionProtectionEnabled"] is True
    assert prod.only("AWS::Cognito::UserPool")["Properties"]["DeletionProtection"] == "ACTIVE"


def test_the_local_stack_can_be_thrown_away(local: Assembly) -> None:
    everything = [*local.data.values(), *local.sync.values()]
    assert "Retain" not in {resource.get("DeletionPolicy") for resource in everything}
    assert local.all_of("AWS::DSQL::Cluster") == {}


def _payloads(assembly: Assembly, kind: str) -> Resource:
    (found,) = [each for name, each in assembly.all_of(kind).items() if name.startswith("Payloads")]
    return found["Properties"]


def test_a_deleted_environment_leaves_no_bucket_behind(synthesise: Synthesise) -> None:
    """CloudFormation deletes none that has something in it."""
    dev = synthesise("dev")
    assert dev.broken_rules == []
    emptied = dev.all_of("Custom::S3AutoDeleteObjects").values()
    names = sorted(dev.name_of(each["Properties"]["BucketName"]) for each in emptied)
    assert [name.rstrip("0123456789ABCDEF") for name in names] == ["Payloads", "WebFiles"]


def test_data_that_is_kept_is_emptied_by_nobody(prod: Assembly) -> None:
    assert not prod.all_of("Custom::S3AutoDeleteObjects")
