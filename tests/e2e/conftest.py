"""The deployed stack, once for all end-to-end tests; every test syncs a Page of its own."""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg
import pytest
import requests
from rich.console import Console

from infra.environments import Gemini
from local.aws import Aws
from local.evidence import execution_arn
from local.progress import Steps
from local.settings import LocalSettings
from local.stack import LocalStack
from local.stack_file import Stack
from local.state_folder import StateFolder
from simulators.gemini import GeminiSimulator
from simulators.graph import (
    DEMO_APP_ID,
    DEMO_APP_SECRET,
    FacebookPage,
    GraphSimulator,
    World,
    instagram_world,
    many_pages_world,
)

Json = dict[str, Any]
SIZES = {
    "everybody": 352,
    "starts": 12,
    "expiry": 250,
    "faults": 30,
    "busy": 150,
    "refused": 12,
    "resync": 25,
    "cancelled": 200,
    "throttled": 20,
    "slowed": 30,
    "stopped": 120,
    "incremental": 240,
    "retried": 30,
    "long": 260,
    "leaks": 60,
    "tenants": 20,
    "tortured": 60,
    "quota 429_retry_info": 20,
    "quota 429_per_day": 30,
    "placed": 40,
    "sceptical": 20,
    "summed": 20,
    "connected": 40,
    "reconnected": 20,
    "left": 20,
    "erased": 120,
    "swept": 60,
    "asked": 12,
    "people": 60,
    "thrifty": 30,
}
"""Conversations of each test's Page."""
INSTAGRAM = "instagram"
SETTINGS = {
    "USAGE_STOP_SECONDS": "3",
    "TROUBLE_LONGEST_SECONDS": "3",
    "GEMINI_REQUESTS_PER_MINUTE": "60000",
    "GEMINI_TOKENS_PER_MINUTE": "90000000",
}
"""Shorter waits than in earnest, and a quota that is kept account of but does not bind."""
HISTORY_BUDGET = "300"
"""Two full pages or ten small ones, so that a walk of thirty takes several executions."""
DEADLINE_SECONDS = 120
POLL_SECONDS = 0.1
"""Whoever asks without a break takes the time of what is asked about."""


@dataclass
class Deployment:
    """A running stack with the simulators behind it."""

    stack: Stack
    aws: Aws
    graph: GraphSimulator
    gemini: GeminiSimulator
    home: Path
    """Where all of the stack's processes work."""
    pages: dict[str, str]
    """Our id of each Page, by its key."""

    def call(self, method: str, path: str, *, user: int | None = 0, **arguments: Any) -> requests.Response:
        headers = {} if user is None else {"Authorization": f"Bearer {self.stack.users[user].token}"}
        headers |= arguments.pop("headers", {})
        return requests.request(method, self.stack.api_url + path, headers=headers, timeout=60, **arguments)

    def get(self, path: str, **params: Any) -> Json:
        answer = self.call("GET", path, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def start(self, page: str, mode: str = "incremental") -> Json:
        body = {"facebookPageId": self.pages[page], "mode": mode}
        answer = self.call("POST", "/api/facebook/sync-background", json=body)
        assert answer.status_code in (200, 202), answer.text
        return answer.json()

    def follow(self, job_id: str, until: Callable[[Json], bool] | None = None) -> Json:
        """The job's view once it is final, or as soon as `until` holds."""
        deadline = time.monotonic() + DEADLINE_SECONDS
        while time.monotonic() < deadline:
            job = self.get(f"/api/facebook/sync-status/{job_id}")
            if job["completedAt"] or (until and until(job)):
                return job
            time.sleep(POLL_SECONDS)
        raise AssertionError(f"not final within {DEADLINE_SECONDS} s: {job}")

    def sync(self, page: str, mode: str = "incremental") -> Json:
        return self.follow(self.start(page, mode)["jobId"])

    def page(self, page: str) -> Json:
        pages = self.get("/api/facebook/pages")["pages"]
        return next(each for each in pages if each["id"] == self.pages[page])

    def contacts(self, page: str, limit: int = 200) -> list[Json]:
        found: list[Json] = []
        query: Json = {"facebookPageId": self.pages[page], "limit": limit}
        while True:
            answer = self.get("/api/contacts", **query)
            found += answer["contacts"]
            if answer["nextCursor"] is None:
                return found
            query["cursor"] = answer["nextCursor"]

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.stack.database_url) as connection:
            return connection.execute(query, values).fetchall()  # type: ignore[arg-type]

    def items(self, pk: str) -> list[Json]:
        answer = self.aws.client("dynamodb").query(
            TableName=self.stack.jobs_table,
            KeyConditionExpression="PK = :pk",
            ExpressionAttributeValues={":pk": {"S": pk}},
        )
        return answer["Items"]

    def count_jobs(self) -> int:
        scan = self.aws.client("dynamodb").get_paginator("scan").paginate(TableName=self.stack.jobs_table)
        return sum(item["SK"]["S"] == "JOB" for page in scan for item in page["Items"])

    def stop_execution(self, job_id: str) -> None:
        arn = execution_arn(self.stack.state_machine_arn, job_id)
        self.aws.client("stepfunctions").stop_execution(executionArn=arn)

    def invoke(self, function: str) -> Json:
        """What a function that a schedule calls answers."""
        name = f"pagesync-local-{function}"
        answer = self.aws.client("lambda").invoke(FunctionName=name, Payload=b"{}")
        told = json.loads(answer["Payload"].read())
        assert "FunctionError" not in answer, told
        return told

    def is_lambda(self, argument: str, function: str) -> bool:
        """Whether a process with this argument runs the function, of this stack and no other."""
        return argument.startswith(str(self.home)) and f"pagesync-local-{function}-" in argument

    def forget_quota(self) -> None:
        """As if it were tomorrow."""
        key = {"PK": {"S": f"QUOTA#{Gemini.model}"}, "SK": {"S": "QUOTA"}}
        self.aws.client("dynamodb").delete_item(TableName=self.stack.jobs_table, Key=key)

    def history(self, job_id: str) -> list[Json]:
        pages = (
            self.aws.client("stepfunctions")
            .get_paginator("get_execution_history")
            .paginate(executionArn=execution_arn(self.stack.state_machine_arn, job_id))
        )
        return [event for page in pages for event in page["events"]]

    def truth(self, page: str) -> list[Json]:
        """The conversations of a Page as the simulator made them."""
        params = {"pageId": self.meta_id(page)}
        return requests.get(f"{self.graph.url}/__world", params=params, timeout=30).json()["conversations"]

    def meta_id(self, page: str) -> str:
        return next(each.page_id for each in self.stack.pages if each.facebook_page_id == self.pages[page])

    def log(self, simulator: GraphSimulator | GeminiSimulator) -> Json:
        """The calls it got since it was reset."""
        return requests.get(f"{simulator.url}/__log", timeout=5).json()

    def control(self, simulator: GraphSimulator | GeminiSimulator, **orders: Any) -> None:
        requests.post(f"{simulator.url}/__control", json=orders, timeout=5).raise_for_status()


@pytest.fixture(scope="session")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    world = World([*many_pages_world(list(SIZES.values())).pages, *instagram_world().pages])
    with deployed(tmp_path_factory.mktemp("stack"), world, [*SIZES, INSTAGRAM]) as deployment:
        yield deployment


@contextmanager
def deployed(home: Path, world: World, keys: Sequence[str]) -> Iterator[Deployment]:
    """A stack whose first organisation has connected all Pages of `world`; `keys` name them."""
    pages_file = home / "pages.json"
    pages_file.write_text(json.dumps([connectable(page) for page in world.pages]))
    with GraphSimulator(world) as graph, GeminiSimulator() as gemini:
        settings = LocalSettings(
            state_dir=home / "state",
            graph_api_url=graph.url,
            gemini_api_url=gemini.url,
            facebook_app={"appId": DEMO_APP_ID, "appSecret": DEMO_APP_SECRET},
            pages_file=pages_file,
            context={"settings": json.dumps(SETTINGS), "historyBudget": HISTORY_BUDGET},
        )
        local = boot(settings.state_dir, settings)
        try:
            stack = local.up(Steps(Console(file=StringIO())))
            pages = dict(zip(keys, [page.facebook_page_id for page in stack.pages], strict=True))
            yield Deployment(stack, Aws(stack.aws_endpoint), graph, gemini, home, pages)
        finally:
            local.down()


def connectable(page: FacebookPage) -> Json:
    """As LOCAL_PAGES wants it."""
    connection = {"pageId": page.id, "name": page.name, "accessToken": page.access_token}
    return connection | ({"instagramAccountId": page.instagram.id} if page.instagram else {})


def boot(state_dir: Path, settings: LocalSettings) -> LocalStack:
    folder = StateFolder(state_dir)
    folder.prepare()
    return LocalStack(folder, settings)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What looks at all that the others did comes after them, and only where all of them are run."""
    folder = Path(__file__).parent
    modules = {item.path for item in items if item.path.parent == folder}
    after_all = [item for item in items if item.get_closest_marker("after_all")]
    if modules != set(folder.glob("test_*.py")):
        config.hook.pytest_deselected(items=after_all)
        items[:] = [item for item in items if item not in after_all]
    else:
        items.sort(key=after_all.__contains__)


@pytest.fixture(autouse=True)
def _good_day(deployment: Deployment) -> Iterator[None]:
    """Whatever a test did to the simulators ends with it."""
    yield
    for url in (deployment.graph.url, deployment.gemini.url):
        requests.post(f"{url}/__control", json={"reset": True}, timeout=5).raise_for_status()
