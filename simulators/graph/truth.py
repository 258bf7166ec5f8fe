"""`GET /__world`: the truth about the world, for tests to compare with what a client made of it."""

from __future__ import annotations

from collections.abc import Mapping

from simulators.graph.errors import Json
from simulators.graph.inbox import Inbox
from simulators.graph.model import Conversation, Message, Platform
from simulators.graph.nodes import iso
from simulators.graph.shapes import ControlError
from simulators.graph.world import FacebookPage, World

_DEFAULT_LIMIT = "1000"


def truth(world: World, params: dict[str, str]) -> Json:
    """All Pages, or with `pageId` (and `platform`, `offset`, `limit`) one inbox in listing order."""
    if "pageId" not in params:
        return {"pages": [_page_truth(page) for page in world.pages]}
    inbox = inbox_named(world, params)
    offset, limit = _count(params, "offset", "0"), _count(params, "limit", _DEFAULT_LIMIT)
    rows = inbox.following(None, offset + limit)[offset:]
    return {
        "pageId": params["pageId"],
        "platform": params.get("platform", "messenger"),
        "count": len(inbox),
        "conversations": [_conversation_truth(one) for _, one in rows],
    }


def page_named(world: World, page_id: str) -> FacebookPage:
    page = world.page(page_id)
    if page is None:
        raise ControlError(f"pageId {page_id!r} is no Page of this world")
    return page


def inbox_named(world: World, names: Mapping[str, str]) -> Inbox:
    """The inbox under `pageId` and `platform` (default messenger)."""
    platform: Platform = "instagram" if names.get("platform") == "instagram" else "messenger"
    inbox = page_named(world, names["pageId"]).inboxes.get(platform)
    if inbox is None:
        raise ControlError(f"platform: the Page has no {platform} inbox")
    return inbox


def _count(params: dict[str, str], name: str, default: str) -> int:
    value = params.get(name, default)
    if not (value.isascii() and value.isdigit()):
        raise ControlError(f"{name} must be an integer of at least 0")
    return int(value)


def _page_truth(page: FacebookPage) -> Json:
    return {
        "pageId": page.id,
        "name": page.name,
        "accessToken": page.access_token,
        "instagramAccountId": page.instagram.id if page.instagram else None,
        "conversations": {platform: len(inbox) for platform, inbox in page.inboxes.items()},
    }


def _conversation_truth(one: Conversation) -> Json:
    return {
        "id": one.id,
        "kind": one.kind,
        "language": one.language,
        "updatedTime": iso(one.updated_at),
        "participants": [{"id": who.id, "name": who.name, "username": who.username} for who in one.participants],
        "messages": [_message_truth(message) for message in one.messages],
    }


def _message_truth(message: Message) -> Json:
    sender = message.sender
    return {
        "id": message.id,
        "createdTime": iso(message.created_at),
        "fromId": sender.id if sender else None,
        "fromName": (sender.name or sender.username) if sender else None,
        "text": message.text,
        "attachments": [one.type or one.mime_type or one.name for one in message.attachments],
        "shares": len(message.shares),
    }
