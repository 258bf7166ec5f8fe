"""The demonstration: a fresh stack, one whole sync, what came of it, and nothing left running."""

import json
import time
from contextlib import suppress
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console

from local.api import Api
from local.aws import Aws
from local.errors import StackError
from local.evidence import execution_arn, save_execution, save_function_logs
from local.progress import Steps
from local.settings import LocalSettings
from local.stack import LocalStack
from local.stack_file import Stack
from local.state_folder import StateFolder
from local.summary import show_result
from local.watch import follow, processed

_DEMO_WORLD = {"syncedContacts": 347, "failedContacts": 5, "totalContacts": 352}
"""Five of the demo Page's conversations have a participant without an id: they fail, and alone."""
Job = dict[str, Any]


def run_demo(folder: StateFolder, settings: LocalSettings, console: Console) -> None:
    """The last line of output is the final job view. Raises StackError when anything is not as it should be."""
    stack = LocalStack(folder, settings)
    stack.down()
    folder.empty()
    folder.prepare()
    try:
        steps = Steps(console)
        with steps.shown():
            running = stack.up(steps)
        job = _sync(running, folder, console)
    finally:
        console.print("\n  Stopping everything.")
        stack.down()
    print(json.dumps(job), flush=True)
    wrong = what_is_wrong(job, demo_world=settings.is_demo_world)
    if wrong is not None:
        raise StackError(f"The sync is not right: {wrong}. The logs are in {folder.logs}.")


def what_is_wrong(job: Job, *, demo_world: bool) -> str | None:
    """None for a right result; of a world that is not ours, only the sums are known beforehand."""
    if job["status"] != "COMPLETED":
        reasons = "; ".join(f"{error['code']}: {error['message']}" for error in job["errors"])
        return f"it is {job['status']} ({reasons})"
    expected = _DEMO_WORLD if demo_world else {"listedContacts": processed(job), "totalContacts": processed(job)}
    differences = [f"{name} is {job[name]}, not {value}" for name, value in expected.items() if job[name] != value]
    return "; ".join(differences) or None


def _sync(running: Stack, folder: StateFolder, console: Console) -> Job:
    aws = Aws(running.aws_endpoint)
    page = running.pages[0]
    api = Api(running.api_url, running.users[0].token)
    console.print(f"\n  Syncing {page.name} …")
    try:
        started = time.monotonic()
        job_id = api.start_sync(page.facebook_page_id)
        job = follow(lambda: api.sync_status(job_id), console=console)
        wall_seconds = round(time.monotonic() - started, 2)
        show_result(job, list(api.contacts(page.facebook_page_id)), console)
        _show_execution(aws, execution_arn(running.state_machine_arn, job_id), folder, console)
    finally:
        # Of use where something failed, and then the emulator may be what did.
        with suppress(BotoCoreError, ClientError):
            save_function_logs(aws, folder.log("functions"))
    return {**job, "wallSeconds": wall_seconds}


def _show_execution(aws: Aws, arn: str, folder: StateFolder, console: Console) -> None:
    history = folder.root / "execution.json"
    save_execution(aws, arn, history)
    console.print(f"\n  Execution  {arn}", soft_wrap=True, markup=False)
    console.print(f"  History    {history.as_uri()}", soft_wrap=True, markup=False)
