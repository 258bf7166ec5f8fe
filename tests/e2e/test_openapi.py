"""Whatever docs/openapi.json allows, and much that it does not, is answered as it says."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from local.accounts import Person, sign_in
from local.deploy import Deployment as Deployed
from local.openapi import FILE
from local.pages import PageToConnect, connect_pages
from local.state_folder import StateFolder
from tests.e2e.conftest import Deployment

GUEST = Person("kim@third-shore.example", org_id="b4b3a1d2-6c55-4f0e-8f3e-2f8f6b1f7c11", role="owner")
"""What is asked at random changes settings, pipelines and contacts: those of an organisation of its own."""
CASES_PER_OPERATION = 10
UNCHECKED = (
    "positive_data_acceptance",  # What is well formed may still be refused: a range that ends before it begins.
    "unsupported_method",  # It wants a 405, where API Gateway answers 404.
    "ensure_resource_availability",  # It takes the id of a new pipeline for that of its stages.
)


@pytest.fixture(scope="module")
def guest(deployment: Deployment) -> Deployment:
    """The deployment as the guest sees it: with one Page, synced."""
    outputs = StateFolder(deployment.home / "state").cdk / "outputs.json"
    deployed = Deployed.from_outputs(json.loads(outputs.read_text(encoding="utf-8")))
    user = sign_in(deployment.aws, deployed, GUEST, deployment.stack.users[0].password)
    (page,) = (each for each in deployment.graph.world.pages if each.id == deployment.meta_id("asked"))
    (connected,) = connect_pages(
        [PageToConnect(page_id=page.id, name=page.name, access_token=page.access_token)],
        org_id=GUEST.org_id,
        aws=deployment.aws,
        deployment=deployed,
        database_url=deployment.stack.database_url,
    )
    stack = replace(deployment.stack, users=[user])
    return replace(deployment, stack=stack, pages={"asked": connected.facebook_page_id})


def test_no_request_breaks_it_and_every_answer_is_documented(guest: Deployment, tmp_path: Path) -> None:
    config = tmp_path / "schemathesis.toml"
    config.write_text(known_ids(ids(guest)), encoding="utf-8")
    command = [Path(sys.executable).with_name("schemathesis"), "--config-file", config, "run", FILE]
    command += ["--url", guest.stack.api_url, "--header", f"Authorization: Bearer {guest.stack.users[0].token}"]
    command += ["--exclude-checks", ",".join(UNCHECKED), "--max-examples", str(CASES_PER_OPERATION)]
    command += ["--seed", "1", "--generation-database", "none", "--no-color"]
    asked = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert asked.returncode == 0, asked.stdout + asked.stderr


def ids(guest: Deployment) -> Mapping[str, Sequence[str]]:
    """What is there to be asked about, by the name that routes call it by."""
    job = guest.sync("asked")
    pipelines = guest.get("/api/pipelines")["pipelines"]
    return {
        "jobId": [job["jobId"]],
        "facebookPageId": [guest.pages["asked"]],
        "contactId": [contact["id"] for contact in guest.contacts("asked")],
        "pipelineId": [pipeline["id"] for pipeline in pipelines],
        "stageId": [stage["id"] for pipeline in pipelines for stage in pipeline["stages"]],
    }


def known_ids(ids: Mapping[str, Sequence[str]]) -> str:
    """Settings of schemathesis: every second id is one that names something."""
    names = {name: name for name in ids} | {
        "body.facebookPageId": "facebookPageId",
        "body.autoPipelineId": "pipelineId",
        "body.stageId": "stageId",
        "query.moveContactsTo": "stageId",
    }
    dictionaries = [f"[dictionaries.{name}]\nvalues = {json.dumps(values)}" for name, values in ids.items()]
    bindings = [f'"{name}" = {{dictionary = "{given}", probability = 0.5}}' for name, given in names.items()]
    return "\n".join([*dictionaries, "[parameters]", *bindings]) + "\n"
