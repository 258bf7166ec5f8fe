"""Attachments, stickers and shares of a message as JSON.

Sources: Meta's reference of Message Attachments and Message Shares; restfb's message fixtures v2_5 to v10_0
(Instagram gives no MIME type, the EU's stub nothing but a notice); the Messenger Platform changelog of 2026-06-01
(a sticker is an attachment of the type `sticker`).
"""

from __future__ import annotations

from simulators.graph import errors
from simulators.graph.errors import Json
from simulators.graph.fields import Selection
from simulators.graph.model import Attachment, Message, Platform, Share

_KNOWN = ("id", "type", "mime_type", "name", "size", "image_data", "video_data", "file_url", "generic_template")
_SHARE_KNOWN = ("id", "name", "link", "description", "template")


def attachments_of(message: Message, asked: Selection, platform: Platform) -> Json | None:
    """Everything there is, or the sub-fields asked for."""
    return _edge([_attachment(one, platform) for one in message.attachments], asked, _KNOWN, "MessageAttachment")


def shares_of(message: Message, asked: Selection) -> Json | None:
    """Links and posts; a share shows its id alone unless its fields are asked for."""
    children = asked.children or (Selection("id"),)
    return _edge(
        [_share(one) for one in message.shares],
        Selection(asked.name, asked.modifiers, children),
        _SHARE_KNOWN,
        "MessageShare",
    )


def _edge(items: list[Json], asked: Selection, known: tuple[str, ...], node_type: str) -> Json | None:
    for child in asked.children or ():
        if child.name not in known:
            raise errors.unknown_field(child.name, node_type)
    return {"data": [_chosen(item, asked.children) for item in items]} if items else None


def _chosen(item: Json, children: tuple[Selection, ...] | None) -> Json:
    """`id` is always there, and last, where fields are chosen."""
    if children is None:
        return item
    shown: Json = {}
    for child in children:
        value = item.get(child.name)
        if child.name != "id" and value is not None:
            shown[child.name] = _chosen_inside(value, child)
    return {**shown, "id": item["id"]}


def _chosen_inside(value: object, child: Selection) -> object:
    if child.children is None or not isinstance(value, dict):
        return value
    return {name.name: value[name.name] for name in child.children if name.name in value}


def _attachment(one: Attachment, platform: Platform) -> Json:
    shown: Json = {"id": one.id}
    if one.type is not None:
        shown["type"] = one.type
    if one.mime_type is not None and platform == "messenger":
        shown["mime_type"] = one.mime_type
    if one.name is not None:
        shown["name"] = one.name
    if one.size is not None and platform == "messenger":
        shown["size"] = one.size
    return {**shown, **_content(one)}


def _content(one: Attachment) -> Json:
    family = (one.mime_type or "").partition("/")[0]
    if one.type == "sticker" or family == "image":
        sizes = {"width": 1080, "height": 1350, "max_width": 1080, "max_height": 1350}
        looks = {"preview_url": one.url, "image_type": 1, "render_as_sticker": one.type == "sticker"}
        return {"image_data": {**sizes, "url": one.url, **looks}}
    if family == "video":
        return {"video_data": {"width": 720, "height": 1280, "length": 9, "video_type": 2, "url": one.url}}
    return {"file_url": one.url} if one.url else {}


def _share(one: Share) -> Json:
    return {"link": one.link, "name": one.name, "id": one.id}
