"""The machine against the emulator: what the workflow suite says of every walk holds for both."""

from tests.workflow.test_successors import *  # noqa: F403
from tests.workflow.test_sync_flow import *  # noqa: F403
