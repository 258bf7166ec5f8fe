"""Naming what came with a message, whatever Graph tells of it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagesync.adapters.graph.attachments import labels_of
from pagesync.adapters.graph.parsing import conversation_of
from pagesync.domain.conversation import Platform

EU_NOTICE = "Media not available due to new privacy rules in Europe. See developer documentation for more info"


def label_of(**attachment: Any) -> str:
    (label,) = labels_of({"attachments": {"data": [{"id": "1", **attachment}]}})
    return label


@pytest.mark.parametrize(
    ("attachment", "label"),
    [
        ({"mime_type": "image/jpeg", "name": "image-1.jpg"}, "image"),
        ({"mime_type": "image/gif"}, "image"),
        ({"mime_type": "video/mp4", "name": "video-1.mp4"}, "video"),
        ({"mime_type": "audio/mpeg", "name": "note.mp3"}, "voice message"),
        ({"mime_type": "video/mp4", "name": "audioclip-1718-4000.mp4"}, "voice message"),
        ({"mime_type": "application/pdf", "name": "offer.pdf"}, "file offer.pdf"),
        ({"mime_type": "text/vcard", "name": "ana\u202e.vcf\n"}, "file ana.vcf"),
        ({"mime_type": "application/zip"}, "file"),
        ({"mime_type": "application/octet-stream", "name": "photo.jpg"}, "file photo.jpg"),
        ({"name": "image-1.jpg"}, "image"),
        ({"name": "clip.MOV"}, "video"),
        ({"name": "audioclip-17.mp4", "video_data": {}}, "voice message"),
        ({"image_data": {"width": 1080}}, "image"),
        ({"video_data": {"length": 3}}, "video"),
        ({"file_url": "https://cdn.example/1"}, "file"),
        ({"name": EU_NOTICE}, "attachment"),
        ({"type": "sticker"}, "sticker"),
        ({"type": "location"}, "location"),
        ({"type": "ig_reel"}, "shared post"),
        ({"type": "fallback"}, "shared post"),
        ({"type": "hologram"}, "attachment"),
        ({"type": "hologram", "mime_type": "image/png"}, "image"),
        ({"generic_template": {"title": "Featured product"}}, "attachment"),
        ({}, "attachment"),
        ({"mime_type": 7, "name": ["x"], "type": {}}, "attachment"),
    ],
    ids=str,
)
def test_an_attachment_is_named_as_people_would_name_it(attachment: dict[str, Any], label: str) -> None:
    assert label_of(**attachment) == label


def test_a_long_file_name_is_cut() -> None:
    assert label_of(mime_type="application/pdf", name=f"{'offer ' * 50}.pdf") == f"file {('offer ' * 10).strip()}"


def test_a_sticker_is_one_thing_however_it_is_told() -> None:
    picture = {"data": [{"id": "1", "mime_type": "image/png"}, {"id": "1", "type": "sticker"}]}
    assert labels_of({"sticker": "https://cdn.example/1.png", "attachments": picture}) == ("sticker",)


def test_a_share_stands_behind_what_is_attached() -> None:
    message = {"attachments": {"data": [{"mime_type": "image/png"}]}, "shares": {"data": [{"id": "9"}, {}]}}
    assert labels_of(message) == ("image", "shared post", "shared post")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["data", "type", "mime_type", "name", "image_data", "id", "attachments", "shares", "sticker", "messages"]
    ), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(json_values, json_values, json_values)
def test_no_shape_of_an_attachment_breaks_a_conversation(
    sticker: object, attachments: object, shares: object
) -> None:
    message = {"id": "m_1", "sticker": sticker, "attachments": attachments, "shares": shares, "message": "Hi"}
    conversation = conversation_of({"id": "t_1", "messages": {"data": [message]}}, Platform.MESSENGER)
    (read,) = conversation.messages
    assert (read.message_id, read.text) == ("m_1", "Hi")
    assert all(label and len(label) < 80 for label in read.attachments)


def test_half_an_emoji_does_not_keep_a_conversation_from_being_stored() -> None:
    """JSON may say what UTF-8 cannot: a text that was cut in the middle of one."""
    said = {"id": "m_1", "message": "thanks \ud83d", "from": {"id": "9", "name": "Ana \udc4d"}}
    row = {"id": "t_1", "participants": {"data": [said["from"]]}, "messages": {"data": [said]}}
    conversation = conversation_of(row, Platform.MESSENGER)
    assert conversation.messages[0].text == "thanks ?"
    assert str(conversation).encode()
