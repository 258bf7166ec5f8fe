"""Profile pictures: a disc on a coloured ground, as PNG, different for every id."""

from __future__ import annotations

import hashlib
import struct
import zlib
from functools import lru_cache

SIZE_PIXELS = 100
_RADIUS = 32


@lru_cache(maxsize=256)
def picture(owner_id: str) -> bytes:
    """A PNG of `SIZE_PIXELS` by `SIZE_PIXELS`."""
    digest = hashlib.blake2b(owner_id.encode(), digest_size=3).digest()
    ground = bytes(64 + value // 2 for value in digest)
    disc = bytes(min(255, value + 80) for value in ground)
    rows = b"".join(b"\0" + _row(y, ground, disc) for y in range(SIZE_PIXELS))
    header = struct.pack(">IIBBBBB", SIZE_PIXELS, SIZE_PIXELS, 8, 2, 0, 0, 0)  # 8 bits a channel, RGB
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(kind, data) for kind, data in ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    )


def _row(y: int, ground: bytes, disc: bytes) -> bytes:
    middle = SIZE_PIXELS // 2
    inside = ((x - middle) ** 2 + (y - middle) ** 2 < _RADIUS**2 for x in range(SIZE_PIXELS))
    return b"".join(disc if yes else ground for yes in inside)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
