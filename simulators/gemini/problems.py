"""The API's errors as it words them on the wire.

Sources: ai.google.dev/gemini-api/docs/troubleshooting; bodies quoted in google/timesketch#3703 (bad key),
PublicAffairs/openai-gemini#92 (no key), google-gemini/gemini-cli#8437 (quota), sterlp/eclipse-peon-ai#115
(thinking).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_TYPE = "type.googleapis.com/google.rpc."
_DOCS = "https://ai.google.dev/gemini-api/docs/rate-limits"
_SPENT = (
    f"You exceeded your current quota, please check your plan and billing details. For more information: {_DOCS}."
)


@dataclass
class ApiProblem(Exception):
    """An error answer; `body` is what is sent."""

    http_status: int
    status: str
    message: str
    details: Sequence[Mapping[str, Any]] = ()

    @property
    def body(self) -> Mapping[str, Any]:
        error: dict[str, Any] = {"code": self.http_status, "message": self.message, "status": self.status}
        if self.details:
            error["details"] = list(self.details)
        return {"error": error}


def invalid(message: str) -> ApiProblem:
    return ApiProblem(400, "INVALID_ARGUMENT", message)


def unknown_field(name: str, where: str) -> ApiProblem:
    told = f"Invalid JSON payload received. Unknown name \"{name}\" at '{where}': Cannot find field."
    violation = {"field": where, "description": told}
    return ApiProblem(
        400, "INVALID_ARGUMENT", told, [{"@type": f"{_TYPE}BadRequest", "fieldViolations": [violation]}]
    )


def key_missing() -> ApiProblem:
    return ApiProblem(
        403,
        "PERMISSION_DENIED",
        "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or "
        "other form of API consumer identity to call this API.",
    )


def key_invalid(key: str) -> ApiProblem:
    """The real answer repeats the key, so this one does."""
    told = "API key not valid. Please pass a valid API key."
    return ApiProblem(
        400,
        "INVALID_ARGUMENT",
        told,
        [
            {
                "@type": f"{_TYPE}ErrorInfo",
                "reason": "API_KEY_INVALID",
                "domain": "googleapis.com",
                "metadata": {"service": "generativelanguage.googleapis.com"},
            },
            {"@type": f"{_TYPE}LocalizedMessage", "locale": "en-US", "message": told},
            {"@type": f"{_TYPE}DebugInfo", "detail": f"Invalid API key: {key}"},
        ],
    )


def model_unknown(model: str, version: str) -> ApiProblem:
    return ApiProblem(
        404,
        "NOT_FOUND",
        f"models/{model} is not found for API version {version}, or is not supported for generateContent. Call "
        "ListModels to see the list of available models and their supported methods.",
    )


def throttled(model: str, retry_after_seconds: float) -> ApiProblem:
    return _quota("GenerateRequestsPerMinutePerProjectPerModel", model, f"{retry_after_seconds:g}s")


def day_spent(model: str) -> ApiProblem:
    """With a retry delay that is of no use, as the real one may have."""
    return _quota("GenerateRequestsPerDayPerProjectPerModel", model, "38s")


def throttled_barely() -> ApiProblem:
    return ApiProblem(429, "RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota).")


def overloaded() -> ApiProblem:
    return ApiProblem(503, "UNAVAILABLE", "The model is overloaded. Please try again later.")


def internal() -> ApiProblem:
    return ApiProblem(500, "INTERNAL", "An internal error has occurred. Please retry or report it.")


def _quota(quota_id: str, model: str, delay: str) -> ApiProblem:
    violation = {
        "quotaMetric": "generativelanguage.googleapis.com/generate_content_paid_tier_requests",
        "quotaId": quota_id,
        "quotaDimensions": {"location": "global", "model": model},
        "quotaValue": "1000",
    }
    return ApiProblem(
        429,
        "RESOURCE_EXHAUSTED",
        _SPENT,
        [
            {"@type": f"{_TYPE}QuotaFailure", "violations": [violation]},
            {
                "@type": f"{_TYPE}Help",
                "links": [{"description": "Learn more about Gemini API quotas", "url": _DOCS}],
            },
            {"@type": f"{_TYPE}RetryInfo", "retryDelay": delay},
        ],
    )
