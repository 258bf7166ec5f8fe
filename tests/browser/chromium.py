"""The browser of this machine: Debian's Chromium, or another build of it."""

import os
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
"""It talks to nobody but the pages that a test opens."""


def executable() -> str:
    """Raises RuntimeError where there is none: `make chromium` installs it where it can."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        raise RuntimeError("There is no Chromium: run `make chromium`, or name one in CHROMIUM.")
    return found
