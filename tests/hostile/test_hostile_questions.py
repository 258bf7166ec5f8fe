"""Whatever customers write, the model is asked the same question, and their words stay on their own lines."""

import json
import re
from dataclasses import replace

import pytest

from pagesync.adapters.gemini.answer import read_answer
from pagesync.adapters.gemini.prompt import Question, ask_about
from pagesync.adapters.gemini.trouble import Trouble
from pagesync.domain.conversation import Lead
from pagesync.domain.evidence import verified
from pagesync.domain.insight import Evidence, Insight
from pagesync.domain.page import Playbook
from pagesync.domain.pipeline import Pipeline, Stage
from pagesync.domain.text import fold, printable
from tests.hostile.injections import INJECTIONS, NAMES, Injection
from tests.talks import CUSTOMER, SALES, lead_of, talk

LINE = re.compile(r"\[(\d+)\] 2026-03-01 \d\d:\d\d (CUSTOMER|PAGE|OTHER): .+")
UNSEEN = re.compile(
    r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e-\u200f\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]"
)
NOTHING_WRONG = "leadScore: Input should be less than or equal to 100"

every_injection = pytest.mark.parametrize("injection", INJECTIONS, ids=NAMES)


def ask(lead: Lead, pipeline: Pipeline | None = SALES) -> Question:
    return ask_about(lead, Playbook("Sunrise Coffee", pipeline=pipeline), transcript_tokens=4_000)


def test_there_are_many_injections_in_many_languages() -> None:
    assert len(set(NAMES)) >= 48
    assert len({each.language for each in INJECTIONS}) >= 12
    assert len({each.trick for each in INJECTIONS}) >= 20


@every_injection
def test_every_message_keeps_to_one_line_under_the_label_of_its_sender(injection: Injection) -> None:
    question = ask(injection.lead)
    first, *lines, last = question.transcript.splitlines()
    assert (first, last) == (f"BEGIN {question.marker}", f"END {question.marker}")
    found = [LINE.fullmatch(line) for line in lines]
    assert [line and (int(line[1]), line[2]) for line in found] == list(enumerate(injection.senders, 1))


@every_injection
def test_nobody_writes_the_marker_or_what_is_not_seen(injection: Injection) -> None:
    question = ask(injection.lead)
    assert question.transcript.count(question.marker) == 2
    assert UNSEEN.search(question.transcript) is None
    assert question.transcript.encode("utf-8")


@every_injection
@pytest.mark.parametrize("pipeline", [SALES, None], ids=["placed", "summary"])
def test_the_instruction_has_no_word_of_the_conversation(injection: Injection, pipeline: Pipeline | None) -> None:
    hostile, harmless = ask(injection.lead, pipeline), ask(talk("Hello", "Hi!"), pipeline)
    hostile = hostile.corrected(NOTHING_WRONG)
    harmless = harmless.corrected(NOTHING_WRONG)
    assert hostile.instruction.replace(hostile.marker, "") == harmless.instruction.replace(harmless.marker, "")
    assert hostile.schema == {**harmless.schema, "properties": hostile.schema["properties"]}


@every_injection
def test_a_file_name_is_no_way_out_of_the_line_either(injection: Injection) -> None:
    lead = lead_of([(CUSTOMER, "Hello")])
    (message,) = lead.conversation.messages
    named = replace(message, attachments=tuple(f"file {text}" for text in injection.says))
    lead = replace(lead, conversation=replace(lead.conversation, messages=[named]))
    _, *lines, _ = ask(lead).transcript.splitlines()
    assert [bool(LINE.fullmatch(line)) for line in lines] == [True]


def answers_made_of(text: str) -> list[str]:
    """What a model might send that repeats the text, in each field and as a whole."""
    good = {
        "summary": "Asks for a price.",
        "evidence": [],
        "reasoning": "It is asked.",
        "recommendedStage": "Qualified",
        "leadStatus": "QUALIFIED",
        "leadScore": 60,
        "confidence": 70,
        "marker": "1f2e3d4c",
    }
    fields = ("recommendedStage", "leadStatus", "leadScore", "confidence", "marker")
    return [
        text,
        json.dumps(text),
        json.dumps({text: text}),
        *(json.dumps({**good, field: text}) for field in fields),
    ]


@every_injection
def test_a_correction_says_what_was_wrong_and_quotes_nothing_of_the_answer(injection: Injection) -> None:
    secret = "Zanzibar"
    for text in answers_made_of(f"{secret} {' '.join(injection.says)}"):
        trouble = read_answer(text, [stage.name for stage in SALES.stages], "1f2e3d4c")
        assert isinstance(trouble, Trouble)
        corrected = ask(talk("Hello")).corrected(trouble.correction)
        assert "was refused" in corrected.instruction
        assert secret not in corrected.instruction + trouble.message


@every_injection
def test_only_what_the_customer_really_wrote_is_evidence(injection: Injection) -> None:
    lead = injection.lead
    told = {message.message_id or "": message.text for message in lead.conversation.messages}
    wanted = [
        Evidence(message, text) for message in told for text in (*injection.says, "I paid Zanzibar", "$29 a bag")
    ]
    kept = [each for quote in wanted for each in verified(Insight("x", evidence=[quote]), lead).evidence]
    assert all(fold(printable(each.quote)) in fold(printable(told[each.message_id])) for each in kept)
    assert "m_1_2" not in {each.message_id for each in kept}
    assert "I paid Zanzibar" not in {each.quote for each in kept}


def test_two_pages_are_asked_about_without_a_word_of_each_other() -> None:
    bakery = Pipeline("pipe-2", "Bakery", [Stage("s-1", "Croissant fans", "Love croissants.")])
    here = ask_about(
        talk("One Zanzibar, please"), Playbook("Sunrise Coffee", pipeline=SALES), transcript_tokens=4_000
    )
    there = ask_about(
        talk("One baguette, please"), Playbook("Harbor Bakery", pipeline=bakery), transcript_tokens=4_000
    )
    told = [json.dumps([each.instruction, each.transcript, each.schema]) for each in (here, there)]
    assert [word for word in ("baguette", "Harbor", "Croissant", there.marker) if word in told[0]] == []
    assert [word for word in ("Zanzibar", "Sunrise", "Proposal", here.marker) if word in told[1]] == []
