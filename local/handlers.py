"""Handlers imported as Lambda imports them: each from its own folder, which comes first on the path."""

import importlib
import sys
from pathlib import Path
from typing import Any

FUNCTIONS = Path(__file__).resolve().parent.parent / "functions"


def load(name: str) -> Any:
    """`handler` of functions/{name}/handler.py, imported afresh; two functions may have modules of one name."""
    folder = FUNCTIONS / name
    sys.path.insert(0, str(folder))
    try:
        return importlib.import_module("handler").handler
    finally:
        sys.path.remove(str(folder))
        for module in [each for each, loaded in sys.modules.items() if _is_in(folder, loaded)]:
            del sys.modules[module]


def _is_in(folder: Path, module: Any) -> bool:
    file = getattr(module, "__file__", None)
    return file is not None and Path(file).parent == folder
