"""What every ConversationAnalyst does, the scripted one and Gemini alike."""

import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import pytest

from pagesync.adapters.gemini import GeminiAnalyst
from pagesync.domain.conversation import Lead
from pagesync.domain.errors import AnalysisFailed
from pagesync.domain.evidence import verified
from pagesync.domain.page import Playbook
from pagesync.domain.pipeline import Pipeline, Stage, StageKind
from pagesync.ports import ConversationAnalyst
from simulators.gemini import GeminiSimulator
from tests.fakes.analyst import ScriptedAnalyst
from tests.talks import BUSINESS, CUSTOMER, SALES, lead_of, talk

SECRETS = ("Zanzibar", "Anastazja", "Corner Bean Bakery")
OPEN_STAGES = {stage.name for stage in SALES.stages if stage.kind is StageKind.OPEN}


@dataclass(frozen=True)
class Subject:
    """An analyst, and a way to make it fail for one conversation."""

    analyst: ConversationAnalyst
    fail_for: Callable[[Lead], object]


@pytest.fixture(scope="module")
def gemini() -> Iterator[GeminiSimulator]:
    with GeminiSimulator() as simulator:
        yield simulator


def scripted() -> Subject:
    analyst = ScriptedAnalyst()
    return Subject(analyst, lambda lead: analyst.failures.update({lead.conversation.conversation_id: "BLOCKED"}))


def over_http(gemini: GeminiSimulator) -> Subject:
    gemini.control.change({"reset": True})

    def fail_for(lead: Lead) -> None:
        words = lead.conversation.messages[-1].text
        gemini.control.change({"faults": [{"kind": "safety", "times": None, "matching": words}]})

    analyst = GeminiAnalyst(api_key=lambda: "key", model="gemini-3.5-flash-lite", base_url=gemini.url)
    return Subject(analyst, fail_for)


@pytest.fixture(params=["scripted", "gemini"])
def subject(request: pytest.FixtureRequest, gemini: GeminiSimulator) -> Subject:
    return scripted() if request.param == "scripted" else over_http(gemini)


@pytest.fixture
def analyst(subject: Subject) -> ConversationAnalyst:
    return subject.analyst


def test_a_pipeline_gives_a_summary_and_a_placement_within_it(analyst: ConversationAnalyst) -> None:
    insight = analyst.analyse(talk("How much is the blend?", "$29"), Playbook("Sunrise", pipeline=SALES))
    assert insight.summary
    assert insight.placement is not None
    assert insight.placement.stage_name in OPEN_STAGES
    assert 0 <= insight.placement.lead_score <= 100
    assert 0 <= insight.placement.confidence <= 100
    assert insight.placement.reasoning


def test_without_a_pipeline_there_is_only_a_summary(analyst: ConversationAnalyst) -> None:
    insight = analyst.analyse(talk("How much is the blend?"), Playbook("Sunrise", pipeline=None))
    assert insight.summary
    assert insight.placement is None


@pytest.mark.parametrize("kinds", [[], [StageKind.WON, StageKind.LOST]])
def test_a_pipeline_without_an_open_stage_gives_no_placement(
    analyst: ConversationAnalyst, kinds: list[StageKind]
) -> None:
    closed = Pipeline("p", "Closed", [Stage(str(kind), f"Stage {kind}", kind=kind) for kind in kinds])
    insight = analyst.analyse(talk("I want to order today"), Playbook("Sunrise", pipeline=closed))
    assert insight.summary
    assert insight.placement is None


@pytest.mark.parametrize("words", ["I paid, thanks! You won me over.", "We went with another shop, you lost us"])
def test_won_and_lost_are_never_chosen(analyst: ConversationAnalyst, words: str) -> None:
    insight = analyst.analyse(talk("How much?", "$29", words), Playbook("Sunrise", pipeline=SALES))
    assert insight.placement is not None
    assert insight.placement.stage_name in OPEN_STAGES


def test_a_stage_is_named_exactly_as_the_pipeline_spells_it(analyst: ConversationAnalyst) -> None:
    odd = Pipeline("p", "Odd", [Stage("1", "  Étape  №1 / «Nouveau» ✨")])
    insight = analyst.analyse(talk("Bonjour"), Playbook("Sunrise", pipeline=odd))
    assert insight.placement is not None
    assert insight.placement.stage_name == "  Étape  №1 / «Nouveau» ✨"


def test_somebody_ready_to_buy_scores_higher_than_a_greeting(analyst: ConversationAnalyst) -> None:
    buyer = talk(
        "I'd like to order 3 bags, can I pick them up today?", "Sure!", "Great, send me the link", number=1
    )
    passer = talk("hi", number=2)
    scores = [
        insight.placement.lead_score
        for lead in (buyer, passer)
        if (insight := analyst.analyse(lead, Playbook("Sunrise", pipeline=SALES))).placement
    ]
    assert len(scores) == 2
    assert scores[0] > scores[1] + 30


def test_an_insight_says_what_made_it_and_what_it_cost(analyst: ConversationAnalyst) -> None:
    insight = analyst.analyse(talk("How much is the blend?"), Playbook("Sunrise", pipeline=SALES))
    assert insight.model
    assert insight.prompt_version
    assert insight.usage.input > 0
    assert insight.usage.output > 0


def test_a_conversation_that_fails_does_so_alone(subject: Subject) -> None:
    good, bad = talk("How much is the kettle?", number=1), talk("How much is the grinder?", number=2)
    subject.fail_for(bad)
    with pytest.raises(AnalysisFailed) as failure:
        subject.analyst.analyse(bad, Playbook("Sunrise", pipeline=SALES))
    assert failure.value.code == "BLOCKED"
    assert subject.analyst.analyse(good, Playbook("Sunrise", pipeline=SALES)).placement is not None


def test_a_failure_quotes_nobody(subject: Subject) -> None:
    lead = talk(f"My surprise is a trip to {SECRETS[0]}", f"Lovely, {SECRETS[1]}!")
    subject.fail_for(lead)
    with pytest.raises(AnalysisFailed) as failure:
        subject.analyst.analyse(lead, Playbook(SECRETS[2], pipeline=SALES))
    told = "".join(traceback.format_exception(failure.value))
    assert not [word for word in SECRETS if word in told]


def test_many_threads_each_get_their_own_answer(analyst: ConversationAnalyst) -> None:
    things = [f"gadget{n}x" for n in range(20)]
    leads = [talk(f"How much is the {thing}?", number=n) for n, thing in enumerate(things)]
    with ThreadPoolExecutor(10) as pool:
        insights = list(pool.map(lambda lead: analyst.analyse(lead, Playbook("Sunrise", pipeline=SALES)), leads))
    for thing, insight in zip(things, insights, strict=True):
        assert [each for each in things if each in insight.summary] == [thing]


def test_an_empty_page_name_and_an_empty_conversation_are_no_reason_to_break(analyst: ConversationAnalyst) -> None:
    lead = talk("x")
    silent = replace(lead, conversation=replace(lead.conversation, messages=()))
    insight = analyst.analyse(silent, Playbook("", pipeline=SALES))
    assert insight.summary
    assert list(insight.evidence) == []


@pytest.mark.parametrize("pipeline", [SALES, None], ids=["placed", "summary"])
def test_an_insight_rests_on_what_the_customer_wrote(
    analyst: ConversationAnalyst, pipeline: Pipeline | None
) -> None:
    lead = talk("Hello", "Hi!", "How much is the   HOUSE blend?", "$29", "请给我两袋", "Of course", "👍")
    insight = analyst.analyse(lead, Playbook("Sunrise", pipeline=pipeline))
    assert 1 <= len(insight.evidence) <= 3
    assert list(verified(insight, lead).evidence) == list(insight.evidence)


def test_a_picture_alone_is_no_evidence(analyst: ConversationAnalyst) -> None:
    lead = lead_of([(CUSTOMER, ""), (BUSINESS, "Nice! How can we help?")])
    newest, oldest = lead.conversation.messages
    messages = (newest, replace(oldest, attachments=("image", "file offer.pdf")))
    lead = replace(lead, conversation=replace(lead.conversation, messages=messages))
    assert list(analyst.analyse(lead, Playbook("Sunrise", pipeline=SALES)).evidence) == []
