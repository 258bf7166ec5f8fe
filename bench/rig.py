"""The stack that is measured: deployed as always, with a Page for each part and simulators that take their time."""

import json
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from rich.console import Console

from local.aws import Aws
from local.memory import Memory
from local.processes import Processes
from local.progress import Steps
from local.servers import Servers
from local.settings import LocalSettings
from local.stack import LocalStack
from local.stack_file import Stack
from local.state_folder import StateFolder
from simulators.graph import DEMO_APP_ID, DEMO_APP_SECRET
from simulators.graph.worlds import sized_world

Json = dict[str, Any]
_POLL_SECONDS = 0.5
_DEADLINE_SECONDS = 3600


@dataclass(frozen=True)
class Pace:
    """What the simulators take for an answer."""

    graph_seconds: float = 0.8
    gemini_seconds: float = 1.2


@dataclass(frozen=True)
class Rig:
    """A running stack with a Page for each key."""

    stack: Stack
    aws: Aws
    folder: StateFolder
    pages: Mapping[str, str]
    """Our id of each Page."""
    sizes: Mapping[str, int]
    pace: Pace

    def call(self, method: str, path: str, **arguments: Any) -> Json:
        headers = {"Authorization": f"Bearer {self.stack.users[0].token}"}
        answer = requests.request(method, self.stack.api_url + path, headers=headers, timeout=60, **arguments)
        answer.raise_for_status()
        return answer.json()

    def start(self, page: str, mode: str = "incremental") -> str:
        """The id of the job."""
        body = {"facebookPageId": self.pages[page], "mode": mode}
        return self.call("POST", "/api/facebook/sync-background", json=body)["jobId"]

    def job(self, job_id: str) -> Json:
        return self.call("GET", f"/api/facebook/sync-status/{job_id}")

    def sync(
        self, page: str, mode: str = "incremental", *, started: Callable[[str], object] = lambda _: None
    ) -> Json:
        """The view of the completed job, whose id `started` was told. Raises RuntimeError for any other end."""
        job_id = self.start(page, mode)
        started(job_id)
        deadline = time.monotonic() + _DEADLINE_SECONDS
        while time.monotonic() < deadline:
            job = self.job(job_id)
            if job["completedAt"]:
                break
            time.sleep(_POLL_SECONDS)
        else:
            raise RuntimeError(f"The sync has not ended within {_DEADLINE_SECONDS} s.")
        if job["status"] != "COMPLETED":
            raise RuntimeError(f"The sync ended {job['status']}: {job['errors'][:1]}")
        return job

    def meta_id(self, page: str) -> str:
        return next(each.page_id for each in self.stack.pages if each.facebook_page_id == self.pages[page])

    def set(self, function: str, **variables: str) -> None:
        """Change what a function is set to, for its next invocations."""
        client, name = self.aws.client("lambda"), deployed_name(function)
        now = client.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
        client.update_function_configuration(FunctionName=name, Environment={"Variables": now | variables})

    def control(self, simulator: str, **orders: Any) -> None:
        """`simulator` is `graph` or `gemini`."""
        url = self.stack.graph_api_url if simulator == "graph" else self.stack.gemini_api_url
        requests.post(f"{url}/__control", json=orders, timeout=10).raise_for_status()


def deployed_name(function: str) -> str:
    """Of a function, as its folder is called."""
    return f"pagesync-local-{function.replace('_', '-')}"


@contextmanager
def rig(home: Path, sizes: Mapping[str, int], pace: Pace, console: Console) -> Generator[Rig]:
    """A fresh stack; `sizes` are the conversations of each Page."""
    world = sized_world(list(sizes.values()))
    pages_file = home / "pages.json"
    pages = [{"pageId": page.id, "name": page.name, "accessToken": page.access_token} for page in world.pages]
    pages_file.write_text(json.dumps(pages), encoding="utf-8")
    folder = StateFolder(home / "state")
    folder.prepare()
    processes = Processes(folder.root / "simulators.json")
    servers = Servers(folder=folder, processes=processes, memory=Memory(folder.root / "simulators-memory.json"))
    world_name = f"sized:{','.join(map(str, sizes.values()))}"
    graph = ("--world", world_name, "--latency-seconds", str(pace.graph_seconds))
    try:
        settings = LocalSettings(
            state_dir=folder.root,
            graph_api_url=servers.start("graph", "simulators.graph", *graph),
            gemini_api_url=servers.start(
                "gemini", "simulators.gemini", "--latency-seconds", str(pace.gemini_seconds)
            ),
            facebook_app={"appId": DEMO_APP_ID, "appSecret": DEMO_APP_SECRET},
            pages_file=pages_file,
            notes_requests=True,
        )
        with _running(LocalStack(folder, settings), console) as stack:
            ids: Sequence[str] = [page.facebook_page_id for page in stack.pages]
            pages_by_key = dict(zip(sizes, ids, strict=True))
            yield Rig(stack, Aws(stack.aws_endpoint), folder, pages_by_key, sizes, pace)
    finally:
        processes.stop_all()


@contextmanager
def _running(local: LocalStack, console: Console) -> Generator[Stack]:
    steps = Steps(console)
    try:
        with steps.shown():
            stack = local.up(steps)
        yield stack
    finally:
        local.down()
