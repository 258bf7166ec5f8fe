"""What is shown of a finished sync."""

from io import StringIO
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console

from local.summary import one_line, sample, show_result

JOB: dict[str, Any] = {
    "status": "COMPLETED",
    "syncedContacts": 5,
    "skippedContacts": 1,
    "failedContacts": 2,
    "errors": [{"code": "PARTICIPANT_WITHOUT_ID"}, {"code": "PARTICIPANT_WITHOUT_ID"}],
    "cost": {"usd": 0.28345, "inputTokens": 415_000, "outputTokens": 61_000, "thinkingTokens": 7},
}
WIDTH = 90


def contact(
    name: str, stage: str | None = "Qualified", summary: str | None = "Asks for a price."
) -> dict[str, Any]:
    first, _, last = name.partition(" ")
    return {
        "firstName": first,
        "lastName": last or None,
        "stageName": stage,
        "leadScore": 55 if stage else None,
        "leadStatus": "QUALIFIED" if stage else None,
        "aiContext": summary,
    }


def shown(contacts: list[dict[str, Any]], job: dict[str, Any] = JOB) -> str:
    console = Console(file=StringIO(), width=WIDTH)
    show_result(job, contacts, console)
    return console.file.getvalue()  # type: ignore[attr-defined]


def test_the_outcome_comes_first_with_the_reasons_counted() -> None:
    first_line = shown([contact("Ana Lima")]).strip().splitlines()[0].strip()

    assert first_line == "COMPLETED: 5 synced, 1 skipped, 2 failed (PARTICIPANT_WITHOUT_ID x 2)"


def test_what_the_analyses_cost_is_told() -> None:
    assert "415,000 tokens read, 61,007 written, $0.2834" in shown([contact("Ana Lima")])


def test_a_sync_that_brought_nobody_shows_no_table() -> None:
    assert "Name" not in shown([])


def test_contacts_are_counted_by_stage_the_fullest_first() -> None:
    lines = shown([contact("A"), contact("B", "New Lead"), contact("C"), contact("D", None)]).splitlines()
    counts = [line.split()[:-1] for line in lines if line.rstrip().endswith("█")]

    assert counts == [["Qualified", "2"], ["New", "Lead", "1"], ["(none)", "1"]]


def test_every_stage_is_in_the_sample() -> None:
    groups = [[contact("A"), contact("B"), contact("C")], [contact("D", "New Lead")]]

    assert [each["firstName"] for each in sample(groups, 3)] == ["A", "D", "B"]


def test_a_long_summary_ends_in_an_ellipsis() -> None:
    text = shown([contact("Ana Lima", summary="word " * 100)])

    assert "…" in text


@pytest.mark.parametrize(
    "name", ["小林 大輔", "عبد الرحمن", "👩‍👩‍👧‍👦 Family", "Zoë 🎉", "Nguyễn Thị Minh Khai Phương", "ก็ ขวัญ"]
)
def test_no_name_breaks_the_table(name: str) -> None:
    lines = shown([contact(name, summary=f"{name} asks for a price. " * 5)]).splitlines()

    assert all(cell_len(line) <= WIDTH for line in lines)
    assert sum("Qualified" in line and "55" in line for line in lines) == 1


def test_text_from_outside_cannot_act_on_the_terminal() -> None:
    text = shown([contact("[bold]Bob[/bold] \x1b[31m\x07", summary="one\nline\ttabs\x00")])

    assert "[bold]Bob[/bold]" in text
    assert not {"\x1b", "\x07", "\x00", "\t"} & set(text)
    assert "one line tabs" in text


def test_right_to_left_text_is_kept_from_reordering_its_neighbours() -> None:
    assert one_line("سارة").plain == "\N{FIRST STRONG ISOLATE}سارة\N{POP DIRECTIONAL ISOLATE}"
    assert one_line("Sara").plain == "Sara"
    assert one_line(None).plain == ""
