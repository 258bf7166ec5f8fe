"""Watching a sync while it runs: a bar on a terminal, a line every few seconds anywhere else."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from local.errors import StackError

FINAL = frozenset(("COMPLETED", "FAILED", "CANCELLED"))
_POLL_SECONDS = 0.5
_STALLED_SECONDS = 120.0
_LINE_SECONDS = 2.0
Job = dict[str, Any]


def follow(read: Callable[[], Job], *, console: Console) -> Job:
    """Show the job until it is final; answers its last view. Raises StackError when it stops moving."""
    show = _bar if console.is_terminal else _lines
    return show(_views(read), console)


def _views(read: Callable[[], Job]) -> Iterator[Job]:
    """The job's views at short intervals, the final one last."""
    changed_at, last = time.monotonic(), None
    while True:
        job = read()
        yield job
        if job["status"] in FINAL:
            return
        if job != last or _waits(job):
            changed_at, last = time.monotonic(), job
        elif time.monotonic() - changed_at > _STALLED_SECONDS:
            raise StackError(f"The sync has not moved for {_STALLED_SECONDS:g} s; its step is {job['step']!r}.")
        time.sleep(_POLL_SECONDS)


def _waits(job: Job) -> bool:
    """Whether it is not to move yet, because a quota is used up."""
    until = job["waitingUntil"]
    return until is not None and datetime.fromisoformat(until) > datetime.now(UTC)


def _bar(views: Iterator[Job], console: Console) -> Job:
    columns = (
        TextColumn("  {task.description:<12}"),
        BarColumn(bar_width=None),
        TextColumn("{task.completed:.0f}/{task.fields[listed]} contacts"),
        TextColumn("{task.fields[rate]:5.1f}/s"),
        TimeElapsedColumn(),
    )
    job: Job = {}
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("PENDING", listed="?", rate=0.0, total=None)
        started = time.monotonic()
        for job in views:
            done = processed(job)
            rate = done / max(time.monotonic() - started, 0.001)
            # While pages are still being listed there is no whole to have a part of.
            total = job["listedContacts"] if job["listingComplete"] else None
            listed = f"{job['listedContacts']}{'' if job['listingComplete'] else '+'}"
            progress.update(task, description=job["status"], completed=done, total=total, listed=listed, rate=rate)
    return job


def _lines(views: Iterator[Job], console: Console) -> Job:
    job: Job = {}
    started = time.monotonic()
    due = 0.0
    for job in views:
        elapsed = time.monotonic() - started
        if elapsed >= due or job["status"] in FINAL:
            due = elapsed + _LINE_SECONDS
            done = processed(job)
            listed = f"{job['listedContacts']}{'' if job['listingComplete'] else '+'}"
            rate = done / max(elapsed, 0.001)
            console.print(f"  {elapsed:6.1f} s  {done:>5}/{listed:<6} contacts  {rate:6.1f}/s  {job['status']}")
    return job


def processed(job: Job) -> int:
    """Contacts that have an outcome."""
    return job["syncedContacts"] + job["skippedContacts"] + job["failedContacts"]
