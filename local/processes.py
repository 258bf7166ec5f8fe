"""Starting processes, remembering them across commands, and stopping those and no others."""

import json
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from local.errors import StackError

_STOP_TIMEOUT_SECONDS = 20.0
_ORPHANS_TIMEOUT_SECONDS = 1.0
"""Whoever loses its parent here notices at once: functions read from it, database sessions watch it."""
_KILL_TIMEOUT_SECONDS = 5.0
_POLL_SECONDS = 0.05
_SAME_START_SECONDS = 2.0
"""A start time is derived from the boot time, which the system may correct by about a second while it runs."""


@dataclass(frozen=True, slots=True)
class ProcessRecord:
    """One process we started. `started_at` (seconds since 1970) tells it from a later owner of its pid."""

    name: str
    pid: int
    started_at: float
    stop_signal: int

    def find(self) -> psutil.Process | None:
        """The process, if it still runs and is the one we started."""
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.started_at) < _SAME_START_SECONDS
        except psutil.NoSuchProcess:
            return None
        return process if same and _runs(process) else None


@dataclass(frozen=True, slots=True)
class Child:
    """A process started by this command, and the log that has all it said."""

    record: ProcessRecord
    handle: subprocess.Popen[bytes]
    log: Path

    def wait_until(self, ready: Callable[[], bool], *, timeout_seconds: float) -> None:
        """Raises StackError with the log when it ends, or is not ready in time."""
        deadline = time.monotonic() + timeout_seconds
        while not ready():
            code = self.handle.poll()
            if code is not None:
                raise StackError(f"{self.record.name} ended with code {code} while starting.", log=self.log)
            if time.monotonic() > deadline:
                raise StackError(f"{self.record.name} was not ready after {timeout_seconds:g} s.", log=self.log)
            time.sleep(_POLL_SECONDS)

    def wait_until_ended(self, *, timeout_seconds: float) -> None:
        """Raises StackError with the log when it fails, or does not end in time."""
        try:
            code = self.handle.wait(timeout_seconds)
        except subprocess.TimeoutExpired:
            raise StackError(f"{self.record.name} did not end in {timeout_seconds:g} s.", log=self.log) from None
        if code != 0:
            raise StackError(f"{self.record.name} failed with code {code}.", log=self.log)


class Processes:
    """The processes of one state folder, kept in a file so that any later command can stop them."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._handles: list[subprocess.Popen[bytes]] = []

    def start(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        log: Path,
        environ: Mapping[str, str],
        cwd: Path,
        stop_signal: signal.Signals = signal.SIGTERM,
    ) -> Child:
        """Start `command` in a session of its own, so that Ctrl-C reaches us alone and we stop it in order."""
        with self._lock, log.open("wb") as output:
            handle = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=dict(environ),
                cwd=cwd,
                start_new_session=True,
            )
            self._handles.append(handle)
            record = ProcessRecord(name, handle.pid, psutil.Process(handle.pid).create_time(), stop_signal)
            self._write([*(known for known in self.records() if known.name != name), record])
        return Child(record, handle, log)

    def records(self) -> list[ProcessRecord]:
        try:
            return [ProcessRecord(**entry) for entry in json.loads(self._path.read_text(encoding="utf-8"))]
        except FileNotFoundError:
            return []

    def running(self, name: str) -> bool:
        return any(record.name == name and record.find() is not None for record in self.records())

    def any_running(self) -> bool:
        return any(record.find() is not None for record in self.records())

    def stop(self, name: str) -> None:
        self._stop([record for record in self.records() if record.name == name])

    def stop_all(self) -> None:
        self._stop(self.records())

    def _stop(self, records: Sequence[ProcessRecord]) -> None:
        _end([(process, record.stop_signal) for record in records if (process := record.find())])
        with self._lock:
            # psutil has reaped them; their handles learn of it here and not in a warning later.
            self._handles = [handle for handle in self._handles if handle.poll() is None]
            remaining = [known for known in self.records() if known not in records]
            if remaining:
                self._write(remaining)
            else:
                self._path.unlink(missing_ok=True)

    def _write(self, records: Sequence[ProcessRecord]) -> None:
        unfinished = self._path.with_suffix(".new")
        unfinished.write_text(json.dumps([asdict(record) for record in records], indent=1), encoding="utf-8")
        unfinished.replace(self._path)


def _end(leaders: Sequence[tuple[psutil.Process, int]]) -> None:
    """Ask all at once and wait; what is left of them or of their descendants then is killed."""
    descendants = [process for leader, _ in leaders for process in _descendants(leader)]
    for leader, stop_signal in leaders:
        _send(leader, stop_signal)
    deaf = _outlasting([leader for leader, _ in leaders], _STOP_TIMEOUT_SECONDS)
    orphans = _outlasting(descendants, _ORPHANS_TIMEOUT_SECONDS)
    for process in (*deaf, *orphans):
        _send(process, signal.SIGKILL)
    _outlasting([*deaf, *orphans], _KILL_TIMEOUT_SECONDS)


def _outlasting(processes: Sequence[psutil.Process], timeout_seconds: float) -> list[psutil.Process]:
    """Those that still run when the time is up.

    A dead process whose parent does not ask for its exit code counts as ended: in a container, nobody may ever ask.
    """
    deadline = time.monotonic() + timeout_seconds
    while (alive := [process for process in processes if _runs(process)]) and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)
    return alive


def _runs(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _descendants(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def _send(process: psutil.Process, signal_number: int) -> None:
    try:
        process.send_signal(signal_number)
    except psutil.NoSuchProcess:
        return
