"""Graph's usage headers: how much of a rate limit is spent. Errors carry them too; at low use they are absent."""

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any

from pagesync.domain.throttle import Usage

_BUSINESS = "x-business-use-case-usage"
_PLAIN = ("x-app-usage", "x-page-usage")
_SHARES = ("call_count", "total_cputime", "total_time")


def usage_of(headers: Mapping[str, str]) -> Usage:
    """Reads leniently: a header that cannot be understood must not spoil a good answer."""
    limits = list(_limits(headers))
    return Usage(
        percent=max((_int(limit.get(share)) for limit in limits for share in _SHARES), default=0),
        # Minutes, unlike every other duration of Meta's (developers.facebook.com, "Rate Limits").
        regain_seconds=60
        * max((_int(limit.get("estimated_time_to_regain_access")) for limit in limits), default=0),
    )


def _limits(headers: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    for name in _PLAIN:
        yield from _objects([_json(headers.get(name))])
    by_business = _json(headers.get(_BUSINESS))
    if isinstance(by_business, dict):
        for limits in by_business.values():
            yield from _objects(limits)


def _objects(values: object) -> Iterator[dict[str, Any]]:
    if isinstance(values, list):
        yield from (value for value in values if isinstance(value, dict))


def _json(text: str | None) -> Any:
    try:
        return json.loads(text or "null")
    except ValueError:
        return None


def _int(value: object) -> int:
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        return 0
    return int(value)
