"""Graph API versions: which ones live, as of November 2026, and which one answers a call.

Source: developers.facebook.com/docs/graph-api/changelog and .../guides/versioning.
"""

from __future__ import annotations

import re

_VERSION = re.compile(r"v(\d+)\.(\d+)")
_OLDEST_LIVE = 21
_NEWEST_LIVE = 26
DEFAULT_VERSION = "v25.0"


def looks_like_version(segment: str) -> bool:
    return _VERSION.fullmatch(segment) is not None


def served_version(asked: str | None) -> str | None:
    """An expired version is served by the oldest live one, silently; None for a version that never was.

    Calls without a version get the app's default.
    """
    if asked is None:
        return DEFAULT_VERSION
    found = _VERSION.fullmatch(asked)
    if found is None or int(found[1]) > _NEWEST_LIVE:
        return None
    return asked if int(found[1]) >= _OLDEST_LIVE else f"v{_OLDEST_LIVE}.0"
