"""An environment without a key."""

import pytest


@pytest.fixture(autouse=True)
def _no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("API_KEY", "API_URL", "API_VERSION", "MODEL", "THINKING_LEVEL"):
        monkeypatch.delenv(f"GEMINI_{name}", raising=False)
