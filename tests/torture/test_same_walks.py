"""The machine against the emulator: what the workflow suite says of every path holds for both."""

from tests.workflow.test_sync_flow import *  # noqa: F403
