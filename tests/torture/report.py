"""What a person reads of a schedule that broke a promise."""

from tests.torture.torture import Verdict

LAST_LINES = 60


def report(seed: int, verdict: Verdict, *, lines: int = LAST_LINES) -> str:
    """The schedule, what was wrong, and the last lines of what happened; 0 for all lines."""
    plan, told = verdict.schedule, verdict.told
    happened = [f"{step:6} {at:%d %H:%M:%S.%f} {who:14} {what}" for step, at, who, what in told.lines[-lines:]]
    return "\n".join(
        [
            f"seed {seed}",
            f"  world: {verdict.calm.shape}",
            f"  order: {plan.tactics}, {plan.pace}",
            *(f"  {number}. {mishap}" for number, mishap in enumerate(plan.mishaps, 1)),
            "happened:"
            if len(told.lines) <= lines or not lines
            else f"happened (last {lines} of {len(told.lines)}):",
            *happened,
            "wrong:" if told.wrong else "every promise was kept.",
            *(f"  {each}" for each in told.wrong),
        ]
    )
