"""The things a simulated Page's inbox is made of: participants, messages and conversations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Platform = Literal["messenger", "instagram"]


@dataclass(frozen=True, slots=True)
class Participant:
    """One side of a conversation. Messenger shows `name`, Instagram `username`; any field can be missing."""

    id: str | None
    name: str | None = None
    username: str | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file, picture or sticker. Media hidden by EU privacy rules has a `name` and neither type nor URL."""

    id: str
    name: str | None = None
    mime_type: str | None = None
    url: str | None = None
    type: str | None = None
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """A post, reel or link passed on in a message."""

    id: str
    name: str
    link: str


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `text` is `""` for stickers and attachments and None where the API sends no such key."""

    id: str
    created_at: int  # seconds since the epoch
    sender: Participant | None
    text: str | None
    attachments: tuple[Attachment, ...] = ()
    shares: tuple[Share, ...] = ()
    sticker_url: str | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """A thread. `kind` and `language` say what the writer wanted: ground truth, never served by the API."""

    id: str
    updated_at: int  # seconds since the epoch
    participants: tuple[Participant, ...]
    messages: tuple[Message, ...]  # newest first, as the API lists them
    kind: str
    language: str
    unread_count: int = 0
