"""The labelled set covers what it promises, and a label that breaks a rule is refused."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from pagesync.domain.pipeline import StageKind
from tests.eval.labelled import OPEN_STAGES, LabelledConversation, Situation, load
from tests.eval.leads import lead_of, playbook_of

CONVERSATIONS = load()
LANGUAGES = ("ar", "de", "en", "es", "pt", "vi")
FEW_WORDS = 4


def words_of(labelled: LabelledConversation) -> int:
    return sum(len(text.split()) for text in labelled.customer_words)


def test_there_are_enough_conversations_in_six_languages_about_as_many_of_each() -> None:
    sizes = Counter(each.language for each in CONVERSATIONS)
    assert sorted(sizes) == list(LANGUAGES)
    assert sum(sizes.values()) >= 96
    assert max(sizes.values()) - min(sizes.values()) <= 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_stage_an_analyst_may_choose_is_labelled_in_every_language(language: str) -> None:
    stages = Counter(each.labels.stage for each in CONVERSATIONS if each.language == language)
    assert stages.keys() == set(OPEN_STAGES)
    assert min(stages.values()) >= 2


@pytest.mark.parametrize("situation", list(Situation))
def test_every_situation_occurs_in_several_languages(situation: Situation) -> None:
    assert len({each.language for each in CONVERSATIONS if each.situation is situation}) >= 3


def test_no_message_and_no_business_occurs_twice() -> None:
    messages = Counter(text.casefold() for each in CONVERSATIONS for text in each.customer_words)
    businesses = Counter(each.business for each in CONVERSATIONS)
    assert [text for text, count in (messages + businesses).items() if count > 1] == []


def test_only_a_word_or_two_are_labelled_as_too_little_to_be_sure() -> None:
    short = {each.id for each in CONVERSATIONS if words_of(each) <= FEW_WORDS}
    assert {each.id for each in CONVERSATIONS if each.labels.expects_suggestion} == short


@pytest.mark.parametrize(
    "labelled", [each for each in CONVERSATIONS if each.language == "en"], ids=lambda each: each.id
)
def test_a_lead_is_told_as_graph_would_newest_first(labelled: LabelledConversation) -> None:
    lead = lead_of(labelled)
    told = lead.conversation.messages
    senders = {"customer": lead.person, "page": next(iter(set(lead.conversation.participants) - {lead.person}))}
    assert lead.has_text
    assert [(senders[line.sender], line.text, line.attachments) for line in reversed(labelled.messages)] == [
        (message.sender, message.text, message.attachments) for message in told
    ]
    assert len({message.message_id for message in told}) == len(told)
    assert lead.conversation.updated_at == told[0].sent_at == max(message.sent_at for message in told)
    assert senders["page"].person_id in lead.own_ids


def test_the_page_is_the_business_with_the_stages_everyone_starts_with() -> None:
    playbook = playbook_of(CONVERSATIONS[0])
    assert playbook.page_name == CONVERSATIONS[0].business
    assert playbook.pipeline is not None
    assert [stage.name for stage in playbook.pipeline.stages if stage.kind is StageKind.OPEN] == list(OPEN_STAGES)


def one(**changes: Any) -> dict[str, Any]:
    labels = {"stage": "Qualified", "leadStatus": "NEW", "scoreBand": [50, 69], "expectsSuggestion": False}
    return {
        "id": "en-one",
        "language": "en",
        "situation": "price question",
        "business": "Bakery",
        "messages": [{"from": "customer", "minute": 0, "text": "How much is it?"}],
        "labels": {**labels, **changes.pop("labels", {})},
        **changes,
    }


def said(*messages: tuple[str, int, str]) -> list[dict[str, Any]]:
    return [{"from": sender, "minute": minute, "text": text} for sender, minute, text in messages]


def load_from(folder: Path, *conversations: dict[str, Any]) -> tuple[LabelledConversation, ...]:
    (folder / "en.json").write_text(json.dumps(conversations), "utf-8")
    return load(folder)


def test_a_sound_file_is_read(tmp_path: Path) -> None:
    assert [each.id for each in load_from(tmp_path, one())] == ["en-one"]


@pytest.mark.parametrize(
    "broken",
    [
        one(labels={"stage": "Won"}),
        one(labels={"stage": "Prospect"}),
        one(labels={"alsoStages": ["Qualified"]}),
        one(labels={"alsoLeadStatuses": ["NEW"]}),
        one(labels={"leadStatus": "HOT"}),
        one(labels={"scoreBand": [50, 70]}),
        one(labels={"scoreBand": [55, 69]}),
        one(labels={"scoreBand": [85, 69]}),
        one(labels={"colour": "red"}),
        one(situation="small talk"),
        one(business=" "),
        one(id="de-one"),
        one(id="de-one", language="de"),
        one(messages=[]),
        one(messages=said(("page", 0, "Hello!"))),
        one(messages=said(("customer", 0, " "))),
        one(messages=said(("customer", 5, "Hello"), ("page", 4, "Hello!"))),
        one(messages=said(("friend", 0, "Hello"))),
        one(messages=[{"from": "customer", "minute": 0, "text": "Here", "attachments": ["file"]}]),
    ],
    ids=json.dumps,
)
def test_a_conversation_that_breaks_a_rule_is_refused_by_its_file(broken: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"en\.json"):
        load_from(tmp_path, broken)


def test_an_id_given_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="same id"):
        load_from(tmp_path, one(), one())
