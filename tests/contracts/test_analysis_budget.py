"""AnalysisBudget behaves alike in memory and on DynamoDB."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import boto3
import pytest
from moto import mock_aws

from pagesync.adapters.dynamodb import DynamoBudget
from pagesync.adapters.dynamodb.table import Table
from pagesync.domain.cost import Spend
from pagesync.domain.insight import TokenUsage
from pagesync.ports import AnalysisBudget
from tests import samples
from tests.contracts.test_analysis_quota import make_atomic
from tests.fakes.budget import BudgetMemory, InMemoryBudget
from tests.fakes.clock import StoppedClock

JOB = "0a0b0c0d-0000-4000-8000-00000000000a"
USED = Spend(700, TokenUsage(input=100, output=20, thinking=5, calls=1))


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture(params=["memory", "dynamodb"])
def lambdas(request: pytest.FixtureRequest, clock: StoppedClock) -> Iterator[Callable[[], AnalysisBudget]]:
    """Gives each Lambda its own budget over what all share."""
    if request.param == "memory":
        memory = BudgetMemory()
        yield lambda: InMemoryBudget(memory, clock)
        return
    with mock_aws():
        client = boto3.client("dynamodb", region_name="us-east-1")
        client.create_table(
            TableName="jobs",
            KeySchema=[{"AttributeName": "PK", "KeyType": "HASH"}, {"AttributeName": "SK", "KeyType": "RANGE"}],
            AttributeDefinitions=[
                {"AttributeName": "PK", "AttributeType": "S"},
                {"AttributeName": "SK", "AttributeType": "S"},
            ],
            BillingMode="PAY_PER_REQUEST",
        )
        make_atomic(client)
        yield lambda: DynamoBudget(Table(client, "jobs", sleep=lambda _: None), clock, retention=timedelta(days=90))


@pytest.fixture
def budget(lambdas: Callable[[], AnalysisBudget]) -> AnalysisBudget:
    return lambdas()


def test_nothing_is_spent_at_first(budget: AnalysisBudget) -> None:
    assert budget.today(samples.ORG) == Spend()
    assert budget.of_job(JOB) == Spend()


def test_what_is_set_aside_counts_until_what_was_spent_takes_its_place(budget: AnalysisBudget) -> None:
    assert budget.set_aside(samples.ORG, nano_usd=1_000, limit_nano_usd=None)
    assert budget.today(samples.ORG) == Spend(1_000)
    budget.account(samples.ORG, JOB, set_aside_nano_usd=1_000, spend=USED)
    assert budget.today(samples.ORG) == USED
    assert budget.of_job(JOB) == USED


def test_the_limit_holds_to_the_last_billionth(budget: AnalysisBudget) -> None:
    assert budget.set_aside(samples.ORG, nano_usd=600, limit_nano_usd=1_000)
    assert not budget.set_aside(samples.ORG, nano_usd=401, limit_nano_usd=1_000)
    assert budget.set_aside(samples.ORG, nano_usd=400, limit_nano_usd=1_000)
    assert budget.today(samples.ORG) == Spend(1_000)


def test_more_than_the_whole_budget_is_refused_at_once(budget: AnalysisBudget) -> None:
    assert not budget.set_aside(samples.ORG, nano_usd=11, limit_nano_usd=10)
    assert budget.today(samples.ORG) == Spend()


def test_what_is_given_back_can_be_spent_by_others(budget: AnalysisBudget) -> None:
    budget.set_aside(samples.ORG, nano_usd=1_000, limit_nano_usd=1_000)
    budget.account(samples.ORG, JOB, set_aside_nano_usd=1_000, spend=Spend())
    assert budget.of_job(JOB) == Spend()
    assert budget.set_aside(samples.ORG, nano_usd=1_000, limit_nano_usd=1_000)


def test_jobs_of_one_day_add_up_and_are_told_apart(budget: AnalysisBudget) -> None:
    for job_id in (JOB, JOB, "another"):
        budget.account(samples.ORG, job_id, set_aside_nano_usd=0, spend=USED)
    assert budget.of_job(JOB) == USED + USED
    assert budget.today(samples.ORG) == USED + USED + USED


def test_every_day_has_its_own_budget(budget: AnalysisBudget, clock: StoppedClock) -> None:
    budget.set_aside(samples.ORG, nano_usd=1_000, limit_nano_usd=1_000)
    clock.advance(24 * 3600)
    assert budget.today(samples.ORG) == Spend()
    assert budget.set_aside(samples.ORG, nano_usd=1_000, limit_nano_usd=1_000)


def test_organisations_do_not_spend_each_others_money(budget: AnalysisBudget) -> None:
    budget.set_aside(samples.ORG, nano_usd=1_000, limit_nano_usd=1_000)
    assert budget.today(samples.OTHER_ORG) == Spend()
    assert budget.set_aside(samples.OTHER_ORG, nano_usd=1_000, limit_nano_usd=1_000)


def test_many_lambdas_at_once_never_set_aside_more_than_there_is(lambdas: Callable[[], AnalysisBudget]) -> None:
    budgets = [lambdas() for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        taken = list(
            pool.map(lambda n: budgets[n % 8].set_aside(samples.ORG, nano_usd=30, limit_nano_usd=1_000), range(64))
        )
    assert sum(taken) == 33
    assert budgets[0].today(samples.ORG) == Spend(990)
