"""What functions read from their environment is checked before the first call."""

import json
import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from pagesync.domain.cost import NANO_USD, Price, Tariff
from pagesync.settings import PRICES, ProcessBatchSettings


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in ("JOBS_TABLE", "PAYLOAD_BUCKET", "GEMINI_SECRET_ID", "DATABASE_SECRET_ID"):
        monkeypatch.setenv(name, "name")
    return monkeypatch


def settings() -> ProcessBatchSettings:
    return ProcessBatchSettings()  # type: ignore[call-arg]


def test_the_default_model_has_a_price_in_whole_nano_dollars_a_token(environment: pytest.MonkeyPatch) -> None:
    assert settings().tariff == Tariff(Price(input_nano_usd=300, output_nano_usd=2_500))


@pytest.mark.parametrize("model", sorted(PRICES))
def test_a_price_is_told_exactly(environment: pytest.MonkeyPatch, model: str) -> None:
    environment.setenv("GEMINI_MODEL", model)
    price = settings().tariff.price
    assert (price.input_nano_usd / 1_000, price.output_nano_usd / 1_000) == PRICES[model]


def test_a_price_table_and_a_budget_are_settings(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("GEMINI_MODEL", "gemini-9-flash")
    environment.setenv("GEMINI_PRICES", json.dumps({"gemini-9-flash": [0.075, 0.3]}))
    environment.setenv("DAILY_BUDGET_USD", "12.5")
    assert settings().tariff == Tariff(Price(75, 300), daily_budget_nano_usd=25 * NANO_USD // 2)


def test_a_model_without_a_price_is_refused_before_it_costs_anything(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("GEMINI_MODEL", "gemini-9-flash")
    with pytest.raises(ValidationError, match="set the price of gemini-9-flash in GEMINI_PRICES"):
        settings()


@pytest.mark.parametrize("budget", ["0", "-1", "much"])
def test_a_budget_is_more_than_nothing(environment: pytest.MonkeyPatch, budget: str) -> None:
    environment.setenv("DAILY_BUDGET_USD", budget)
    with pytest.raises(ValidationError, match="daily_budget_usd"):
        settings()


def test_the_defaults_of_an_analysis(environment: pytest.MonkeyPatch) -> None:
    found = settings()
    assert found.gemini_model == "gemini-3.5-flash-lite"
    assert found.gemini_thinking_level == "minimal"
    assert (found.gemini_max_output_tokens, found.gemini_transcript_tokens) == (2048, 4000)


@pytest.mark.parametrize(
    ("name", "value"),
    [("GEMINI_TRANSCRIPT_TOKENS", "199"), ("GEMINI_MAX_OUTPUT_TOKENS", "0"), ("GEMINI_TRANSCRIPT_TOKENS", "many")],
)
def test_a_budget_that_holds_nothing_is_refused(environment: pytest.MonkeyPatch, name: str, value: str) -> None:
    environment.setenv(name, value)
    with pytest.raises(ValidationError, match=name.lower()):
        settings()


def test_the_documentation_states_the_defaults_of_the_analysis() -> None:
    page = (Path(__file__).parents[2] / "docs" / "lead-analysis.md").read_text(encoding="utf-8")
    told: dict[str, str] = {}
    for names, defaults in re.findall(r"^\| (`[A-Z_`, ]+`) \| (.+?) \|", page, re.MULTILINE):
        told |= zip(re.findall(r"\w+", names), defaults.replace("`", "").split(", "), strict=True)
    in_words = {"GEMINI_PRICES": "list prices", "DAILY_BUDGET_USD": "none"}
    untold = {"GEMINI_SECRET_ID", "GEMINI_API_URL"}
    fields = ProcessBatchSettings.model_fields
    ours = [name for name in fields if name.startswith(("gemini", "daily", "analysis"))]
    named = {name.upper(): fields[name].default for name in ours}
    assert told == {name: str(in_words.get(name, named[name])) for name in named.keys() - untold}
