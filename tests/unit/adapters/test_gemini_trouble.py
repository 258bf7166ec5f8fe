"""How the API's errors are told, by status and the details Google documents, never by their text."""

from typing import Any

import pytest

from pagesync.adapters.gemini.trouble import UNSTATED_SECONDS, refused, unfinished

SAID = "Zanzibar, key a-key-nobody-may-read"


def body(*details: dict[str, Any], status: str = "INVALID_ARGUMENT") -> dict[str, Any]:
    return {"error": {"code": 400, "message": SAID, "status": status, "details": list(details)}}


def retry_info(delay: str) -> dict[str, Any]:
    return {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": delay}


def quota(*ids: str) -> dict[str, Any]:
    return {"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [{"quotaId": id_} for id_ in ids]}


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "MISCONFIGURED"),
        (401, "MISCONFIGURED"),
        (403, "MISCONFIGURED"),
        (404, "MISCONFIGURED"),
        (302, "MISCONFIGURED"),
        (408, "UNAVAILABLE"),
        (429, "THROTTLED"),
        (500, "UNAVAILABLE"),
        (502, "UNAVAILABLE"),
        (503, "UNAVAILABLE"),
        (504, "UNAVAILABLE"),
    ],
)
def test_a_status_has_its_code_whatever_the_body(status: int, code: str) -> None:
    for answered in (
        body(),
        None,
        "<html>",
        [],
        {"error": "Zanzibar"},
        {"message": SAID},
        {"error": {"details": 3}},
    ):
        trouble = refused(status, answered)
        assert trouble.code == code
        assert SAID not in trouble.message


@pytest.mark.parametrize("status", [400, 401, 403, 404, 504])
def test_what_cannot_get_better_is_not_asked_again(status: int) -> None:
    assert refused(status, body()).retry_after_seconds is None


@pytest.mark.parametrize("status", [408, 500, 502, 503])
def test_what_passes_is_asked_again_soon(status: int) -> None:
    assert refused(status, None).retry_after_seconds == UNSTATED_SECONDS


@pytest.mark.parametrize(
    ("delay", "seconds"),
    [("38.2s", 38.2), ("2s", 2.0), ("0s", UNSTATED_SECONDS), ("soon", UNSTATED_SECONDS), ("", UNSTATED_SECONDS)],
)
def test_a_rate_limit_is_waited_for_as_long_as_it_says(delay: str, seconds: float) -> None:
    assert refused(429, body(quota("GenerateRequestsPerMinute"), retry_info(delay))).retry_after_seconds == seconds


@pytest.mark.parametrize("delay", ["1s", "65205s"])
def test_a_daily_quota_is_spent_whatever_delay_is_stated(delay: str) -> None:
    quotas = quota("GenerateRequestsPerMinutePerProject", "GenerateRequestsPerDayPerProjectPerModel-FreeTier")
    trouble = refused(429, body(retry_info(delay), quotas))
    assert (trouble.code, trouble.retry_after_seconds) == ("QUOTA_EXHAUSTED", None)


def test_the_reason_of_a_refusal_is_told_if_it_is_one_of_the_apis_constants() -> None:
    info = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID"}
    assert "HTTP 400 API_KEY_INVALID" in refused(400, body(info)).message
    assert "HTTP 404 NOT_FOUND" in refused(404, body(status="NOT_FOUND")).message
    assert "HTTP 400 UNNAMED" in refused(400, body(status="Zanzibar is not valid")).message


@pytest.mark.parametrize("reason", ["SAFETY", "RECITATION", "PROHIBITED_CONTENT", "SPII", "BLOCKLIST"])
def test_a_block_is_final(reason: str) -> None:
    trouble = unfinished(reason)
    assert (trouble.code, trouble.retry_after_seconds) == ("BLOCKED", None)
    assert reason in trouble.message


@pytest.mark.parametrize(
    "reason", ["MAX_TOKENS", "OTHER", "MALFORMED_RESPONSE", "A_REASON_OF_2030", "", "Zanzibar!"]
)
def test_any_other_end_is_a_wrong_answer(reason: str) -> None:
    trouble = unfinished(reason)
    assert (trouble.code, trouble.retry_after_seconds) == ("BAD_OUTPUT", 0)
    assert "Zanzibar" not in trouble.message


def test_an_answer_cut_at_the_limit_is_asked_to_be_shorter() -> None:
    assert "shorter" in str(unfinished("MAX_TOKENS").correction)
