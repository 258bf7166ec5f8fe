"""What people and the Page write to each other, composed from a language's scripts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random

from simulators.graph.casting import Person, ascii_words
from simulators.graph.material import Phrasebook, Turn, mix, phrasebook

_SLOT = re.compile(r"\{(\w+)\}")
_SENTENCE_END = re.compile(r"([?!])(?=\s|$)")
_PACK_SIZE = re.compile(r" (\d|\().*")
_SPOKEN_FRESH = {"greet", "thanks"}
_OPTIONAL_TURN_SHARE = 0.6
_BROKEN_OFF_SHARE = 0.12


@dataclass(frozen=True, slots=True)
class Line:
    """`by_page` tells the sides apart; `opens` marks the first line of a visit, long after the one before."""

    by_page: bool
    text: str
    opens: bool = False


@dataclass
class Composer:
    """Writes one conversation's lines; a slot keeps its value for a whole visit (one product, one order)."""

    rng: Random
    language: str
    person: Person
    _bound: dict[str, str] = field(default_factory=dict[str, str])

    def visits(self, kinds: list[str]) -> list[Line]:
        """One script after another, each a visit of the same person."""
        lines: list[Line] = []
        habit = self.rng.random()
        for kind in kinds:
            self._bound = {}
            book = phrasebook(self.language)
            script = self.rng.choice(book.scripts[kind])
            for position, line in enumerate(self._played(script, book, habit)):
                lines.append(Line(line.by_page, line.text, opens=position == 0))
        return lines

    def _played(self, script: tuple[Turn, ...], book: Phrasebook, habit: float) -> Iterator[Line]:
        chosen: int | None = 0
        breaks_off = self.rng.random() < _BROKEN_OFF_SHARE
        for turn in script[: self.rng.randrange(1, len(script) + 1) if breaks_off else len(script)]:
            chosen = self._choice(turn, chosen)
            if chosen is None or not (template := turn.lines[chosen % len(turn.lines)]):
                continue
            text = self._filled(template, book)
            by_page = turn.speaker == "p"
            yield Line(by_page, text if by_page else _typed(text, habit))

    def _choice(self, turn: Turn, previous: int | None) -> int | None:
        if turn.matching:
            return previous
        if turn.optional and self.rng.random() > _OPTIONAL_TURN_SHARE:
            return None
        return self.rng.randrange(len(turn.lines))

    def _filled(self, template: str, book: Phrasebook) -> str:
        filled = _SLOT.sub(lambda slot: self.value(slot[1], book), template)
        return filled[:1].upper() + filled[1:] if template.startswith("{") else filled

    def value(self, slot: str, book: Phrasebook) -> str:
        """What a slot stands for in this conversation."""
        if slot in _SPOKEN_FRESH:
            return self.rng.choice(book.slots[slot])
        if slot not in self._bound:
            listed = book.slots.get(slot)
            self._bound[slot] = self.rng.choice(listed) if listed else _computed(self, slot, book)
        return self._bound[slot]


def _pack_price(composer: Composer, book: Phrasebook) -> int:
    return mix().products[composer.value("product", book)]


def _total(composer: Composer, book: Phrasebook) -> int:
    return int(composer.value("qty", book)) * _pack_price(composer, book)


def _email(composer: Composer) -> str:
    return ".".join(ascii_words(composer.person.full_name)[:2] or ["hello"]) + "@mail.example"


def _computed(composer: Composer, slot: str, book: Phrasebook) -> str:
    """The value of a slot no phrasebook lists."""
    if slot in _NUMBERS:
        return str(composer.rng.randrange(*_NUMBERS[slot]))
    return _COMPUTED[slot](composer, book)


_COMPUTED: dict[str, Callable[[Composer, Phrasebook], str]] = {
    "first": lambda composer, _: composer.person.first_name,
    "name": lambda composer, _: composer.person.full_name,
    "email": lambda composer, _: _email(composer),
    "phone": lambda composer, _: f"+1 619 555 01{composer.rng.randrange(100):02d}",
    "order": lambda composer, _: f"SR-{composer.rng.randrange(10_000, 99_999)}",
    "product": lambda composer, _: composer.rng.choice(list(mix().products)),
    "bean": lambda composer, book: _PACK_SIZE.sub("", composer.value("product", book)),
    "price": lambda composer, book: str(_pack_price(composer, book)),
    "total": lambda composer, book: str(_total(composer, book)),
    "discounted": lambda composer, book: f"{_total(composer, book) * 0.9:.2f}",
    "catering": lambda composer, book: str(180 + 6 * int(composer.value("guests", book))),
}

# Slot -> lowest value, end (exclusive), step.
_NUMBERS = {
    "qty": (2, 7, 1),
    "kilos": (10, 90, 5),
    "days": (4, 15, 1),
    "house": (3, 240, 1),
    "guests": (15, 160, 5),
    "budget": (120, 600, 20),
}


def _typed(text: str, habit: float) -> str:
    """The same words as a person with a habit would type them: `habit` in 0..1 is that person's."""
    if habit < 0.22:
        # "UNSUBSCRIBE" and "PayPal" keep their capitals.
        return text[:1].lower() + text[1:] if text.split(" ", 1)[0].istitle() else text
    if habit < 0.40:
        return text.rstrip(".")
    if habit < 0.45:
        return text.lower().rstrip(".")
    if habit < 0.50:
        return _SENTENCE_END.sub(r"\1\1", text)
    return text
