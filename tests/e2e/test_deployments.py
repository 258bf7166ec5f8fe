"""Deploying again changes nothing by itself, and takes nothing from a sync that is under way."""

import json
from collections.abc import Iterator
from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console

from local.aws import Aws
from local.deploy import Deployer
from local.errors import StackError
from local.memory import Memory
from local.postgres import EmbeddedPostgres
from local.processes import Processes
from local.progress import Steps
from local.settings import LocalSettings
from local.state_folder import StateFolder
from simulators.gemini import GeminiSimulator
from simulators.graph import DEMO_APP_ID, DEMO_APP_SECRET, GraphSimulator, many_pages_world
from tests.e2e.conftest import Deployment, Json, boot, connectable

CONVERSATIONS = 150
OLD = {"PAGE_LIMIT": "25", "PAGES_AT_ONCE": "1", "BATCH_SIZE": "10"}
NEW = {"PAGE_LIMIT": "20", "PAGES_AT_ONCE": "2", "BATCH_SIZE": "8"}


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Deployment, LocalSettings]]:
    """A stack of its own, in the release that is about to be replaced."""
    home = tmp_path_factory.mktemp("released")
    world = many_pages_world([CONVERSATIONS])
    pages_file = home / "pages.json"
    pages_file.write_text(json.dumps([connectable(page) for page in world.pages]))
    with GraphSimulator(world) as graph, GeminiSimulator() as gemini:
        settings = LocalSettings(
            state_dir=home / "state",
            graph_api_url=graph.url,
            gemini_api_url=gemini.url,
            facebook_app={"appId": DEMO_APP_ID, "appSecret": DEMO_APP_SECRET},
            pages_file=pages_file,
            context={"settings": json.dumps(OLD)},
        )
        local = boot(settings.state_dir, settings)
        try:
            stack = local.up(Steps(Console(file=StringIO())))
            pages = {"page": stack.pages[0].facebook_page_id}
            yield Deployment(stack, Aws(stack.aws_endpoint), graph, gemini, home, pages), settings
        finally:
            local.down()


def stacks(aws: Aws) -> list[Json]:
    """Each with when it was changed last."""
    found = aws.client("cloudformation").describe_stacks()["Stacks"]
    return [
        {"name": each["StackName"], "status": each["StackStatus"], "changed": each.get("LastUpdatedTime")}
        for each in found
        if each["StackName"].startswith("Pagesync-")
    ]


def test_deploying_the_same_again_changes_nothing(released: tuple[Deployment, LocalSettings]) -> None:
    deployment, settings = released
    folder = StateFolder(settings.state_dir)
    before = stacks(deployment.aws)
    memory = Memory(folder.memory_file)
    context = memory.get("deployed")["context"]
    deployer = Deployer(deployment.aws, folder=folder, processes=Processes(folder.processes_file), memory=memory)

    deployer.run(context)

    assert folder.log("cdk").read_text().count("(no changes)") == len(before) == 2
    assert stacks(deployment.aws) == before


def test_a_sync_started_under_one_release_ends_well_under_the_next(
    released: tuple[Deployment, LocalSettings], request: pytest.FixtureRequest
) -> None:
    deployment, settings = released
    deployment.control(deployment.gemini, latencySeconds=10)
    job_id = deployment.start("page")["jobId"]
    deployment.follow(job_id, until=lambda job: job["syncedContacts"] > 0)

    changed = replace(settings, context={"settings": json.dumps(NEW)})
    next_release = boot(changed.state_dir, changed)
    request.addfinalizer(next_release.down)
    stack = next_release.up(Steps(Console(file=StringIO())))

    after = replace(deployment, stack=stack)
    under_way = after.get(f"/api/facebook/sync-status/{job_id}")
    assert under_way["status"] == "IN_PROGRESS", "the sync was over before the release"
    deployment.control(deployment.gemini, latencySeconds=0)
    job = after.follow(job_id)
    assert (job["status"], job["listedContacts"]) == ("COMPLETED", CONVERSATIONS)
    # Nobody is lost between the releases: who fails has no id at Facebook.
    assert {each["code"] for each in job["errors"]} == {"PARTICIPANT_WITHOUT_ID"}
    assert job["syncedContacts"] + job["failedContacts"] == CONVERSATIONS
    assert len(after.contacts("page")) == job["syncedContacts"]


def test_a_migration_that_fails_fails_the_deployment(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So nobody calls functions that wait for a schema which is not there."""
    state_dir = tmp_path_factory.mktemp("unmigrated") / "state"
    settings = LocalSettings(
        state_dir=state_dir, graph_api_url="http://127.0.0.1:9", gemini_api_url="http://127.0.0.1:9"
    )
    monkeypatch.setattr(EmbeddedPostgres, "start", lambda _: "postgresql://nobody@127.0.0.1:9/nothing")
    local = boot(settings.state_dir, settings)
    try:
        with pytest.raises(StackError):
            local.up(Steps(Console(file=StringIO())))
    finally:
        local.down()
    told = StateFolder(state_dir).log("cdk").read_text()
    assert any("CREATE_FAILED" in line and "Migrations" in line for line in told.splitlines())
