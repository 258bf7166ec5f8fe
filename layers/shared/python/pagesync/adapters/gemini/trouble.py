"""What can go wrong with a call to Gemini, in our words, and whether asking once more can help.

Nothing of the API's own message is kept: for a bad key it repeats the key (a DebugInfo, as quoted in
google/timesketch#3703), for a bad request it may repeat the conversation.
"""

import re
from dataclasses import dataclass

from pydantic import BaseModel, Field, ValidationError

AT_ONCE = 0.0
UNSTATED_SECONDS = 0.5
"""The shortest pause before a retry when the API does not say how long to wait."""

_DURATION = re.compile(r"(\d+(?:\.\d+)?)s")
_TOKEN = re.compile(r"[A-Z][A-Z_]{2,60}")
_BLOCKING_REASONS = frozenset(
    {"SAFETY", "RECITATION", "LANGUAGE", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "MODEL_ARMOR", "JAILBREAK"}
)


@dataclass(frozen=True, slots=True)
class Trouble:
    """`retry_after_seconds` None: asking again cannot help now. `correction` tells the model what was wrong."""

    code: str
    message: str
    retry_after_seconds: float | None = None
    correction: str | None = None


def keyless(error: Exception) -> Trouble:
    """`error` may hold the key: only its kind is told."""
    return Trouble("MISCONFIGURED", f"Gemini's API key could not be read ({type(error).__name__}).")


def wrong_answer(what: str, *, correction: str | None = None) -> Trouble:
    return Trouble(
        "BAD_OUTPUT", f"Gemini's answer could not be used: {what}.", AT_ONCE, correction=correction or what
    )


def unreachable() -> Trouble:
    return Trouble("UNAVAILABLE", "Gemini could not be reached.", UNSTATED_SECONDS)


def timed_out() -> Trouble:
    """Not retried: a second wait of that length would cost the whole batch its time."""
    return Trouble("UNAVAILABLE", "Gemini did not answer in time.")


def unfinished(finish_reason: str) -> Trouble:
    """For an answer that ended with anything but STOP."""
    if finish_reason in _BLOCKING_REASONS:
        return blocked(finish_reason)
    if finish_reason == "MAX_TOKENS":
        return wrong_answer(
            "it was cut at the output limit", correction="It was too long and was cut off. Be much shorter."
        )
    return wrong_answer(f"it ended with {_token(finish_reason)}", correction="It ended before it was complete.")


def blocked(reason: str) -> Trouble:
    return Trouble("BLOCKED", f"Gemini declined to analyse this conversation ({_token(reason)}).")


def refused(status: int, body: object) -> Trouble:
    """For an HTTP error; `body` is its parsed JSON, if it was JSON.

    A spent daily quota is told by its quotaId alone: the retryDelay beside it may say seconds or half a day.
    """
    error = _envelope(body).error
    if status == 429:
        return _throttled(error)
    if status == 504:
        return timed_out()
    if status == 408 or status >= 500:
        return Trouble("UNAVAILABLE", f"Gemini is unavailable (HTTP {status}).", UNSTATED_SECONDS)
    reason = next((detail.reason for detail in error.details if detail.reason), error.status)
    return Trouble(
        "MISCONFIGURED",
        f"Gemini refused the request (HTTP {status} {_token(reason)}): check key, model, API version and "
        "thinking level.",
    )


class _Violation(BaseModel):
    quota_id: str = Field(default="", alias="quotaId")


class _Detail(BaseModel):
    """The fields we read of google.rpc.QuotaFailure, RetryInfo and ErrorInfo."""

    reason: str = ""
    retry_delay: str = Field(default="", alias="retryDelay")
    violations: list[_Violation] = []


class _Error(BaseModel):
    status: str = ""
    details: list[_Detail] = []


class _Envelope(BaseModel):
    error: _Error = _Error()


def _envelope(body: object) -> _Envelope:
    try:
        return _Envelope.model_validate(body)
    except ValidationError:
        return _Envelope()


def _throttled(error: _Error) -> Trouble:
    quota_ids = [violation.quota_id for detail in error.details for violation in detail.violations]
    if any("PerDay" in quota_id for quota_id in quota_ids):
        return Trouble("QUOTA_EXHAUSTED", "Gemini's quota of the day is used up.")
    stated = next((match for detail in error.details if (match := _DURATION.fullmatch(detail.retry_delay))), None)
    seconds = max(float(stated[1]), UNSTATED_SECONDS) if stated else UNSTATED_SECONDS
    return Trouble("THROTTLED", "Gemini's rate limit is reached.", seconds)


def _token(reason: str) -> str:
    """`reason` if it is one of the API's constants, so that no other text gets into our messages."""
    return reason if _TOKEN.fullmatch(reason) else "UNNAMED"
