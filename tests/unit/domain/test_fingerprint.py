"""What makes a conversation worth another analysis."""

from dataclasses import replace
from datetime import timedelta

import pytest

from pagesync.domain.conversation import Lead, Message, Person
from pagesync.domain.fingerprint import fingerprint
from pagesync.domain.page import Playbook
from pagesync.domain.pipeline import Pipeline, Stage
from tests.samples import NOON
from tests.talks import SALES, talk

LEAD = talk("How much is it?", "$29")
PLAYBOOK = Playbook("Sunrise", pipeline=SALES)


def changed(**changes: object) -> Lead:
    """The lead with its newest message changed."""
    newest, *rest = LEAD.conversation.messages
    messages = [replace(newest, **changes), *rest]  # type: ignore[arg-type]
    return replace(LEAD, conversation=replace(LEAD.conversation, messages=messages))


@pytest.mark.parametrize(
    "change",
    [
        {"text": "$30"},
        {"sent_at": NOON + timedelta(hours=1)},
        {"sender": Person("77", "Friend")},
        {"attachments": ("image",)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_was_sent_when_and_by_whom_counts(change: dict[str, object]) -> None:
    assert fingerprint(changed(**change), PLAYBOOK) != fingerprint(LEAD, PLAYBOOK)


def test_another_kind_of_attachment_counts() -> None:
    one, other = changed(attachments=("image",)), changed(attachments=("file offer.pdf",))
    assert fingerprint(one, PLAYBOOK) != fingerprint(other, PLAYBOOK)


def test_the_id_of_a_message_does_not_count() -> None:
    assert fingerprint(changed(message_id="m_other"), PLAYBOOK) == fingerprint(LEAD, PLAYBOOK)


def test_a_new_message_and_a_new_stage_count() -> None:
    conversation = LEAD.conversation
    longer = replace(conversation, messages=[Message(NOON, None, "And now?"), *conversation.messages])
    renamed = Playbook("Sunrise", pipeline=Pipeline("pipe-1", "Sales", [Stage("stage-1", "Brand new")]))
    assert fingerprint(replace(LEAD, conversation=longer), PLAYBOOK) != fingerprint(LEAD, PLAYBOOK)
    assert fingerprint(LEAD, renamed) != fingerprint(LEAD, PLAYBOOK)
