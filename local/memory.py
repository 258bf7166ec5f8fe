"""What a stack remembers over `down` and `up`: ports, passwords, what it deployed."""

import json
import os
import threading
from pathlib import Path
from typing import Any


class Memory:
    """A small JSON object in a file only its owner may read. Safe for the threads of one process."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()

    def get(self, key: str) -> Any:
        """None for what was never remembered."""
        return self._read().get(key)

    def put(self, key: str, value: Any) -> None:
        with self._lock:
            write_private_json(self._path, {**self._read(), key: value})

    def _read(self) -> dict[str, Any]:
        try:
            return json.loads(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}


def write_private_json(path: Path, value: Any) -> None:
    """Replace the file in one step; a reader sees the old one or the new one, and no other user sees either."""
    unfinished = path.with_suffix(".new")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(value, file, indent=2, ensure_ascii=False)
        file.write("\n")
    unfinished.replace(path)
