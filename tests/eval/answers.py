"""Single answers beside their labels, as tables."""

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from tests.eval.marking import Mark


def table_of(marks: Sequence[Mark]) -> Table:
    """A row for each; where an answer is wrong, what was wanted stands before it."""
    table = Table(box=None, header_style="bold")
    for column in ("Id", "Stage", "Status", "Score", "Sure"):
        table.add_column(column, no_wrap=True, justify="right" if column == "Sure" else "left")
    for mark in marks:
        table.add_row(mark.id, *_cells(mark))
    return table


def in_full(mark: Mark) -> Table:
    """The conversation, what was wanted, what was answered, and why."""
    table = Table(box=None, show_header=False)
    table.add_column(style="dim", no_wrap=True)
    table.add_column()
    for line in mark.asked.labelled.messages:
        table.add_row(line.sender, Text(" ".join([*(f"({each})" for each in line.attachments), line.text])))
    stages, statuses = " or ".join(mark.labels.stages), " or ".join(mark.labels.lead_statuses)
    unsure = ", unsure" if mark.labels.expects_suggestion else ""
    table.add_row("wanted", Text(f"{stages}, {statuses}, {_band(mark)}{unsure}", style="bold"))
    placement, insight = mark.placement, mark.asked.insight
    if placement is None or insight is None:
        table.add_row("answered", Text(str(mark.asked.failure), style="red"))
        return table
    told = f"{placement.stage_name}, {placement.lead_status}, {placement.lead_score}, {placement.confidence} % sure"
    table.add_row("answered", Text(told, style="bold green" if mark.is_all_right else "bold red"))
    table.add_row("summary", Text(insight.summary))
    table.add_row("reasoning", Text(placement.reasoning))
    return table


def _cells(mark: Mark) -> list[Text]:
    labels, placement = mark.labels, mark.placement
    if placement is None:
        return [Text(mark.asked.failure.code if mark.asked.failure else "no placement", style="red")]
    return [
        _against(labels.stage, placement.stage_name, is_right=mark.stage_is_right),
        _against(labels.lead_status, placement.lead_status, is_right=mark.status_is_right),
        _against(_band(mark), str(placement.lead_score), is_right=mark.score_is_right),
        Text(f"{placement.confidence} %", style="red" if mark.is_overconfident else "dim"),
    ]


def _against(wanted: str, answered: str, *, is_right: bool) -> Text:
    if is_right:
        return Text(answered, style="dim")
    return Text.assemble(f"{wanted} ", ("→ ", "dim"), (answered, "red"))


def _band(mark: Mark) -> str:
    low, high = mark.labels.score_band
    return f"{low}-{high}"
