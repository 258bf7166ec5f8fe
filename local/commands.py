"""What each command of the local stack does."""

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from io import TextIOWrapper

from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console
from rich.table import Table

from local.demo import run_demo
from local.errors import StackError
from local.postgres import PostgresUnavailable
from local.progress import Steps
from local.settings import LocalSettings
from local.stack import LocalStack
from local.stack_file import Stack
from local.state_folder import StateFolder, StateFolderBusy
from local.summary import one_line
from pagesync.domain.errors import PagesyncError

_WIDTH_OF_A_FILE = 100
"""Columns of output that goes to no terminal."""
_DEMO = "demo"


def run(command_line: Sequence[str] | None) -> None:
    """Exits with 0, or with 1 and one sentence about what is wrong."""
    arguments = _parser().parse_args(command_line)
    _write_any_script()
    console = Console(highlight=False, width=None if sys.stdout.isatty() else _WIDTH_OF_A_FILE)
    try:
        settings = LocalSettings.from_environ(os.environ)
        _COMMANDS[arguments.command](StateFolder(settings.state_dir), settings, console)
    except StackError as error:
        sys.exit(f"\n{error.report()}")
    except (PostgresUnavailable, PagesyncError, BotoCoreError, ClientError) as error:
        sys.exit(f"\n{type(error).__name__}: {error}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="pagesync-local", description="Runs pagesync on this machine.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("up", help="start everything, deploy, and leave it running")
    commands.add_parser("down", help="stop everything; data stays for the next `up`")
    commands.add_parser("demo", help="start a fresh stack, sync the demo Page, show the result, stop everything")
    commands.add_parser("clean", help="stop everything and delete the data")
    return parser


def _up(folder: StateFolder, settings: LocalSettings, console: Console) -> None:
    folder.prepare()
    with folder.locked():
        steps = Steps(console)
        with steps.shown():
            stack = LocalStack(folder, settings).up(steps)
    console.print(_overview(stack, folder))


def _down(folder: StateFolder, settings: LocalSettings, console: Console) -> None:
    if folder.exists:
        with folder.locked():
            LocalStack(folder, settings).down()
    _tidy_up_after_demo(folder.within(_DEMO), settings)
    console.print("  Nothing of the local stack is running.")


def _tidy_up_after_demo(folder: StateFolder, settings: LocalSettings) -> None:
    """A demo stops everything itself, unless it was killed."""
    if folder.exists:
        with suppress(StateFolderBusy), folder.locked():
            LocalStack(folder, settings).down()


def _demo(folder: StateFolder, settings: LocalSettings, console: Console) -> None:
    """In a state folder of its own: a stack that is up stays as it is."""
    folder.prepare()
    apart = folder.within(_DEMO)
    apart.prepare()
    with apart.locked():
        run_demo(apart, settings, console)


def _clean(folder: StateFolder, settings: LocalSettings, console: Console) -> None:
    with ExitStack() as locks:
        for each in (folder, folder.within(_DEMO)):
            if each.exists:
                locks.enter_context(each.locked())
                LocalStack(each, settings).down()
        folder.remove()
    console.print(f"  Removed {folder.root}.")


def _overview(stack: Stack, folder: StateFolder) -> Table:
    table = Table(box=None, show_header=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    rows = {
        "Web application": stack.web_url,
        "HTTP API": stack.api_url,
        "AWS": f"{stack.aws_endpoint} ({stack.region}, any credentials)",
        "PostgreSQL": stack.database_url,
        "Graph API": stack.graph_api_url,
        "Gemini API": stack.gemini_api_url,
        **{f"User {number}": f"{user.email}  {user.password}" for number, user in enumerate(stack.users, 1)},
        **{f"Page {number}": f"{page.name}  {page.facebook_page_id}" for number, page in enumerate(stack.pages, 1)},
        "All of it": str(folder.stack_file),
    }
    for name, value in rows.items():
        table.add_row(name, one_line(value))
    return table


def _write_any_script() -> None:
    """Names come in every script; a terminal that cannot show one shows a question mark instead."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


_COMMANDS: Mapping[str, Callable[[StateFolder, LocalSettings, Console], None]] = {
    "up": _up,
    "down": _down,
    "demo": _demo,
    "clean": _clean,
}
