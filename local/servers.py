"""Our own small servers: run as `python -m`, each says {"url": ...} on a line of its own once it takes requests."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from local.environment import bare_environ
from local.memory import Memory
from local.ports import LOOPBACK, free_port
from local.processes import Processes
from local.settings import REPOSITORY
from local.state_folder import StateFolder

_READY_TIMEOUT_SECONDS = 60


class Servers:
    """Starts servers of one stack, each on the port it had last time where that is still free."""

    def __init__(self, *, folder: StateFolder, processes: Processes, memory: Memory) -> None:
        self._folder = folder
        self._processes = processes
        self._memory = memory

    def start(self, name: str, module: str, *arguments: str) -> str:
        """The URL of the server, which may be running already."""
        if not self._processes.running(name):
            self._memory.put(_key(name), self._launch(name, module, arguments))
        return self._memory.get(_key(name))

    def reserve(self, name: str) -> str:
        """The URL that a server will have, or has: for whoever must know it before it can start."""
        if not self._processes.running(name):
            last_url = self._memory.get(_key(name))
            port = free_port(urlsplit(last_url).port if last_url else None)
            self._memory.put(_key(name), f"http://{LOOPBACK}:{port}")
        return self._memory.get(_key(name))

    def restart(self, name: str, module: str, *arguments: str) -> str:
        """For a server whose arguments may have changed."""
        self._processes.stop(name)
        return self.start(name, module, *arguments)

    def _launch(self, name: str, module: str, arguments: Sequence[str]) -> str:
        last_url = self._memory.get(_key(name))
        port = free_port(urlsplit(last_url).port if last_url else None)
        child = self._processes.start(
            name,
            [sys.executable, "-m", module, "--port", str(port), *arguments],
            log=self._folder.log(name),
            environ=bare_environ(home=self._folder.temporary, temporary=self._folder.temporary),
            cwd=REPOSITORY,
        )
        child.wait_until(lambda: announced_url(child.log) is not None, timeout_seconds=_READY_TIMEOUT_SECONDS)
        return announced_url(child.log) or ""


def announced_url(log: Path) -> str | None:
    """The URL in the first line of `log` that is a JSON object with one; None while there is none."""
    for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            said = json.loads(line)
        except ValueError:
            continue
        if isinstance(said, dict) and isinstance(said.get("url"), str):
            return said["url"].rstrip("/")
    return None


def _key(name: str) -> str:
    return f"{name}Url"
