"""DynamoDB's expressions on plain dicts: the part of them that the flow and the adapters use."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from boto3.dynamodb.types import TypeDeserializer

from tests.torture.definition import Unsupported

Item = dict[str, Any]

_TOKEN = re.compile(r"\s*([(),=+-]|<>|<=|>=|<|>|[#:]?\w+)")
_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: a == b,
    "<>": lambda a, b: a != b,
    "<": lambda a, b: a is not None and a < b,
    ">": lambda a, b: a is not None and a > b,
    "<=": lambda a, b: a is not None and a <= b,
    ">=": lambda a, b: a is not None and a >= b,
}
plain = TypeDeserializer().deserialize


class ConditionFailed(Exception):
    """Nothing was changed."""


def holds(condition: str, item: Item | None, request: Mapping[str, Any]) -> bool:
    """Whether `item` (None: there is none) is as the condition wants it."""
    reader = _Reader(condition, item or {}, request)
    held = reader.condition()
    reader.end()
    return held


def updated(item: Item | None, request: Mapping[str, Any]) -> Item:
    """`item` as an UpdateItem leaves it. Raises ConditionFailed."""
    if "ConditionExpression" in request and not holds(request["ConditionExpression"], item, request):
        raise ConditionFailed
    key = {name: plain(value) for name, value in request["Key"].items()}
    return _Reader(request["UpdateExpression"], item or key, request).update()


class _Reader:
    """Reads one expression from left to right."""

    def __init__(self, text: str, item: Item, request: Mapping[str, Any]) -> None:
        self._tokens = _TOKEN.findall(text)
        if re.sub(r"\s", "", text) != "".join(self._tokens):
            raise Unsupported(text)
        self._item = item
        self._names = request.get("ExpressionAttributeNames", {})
        self._values = request.get("ExpressionAttributeValues", {})

    def end(self) -> None:
        if self._tokens:
            raise Unsupported(" ".join(self._tokens))

    def condition(self) -> bool:
        held = self._both()
        while self._skips("OR"):
            held = self._both() or held
        return held

    def update(self) -> Item:
        new, action = dict(self._item), ""
        while self._tokens:
            if self._tokens[0].upper() in {"SET", "REMOVE", "ADD"}:
                action = self._take().upper()
            name = self._name(self._take())
            if action == "SET":
                self._take("=")
                new[name] = self._sum()
            elif action == "ADD":
                new[name] = _added(new.get(name), self._operand())
            elif action == "REMOVE":
                new.pop(name, None)
            else:
                raise Unsupported(f"{action} {name}")
            self._skips(",")
        return new

    def _both(self) -> bool:
        held = self._term()
        while self._skips("AND"):
            held = self._term() and held
        return held

    def _term(self) -> bool:
        if self._skips("NOT"):
            return not self._term()
        if self._skips("("):
            held = self.condition()
            self._take(")")
            return held
        if self._tokens[0] in {"attribute_exists", "attribute_not_exists"}:
            wanted = self._take() == "attribute_exists"
            (name,) = self._arguments(lambda: self._name(self._take()))
            return (name in self._item) is wanted
        if self._skips("BEGINS_WITH"):
            text, prefix = self._arguments(self._operand)
            return str(text).startswith(prefix)
        return self._comparison()

    def _comparison(self) -> bool:
        left, operator = self._operand(), self._take()
        if operator.upper() == "IN":
            return left in self._arguments(self._operand)
        if operator.upper() == "BETWEEN":
            first = self._operand()
            self._take("AND")
            last = self._operand()
            return left is not None and first <= left <= last
        return _COMPARE[operator](left, self._operand())

    def _sum(self) -> Any:
        value = self._operand()
        while self._tokens and self._tokens[0] in {"+", "-"}:
            value = value + self._operand() if self._take() == "+" else value - self._operand()
        return value

    def _operand(self) -> Any:
        token = self._take()
        if token == "if_not_exists":
            self._take("(")
            name = self._name(self._take())
            self._take(",")
            otherwise = self._operand()
            self._take(")")
            return self._item.get(name, otherwise)
        if token == "size":
            (value,) = self._arguments(self._operand)
            return None if value is None else len(value)
        if token == "list_append":
            head, tail = self._arguments(self._operand)
            return [*head, *tail]
        if self._tokens[:1] == ["("]:
            raise Unsupported(token)
        return plain(self._values[token]) if token.startswith(":") else self._item.get(self._name(token))

    def _arguments(self, read: Callable[[], Any]) -> list[Any]:
        self._take("(")
        found = [read()]
        while self._skips(","):
            found.append(read())
        self._take(")")
        return found

    def _name(self, token: str) -> str:
        return self._names[token] if token.startswith("#") else token

    def _skips(self, word: str) -> bool:
        """Whether `word` came next; it is behind us then."""
        found = bool(self._tokens) and self._tokens[0].upper() == word
        if found:
            self._tokens.pop(0)
        return found

    def _take(self, expected: str | None = None) -> str:
        token = self._tokens.pop(0)
        if expected is not None and token != expected:
            raise Unsupported(f"{token} where {expected} should be")
        return token


def _added(old: Any, more: Any) -> Any:
    """ADD: numbers are summed, sets united."""
    return more if old is None else (old | more if isinstance(old, set) else old + more)
