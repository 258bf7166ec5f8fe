"""Small ports in memory: an inbox, a cipher, claim checks and a workflow that only remembers."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

from pagesync.domain.conversation import Conversation, ConversationPage, Lead, Platform
from pagesync.domain.errors import CursorRejected, SourceError, TokenRejected
from pagesync.domain.page import OrgId


@dataclass
class InMemoryInbox:
    """ConversationSource over a list; `answers` are raised or obeyed one a call before the list is looked at."""

    conversations: Sequence[Conversation] = ()
    token: str = "page-token"
    answers: list[SourceError | None] = field(default_factory=list)
    limits: list[int] = field(default_factory=list)

    def list_conversations(
        self, *, page_id: str, token: str, platform: Platform, cursor: str | None, limit: int
    ) -> ConversationPage:
        self.limits.append(limit)
        if self.answers and (error := self.answers.pop(0)):
            raise error
        if token != self.token:
            raise TokenRejected("Facebook no longer accepts this Page's access token.")
        if cursor is not None and not cursor.isdigit():
            raise CursorRejected("Facebook no longer knows this place in the list.")
        start = int(cursor or 0)
        end = start + limit
        return ConversationPage(
            conversations=self.conversations[start:end],
            next_cursor=str(end) if end < len(self.conversations) else None,
        )


class ReadableCipher:
    """Seals nothing, but refuses a ciphertext made for another Page or organisation."""

    def encrypt(self, token: str, *, org_id: OrgId, page_id: str) -> bytes:
        return f"{org_id}/{page_id}/{token}".encode()

    def decrypt(self, ciphertext: bytes, *, org_id: OrgId, page_id: str) -> str:
        prefix = f"{org_id}/{page_id}/"
        if not ciphertext.decode().startswith(prefix):
            raise ValueError("made for another Page")
        return ciphertext.decode().removeprefix(prefix)


@dataclass
class InMemoryPayloads:
    stored: dict[str, Sequence[Lead]] = field(default_factory=dict)

    def put(self, *, prefix: str, leads: Sequence[Lead]) -> str:
        key = f"{prefix}/{uuid.uuid4()}.json"
        self.stored[key] = list(leads)
        return key

    def get(self, key: str) -> Sequence[Lead]:
        return self.stored[key]


@dataclass
class RememberedStarts:
    """Workflow that runs nothing."""

    started: list[str] = field(default_factory=list)

    def start(self, job_id: str) -> None:
        if job_id not in self.started:
            self.started.append(job_id)
