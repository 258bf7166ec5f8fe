"""Fetching a page and checking it in."""

from dataclasses import replace
from datetime import timedelta

import pytest

from pagesync.domain.conversation import Conversation, Person
from pagesync.domain.errors import (
    SourceForbidden,
    SourceThrottled,
    SourceUnavailable,
    TokenRejected,
    TooMuchData,
)
from pagesync.domain.job import FetchOutcome, JobOutcome, JobStatus, PageRequest, Step
from pagesync.use_cases.fetch_page import Fetched, fetch_page
from tests import samples
from tests.fakes.clock import StoppedClock
from tests.fakes.ledger import InMemoryLedger, InMemoryPages, Memory
from tests.fakes.source import InMemoryInbox, InMemoryPayloads, ReadableCipher


class Scene:
    def __init__(self, conversations: int = 25) -> None:
        self.memory, self.clock = Memory(), StoppedClock()
        self.ledger = InMemoryLedger(self.memory, self.clock)
        self.directory = InMemoryPages(self.memory)
        self.directory.connect(samples.connection())
        self.inbox = InMemoryInbox([samples.conversation(number) for number in range(conversations)])
        self.payloads = InMemoryPayloads()
        self.job_id = self.ledger.open(samples.job()).job_id

    def fetch(self, request: PageRequest | None = None, *, limit: int = 100) -> Fetched:
        return fetch_page(
            request or samples.request(self.job_id, limit=limit),
            ledger=self.ledger,
            directory=self.directory,
            cipher=ReadableCipher(),
            source=self.inbox,
            payloads=self.payloads,
            clock=self.clock,
            batch_size=10,
        )

    @property
    def listed(self) -> int:
        return self.ledger.job(self.job_id).counts.listed


def test_a_page_becomes_batches_whose_conversations_wait_in_the_payload_store() -> None:
    scene = Scene(conversations=25)
    fetched = scene.fetch()
    assert fetched.outcome is FetchOutcome.PAGE
    assert fetched.page is not None
    assert [len(batch.conversation_ids) for batch in fetched.page.batches] == [10, 10, 5]
    assert fetched.page.next is None
    waiting = [lead for batch in fetched.page.batches for lead in scene.payloads.get(batch.payload_key)]
    assert [lead.conversation.conversation_id for lead in waiting] == [f"t_{number}" for number in range(25)]
    assert scene.listed == 25


def test_the_next_request_carries_the_cursor_and_the_page_number() -> None:
    scene = Scene(conversations=25)
    fetched = scene.fetch(limit=20)
    assert fetched.page is not None
    assert fetched.page.next == samples.request(scene.job_id, 2, cursor="20", limit=20)


def test_following_the_cursors_lists_everybody_once() -> None:
    scene = Scene(conversations=352)
    request: PageRequest | None = samples.request(scene.job_id)
    pages = 0
    while request is not None:
        fetched = scene.fetch(request)
        assert fetched.page is not None
        request, pages = fetched.page.next, pages + 1
    assert (pages, scene.listed) == (4, 352)
    assert scene.ledger.job(scene.job_id).listing_complete


def test_every_participant_but_the_business_is_listed() -> None:
    scene = Scene(conversations=0)
    page, mother, son = Person(samples.META_PAGE), Person("1", "Mother"), Person("2", "Son")
    scene.inbox.conversations = [Conversation("t_1", samples.NOON, [mother, page, son])]
    fetched = scene.fetch()
    assert fetched.page is not None
    leads = scene.payloads.get(fetched.page.batches[0].payload_key)
    assert [lead.person for lead in leads] == [mother, son]
    assert scene.listed == 2


def test_the_instagram_side_of_the_business_is_not_listed_either() -> None:
    scene = Scene(conversations=0)
    scene.directory.connect(samples.connection(instagram_account_id="17841"))
    scene.inbox.conversations = [Conversation("t_1", samples.NOON, [Person("17841"), Person("1", "Mother")])]
    scene.fetch()
    assert scene.listed == 1


def test_a_repeated_call_answers_what_the_first_registered_without_asking_facebook() -> None:
    scene = Scene(conversations=25)
    first = scene.fetch()
    scene.inbox.conversations = []
    assert scene.fetch() == first
    assert len(scene.inbox.limits) == 1
    assert scene.listed == 25


def test_an_expired_token_is_an_outcome() -> None:
    scene = Scene()
    scene.inbox.answers = [TokenRejected("expired")]
    assert scene.fetch() == Fetched(FetchOutcome.TOKEN_EXPIRED)
    assert scene.listed == 0


def test_throttling_waits_as_long_as_stated_and_asks_the_same_again() -> None:
    scene = Scene()
    scene.inbox.answers = [SourceThrottled("later", retry_after_seconds=300)]
    request = samples.request(scene.job_id, 3, cursor="200")
    fetched = scene.fetch(request)
    assert (fetched.outcome, fetched.wait_seconds, fetched.retry) == (FetchOutcome.WAIT, 300, request)
    job = scene.ledger.job(scene.job_id)
    assert (job.step, job.waiting_until) == (Step.WAITING, samples.NOON + timedelta(seconds=300))


def test_too_much_data_halves_the_limit_and_keeps_the_cursor() -> None:
    scene = Scene(conversations=100)
    scene.inbox.answers = [TooMuchData("smaller"), TooMuchData("smaller"), None]
    fetched = scene.fetch(samples.request(scene.job_id, 2, cursor="10"))
    assert scene.inbox.limits == [100, 50, 25]
    assert fetched.page is not None
    assert fetched.page.next == samples.request(scene.job_id, 3, cursor="35", limit=25)


def test_one_conversation_being_too_much_is_trouble_that_the_flow_retries() -> None:
    scene = Scene()
    scene.inbox.answers = [TooMuchData("smaller")] * 20
    with pytest.raises(SourceUnavailable):
        scene.fetch()
    assert scene.inbox.limits == [100, 50, 25, 12, 6, 3, 1]


def test_a_refusal_that_no_retry_cures_is_an_outcome_that_says_what_to_do() -> None:
    scene = Scene()
    scene.inbox.answers = [SourceForbidden("Reconnect the Page and grant all permissions.")]
    fetched = scene.fetch()
    assert fetched.outcome is FetchOutcome.FAILED
    assert fetched.failure is not None
    assert fetched.failure.message == "Reconnect the Page and grant all permissions."


def test_passing_trouble_is_left_to_the_flow_to_retry() -> None:
    scene = Scene()
    scene.inbox.answers = [SourceUnavailable("later")]
    with pytest.raises(SourceUnavailable):
        scene.fetch()
    assert scene.listed == 0


def test_a_cancelled_job_fetches_nothing() -> None:
    scene = Scene()
    scene.memory.jobs[scene.job_id] = replace(scene.ledger.job(scene.job_id), cancel_requested=True)
    assert scene.fetch() == Fetched(FetchOutcome.CANCELLED)
    assert scene.inbox.limits == []


def test_a_job_that_is_over_fetches_nothing() -> None:
    scene = Scene()
    scene.ledger.close(scene.job_id, status=JobStatus.FAILED, outcome=JobOutcome.FAILED)
    assert scene.fetch() == Fetched(FetchOutcome.CANCELLED)
