"""How long codes and tokens live.

Source: developers.facebook.com/docs/facebook-login/guides/access-tokens.
"""

from __future__ import annotations

from dataclasses import dataclass

_DAY_SECONDS = 86_400
WHEN_NOT_TOLD_SECONDS = 60 * _DAY_SECONDS


@dataclass(frozen=True)
class Lifetimes:
    """None for a user token's: `expires_in` is left out of the answer, as it is at times, and it is 60 days."""

    code_seconds: float = 600
    short_token_seconds: int | None = 5_400
    long_token_seconds: int | None = 60 * _DAY_SECONDS
    data_access_seconds: int = 90 * _DAY_SECONDS
