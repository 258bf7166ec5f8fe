"""What came with a message, named as people would name it: "image", "voice message", "file offer.pdf".

Meta documents id, mime_type, name, size, image_data, video_data and file_url of an attachment (Graph API reference,
Message Attachments). Instagram leaves the MIME type out, and EU privacy rules everything but a notice in `name`
(restfb, message-eu.json). Stickers have been attachments of the type `sticker` since 2026-08-30 (Messenger Platform
changelog, 2026-06-01) and a field of the message before. What cannot be told is an "attachment".
"""

from typing import Any

from pagesync.domain.text import clipped, printable

_LONGEST_FILE_NAME = 60
_UNKNOWN = "attachment"
_VOICE = "voice message"
_SHARED = "shared post"
_TYPES = {
    "image": "image",
    "animated_image": "image",
    "video": "video",
    "audio": _VOICE,
    "sticker": "sticker",
    "location": "location",
    **dict.fromkeys(
        ("share", "post", "ig_post", "reel", "ig_reel", "ig_story", "story_mention", "fallback"), _SHARED
    ),
}
"""Types of attachments as Meta's webhooks name them."""
_MIME_FAMILIES = {"image": "image", "video": "video", "audio": _VOICE}
_SUFFIXES = {
    **dict.fromkeys(("jpg", "jpeg", "png", "gif", "webp", "heic"), "image"),
    **dict.fromkeys(("mp4", "mov", "webm"), "video"),
    **dict.fromkeys(("mp3", "m4a", "aac", "ogg", "wav"), _VOICE),
}
_VOICE_PREFIX = "audioclip"
"""Voice messages come as MP4 files of this name."""


def labels_of(message: dict[str, Any]) -> tuple[str, ...]:
    if message.get("sticker"):
        # Nothing else travels with a sticker; its own picture may be listed beside it.
        return ("sticker",)
    shares = [_SHARED for _ in _items(message.get("shares"))]
    return (*map(_label, _items(message.get("attachments"))), *shares)


def _items(edge: object) -> list[Any]:
    items = edge.get("data") if isinstance(edge, dict) else None
    return items if isinstance(items, list) else []


def _label(item: object) -> str:
    if not isinstance(item, dict):
        return _UNKNOWN
    name = _text(item, "name")
    if name.lower().startswith(_VOICE_PREFIX):
        return _VOICE
    return _TYPES.get(_text(item, "type")) or _by_content(item, name)


def _by_content(item: dict[str, Any], name: str) -> str:
    family, _, subtype = _text(item, "mime_type").partition("/")
    if family in _MIME_FAMILIES:
        return _MIME_FAMILIES[family]
    if item.get("image_data"):
        return "image"
    if item.get("video_data"):
        return "video"
    suffix = _suffix(name)
    if not subtype and suffix in _SUFFIXES:
        return _SUFFIXES[suffix]
    if suffix:
        return f"file {clipped(printable(name), _LONGEST_FILE_NAME)}"
    return "file" if subtype or item.get("file_url") else _UNKNOWN


def _suffix(name: str) -> str:
    """The notice of the EU's privacy rules is a sentence, and no file name."""
    suffix = name.rpartition(".")[2].strip().lower() if "." in name else ""
    return suffix if suffix.isalnum() and len(suffix) <= 5 else ""


def _text(item: dict[str, Any], key: str) -> str:
    value = item.get(key)
    return value if isinstance(value, str) else ""
