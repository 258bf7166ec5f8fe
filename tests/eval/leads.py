"""A labelled conversation as the product would meet it: the one place that knows how the two differ."""

from datetime import timedelta

from pagesync.domain.conversation import Conversation, Lead, Message
from pagesync.domain.page import Playbook
from tests.eval.labelled import LabelledConversation, Line
from tests.samples import META_PAGE, NOON
from tests.talks import BUSINESS, CUSTOMER, SALES


def lead_of(labelled: LabelledConversation) -> Lead:
    messages = [_message(line, number) for number, line in enumerate(labelled.messages, 1)]
    conversation = Conversation(
        conversation_id=labelled.id,
        updated_at=messages[-1].sent_at,
        participants=(BUSINESS, CUSTOMER),
        messages=tuple(reversed(messages)),
    )
    return Lead(CUSTOMER, conversation, frozenset({META_PAGE}))


def playbook_of(labelled: LabelledConversation) -> Playbook:
    """A Page of that business with the stages every organisation starts with."""
    return Playbook(labelled.business, pipeline=SALES)


def _message(line: Line, number: int) -> Message:
    return Message(
        NOON + timedelta(minutes=line.minute),
        CUSTOMER if line.sender == "customer" else BUSINESS,
        line.text,
        message_id=f"m_{number}",
        attachments=line.attachments,
    )
