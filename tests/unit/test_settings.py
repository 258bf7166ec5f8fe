"""What a function refuses to start with."""

import pytest
from pydantic import ValidationError

from pagesync.settings import ProcessBatchSettings

NEEDED = {
    "JOBS_TABLE": "jobs",
    "PAYLOAD_BUCKET": "payloads",
    "DATABASE_SECRET_ID": "db",
    "GEMINI_SECRET_ID": "gemini",
}


@pytest.fixture(autouse=True)
def _needed(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in NEEDED.items():
        monkeypatch.setenv(name, value)


def test_the_defaults_of_an_analysis() -> None:
    settings = ProcessBatchSettings()  # pyright: ignore[reportCallIssue]
    assert settings.gemini_model == "gemini-3.5-flash-lite"
    assert settings.gemini_thinking_level == "minimal"
    assert (settings.gemini_max_output_tokens, settings.gemini_transcript_tokens) == (2048, 4000)


@pytest.mark.parametrize(
    ("name", "value"),
    [("GEMINI_TRANSCRIPT_TOKENS", "199"), ("GEMINI_MAX_OUTPUT_TOKENS", "0"), ("GEMINI_TRANSCRIPT_TOKENS", "many")],
)
def test_a_budget_that_holds_nothing_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError, match=name.lower()):
        ProcessBatchSettings()  # pyright: ignore[reportCallIssue]
