"""Puts a reading into the words of an analyst: summary and reasoning, in English."""

from collections.abc import Callable, Sequence

from simulators.gemini.conversation import Line
from simulators.gemini.diagnosis import Reading

_LONGEST_QUOTE = 72
_FINISHED = frozenset({"SPAM", "OPT_OUT", "WRONG_CONTACT", "JOB"})


def summary_of(reading: Reading) -> str:
    """One or two sentences: what it is about, and how it stands."""
    sentences = reading.case.sentences
    opening = sentences[reading.dice(len(sentences), "opening")]
    first = opening.format(quote=_quotes(reading), what=_subject(reading))
    return " ".join([first, *_standing(reading)])


def reasoning_of(reading: Reading) -> str:
    numbers = sorted(line.number for line in reading.evidence) or [1]
    told = [
        f"Message {numbers[0]} {reading.case.because}"
        if len(numbers) == 1
        else f"Messages {numbers[0]} and {numbers[1]} together show that the customer {reading.case.because}"
    ]
    if reading.contact_given:
        told.append("contact details are given")
    if "hesitation" in reading.wanted:
        told.append("they hesitate")
    if reading.words <= 3:
        told.append("there is too little text to be sure")
    return f"{'; '.join(told)}."


def quoted(line: Line, longest: int = _LONGEST_QUOTE) -> str:
    text = line.text
    if len(text) > longest:
        cut = text[:longest]
        text = (cut.rsplit(" ", 1)[0] if " " in cut[longest // 2 :] else cut).rstrip(",.;: ") + "…"
    return f"“{text}”"


def _quotes(reading: Reading) -> str:
    return quoted(reading.evidence[0]) if reading.evidence else "no words, only an attachment"


def _subject(reading: Reading) -> str:
    """The product by name, else the customer's own words."""
    return reading.product or f"something ({_quotes(reading)})"


def _standing(reading: Reading) -> list[str]:
    """The most useful thing to know about where it stands, if there is one."""
    if reading.kind in _FINISHED:
        return []
    return [sentence.format(amount=reading.amount) for fits, sentence in _STANDINGS if fits(reading)][:1]


def _unanswered(reading: Reading) -> int:
    """How many messages the business has sent since the customer last wrote."""
    count = 0
    for line in reversed(reading.lines):
        if not line.by_business:
            break
        count += 1
    return count


def _complains(reading: Reading) -> bool:
    return reading.kind == "COMPLAINT"


def _hesitates(reading: Reading) -> bool:
    return "hesitation" in reading.wanted


_STANDINGS: Sequence[tuple[Callable[[Reading], bool], str]] = (
    (lambda r: _complains(r) and "apology" not in r.told, "No remedy from the Page yet."),
    (lambda r: _complains(r) and r.dice(3) == 0, "The Page apologised; check that the promised remedy is done."),
    (_complains, "The Page apologised and offered a remedy."),
    (lambda r: r.contact_given and r.kind not in ("DECLINED", "PAID"), "They left contact details."),
    (lambda r: _hesitates(r) and bool(r.amount), "The Page named {amount}; they want to think about it."),
    (_hesitates, "They want to think about it."),
    (
        lambda r: bool(r.amount) and r.kind not in ("PRAISE", "ORDER_STATUS", "PRACTICAL"),
        "The Page named {amount}.",
    ),
    (lambda r: _unanswered(r) > 1, "The Page followed up and got no answer."),
    (lambda r: _unanswered(r) == 1, "The Page answered last."),
    (lambda r: not any(line.by_business for line in r.lines), "The Page has not answered yet."),
)
"""The first that fits is said."""
