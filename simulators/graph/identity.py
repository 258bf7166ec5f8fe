"""Ids that look unrelated yet are computed from an index, so a world of any size needs no id table."""

from __future__ import annotations

import base64
import binascii
import hashlib

from simulators.graph.model import Platform

_DIGITS = 12
_MODULUS = 10**_DIGITS
_MASK_BYTES = 8
_INSTAGRAM_THREAD_PREFIX = "aWdfZAG06MTpJR01lc3NhZA2VUaHJlYWQ6"
_INSTAGRAM_MESSAGE_PREFIX = "aWdfZAG1faXRlbToxOklHTWVzc2FnZAUlE"
_INSTAGRAM_THREAD_SPACE = "340282366841710300949128"


class Numbering:
    """A reversible shuffle of 0..10**12-1 chosen by a text."""

    def __init__(self, text: str) -> None:
        digest = hashlib.blake2b(text.encode(), digest_size=16).digest()
        # Ending in 7 keeps the factor coprime to 10, hence invertible.
        self._factor = int.from_bytes(digest[:8], "big") % (_MODULUS // 10) * 10 + 7
        self._inverse = pow(self._factor, -1, _MODULUS)
        self._offset = int.from_bytes(digest[8:], "big") % _MODULUS

    def scramble(self, index: int) -> int:
        return (index * self._factor + self._offset) % _MODULUS

    def unscramble(self, number: int) -> int:
        return (number - self._offset) * self._inverse % _MODULUS


class Identifiers:
    """The thread, message and person ids of one inbox, and the way back from an id to its index."""

    def __init__(self, *, seed: int, owner_id: str, platform: Platform) -> None:
        """`owner_id` is the Page's id for Messenger and the professional account's id for Instagram."""
        scope = f"{seed}:{platform}:{owner_id}"
        self._platform = platform
        self._owner_id = owner_id
        self._threads = Numbering(f"thread:{scope}")
        self._people = Numbering(f"person:{scope}")
        self._secret = hashlib.blake2b(scope.encode(), digest_size=16).digest()
        self._prefix = int.from_bytes(self._secret[:2], "big") % 900 + 100
        self._person_prefix = (
            f"{self._prefix}{self._prefix % 7 + 2}" if platform == "messenger" else str(self._prefix)
        )

    def person_id(self, index: int) -> str:
        """Page-scoped (16 digits) or Instagram-scoped (15 digits) id."""
        return f"{self._person_prefix}{self._people.scramble(index):012d}"

    def person_index(self, person_id: str) -> int | None:
        """The index behind a person's id, None for any other text."""
        number = person_id[len(self._person_prefix) :]
        if not (number.isascii() and number.isdigit()):
            return None
        index = self._people.unscramble(int(number))
        return index if self.person_id(index) == person_id else None

    def thread_id(self, index: int) -> str:
        number = self._threads.scramble(index)
        if self._platform == "messenger":
            return f"t_10{self._prefix}{number:012d}"
        return _INSTAGRAM_THREAD_PREFIX + _encode(
            f"{self._owner_id}:{_INSTAGRAM_THREAD_SPACE}{number:012d}".encode()
        )

    def thread_index(self, thread_id: str) -> int | None:
        """The index behind a thread id of this inbox, None for any other text."""
        tail = thread_id
        if self._platform == "instagram":
            tail = _decode(thread_id.removeprefix(_INSTAGRAM_THREAD_PREFIX)).decode("ascii", "replace")
        number = tail[-_DIGITS:]
        if not (number.isascii() and number.isdigit() and len(number) == _DIGITS):
            return None
        index = self._threads.unscramble(int(number))
        return index if self.thread_id(index) == thread_id else None

    def message_id(self, index: int, ordinal: int) -> str:
        """The id of a thread's message number `ordinal`, counted from the oldest."""
        place = index.to_bytes(6, "big") + ordinal.to_bytes(2, "big")
        filler = hashlib.blake2b(place, key=self._secret, digest_size=44).digest()
        masked = bytes(left ^ right for left, right in zip(place, filler, strict=False))
        if self._platform == "messenger":
            return "m_" + _encode(masked + filler)
        return _INSTAGRAM_MESSAGE_PREFIX + _encode(self._owner_id.encode() + b":" + masked + filler)

    def message_place(self, message_id: str) -> tuple[int, int] | None:
        """(thread index, ordinal) behind a message id of this inbox, None for any other text."""
        prefix = "m_" if self._platform == "messenger" else _INSTAGRAM_MESSAGE_PREFIX
        raw = _decode(message_id.removeprefix(prefix))
        if self._platform == "instagram":
            raw = raw.removeprefix(self._owner_id.encode() + b":")
        masked, filler = raw[:_MASK_BYTES], raw[_MASK_BYTES:]
        place = bytes(left ^ right for left, right in zip(masked, filler, strict=False))
        index, ordinal = int.from_bytes(place[:6], "big"), int.from_bytes(place[6:], "big")
        return (index, ordinal) if self.message_id(index, ordinal) == message_id else None


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _decode(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        return b""
