"""The scenarios of the workflow suite, walked once."""

import pytest

from tests.torture import scripted_walks
from tests.workflow.scenarios import SCENARIOS
from tests.workflow.walks import Walk


@pytest.fixture(scope="session")
def walks() -> dict[str, Walk]:
    return {name: scripted_walks.walk(scenario) for name, scenario in SCENARIOS.items()}
