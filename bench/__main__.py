"""`python -m bench`: measure, show, and keep the results."""

import argparse
import json
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil
from rich.console import Console

from bench.parts import EARNEST, PARTS, Outcome, measure
from bench.report import sheets
from infra.environments import Environment
from local.settings import REPOSITORY

RESULTS = Path(__file__).with_name("results.json")
DOCUMENT = REPOSITORY / "docs" / "performance.md"
PICTURE = REPOSITORY / "docs" / "performance-timeline.svg"
BEGIN, END = "<!-- figures: make bench -->", "<!-- end of figures -->"
_WIDTH_OF_A_FILE = 120


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="part", help=f"{', '.join(PARTS)}; all unless some are named")
    parts = parser.parse_args().parts or list(PARTS)
    if unknown := set(parts) - set(PARTS):
        parser.error(f"There is no part {min(unknown)!r}: choose of {', '.join(PARTS)}.")
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=_WIDTH_OF_A_FILE)
    outcome = measure(EARNEST, parts, console, keep=_keep)
    for sheet in sheets(outcome.results):
        sheet.show(console)


def _keep(outcome: Outcome) -> None:
    """Parts that were not run again stay as they were."""
    kept = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    results = {**kept, "run": _about(), **outcome.results}
    RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    if outcome.timeline is not None:
        PICTURE.write_text(outcome.timeline.svg("A sync of 5,000 conversations"), encoding="utf-8")
    _document(results)


def _about() -> dict[str, Any]:
    packages = ("boto3", "google-genai", "ministack", "psycopg", "pydantic")
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {
            "system": platform.system(),
            "processor": platform.machine(),
            "cores": psutil.cpu_count(),
            "memoryGib": round(psutil.virtual_memory().total / 2**30),
        },
        "versions": {"python": platform.python_version(), **{name: version(name) for name in packages}},
        "settings": {
            "graphSecondsAPage": EARNEST.pace.graph_seconds,
            "geminiSecondsACall": EARNEST.pace.gemini_seconds,
            "batchSize": Environment.batch_size,
            "pagesAtOnce": Environment.pages_at_once,
            "mapConcurrency": Environment.map_concurrency,
        },
    }


def _document(results: dict[str, Any]) -> None:
    """Put the figures where the documentation shows them."""
    text = DOCUMENT.read_text(encoding="utf-8")
    head, _, rest = text.partition(BEGIN)
    _, _, tail = rest.partition(END)
    figures = "\n".join(sheet.markdown for sheet in sheets(results))
    DOCUMENT.write_text(f"{head}{BEGIN}\n\n{_run(results)}\n\n{figures}\n{END}{tail}", encoding="utf-8")


def _run(results: dict[str, Any]) -> str:
    run = results["run"]
    machine, settings = run["machine"], run["settings"]
    return (
        f"Measured on {run['date'][:10]} with {machine['cores']} cores ({machine['processor']}), which simulators, "
        f"emulator, database and functions share. A page of Facebook's takes {settings['graphSecondsAPage']} s, an "
        f"analysis {settings['geminiSecondsACall']} s; batches of {settings['batchSize']}, "
        f"{settings['mapConcurrency']} at once, {settings['pagesAtOnce']} pages a round."
    )


if __name__ == "__main__":
    main()
