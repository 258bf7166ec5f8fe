"""Whether a conversation says anything that was not analysed before."""

import hashlib
import json

from pagesync.domain.conversation import Lead
from pagesync.domain.page import Playbook


def fingerprint(lead: Lead, playbook: Playbook) -> str:
    """Same fingerprint, same analysis: of who sent what and when, the stages there were to choose from, in their
    order, and the language asked for.
    """
    conversation, pipeline = lead.conversation, playbook.pipeline
    told = [
        [message.sent_at and message.sent_at.isoformat(), _who(message.sender), message.text, *message.attachments]
        for message in conversation.messages
    ]
    people = [[person.person_id, person.name] for person in conversation.participants]
    choice = pipeline.open_stages if pipeline else []
    stages = [[stage.stage_id, stage.name, stage.description] for stage in choice]
    content = json.dumps([told, people, stages, playbook.language], ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(content.encode()).hexdigest()


def _who(sender: object) -> list[object]:
    return [getattr(sender, "person_id", None), getattr(sender, "name", None)]
