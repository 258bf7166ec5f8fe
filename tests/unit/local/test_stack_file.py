"""The file other programs read."""

import json
from pathlib import Path

from local.accounts import PEOPLE, SignedInUser
from local.pages import ConnectedPage
from local.stack_file import Stack

STACK = Stack(
    api_url="http://127.0.0.1:1",
    web_url=None,
    aws_endpoint="http://127.0.0.1:2",
    region="us-east-1",
    database_url="postgresql://postgres:secret@127.0.0.1:3/postgres",
    graph_api_url="http://127.0.0.1:4",
    gemini_api_url="http://127.0.0.1:5",
    state_machine_arn="arn:aws:states:us-east-1:000000000000:stateMachine:sync",
    jobs_table="jobs",
    users=[SignedInUser(email="ana@blue-harbor.example", password="secret", org_id="org-1", token="a.b.c")],
    pages=[ConnectedPage(facebook_page_id="uuid", page_id="123", name="Teestube", org_id="org-1")],
)


def test_its_keys_are_those_that_were_promised(tmp_path: Path) -> None:
    file = tmp_path / "stack.json"

    STACK.write(file)

    assert json.loads(file.read_text()) == {
        "apiUrl": "http://127.0.0.1:1",
        "webUrl": None,
        "awsEndpoint": "http://127.0.0.1:2",
        "region": "us-east-1",
        "databaseUrl": "postgresql://postgres:secret@127.0.0.1:3/postgres",
        "graphApiUrl": "http://127.0.0.1:4",
        "geminiApiUrl": "http://127.0.0.1:5",
        "stateMachineArn": "arn:aws:states:us-east-1:000000000000:stateMachine:sync",
        "jobsTable": "jobs",
        "users": [{"email": "ana@blue-harbor.example", "password": "secret", "orgId": "org-1", "token": "a.b.c"}],
        "pages": [{"id": "uuid", "pageId": "123", "name": "Teestube", "orgId": "org-1"}],
    }


def test_only_its_owner_may_read_it_as_it_holds_passwords(tmp_path: Path) -> None:
    file = tmp_path / "stack.json"

    STACK.write(file)

    assert file.stat().st_mode & 0o777 == 0o600


def test_there_are_owners_of_two_organisations_and_a_member_of_the_first() -> None:
    owner, stranger, member = PEOPLE
    assert owner.org_id == member.org_id != stranger.org_id
    assert [person.role for person in PEOPLE] == ["owner", "owner", "member"]
