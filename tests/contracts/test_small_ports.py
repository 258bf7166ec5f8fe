"""PayloadStore, TokenCipher and Workflow behave alike in memory and on AWS; secrets are remembered for a while."""

import json
from collections.abc import Iterator

import boto3
import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from moto import mock_aws

from pagesync.adapters.kms import KmsCipher
from pagesync.adapters.s3 import S3Payloads
from pagesync.adapters.secrets import REMEMBERED_SECONDS, StoredSecret
from pagesync.adapters.stepfunctions import StepFunctionsWorkflow
from pagesync.domain.conversation import Conversation, Lead, Message, Person
from pagesync.domain.page import OrgId
from pagesync.ports import PayloadStore, TokenCipher
from tests import samples
from tests.fakes.source import InMemoryPayloads, ReadableCipher


@pytest.fixture
def aws() -> Iterator[None]:
    with mock_aws():
        yield


def s3_payloads() -> S3Payloads:
    client = boto3.client("s3")
    client.create_bucket(Bucket="payloads")
    return S3Payloads(client, "payloads")


@pytest.fixture(params=["memory", "s3"])
def payloads(request: pytest.FixtureRequest, aws: None) -> PayloadStore:
    return InMemoryPayloads() if request.param == "memory" else s3_payloads()


@pytest.fixture(params=["memory", "kms"])
def cipher(request: pytest.FixtureRequest, aws: None) -> TokenCipher:
    if request.param == "memory":
        return ReadableCipher()
    client = boto3.client("kms")
    return KmsCipher(client, client.create_key()["KeyMetadata"]["KeyId"])


def test_what_was_put_is_got_under_its_key(payloads: PayloadStore) -> None:
    leads = [samples.lead(1), samples.lead(2, person=Person(None, "Nobody \N{WAVING HAND SIGN}"), text="")]
    with payloads.writing() as writer:
        key = writer.put(prefix="job/messenger/000001", leads=leads)
    assert key.startswith("job/messenger/000001/")
    assert list(payloads.get(key)) == leads


def test_every_put_makes_a_new_key(payloads: PayloadStore) -> None:
    with payloads.writing() as writer:
        keys = {writer.put(prefix="job", leads=[samples.lead(number)]): number for number in range(9)}
    assert {key: payloads.get(key) for key in keys} == {key: [samples.lead(number)] for key, number in keys.items()}


def test_what_could_not_be_stored_is_told_when_the_writing_ends(aws: None) -> None:
    store = S3Payloads(boto3.client("s3"), "missing")
    with pytest.raises(ClientError, match="NoSuchBucket"), store.writing() as writer:
        writer.put(prefix="job", leads=[samples.lead(1)])


def put(store: PayloadStore, *leads: Lead) -> str:
    with store.writing() as writer:
        return writer.put(prefix="job", leads=leads)


text = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
people = st.builds(Person, person_id=st.none() | text, name=st.none() | text)
messages = st.builds(
    Message,
    sent_at=st.just(samples.NOON) | st.none(),
    sender=st.none() | people,
    text=text,
    message_id=st.none() | text,
    attachments=st.lists(text, max_size=2).map(tuple),
)
conversations = st.builds(
    Conversation,
    conversation_id=text,
    updated_at=st.just(samples.NOON) | st.none(),
    participants=st.lists(people, max_size=3),
    messages=st.lists(messages, max_size=3),
)
leads = st.builds(Lead, person=st.none() | people, conversation=conversations, own_ids=st.frozensets(text))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(leads, max_size=3))
def test_any_lead_survives_the_claim_check(aws: None, stored: list[Lead]) -> None:
    store = S3Payloads(boto3.client("s3"), "payloads")
    boto3.client("s3").create_bucket(Bucket="payloads")
    assert list(store.get(put(store, *stored))) == stored


def test_a_payload_written_before_messages_had_ids_and_attachments_can_still_be_read(aws: None) -> None:
    store = s3_payloads()
    key = put(store, samples.lead(1))
    client = boto3.client("s3")
    stored = json.loads(client.get_object(Bucket="payloads", Key=key)["Body"].read())
    for message in stored[0]["conversation"]["messages"]:
        del message["message_id"], message["attachments"]
    client.put_object(Bucket="payloads", Key=key, Body=json.dumps(stored).encode())
    (lead,) = store.get(key)
    assert [message.text for message in lead.conversation.messages] == ["Hello!", "How much is it?"]
    assert {(message.message_id, tuple(message.attachments)) for message in lead.conversation.messages} == {
        (None, ())
    }


def test_a_sealed_token_opens_for_its_page(cipher: TokenCipher) -> None:
    sealed = cipher.encrypt("page-token", org_id=samples.ORG, page_id="1")
    assert cipher.decrypt(sealed, org_id=samples.ORG, page_id="1") == "page-token"


@pytest.mark.parametrize(("org_id", "page_id"), [(samples.OTHER_ORG, "1"), (samples.ORG, "2")])
def test_a_sealed_token_does_not_open_for_another(cipher: TokenCipher, org_id: OrgId, page_id: str) -> None:
    sealed = cipher.encrypt("page-token", org_id=samples.ORG, page_id="1")
    with pytest.raises((ClientError, ValueError)):
        cipher.decrypt(sealed, org_id=org_id, page_id=page_id)


def test_an_execution_is_named_after_its_job_and_started_once(aws: None) -> None:
    client = boto3.client("stepfunctions")
    machine = client.create_state_machine(
        name="sync",
        definition=json.dumps({"StartAt": "End", "States": {"End": {"Type": "Succeed"}}}),
        roleArn="arn:aws:iam::123456789012:role/sync",
    )["stateMachineArn"]
    workflow = StepFunctionsWorkflow(client, machine)
    workflow.start("job-1")
    workflow.start("job-1")
    (execution,) = client.list_executions(stateMachineArn=machine)["executions"]
    told = client.describe_execution(executionArn=execution["executionArn"])
    assert (told["name"], json.loads(told["input"])) == ("job-1", {"jobId": "job-1"})


def test_only_a_running_execution_is_running_and_can_be_stopped(aws: None) -> None:
    client = boto3.client("stepfunctions")
    machine = client.create_state_machine(
        name="sync",
        definition=json.dumps(
            {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 3600, "End": True}}}
        ),
        roleArn="arn:aws:iam::123456789012:role/sync",
    )["stateMachineArn"]
    workflow = StepFunctionsWorkflow(client, machine)
    assert not workflow.is_running("job-1")
    workflow.start("job-1")
    client.start_execution(stateMachineArn=machine, name="job-1-2", input="{}")
    assert workflow.is_running("job-1")
    workflow.stop("job-1")
    assert not workflow.is_running("job-1")
    statuses = {
        each["name"]: each["status"] for each in client.list_executions(stateMachineArn=machine)["executions"]
    }
    assert statuses == {"job-1": "ABORTED", "job-1-2": "ABORTED"}
    workflow.stop("job-1")


def test_a_secret_is_remembered_and_its_rotation_seen(aws: None) -> None:
    client = boto3.client("secretsmanager")
    client.create_secret(Name="gemini", SecretString="first")
    now = [0.0]
    secret = StoredSecret(client, "gemini", monotonic=lambda: now[0])
    assert secret() == "first"
    client.put_secret_value(SecretId="gemini", SecretString="second")
    assert secret() == "first"
    now[0] = REMEMBERED_SECONDS + 1
    assert secret() == "second"
