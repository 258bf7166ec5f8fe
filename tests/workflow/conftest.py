"""One emulator, on which all scenarios are walked once, side by side."""

from collections.abc import Iterator

import pytest

from tests.workflow.emulator import emulator
from tests.workflow.scenarios import SCENARIOS
from tests.workflow.scripted import stage
from tests.workflow.walks import Walk, Walker


@pytest.fixture(scope="session")
def walks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Walk]]:
    folder = tmp_path_factory.mktemp("workflow")
    with stage() as opened, emulator(folder) as url:
        machines = {scenario.machine for scenario in SCENARIOS.values()}
        yield Walker(url, opened, machines).walk_all(SCENARIOS)
