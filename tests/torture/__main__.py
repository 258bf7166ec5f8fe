"""`python -m tests.torture`: many schedules with a progress line, or one again by its seed."""

import argparse
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor

from tests.torture.report import report
from tests.torture.shrinking import shrunk
from tests.torture.torture import torture

CHUNK = 25
ENOUGH_FAILURES = 20


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    parser.add_argument("--seed", type=int, help="run this one again and tell all that happens")
    parser.add_argument("--schedules", type=int, default=300, help="how many to run (default: 300)")
    parser.add_argument("--first", type=int, default=0, help="the seed to begin with")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="processes")
    wanted = parser.parse_args()
    if wanted.seed is not None:
        verdict = torture(wanted.seed)
        sys.stdout.write(f"{report(wanted.seed, verdict, lines=0)}\n")
        return 1 if verdict.wrong else 0
    return _many(range(wanted.first, wanted.first + wanted.schedules), wanted.jobs)


def _many(seeds: range, jobs: int) -> int:
    """The exit status: 0 where no promise was broken."""
    started_at, done, failures = time.monotonic(), 0, 0
    chunks = [seeds[start : start + CHUNK] for start in range(0, len(seeds), CHUNK)]
    with ProcessPoolExecutor(jobs) as pool:
        for chunk, found in zip(chunks, pool.map(_failures, chunks), strict=False):
            done, failures = done + len(chunk), failures + len(found)
            for each in found:
                sys.stdout.write(f"\r{each}\n\n")
            rate = done / (time.monotonic() - started_at)
            sys.stderr.write(f"\r{done:6}/{len(seeds)} schedules, {rate:.1f}/s, {failures} failed")
            if failures >= ENOUGH_FAILURES:
                pool.shutdown(cancel_futures=True)
                break
    sys.stderr.write("\n")
    return 1 if failures else 0


def _failures(seeds: range) -> list[str]:
    """A report for each seed that breaks a promise, of the least that does."""
    reports: list[str] = []
    for seed in seeds:
        verdict = torture(seed)
        if verdict.wrong:
            reports.append(report(seed, shrunk(verdict)))
    return reports


if __name__ == "__main__":
    sys.exit(main())
