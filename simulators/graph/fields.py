"""The `fields` parameter: `participants,updated_time,messages.limit(25){from,message,created_time}`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from simulators.graph import errors

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_MODIFIER = re.compile(r"\.([a-z_]+)\(([^()]*)\)")


@dataclass(frozen=True)
class Selection:
    """A requested field: modifiers such as `limit`, and the fields wanted inside it (None: defaults)."""

    name: str
    modifiers: dict[str, str] = field(default_factory=dict[str, str])
    children: tuple[Selection, ...] | None = None

    def __str__(self) -> str:
        modifiers = "".join(f".{name}({value})" for name, value in self.modifiers.items())
        return self.name + modifiers + (f"{{{joined(self.children)}}}" if self.children else "")


def joined(selections: tuple[Selection, ...]) -> str:
    """The text a `next` link repeats."""
    return ",".join(str(selection) for selection in selections)


def parse_fields(text: str) -> tuple[Selection, ...]:
    """Raises GraphError 2500 where the API would: modifiers stand before the braces, never after."""
    parser = _Parser(text)
    selections = parser.selections()
    if parser.position != len(text):
        raise parser.unexpected("end of string")
    return selections


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0

    def unexpected(self, expected: str) -> errors.GraphError:
        rest = self.text[self.position : self.position + 1]
        found = f' instead of "{rest}"' if rest else ""
        return errors.syntax_error(f"Expected {expected}{found}.", self.position, self.text)

    def selections(self) -> tuple[Selection, ...]:
        found = [self._selection()]
        while self._taken(","):
            found.append(self._selection())
        return tuple(found)

    def _selection(self) -> Selection:
        self._skip_spaces()
        name = _NAME.match(self.text, self.position)
        if name is None:
            raise self.unexpected("name")
        self.position = name.end()
        modifiers: dict[str, str] = {}
        while modifier := _MODIFIER.match(self.text, self.position):
            modifiers[modifier[1]] = modifier[2]
            self.position = modifier.end()
        return Selection(name[0], modifiers, self._children())

    def _children(self) -> tuple[Selection, ...] | None:
        if not self._taken("{"):
            return None
        children = self.selections()
        if not self._taken("}"):
            raise self.unexpected('"}"')
        return children

    def _taken(self, mark: str) -> bool:
        self._skip_spaces()
        if not self.text.startswith(mark, self.position):
            return False
        self.position += 1
        return True

    def _skip_spaces(self) -> None:
        while self.text.startswith(" ", self.position):
            self.position += 1
