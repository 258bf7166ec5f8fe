"""Small ports in memory: an inbox, a cipher, claim checks and a workflow that only remembers."""

import uuid
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

from pagesync.domain.conversation import Conversation, ConversationPage, Lead, Platform
from pagesync.domain.errors import (
    CursorRejected,
    SourceError,
    SourceForbidden,
    SourceUnavailable,
    TokenRejected,
    TooMuchData,
)
from pagesync.domain.page import OrgId
from pagesync.domain.throttle import Usage


@dataclass
class InMemoryInbox:
    """ConversationSource over lists, newest first; `answers` are raised, one a call, before a list is looked at.

    `undeliverable` conversations are too much for any page they are on, unless only ids are asked for; `hanging`
    ones show as a timeout instead.
    """

    conversations: Sequence[Conversation] = ()
    token: str = "page-token"
    answers: list[SourceError | None] = field(default_factory=list)
    limits: list[int] = field(default_factory=list)
    instagram: Sequence[Conversation] = ()
    usage: Usage = Usage()  # noqa: RUF009 - frozen
    undeliverable: set[str] = field(default_factory=set)
    hanging: set[str] = field(default_factory=set)
    read: list[str] = field(default_factory=list)
    on_call: Callable[[], object] = lambda: None

    def list_conversations(
        self,
        *,
        page_id: str,
        token: str,
        platform: Platform,
        cursor: str | None,
        limit: int,
        ids_only: bool = False,
    ) -> ConversationPage:
        self.on_call()
        self.limits.append(limit)
        self._answer(token)
        if cursor is not None and not cursor.isdigit():
            raise CursorRejected("Facebook no longer knows this place in the list.")
        everybody = self.instagram if platform is Platform.INSTAGRAM else self.conversations
        start = int(cursor or 0)
        end = start + limit
        found = everybody[start:end]
        if not ids_only and any(each.conversation_id in self.undeliverable for each in found):
            raise TooMuchData("Facebook asks for smaller pages.")
        if not ids_only and any(each.conversation_id in self.hanging for each in found):
            raise SourceUnavailable("Facebook did not answer.")
        if ids_only:
            found = [Conversation(each.conversation_id, each.updated_at) for each in found]
        return ConversationPage(found, str(end) if end < len(everybody) else None, self.usage)

    def read_conversation(
        self, *, token: str, platform: Platform, conversation_id: str
    ) -> tuple[Conversation, Usage]:
        self.on_call()
        self._answer(token)
        self.read.append(conversation_id)
        if conversation_id in self.hanging:
            raise SourceUnavailable("Facebook did not answer.")
        if conversation_id in self.undeliverable:
            raise TooMuchData("Facebook asks for smaller pages.")
        for each in (*self.conversations, *self.instagram):
            if each.conversation_id == conversation_id:
                return each, self.usage
        raise SourceForbidden("Facebook does not show this to us.")

    def _answer(self, token: str) -> None:
        if self.answers and (error := self.answers.pop(0)):
            raise error
        if token != self.token:
            raise TokenRejected("Facebook no longer accepts this Page's access token.")


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

    def writing(self) -> AbstractContextManager["InMemoryPayloads"]:
        return nullcontext(self)

    def put(self, *, prefix: str, leads: Sequence[Lead]) -> str:
        key = f"{prefix}/{uuid.uuid4()}.json"
        self.stored[key] = list(leads)
        return key

    def get(self, key: str) -> Sequence[Lead]:
        return self.stored[key]


@dataclass
class RememberedStarts:
    """Workflow that runs nothing: what was started counts as running until it is stopped."""

    started: list[str] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)

    def start(self, job_id: str) -> None:
        if job_id not in self.started:
            self.started.append(job_id)

    def is_running(self, job_id: str) -> bool:
        return job_id in self.started and job_id not in self.stopped

    def stop(self, job_id: str) -> None:
        self.stopped.append(job_id)
