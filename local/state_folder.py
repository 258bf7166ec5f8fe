"""The one folder in which a local stack keeps everything: data, logs, temporary files, what is running."""

import fcntl
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from local.errors import StackError

_MARKER = ".pagesync-local"
_LOCK = ".lock"


class StateFolderBusy(StackError):
    """Another command holds the folder."""


class StateFolder:
    """Paths in the folder, and the right to change it. Making one touches nothing on disk."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.logs = root / "logs"
        self.temporary = root / "tmp"
        self.workers = root / "workers"
        self.postgres = root / "postgres"
        self.emulator = root / "emulator"
        self.objects = root / "objects"
        self.cdk = root / "cdk"
        self.processes_file = root / "processes.json"
        self.permissions_file = root / "permissions.txt"
        self.requests_file = root / "requests.jsonl"
        self.memory_file = root / "memory.json"
        self.stack_file = root / "stack.json"

    @property
    def exists(self) -> bool:
        return (self.root / _MARKER).exists()

    def prepare(self) -> None:
        """Create what is missing. A folder with somebody else's files in it is refused, so `clean` is safe."""
        if self.root.exists() and not self.exists and any(self.root.iterdir()):
            raise StackError(f"{self.root} holds files that are not the local stack's: name an empty folder.")
        for folder in (self.root, self.logs, self.temporary, self.emulator, self.objects, self.cdk):
            folder.mkdir(parents=True, exist_ok=True)
        (self.root / _MARKER).touch()
        (self.root / ".gitignore").write_text("*\n", encoding="utf-8")

    def log(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def within(self, name: str) -> "StateFolder":
        """A whole state folder inside this one, for a stack of its own."""
        return StateFolder(self.root / name)

    def empty_workers(self) -> None:
        """Remove the emulator's temporary files: it leaves those of the functions that ran when it stopped."""
        shutil.rmtree(self.workers, ignore_errors=True)
        self.workers.mkdir()

    def empty(self) -> None:
        """Delete all data. Whoever holds the folder goes on holding it."""
        for path in self.root.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            elif path.name not in (_MARKER, _LOCK):
                path.unlink()

    def remove(self) -> None:
        if self.exists:
            shutil.rmtree(self.root)

    @contextmanager
    def locked(self) -> Generator[None, None, None]:
        """Hold the folder for one command at a time. Raises StateFolderBusy when another one has it."""
        with (self.root / _LOCK).open("w") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise StateFolderBusy(f"Another command is working on {self.root}: wait until it ends.") from None
            yield
