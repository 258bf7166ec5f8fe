"""The figures as a person reads them."""

from collections.abc import Mapping, Sequence

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from tests.eval.answers import in_full, table_of
from tests.eval.figures import MOVED, Accuracy, Figures, misses
from tests.eval.labelled import OPEN_STAGES
from tests.eval.marking import Mark
from tests.eval.shares import Share

LANGUAGES = {
    "ar": "Arabic",
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "pt": "Portuguese",
    "vi": "Vietnamese",
}
MEANINGLESS = "These figures mean nothing about quality."
_WHY = "The Gemini simulator answers, and no model; tokens, cost and times are its own, too."
_INSTEAD = "Set GEMINI_API_KEY to ask the real one."
_MOST_MISSES = 25
_BAR_WIDTH = 20
_GOOD, _FAIR = 0.9, 0.75


def warn(console: Console) -> None:
    """Say that no model is asked."""
    console.print(Panel(f"[bold]{MEANINGLESS}[/]\n{_WHY}\n{_INSTEAD}", border_style="yellow", expand=False))


def show(figures: Figures, marks: Sequence[Mark], console: Console) -> None:
    _section(console, _title(figures), _headline(figures))
    _section(console, "What became of them", _outcomes(figures))
    _section(console, "Cost", _cost(figures))
    named = {LANGUAGES.get(code, code): each for code, each in figures.by_language.items()}
    _section(console, "By language", _groups("Language", named))
    _section(console, "By situation, worst first", _groups("Situation", figures.by_situation))
    _section(console, "Stages: labelled (rows), answered (columns)", _confusion(figures))
    _show_misses(misses(marks), console)


def show_in_full(mark: Mark, console: Console) -> None:
    labelled = mark.asked.labelled
    _section(console, f"{labelled.id}: {labelled.situation}, {labelled.business}", in_full(mark))


def _section(console: Console, title: str, body: RenderableType) -> None:
    console.print(Group(Text(f"\n  {title}", style="bold cyan"), Padding(body, (0, 2))))


def _show_misses(missed: Sequence[Mark], console: Console) -> None:
    """A table of the worst; the others by id."""
    if not missed:
        _section(console, "Misses: none", "")
        return
    how = "python -m tests.eval --only ID tells one in full"
    _section(console, f"Misses: {len(missed)}, worst first ({how})", table_of(missed[:_MOST_MISSES]))
    if len(missed) > _MOST_MISSES:
        rest = ", ".join(mark.id for mark in missed[_MOST_MISSES:])
        console.print(Padding(f"and {rest}", (0, 3)))


def _title(figures: Figures) -> str:
    run = figures.run
    prompts = ", ".join(figures.prompt_versions) or "no prompt"
    asked = f"{figures.judged} of {figures.conversations} conversations judged"
    return f"{run.model}, thinking {run.thinking_level}, {prompts}: {asked}"


def _headline(figures: Figures) -> Table:
    table = Table(box=None, header_style="bold")
    table.add_column("", no_wrap=True)
    table.add_column("Share", justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    table.add_column("Right", justify="right", no_wrap=True)
    table.add_column("95 % interval", justify="right", no_wrap=True)
    _measure(table, "Stage", figures.stage_accuracy)
    _measure(table, "Stage, first label only", figures.exact_stage_accuracy)
    _measure(table, "Lead status", figures.lead_status_accuracy)
    _measure(table, "Score band", figures.score_band_accuracy)
    _measure(table, "Unsure where it should be", figures.unsure_as_labelled)
    _measure(table, "Sure where it may be", figures.sure_as_labelled)
    _measure(table, "Quotes that are true", figures.evidence_validity)
    _measure(table, "Answers with a true quote", figures.answers_with_evidence)
    return table


def _measure(table: Table, name: str, share: Share | None) -> None:
    if share is None or share.value is None:
        table.add_row(name, "-", "", "none given")
        return
    low, high = (100 * edge for edge in share.interval)
    right = f"{share.right} of {share.of}"
    table.add_row(name, _percent(share), _bar(share), right, f"{low:.0f} to {high:.0f} %")


def _outcomes(figures: Figures) -> Table:
    table = Table(box=None, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(style="dim")
    policy = dict(figures.decisions)
    table.add_row("moved", str(policy.pop(MOVED, 0)), "by the assignment policy, as a new contact")
    for reason, count in sorted(policy.items()):
        table.add_row("not moved", str(count), reason)
    table.add_row("asked twice", _alarming(figures.asked_twice), "the first answer was of no use")
    table.add_row("schema failures", _alarming(figures.schema_failures), "no usable answer in two attempts")
    table.add_row("blocked", _alarming(figures.blocked), "declined by the model")
    for code, count in sorted(figures.unanswered.items()):
        table.add_row("not answered", _alarming(count), code)
    table.add_row(
        "points off", _number(figures.mean_points_off, 1), "how far scores lie outside their band, on average"
    )
    return table


def _alarming(count: int) -> Text:
    return Text(str(count), style="red" if count else "")


def _cost(figures: Figures) -> Table:
    used, asked = figures.tokens, figures.judged
    table = Table(box=None, header_style="bold")
    table.add_column("")
    for name in ("In", "Out", "Thinking", "US$", "Median s", "Slowest s"):
        table.add_column(name, justify="right", no_wrap=True)
    seconds = [_number(each, 2) for each in (figures.median_seconds, figures.slowest_seconds)]
    tokens = (used.input, used.output, used.thinking)
    table.add_row("All", *(f"{each:,}" for each in tokens), _number(figures.cost_usd, 4), *seconds)
    if asked:
        each_took = [f"{each / asked:,.0f}" for each in tokens]
        per_answer = None if figures.cost_usd is None else figures.cost_usd / asked
        table.add_row("One conversation", *each_took, _number(per_answer, 6))
        thousand = [f"{1000 * each / asked:,.0f}" for each in tokens]
        table.add_row("A thousand", *thousand, _number(figures.cost_usd_per_1000, 2))
    if figures.cost_usd is None:
        table.caption = f"No price of {figures.run.model} is known: set it in pagesync/settings.py"
    return table


def _groups(name: str, groups: Mapping[str, Accuracy]) -> Table:
    table = Table(box=None, header_style="bold")
    table.add_column(name, no_wrap=True, min_width=28)
    for column in ("Judged", "Stage", "Status", "Score"):
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    for group, found in sorted(groups.items(), key=lambda entry: (entry[1].stage_accuracy.value or 0, entry[0])):
        shares = (found.stage_accuracy, found.lead_status_accuracy, found.score_band_accuracy)
        cells = [Text(_percent(share), style=_colour(share)) for share in shares]
        table.add_row(group, str(found.judged), *cells, _bar(found.stage_accuracy))
    return table


def _confusion(figures: Figures) -> Table:
    table = Table(box=None, header_style="bold")
    table.add_column("", no_wrap=True, min_width=16)
    for stage in OPEN_STAGES:
        table.add_column(stage, justify="right", no_wrap=True)
    for label in OPEN_STAGES:
        cells = (_cell(count, is_right=answer == label) for answer, count in figures.confusion[label].items())
        table.add_row(label, *cells)
    table.caption = "An answer that is as good as the labelled one stands in its own row."
    table.caption_justify = "left"
    return table


def _cell(count: int, *, is_right: bool) -> Text:
    style = "dim" if not count else "bold green" if is_right else "red"
    return Text(str(count) if count else "·", style=style)


def _bar(share: Share) -> Text:
    full = round(_BAR_WIDTH * (share.value or 0))
    return Text("█" * full, style=_colour(share)) + Text("░" * (_BAR_WIDTH - full), style="dim")


def _percent(share: Share) -> str:
    return "-" if share.value is None else f"{100 * share.value:.1f} %"


def _number(value: float | None, decimals: int) -> str:
    return "-" if value is None else f"{value:,.{decimals}f}"


def _colour(share: Share) -> str:
    value = share.value or 0.0
    return "green" if value >= _GOOD else "yellow" if value >= _FAIR else "red"
