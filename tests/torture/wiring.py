"""Verbs and handlers of the product, given the world's ports instead of adapters."""

import importlib
import importlib.util
import inspect
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import is_dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

from pagesync import bootstrap
from pagesync.runtime import telling
from tests.torture.invocation import Invocation

FUNCTIONS = Path(__file__).parents[2] / "functions"

Supply = Callable[[Invocation], Mapping[str, Any]]
"""What a verb's keyword arguments may be, by name, for one invocation."""

_ELSEWHERE = {"retry_failed": "start_sync"}
_current = threading.local()


class _Context:
    """What Lambda passes beside the event."""

    aws_request_id = "00000000-0000-4000-8000-000000000000"


def verb(name: str) -> Callable[..., Any]:
    """The use case of this name, from the module of its name or the one that has it too."""
    module = importlib.import_module(f"pagesync.use_cases.{_ELSEWHERE.get(name, name)}")
    return getattr(module, name)


def equip(callable_: Callable[..., Any], supply: Mapping[str, Any]) -> Callable[..., Any]:
    """`callable_` with those of its keyword-only parameters that `supply` has; dataclasses are made of them too."""
    found: dict[str, Any] = {}
    for name, parameter in inspect.signature(callable_).parameters.items():
        if parameter.kind is not inspect.Parameter.KEYWORD_ONLY and not is_dataclass(callable_):
            continue
        if name in supply:
            found[name] = supply[name]
        elif is_dataclass(parameter.annotation) and parameter.default is inspect.Parameter.empty:
            found[name] = equip(parameter.annotation, supply)()
    return partial(callable_, **found)


@contextmanager
def handlers(names: Iterable[str], verbs: Mapping[str, Callable[..., Any]], supply: Supply) -> Iterator[None]:
    """While it lasts, the composition root gives functions verbs that work on the world. `verbs` replaces some."""

    def composed(name: str) -> Callable[[], Any]:
        def compose() -> Any:
            return equip(verbs.get(name) or verb(name), supply(_current.invocation))

        return compose

    level = telling.logger.log_level
    telling.logger.setLevel("CRITICAL")
    silent = patch.dict(os.environ, {"POWERTOOLS_METRICS_DISABLED": "true"})
    try:
        with silent, patch.multiple(bootstrap, **{name: composed(name) for name in names}):
            yield
    finally:
        telling.logger.setLevel(level)


def call(name: str, event: dict[str, Any], invocation: Invocation) -> Any:
    """The handler of functions/{name}, as Lambda calls it."""
    _current.invocation = invocation
    return _handler(name)(event, _Context())


@cache
def _handler(name: str) -> Callable[[dict[str, Any], _Context], Any]:
    spec = importlib.util.spec_from_file_location(f"torture_{name}", FUNCTIONS / name / "handler.py")
    if spec is None or spec.loader is None:
        raise LookupError(f"There is no function {name}.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.handler
