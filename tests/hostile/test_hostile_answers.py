"""Whatever the model answers about hostile conversations, code holds: the real adapter and process_batch."""

import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache

import pytest

from pagesync.adapters.gemini import GeminiAnalyst
from pagesync.domain.contact import ContactDraft, SaveContext, SaveOutcome
from pagesync.domain.contact_book import Contact
from pagesync.domain.conversation import Lead, Person
from pagesync.domain.job import ContactOutcome
from pagesync.domain.page import UpdateMode
from pagesync.domain.pipeline import StageKind
from simulators.gemini import GeminiSimulator
from tests.fakes.contacts import InMemoryContacts
from tests.hostile.injections import INJECTIONS
from tests.talks import SALES
from tests.unit.use_cases.test_process_batch import Scene

LIES = ["invented_evidence", "quotes_the_page", "obeys", "stage_outside", "score_out_of_range", "swapped"]
UNPROVEN = ["invented_evidence", "quotes_the_page", "obeys"]
UNUSABLE = ["stage_outside", "score_out_of_range", "swapped"]
OPEN = {stage.stage_id for stage in SALES.stages if stage.kind is StageKind.OPEN}
OPEN_NAMES = {stage.name for stage in SALES.stages if stage.kind is StageKind.OPEN}
CANARY = re.compile(r"canary\d+x")


def leads() -> list[Lead]:
    """Each injection as somebody's own conversation, and in each a word that is found in no other."""
    return [_own(number, each.lead) for number, each in enumerate(INJECTIONS, 1)]


def _own(number: int, lead: Lead) -> Lead:
    customer = Person(f"9000{number:04d}", "Ana Reyes")
    messages = [
        replace(
            message,
            message_id=f"m_{number}_{place}",
            sender=message.sender if message.sender and message.sender.person_id in lead.own_ids else customer,
            text=f"{message.text} canary{number}x" if message.text == "Hello" else message.text,
        )
        for place, message in enumerate(lead.conversation.messages)
    ]
    people = [customer, *(each for each in lead.conversation.participants if each.person_id in lead.own_ids)]
    conversation = replace(lead.conversation, conversation_id=f"t_{number}", messages=messages, participants=people)
    return Lead(customer, conversation, lead.own_ids)


class RecordedContacts(InMemoryContacts):
    """Shares its rows with `inner`, and keeps every draft."""

    def __init__(self, inner: InMemoryContacts) -> None:
        self.__dict__ = inner.__dict__
        self.drafts: list[ContactDraft] = []

    def save(self, context: SaveContext, drafts: Sequence[ContactDraft]) -> Sequence[SaveOutcome]:
        self.drafts += drafts
        return super().save(context, drafts)


@dataclass(frozen=True)
class Synced:
    outcomes: Sequence[ContactOutcome]
    drafts: Sequence[ContactDraft]
    contacts: Sequence[Contact]


Sync = Callable[[str | None], Synced]


@pytest.fixture(scope="module")
def sync() -> Iterator[Sync]:
    """Syncs everybody with a model that tells one lie every time, or none; each is told once for all tests."""
    with GeminiSimulator() as gemini:
        yield cache(lambda lie: _synced(gemini, lie))


def _synced(gemini: GeminiSimulator, lie: str | None) -> Synced:
    gemini.control.change({"reset": True, "faults": [{"kind": lie, "times": None}] if lie else []})
    scene = Scene(mode=UpdateMode.UPDATE_EXISTING)
    scene.analyst = GeminiAnalyst(  # type: ignore[assignment]
        api_key=lambda: "key", model="gemini-3.5-flash-lite", base_url=gemini.url
    )
    contacts = RecordedContacts(scene.contacts)
    with ThreadPoolExecutor(4) as scene.pool:
        outcomes = scene.process(scene.check_in(*leads()), contacts)
    return Synced(outcomes, contacts.drafts, list(scene.stored.values()))


def wrong(synced: Synced) -> list[str]:
    """Whose draft or contact breaks what always holds."""
    return [
        draft.person_id
        for draft in synced.drafts
        if (draft.move is not None and draft.move.stage_id not in OPEN)
        or (draft.suggestion is not None and draft.suggestion.stage_id not in {None, *OPEN})
        or (draft.insight is not None and draft.insight.placement is not None and not _is_in_range(draft))
    ]


def _is_in_range(draft: ContactDraft) -> bool:
    placement = draft.insight and draft.insight.placement
    return placement is None or (
        placement.stage_name in OPEN_NAMES and 0 <= placement.lead_score <= 100 and 0 <= placement.confidence <= 100
    )


def strangers_words(synced: Synced) -> dict[str, set[str]]:
    """Words of one conversation in what is stored of another."""
    own = {draft.person_id: f"canary{int(draft.person_id[4:])}x" for draft in synced.drafts}
    told = {draft.person_id: set(CANARY.findall(repr(draft))) - {own[draft.person_id]} for draft in synced.drafts}
    return {person: words for person, words in told.items() if words}


@pytest.mark.parametrize("lie", [None, *LIES])
def test_no_contact_gets_a_stage_or_a_score_that_it_must_not_have(sync: Sync, lie: str | None) -> None:
    synced = sync(lie)
    assert set(synced.outcomes) == {ContactOutcome.SYNCED}
    assert len(synced.contacts) == len(INJECTIONS)
    assert wrong(synced) == []
    assert {contact.stage_name for contact in synced.contacts} <= {None, *OPEN_NAMES}
    assert {contact.lead_score for contact in synced.contacts} <= {None, *range(101)}
    assert strangers_words(synced) == {}


@pytest.mark.parametrize("lie", UNPROVEN)
def test_a_judgement_without_the_customers_own_words_moves_nobody(sync: Sync, lie: str) -> None:
    synced = sync(lie)
    assert [draft.person_id for draft in synced.drafts if draft.move is not None or draft.is_backed] == []
    assert {contact.stage_id for contact in synced.contacts} == {None}
    assert [
        draft.person_id for draft in synced.drafts if draft.insight is not None and draft.insight.evidence
    ] == []
    codes = {draft.suggestion.code for draft in synced.drafts if draft.suggestion is not None}
    assert codes == {"NO_EVIDENCE"}


@pytest.mark.parametrize("lie", UNUSABLE)
def test_an_answer_that_cannot_be_used_leaves_the_contact_without_one(sync: Sync, lie: str) -> None:
    synced = sync(lie)
    assert {draft.not_analysed for draft in synced.drafts} == {"BAD_OUTPUT"}
    assert {draft.insight for draft in synced.drafts} == {None}
    assert {(contact.ai_context, contact.lead_score, contact.stage_id) for contact in synced.contacts} == {
        (None, None, None)
    }


def test_a_model_that_obeys_shows_nothing_more_than_a_suggestion_of_an_open_stage(sync: Sync) -> None:
    synced = sync("obeys")
    analysed = [draft for draft in synced.drafts if draft.insight is not None]
    refused = [draft for draft in synced.drafts if draft.not_analysed == "BAD_OUTPUT"]
    assert len(analysed) + len(refused) == len(INJECTIONS)
    assert len(analysed) > 20
    assert len(refused) > 20
    assert all(draft.suggestion is not None and draft.suggestion.stage_id in OPEN for draft in analysed)


def test_an_honest_model_is_not_kept_from_its_work(sync: Sync) -> None:
    synced = sync(None)
    assert all(draft.insight is not None for draft in synced.drafts)
    backed = [draft for draft in synced.drafts if draft.is_backed]
    assert len(backed) == len(INJECTIONS)
