"""Reads a conversation in the model's place: which case it is, how good a lead, and on what evidence."""

import hashlib
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from simulators.gemini.cases import CASES, Case
from simulators.gemini.conversation import Line
from simulators.gemini.signals import amount_in, has_contact_details, intents_of, pieces_of, product_in

_QUESTION_MARKS = ("?", "\N{FULLWIDTH QUESTION MARK}", "\N{ARABIC QUESTION MARK}")
_LONGEST_QUOTE_WORDS = 20
_LONGEST_QUOTE_CHARS = 160
_PLAIN_CONFIDENCE = 80
_MERELY_POLITE = frozenset({"thanks", "urgency", "hesitation", "apology"})


@dataclass(frozen=True)
class Reading:
    """A conversation with everything its words show; equal conversations read equally."""

    lines: Sequence[Line]

    @cached_property
    def customer(self) -> Sequence[Line]:
        return [line for line in self.lines if line.by_customer]

    @cached_property
    def wanted(self) -> frozenset[str]:
        """What the customer's messages show."""
        return frozenset(intent for line in self.customer for intent in intents_of(line.text))

    @cached_property
    def told(self) -> frozenset[str]:
        """What the business's messages show."""
        return frozenset(intent for line in self.lines if line.by_business for intent in intents_of(line.text))

    @cached_property
    def amount(self) -> str | None:
        """The last amount the business named."""
        amounts = [amount_in(line.text) for line in self.lines if line.by_business]
        return next((amount for amount in reversed(amounts) if amount), None)

    @cached_property
    def contact_given(self) -> bool:
        return any(has_contact_details(line.text) for line in self.customer)

    @cached_property
    def words(self) -> int:
        return sum(_words_in(line.text) for line in self.customer)

    @cached_property
    def kind(self) -> str:
        return next(kind for kind, fits in _RULES if fits(self))

    @property
    def case(self) -> Case:
        return CASES[self.kind]

    @cached_property
    def evidence(self) -> Sequence[Line]:
        """Up to two customer messages that tell most, the most telling first."""
        lines = [line for line in self.customer if line.text.strip()]
        ranked = sorted(lines, key=lambda line: (-self._weight(line), line.number))
        return ranked[:2]

    @property
    def quote(self) -> str:
        """The start of the most telling message, letter by letter."""
        if not self.evidence:
            return ""
        text = self.evidence[0].text
        words = text.split(" ")[:_LONGEST_QUOTE_WORDS]
        return " ".join(words)[:_LONGEST_QUOTE_CHARS].strip()

    @cached_property
    def product(self) -> str | None:
        """What it is about by name, with the number of pieces the customer wants: `3 x House Blend 1 kg`.

        The shortest mention: a longer one has caught a word of its sentence.
        """
        mentioned = [product for line in self.lines if (product := product_in(line.text))]
        if not mentioned:
            return None
        product = min(mentioned, key=len)
        pieces = next((count for line in self.customer if (count := pieces_of(product, line.text))), None)
        return f"{pieces} x {product}" if pieces else product

    @cached_property
    def score(self) -> int:
        base = self.case.score
        if base < 15:
            return max(0, base + self.dice(5) - 2)
        shown = 3 * self.contact_given + 2 * ("urgency" in self.wanted) + min(3, len(self.customer) - 1)
        doubts = 8 * ("hesitation" in self.wanted) + (18 if self.words <= 3 and base > 30 else 0)
        return max(3, min(98, base + shown - doubts + self.dice(7) - 3))

    @cached_property
    def confidence(self) -> int:
        """A word or two leave it open what somebody wants, unless they are as plain as `unsubscribe`."""
        is_plain = self.case.confidence >= _PLAIN_CONFIDENCE
        thin = 0 if is_plain else 26 if self.words <= 3 else 16 if self.words <= 8 else 0
        return max(20, min(97, self.case.confidence - thin + self.dice(11) - 5))

    def dice(self, sides: int, salt: str = "") -> int:
        """0 to sides-1, the same for the same conversation."""
        text = salt + "\n".join(line.text for line in self.lines)
        return int.from_bytes(hashlib.sha256(text.encode("utf-8", "replace")).digest()[:4]) % sides

    def _weight(self, line: Line) -> float:
        intents = intents_of(line.text)
        own = sum(intent in intents for intent in _TELLING.get(self.kind, ()))
        return 10 * own + 3 * len(intents - _MERELY_POLITE) + min(len(line.text), 120) / 40


def _words_in(text: str) -> int:
    """About two characters make a word in scripts that put no spaces between them."""
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    return len(text.split()) + len(text) // 12 + wide // 2


_TELLING = {
    "SPAM": ("spam",),
    "OPT_OUT": ("opt_out",),
    "WRONG_CONTACT": ("wrong_contact",),
    "JOB": ("job",),
    "COMPLAINT": ("complaint",),
    "ORDER_STATUS": ("order_status",),
    "SUPPORT": ("support",),
    "DECLINED": ("declined",),
    "PAID": ("buy", "price"),
    "WHOLESALE_READY": ("wholesale", "commit"),
    "WHOLESALE_EXPLORING": ("wholesale",),
    "EVENT_READY": ("event", "commit"),
    "EVENT": ("event",),
    "ORDERING": ("buy", "commit"),
    "NEGOTIATING": ("discount", "price"),
    "SUBSCRIPTION": ("subscription",),
    "PRICE": ("price",),
    "AVAILABILITY": ("availability",),
    "PRAISE": ("praise",),
    "PRACTICAL": ("practical",),
    "INTEREST": ("interest",),
}


def _shows(*intents: str) -> Callable[[Reading], bool]:
    return lambda reading: any(intent in reading.wanted for intent in intents)


def _wrong_contact(reading: Reading) -> bool:
    return "wrong_page" in reading.told or "wrong_contact" in reading.wanted


def _complaint(reading: Reading) -> bool:
    if "support" in reading.wanted and "apology" not in reading.told:
        return False
    apologised = "apology" in reading.told and not reading.wanted & {"order_status", "declined"}
    return "complaint" in reading.wanted or apologised


def _ready(intent: str) -> Callable[[Reading], bool]:
    return lambda reading: intent in reading.wanted and ("commit" in reading.wanted or "paid" in reading.wanted)


def _negotiates(reading: Reading) -> bool:
    return "discount" in reading.wanted and reading.amount is not None


def _greets(reading: Reading) -> bool:
    return reading.words <= 6


def _asks(reading: Reading) -> bool:
    return any(any(mark in line.text for mark in _QUESTION_MARKS) for line in reading.customer)


_RULES: Sequence[tuple[str, Callable[[Reading], bool]]] = (
    ("SPAM", _shows("spam")),
    ("OPT_OUT", _shows("opt_out")),
    ("WRONG_CONTACT", _wrong_contact),
    ("JOB", _shows("job")),
    ("COMPLAINT", _complaint),
    ("SUPPORT", _shows("support")),
    ("DECLINED", _shows("declined")),
    ("WHOLESALE_READY", _ready("wholesale")),
    ("EVENT_READY", _ready("event")),
    ("PAID", _shows("paid")),
    ("ORDER_STATUS", _shows("order_status")),
    ("WHOLESALE_EXPLORING", _shows("wholesale")),
    ("EVENT", _shows("event")),
    ("ORDERING", _shows("buy", "commit")),
    ("NEGOTIATING", _negotiates),
    ("SUBSCRIPTION", _shows("subscription")),
    ("PRICE", _shows("price")),
    ("PRACTICAL", _shows("practical")),
    ("AVAILABILITY", _shows("availability")),
    ("PRAISE", _shows("praise")),
    ("INTEREST", _shows("interest")),
    ("GREETING", _greets),
    ("QUESTION", _asks),
    ("UNCLEAR", lambda _: True),
)
"""The first that fits wins; the last always does."""
