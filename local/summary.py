"""What a sync left in the CRM, as tables a person can read at a glance."""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, islice, zip_longest
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

_SAMPLE = 12
_SUMMARY_WORDS = 14
_BAR_WIDTH = 40
_RIGHT_TO_LEFT = frozenset(("R", "AL"))
_ISOLATE, _END_ISOLATE = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
Contact = dict[str, Any]


def show_result(job: dict[str, Any], contacts: Sequence[Contact], console: Console) -> None:
    """What became of the conversations, a dozen contacts from every stage, and how many there are in each."""
    by_stage: dict[str, list[Contact]] = {}
    for contact in contacts:
        by_stage.setdefault(contact["stageName"] or "(none)", []).append(contact)
    console.print(f"\n  {_outcome(job)}", markup=False)
    console.print(f"  {_cost(job['cost'])}\n", markup=False)
    if by_stage:
        console.print(_sample_table(sample(by_stage.values(), _SAMPLE)))
        console.print()
        console.print(_stage_table(by_stage))


def _outcome(job: dict[str, Any]) -> str:
    reasons = Counter(error["code"] for error in job["errors"])
    why = ", ".join(f"{code} x {count}" for code, count in reasons.items())
    counts = f"{job['syncedContacts']} synced, {job['skippedContacts']} skipped, {job['failedContacts']} failed"
    return f"{job['status']}: {counts}" + (f" ({why})" if why else "")


def _cost(cost: dict[str, Any]) -> str:
    written = cost["outputTokens"] + cost["thinkingTokens"]
    return (
        f"Analyses: {cost['inputTokens']:,} tokens read, {written:,} written, ${cost['usd']:.4f} at Gemini's prices"
    )


def _stage_table(by_stage: Mapping[str, Sequence[Contact]]) -> Table:
    table = Table(box=None, header_style="bold")
    table.add_column("Stage", no_wrap=True)
    table.add_column("Contacts", justify="right")
    table.add_column()
    most = max(len(contacts) for contacts in by_stage.values())
    for stage, contacts in sorted(by_stage.items(), key=lambda entry: -len(entry[1])):
        bar = "█" * max(1, round(_BAR_WIDTH * len(contacts) / most))
        table.add_row(one_line(stage), str(len(contacts)), Text(bar, style="cyan"))
    return table


def sample(groups: Iterable[Sequence[Contact]], size: int) -> list[Contact]:
    """Up to `size` contacts, taken from each group in turn."""
    in_turn = chain.from_iterable(zip_longest(*groups))
    return list(islice((contact for contact in in_turn if contact is not None), size))


def _sample_table(contacts: Iterable[Contact]) -> Table:
    table = Table(box=None, header_style="bold", expand=True)
    table.add_column("Name", no_wrap=True, width=20)
    table.add_column("Stage", no_wrap=True, width=13)
    table.add_column("Score", justify="right", width=5)
    table.add_column("Status", no_wrap=True, width=13)
    table.add_column("Summary", no_wrap=True, ratio=1)
    for contact in contacts:
        name = " ".join(filter(None, (contact["firstName"], contact["lastName"])))
        score = contact["leadScore"]
        table.add_row(
            one_line(name),
            one_line(contact["stageName"]),
            Text("" if score is None else str(score)),
            one_line(contact["leadStatus"]),
            one_line(_first_words(contact["aiContext"])),
        )
    return table


def _first_words(text: str | None) -> str:
    words = (text or "").split()
    return " ".join(words[:_SUMMARY_WORDS]) + (" …" if len(words) > _SUMMARY_WORDS else "")


def one_line(text: str | None) -> Text:
    """Text from outside, made safe for a cell: no control characters, markup or reordered neighbours."""
    printable = (" " if character.isspace() else character for character in text or "")
    cleaned = "".join(character for character in printable if unicodedata.category(character) != "Cc").strip()
    if any(unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for character in cleaned):
        cleaned = f"{_ISOLATE}{cleaned}{_END_ISOLATE}"
    return Text(cleaned, overflow="ellipsis")
