"""Exported files in memory."""

from collections.abc import Iterable

from pagesync.domain.page import OrgId


class InMemoryExportFiles:
    """`files` has what was written, by its URL; `chunks` how many pieces each was written in."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.chunks: list[int] = []

    def write(self, *, org_id: OrgId, name: str, chunks: Iterable[bytes]) -> str:
        pieces = list(chunks)
        url = f"https://files.example/{org_id}/{len(self.files)}/{name}"
        self.files[url] = b"".join(pieces)
        self.chunks.append(len(pieces))
        return url
