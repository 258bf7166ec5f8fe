"""`python -m tests.eval`: ask the analyst about the labelled conversations, and say how good it is.

Asks the real model where GEMINI_API_KEY is set (also read: GEMINI_MODEL, GEMINI_THINKING_LEVEL, GEMINI_API_VERSION,
GEMINI_API_URL), else the simulator. The last line of output is one JSON object. Ends with 1 below --at-least, and
with 2 where the run could not be carried out.
"""

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import track

from pagesync.adapters.gemini import GeminiAnalyst
from simulators.gemini import GeminiSimulator
from tests.eval.asking import Interviewer
from tests.eval.figures import Figures, Run, figures_of
from tests.eval.labelled import LabelledConversation, load
from tests.eval.marking import Mark
from tests.eval.report import show, show_in_full, warn
from tests.eval.settings import EvalSettings

_FEW = 5
_WIDTH_OF_A_FILE = 120
_MOST_THREADS = 64


def main(command_line: Sequence[str] | None = None) -> int:
    parser = _parser()
    wanted = parser.parse_args(command_line)
    conversations = [each for each in load() if each.id.startswith(wanted.only)]
    if not conversations:
        parser.error(f"no conversation's id begins with {wanted.only}")
    settings = EvalSettings()
    console = Console(width=None if sys.stdout.isatty() else _WIDTH_OF_A_FILE, highlight=False)
    if settings.gemini_api_key is None:
        warn(console)
    marks, wall_seconds = _asked(conversations, settings, wanted.threads)
    figures = figures_of(marks, _run(settings, wall_seconds))
    _report(figures, marks, console)
    if settings.gemini_api_key is None:
        warn(console)
    status = _status(figures, marks, wanted.at_least, console)
    sys.stdout.write(f"{figures.model_dump_json(by_alias=True)}\n")
    if wanted.json is not None:
        wanted.json.write_text(_in_full(figures, marks), "utf-8")
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.eval", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", type=new_file, metavar="PATH", help="write the figures and every answer there")
    parser.add_argument("--at-least", type=share, metavar="STAGE_ACCURACY", help="a gate, from 0 to 1")
    parser.add_argument("--only", default="", metavar="ID", help="those whose id begins so: en, or en-sarcasm")
    parser.add_argument("--threads", type=threads, default=8, help="how many are asked about at once (default: 8)")
    return parser


def new_file(text: str) -> Path:
    """Refused before anything is asked and paid for."""
    path = Path(text)
    if path.is_dir() or not path.parent.is_dir():
        raise argparse.ArgumentTypeError(f"there can be no file {text}")
    return path


def share(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError("must be from 0 to 1, as 0.85 is")
    return value


def threads(text: str) -> int:
    value = int(text)
    if not 1 <= value <= _MOST_THREADS:
        raise argparse.ArgumentTypeError(f"must be from 1 to {_MOST_THREADS}")
    return value


def _asked(
    conversations: Sequence[LabelledConversation], settings: EvalSettings, threads: int
) -> tuple[list[Mark], float]:
    """The marks, and how many seconds the asking took."""
    began_at = time.monotonic()
    progress = Console(stderr=True)
    with _analyst(settings, threads) as analyst:
        answers = track(
            Interviewer(analyst, threads).ask_all(conversations),
            description="Asking",
            total=len(conversations),
            console=progress,
            transient=True,
            disable=not progress.is_terminal,
        )
        return [Mark(asked) for asked in answers], time.monotonic() - began_at


@contextmanager
def _analyst(settings: EvalSettings, threads: int) -> Iterator[GeminiAnalyst]:
    """The product's analyst, of the real model or of the simulator."""
    key = settings.gemini_api_key
    if key is not None:
        yield _gemini(settings, threads, key.get_secret_value(), settings.gemini_api_url)
        return
    with GeminiSimulator() as simulator:
        yield _gemini(settings, threads, "any key will do", simulator.url)


def _gemini(settings: EvalSettings, threads: int, key: str, url: str | None) -> GeminiAnalyst:
    return GeminiAnalyst(
        api_key=lambda: key,
        base_url=url,
        api_version=settings.gemini_api_version,
        model=settings.gemini_model,
        thinking_level=settings.gemini_thinking_level,
        connections=threads,
    )


def _run(settings: EvalSettings, wall_seconds: float) -> Run:
    return Run(
        is_meaningful=settings.gemini_api_key is not None,
        model=settings.gemini_model,
        api_version=settings.gemini_api_version,
        thinking_level=settings.gemini_thinking_level,
        wall_seconds=round(wall_seconds, 2),
    )


def _report(figures: Figures, marks: Sequence[Mark], console: Console) -> None:
    """The tables, or each conversation in full where they are few."""
    if len(marks) <= _FEW:
        for mark in marks:
            show_in_full(mark, console)
    elif figures.judged:
        show(figures, marks, console)


def _status(figures: Figures, marks: Sequence[Mark], at_least: float | None, console: Console) -> int:
    """The exit status, said in words where it is not 0."""
    failures = [mark.asked.failure for mark in marks if not mark.asked.is_judged]
    if failures:
        for message, count in Counter(str(each) for each in failures).items():
            console.print(f"\n  [red]Not answered: {count} of {len(marks)}.[/] {message}")
        return 2
    reached = figures.stage_accuracy.value or 0.0
    if at_least is not None and reached < at_least:
        console.print(f"\n  [red]Stage accuracy is {reached:.4f}, and at least {at_least} is asked for.[/]")
        return 1
    return 0


def _in_full(figures: Figures, marks: Sequence[Mark]) -> str:
    told = {**figures.model_dump(by_alias=True), "answers": [_answer(mark) for mark in marks]}
    return f"{json.dumps(told, ensure_ascii=False, indent=2)}\n"


def _answer(mark: Mark) -> dict[str, object]:
    placement, insight, failure = mark.placement, mark.asked.insight, mark.asked.failure
    if placement is None or insight is None:
        return {"id": mark.id, "failure": failure.code if failure else "NO_PLACEMENT"}
    return {
        "id": mark.id,
        "isAllRight": mark.is_all_right,
        "stage": placement.stage_name,
        "leadStatus": placement.lead_status,
        "leadScore": placement.lead_score,
        "confidence": placement.confidence,
        "summary": insight.summary,
        "reasoning": placement.reasoning,
    }


if __name__ == "__main__":
    sys.exit(main())
