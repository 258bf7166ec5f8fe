"""An organisation's budget of the day over the deployed stack."""

from collections.abc import Iterator

import pytest

from tests.e2e.conftest import Deployment, Json


def decide(deployment: Deployment, **settings: object) -> Json:
    answer = deployment.call("PATCH", "/api/organisation", json=settings)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture
def _spent(deployment: Deployment) -> Iterator[None]:
    """A cent is spent before ten people are analysed."""
    decide(deployment, dailyBudgetUsd=0.01)
    yield
    decide(deployment, dailyBudgetUsd=None)


@pytest.mark.usefixtures("_spent")
def test_past_the_days_budget_people_are_saved_and_analysed_once_there_is_more(deployment: Deployment) -> None:
    job = deployment.sync("thrifty")
    assert (job["status"], job["budgetSpent"]) == ("COMPLETED", True)
    saved = deployment.contacts("thrifty")
    postponed = [contact for contact in saved if contact["aiContext"] is None]
    assert len(saved) == job["syncedContacts"]
    assert 10 < job["unanalysedContacts"] <= len(postponed)
    reasons = [deployment.get(f"/api/contacts/{contact['id']}")["notAnalysed"] for contact in postponed]
    assert reasons.count("NOT_ANALYSED_BUDGET_SPENT") == job["unanalysedContacts"]
    assert job["cost"]["usd"] <= 0.01

    decide(deployment, dailyBudgetUsd=1000)
    again = deployment.sync("thrifty")

    assert (again["budgetSpent"], again["unanalysedContacts"]) == (False, 0)
    assert again["syncedContacts"] == job["unanalysedContacts"]
    assert again["cost"]["usd"] > 0
    assert again["cost"]["inputTokens"] > again["cost"]["outputTokens"] > 0
    analysed = [contact for contact in deployment.contacts("thrifty") if contact["aiContext"] is not None]
    assert len(analysed) == len(saved) - len(postponed) + job["unanalysedContacts"]
