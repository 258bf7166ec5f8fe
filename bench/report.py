"""Results for people: a table for each part, the same as Markdown for the documentation."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

Json = Mapping[str, Any]


class Sheet:
    """A heading and a table under it; the first column names, the others are figures."""

    def __init__(self, title: str, *columns: str) -> None:
        self.title = title
        self.columns = columns
        self.rows: list[Sequence[str]] = []

    def row(self, *cells: object) -> None:
        self.rows.append([_text(cell) for cell in cells])

    def show(self, console: Console) -> None:
        table = Table(title=self.title, title_justify="left", box=None, padding=(0, 2))
        for number, column in enumerate(self.columns):
            table.add_column(column, justify="left" if number == 0 else "right")
        for row in self.rows:
            table.add_row(*row)
        console.print(table, "")

    @property
    def markdown(self) -> str:
        lines = [self.columns, ["---", *["--:"] * (len(self.columns) - 1)], *self.rows]
        return f"**{self.title}**\n\n" + "".join(f"| {' | '.join(line)} |\n" for line in lines)


def sheets(results: Json) -> list[Sheet]:
    """Of those parts that were run."""
    made = [make(results[part]) for part, make in _SHEETS.items() if part in results]
    return [sheet for group in made for sheet in group]


def _throughput(part: Json) -> list[Sheet]:
    sheet = Sheet("Throughput", "", "contacts", "seconds", "contacts/s", "x sequential", "limit/s", "of the limit")
    sequential = part["sequential"]
    sheet.row(
        "sequential (sample, extrapolated)", sequential["sample"], "", sequential["contactsASecond"], 1, "", ""
    )
    names = {"cold": "cold functions", "warm": "warm functions", "quota": "warm, with a quota of Gemini's"}
    for name, sync in part["syncs"].items():
        sheet.row(
            f"{names[name]}; bound by {sync['boundBy']}",
            sync["contacts"],
            sync["seconds"],
            sync["contactsASecond"],
            sync["timesSequential"],
            sync["limit"],
            f"{sync['shareOfLimit']:.0%}",
        )
    sheet.row("fetching while analysing, of all fetching", "", "", "", "", "", f"{part['overlap']:.0%}")
    return [sheet]


def _resync(part: Json) -> list[Sheet]:
    title = f"Sync again, {part['changed']} of {part['conversations']} conversations changed"
    sheet = Sheet(title, "", "first sync", "again", "ratio")
    full, again, ratios = part["full"], part["again"], part["ratios"]

    def row(name: str, key: str, measure: Any) -> None:
        sheet.row(name, measure(full), measure(again), f"{ratios[key]:.2%}")

    row("calls of Facebook", "graphCalls", lambda used: used["graph_calls"])
    row("Gemini tokens", "geminiTokens", lambda used: used["gemini_tokens_in"] + used["gemini_tokens_out"])
    row("rows written", "rowsWritten", lambda used: sum(used["rows"].values()))
    row("DynamoDB units", "dynamodbUnits", lambda used: used["read_units"] + used["write_units"])
    row("seconds", "seconds", lambda used: used["seconds"])
    return [sheet]


def _growth(part: Json) -> list[Sheet]:
    sizes = part["sizes"]
    sheet = Sheet("Growth", "", *[f"{size['conversations']:,}" for size in sizes], "a conversation", "1,000,000")
    for name in [name for name in sizes[0] if name != "conversations"]:
        slopes = part["aConversation"].get(name)
        share = list(slopes.values())[-1] if slopes else "constant"
        sheet.row(_words(name), *[size[name] for size in sizes], share, part["million"][name])
    return [sheet]


def _latency(part: Json) -> list[Sheet]:
    columns = ("ms", "x empty function", "in the function", "gateway, token, way", "a request of AWS's services")
    sheet = Sheet("API, warm, in milliseconds", "", *columns)
    sheet.row("an empty function", part["emptyMs"], 1, "", "", "")
    for name, route in (("syncStatus", "GET sync-status"), ("syncBackground", "POST sync-background")):
        told = part[name]
        services = ", ".join(f"{action} {milliseconds:.2g}" for action, milliseconds in told["awsMs"].items())
        around = round(told["ms"] - told["functionMs"], 2)
        sheet.row(route, told["ms"], told["timesEmpty"], told["functionMs"], around, services)
    return [sheet]


def _pollers(part: Json) -> list[Sheet]:
    title = f"Syncs that {part['count']} browsers follow, looking every 2 s; medians of {part['pairs']} pairs"
    sheet = Sheet(
        title, "bound by", "quiet s", "followed s", "ratio", "looks a second", "ms a look", "failed looks"
    )
    for bound_by in ("Facebook", "Gemini's quota"):
        each = part[bound_by]
        seconds = (each["quietSeconds"], each["polledSeconds"], each["ratio"])
        sheet.row(bound_by, *seconds, each["looksASecond"], each["lookMs"], each["failedLooks"])
    return [sheet]


def _cold_start(part: Json) -> list[Sheet]:
    sheet = Sheet("Cold start", "function", "modules", "import ms", "most of it (ms)")
    for name, each in part["functions"].items():
        most = ", ".join(f"{package} {milliseconds}" for package, milliseconds in each["packagesMs"].items())
        sheet.row(name, each["modules"], each["importMs"], most)
    layers = Sheet("Packages layer", "", "zipped MB")
    for name, size in part["layerBytes"].items():
        layers.row(name, size["zipped"] / 1e6)
    return [sheet, layers]


def _cost(part: Json) -> list[Sheet]:
    first, again = part["per1000Contacts"], part["per1000Unchanged"]
    title = f"Cost in dollars, {part['region']}, prices of {part['pricesRead']}"
    sheet = Sheet(title, "", "1,000 contacts", "share", "1,000 synced again")
    for name, each in first["items"].items():
        sheet.row(name, f"{each['dollars']:.4f}", f"{each['share']:.1%}", f"{again['items'][name]['dollars']:.4f}")
    sheet.row("all", f"{first['dollars']:.4f}", "100%", f"{again['dollars']:.4f}")
    sheet.row("all but Gemini", f"{first['awsDollars']:.4f}", "", f"{again['awsDollars']:.4f}")
    month = part["example"]
    words = f"{month['pages']} Pages of {month['conversationsAPage']:,} conversations, synced daily, once whole"
    bill = Sheet(f"A month of {words}", "", "dollars")
    bill.row("first syncs, once", month["firstSyncsDollars"])
    bill.row("syncing: AWS", month["monthlySyncingAwsDollars"])
    bill.row("syncing: Gemini", month["monthlySyncingGeminiDollars"])
    bill.row("standing: alarms, dashboard, metrics, keys, secrets, storage", month["monthlyStandingDollars"])
    bill.row("a month, all", month["monthlyDollars"])
    return [sheet, bill]


_SHEETS = {
    "throughput": _throughput,
    "resync": _resync,
    "growth": _growth,
    "latency": _latency,
    "pollers": _pollers,
    "coldStart": _cold_start,
    "cost": _cost,
}


def _text(cell: object) -> str:
    if isinstance(cell, float):
        return f"{cell:,.0f}" if abs(cell) >= 1000 else f"{cell:,.4g}"
    return f"{cell:,}" if isinstance(cell, int) else str(cell)


def _words(name: str) -> str:
    """What a name in camel case says."""
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name)
