"""Checks control bodies against a shape and says in one sentence what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast


class ControlError(ValueError):
    """A control body that cannot be obeyed; the message names the key."""


Check = Callable[[str, object], Any]


def number(minimum: float = 0) -> Check:
    def check(key: str, value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or value < minimum:
            raise ControlError(f"{key} must be a number of at least {minimum}")
        return float(value)

    return check


def integer(minimum: int = 0, *, nullable: bool = False) -> Check:
    def check(key: str, value: object) -> int | None:
        if value is None and nullable:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or value < minimum:
            raise ControlError(f"{key} must be an integer of at least {minimum}{' or null' if nullable else ''}")
        return value

    return check


def flag(key: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise ControlError(f"{key} must be true or false")
    return value


def text(key: str, value: object) -> str:
    if not isinstance(value, str) or not value:
        raise ControlError(f"{key} must be a text")
    return value


def nullable(check: Check) -> Check:
    return lambda key, value: None if value is None else check(key, value)


def one_of(*choices: str) -> Check:
    def check(key: str, value: object) -> str:
        if value not in choices:
            raise ControlError(f"{key} must be one of {', '.join(choices)}")
        return cast("str", value)

    return check


def list_of(check: Check) -> Check:
    def check_all(key: str, value: object) -> list[Any]:
        if not isinstance(value, list):
            raise ControlError(f"{key} must be a list")
        return [check(f"{key}[{position}]", item) for position, item in enumerate(cast("list[object]", value))]

    return check_all


def record(checks: Mapping[str, Check], *, required: tuple[str, ...] = ()) -> Check:
    """An object with these keys and no others."""

    def check(key: str, value: object) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise ControlError(f"{key} must be an object")
        given = cast("dict[str, object]", value)
        if unknown := sorted(set(given) - set(checks)):
            raise ControlError(f"unknown key {unknown[0]!r} in {key}: it takes {', '.join(checks)}")
        if missing := [name for name in required if name not in given]:
            raise ControlError(f"{key} needs {missing[0]!r}")
        return {name: checks[name](f"{key}.{name}", item) for name, item in given.items()}

    return check
