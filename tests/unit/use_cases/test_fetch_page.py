"""Fetching a page and checking it in."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from pagesync.domain.conversation import Conversation, ConversationPage, Lead, Person, Platform
from pagesync.domain.errors import (
    CursorRejected,
    SourceError,
    SourceForbidden,
    SourceMissing,
    SourceThrottled,
    SourceUnavailable,
    TokenRejected,
    TooMuchData,
)
from pagesync.domain.job import Failure, FetchOutcome, JobOutcome, JobStatus, Leg, PageRequest, Step
from pagesync.domain.throttle import Patience, Usage
from pagesync.domain.token_health import TokenTrouble
from pagesync.use_cases.fetch_page import TRIES_FOR_MISSING, Fetched, fetch_page
from pagesync.use_cases.listing import FOLLOWING_SECONDS
from pagesync.use_cases.reading import SLOW
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
        self.patience = Patience()
        self.pages_at_once = 1
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
            page_limit=100,
            pages_at_once=self.pages_at_once,
            patience=self.patience,
            chance=lambda: 0.5,
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
    assert fetched.page.next == replace(
        samples.request(scene.job_id, 2, cursor="20", limit=25), newest=samples.NOON
    )


def second_page(scene: Scene, **changes: Any) -> PageRequest:
    """The request after a first page of 20."""
    return replace(samples.request(scene.job_id, 2, cursor="20", limit=20), newest=samples.NOON, **changes)


def test_pages_of_facebooks_are_read_in_a_row_and_registered_as_one() -> None:
    scene = Scene(conversations=100)
    scene.pages_at_once = 3
    fetched = scene.fetch(second_page(scene))
    assert fetched.page is not None
    listed = [each for batch in fetched.page.batches for each in batch.conversation_ids]
    assert listed == [f"t_{number}" for number in range(20, 20 + 20 + 25 + 32)]
    assert fetched.page.next == second_page(scene, page=3, cursor="97", limit=40)
    assert scene.fetch(second_page(scene)).page == fetched.page


def test_the_first_page_is_there_as_soon_as_it_is_read() -> None:
    scene = Scene(conversations=100)
    scene.pages_at_once = 3
    fetched = scene.fetch(limit=20)
    assert fetched.page is not None
    assert fetched.page.next == second_page(scene, limit=25)


@pytest.mark.parametrize(
    ("trouble", "outcome"),
    [
        (SourceUnavailable("Facebook is in trouble."), FetchOutcome.WAIT),
        (SourceThrottled("Facebook wants a pause.", retry_after_seconds=60), FetchOutcome.WAIT),
        (TokenRejected("Facebook no longer accepts this Page's access token."), FetchOutcome.TOKEN_EXPIRED),
        (CursorRejected("Facebook no longer knows this place in the list."), FetchOutcome.PAGE),
    ],
)
def test_trouble_with_a_following_page_keeps_what_was_read_and_is_met_by_the_next_call(
    trouble: SourceError, outcome: FetchOutcome
) -> None:
    scene = Scene(conversations=100)
    scene.pages_at_once = 3
    scene.inbox.answers = [None, trouble, trouble]
    fetched = scene.fetch(second_page(scene))
    assert fetched.page is not None
    assert fetched.page.next == second_page(scene, page=3, cursor="40", limit=25)
    assert scene.listed == 20
    assert scene.fetch(fetched.page.next).outcome is outcome


def test_a_slow_source_is_not_asked_for_a_following_page() -> None:
    scene = Scene(conversations=100)
    scene.pages_at_once = 3
    scene.inbox.on_call = lambda: scene.clock.advance(FOLLOWING_SECONDS)
    fetched = scene.fetch(second_page(scene))
    assert fetched.page is not None
    assert fetched.page.next == second_page(scene, page=3, cursor="40", limit=25)


def test_a_limit_nearly_spent_keeps_pages_apart() -> None:
    scene = Scene(conversations=100)
    scene.pages_at_once = 3
    scene.inbox.usage = Usage(percent=85)
    fetched = scene.fetch(second_page(scene))
    assert fetched.page is not None
    assert fetched.page.next is not None
    assert (fetched.page.next.cursor, fetched.page.next.not_before is None) == ("40", False)


def test_a_row_of_pages_that_begins_with_an_empty_one_knows_its_newest(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene(conversations=30)
    scene.pages_at_once = 3
    whole = scene.inbox.list_conversations

    def filtered(**asked: Any) -> ConversationPage:
        found = whole(**asked)
        return found if asked["cursor"] else replace(found, conversations=[])

    monkeypatch.setattr(scene.inbox, "list_conversations", filtered)
    fetched = scene.fetch(samples.request(scene.job_id, 2, limit=20))
    assert fetched.page is not None
    assert (len(fetched.page.batches), fetched.page.newest) == (1, samples.NOON)


def test_a_row_of_pages_ends_with_its_leg() -> None:
    scene = Scene(conversations=30)
    scene.pages_at_once = 3
    fetched = scene.fetch(second_page(scene))
    assert fetched.page is not None
    assert fetched.page.next is not None
    assert (fetched.page.next.leg, fetched.page.next.page) == (Leg.HEAD, 3)


def test_following_the_cursors_lists_everybody_once() -> None:
    scene = Scene(conversations=352)
    scene.pages_at_once = 2
    request: PageRequest | None = samples.request(scene.job_id)
    pages = 0
    while request is not None:
        fetched = scene.fetch(request)
        assert fetched.page is not None
        request, pages = fetched.page.next, pages + 1
    # Of 100, 200 and 52; the fourth looks at the head once more, and finds that nothing has moved.
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


@pytest.mark.parametrize(
    ("trouble", "told"),
    [
        (None, TokenTrouble.REJECTED),
        (TokenTrouble.ENDS_SOON, TokenTrouble.REJECTED),
        (TokenTrouble.PASSWORD_CHANGED, TokenTrouble.PASSWORD_CHANGED),
    ],
)
def test_an_expired_token_marks_its_page_at_once(trouble: TokenTrouble | None, told: TokenTrouble) -> None:
    scene = Scene()
    scene.directory.note_token(scene.directory.connection(samples.PAGE), trouble)
    scene.inbox.answers = [TokenRejected("expired")]
    scene.fetch()
    page = scene.directory.connection(samples.PAGE)
    assert (page.token_expired, page.token_trouble) == (True, told)


def test_a_page_reconnected_while_a_call_was_under_way_is_not_marked() -> None:
    scene = Scene()
    renewed = samples.connection(token_ciphertext=b"new")
    scene.inbox.answers = [TokenRejected("expired")]
    scene.inbox.on_call = lambda: scene.directory.connect(renewed)
    assert scene.fetch().outcome is FetchOutcome.TOKEN_EXPIRED
    assert not scene.directory.connection(samples.PAGE).token_expired


def test_throttling_is_told_at_once_and_waited_for_when_the_flow_comes_back() -> None:
    scene = Scene()
    scene.inbox.answers = [SourceThrottled("later", retry_after_seconds=300)]
    request = samples.request(scene.job_id, 3, cursor="20")
    told = scene.fetch(request)
    assert (told.outcome, told.wait_seconds) == (FetchOutcome.WAIT, 0)
    assert scene.ledger.job(scene.job_id).step is not Step.WAITING

    waiting = scene.fetch(told.retry)

    assert (waiting.outcome, waiting.wait_seconds, waiting.retry) == (FetchOutcome.WAIT, 300, request)
    job = scene.ledger.job(scene.job_id)
    assert (job.step, job.waiting_until) == (Step.WAITING, samples.NOON + timedelta(seconds=300))
    scene.clock.advance(300)
    assert scene.fetch(waiting.retry).outcome is FetchOutcome.PAGE


def test_throttling_without_a_stated_time_waits_a_minute() -> None:
    scene = Scene()
    scene.inbox.answers = [SourceThrottled("later", retry_after_seconds=0)]
    told = scene.fetch()
    assert told.retry is not None
    assert told.retry.not_before == samples.NOON + timedelta(seconds=60)


@pytest.mark.parametrize(("percent", "seconds"), [(79, None), (80, 10), (95, 420)])
def test_a_limit_nearly_spent_holds_the_next_page_back(percent: int, seconds: int | None) -> None:
    scene = Scene(conversations=25)
    scene.inbox.usage = Usage(percent, regain_seconds=420)
    fetched = scene.fetch(limit=10)
    assert fetched.page is not None
    assert fetched.page.next is not None
    held = None if seconds is None else samples.NOON + timedelta(seconds=seconds)
    assert fetched.page.next.not_before == held


def test_too_much_data_halves_the_limit_and_keeps_the_cursor() -> None:
    scene = Scene(conversations=100)
    scene.inbox.answers = [TooMuchData("smaller"), TooMuchData("smaller"), None]
    asked = replace(samples.request(scene.job_id, 2, cursor="10"), newest=samples.NOON)
    fetched = scene.fetch(asked)
    assert scene.inbox.limits == [100, 50, 25]
    assert fetched.page is not None
    assert fetched.page.next == replace(asked, page=3, cursor="35", limit=25)


def test_pages_grow_back_slowly() -> None:
    scene = Scene(conversations=352)
    request: PageRequest | None = samples.request(scene.job_id, limit=6)
    while request is not None:
        fetched = scene.fetch(request)
        assert fetched.page is not None
        request = fetched.page.next
    assert scene.inbox.limits[:9] == [6, 8, 10, 13, 17, 22, 28, 35, 44]
    assert max(scene.inbox.limits) <= 100


def test_a_conversation_that_cannot_be_delivered_is_stepped_over_and_told() -> None:
    scene = Scene(conversations=12)
    scene.inbox.undeliverable = {"t_3"}
    request: PageRequest | None = samples.request(scene.job_id, limit=8)
    leads: list[Lead] = []
    while request is not None:
        fetched = scene.fetch(request)
        assert fetched.page is not None
        leads += [lead for batch in fetched.page.batches for lead in scene.payloads.get(batch.payload_key)]
        request = fetched.page.next
    assert sorted({lead.conversation.conversation_id for lead in leads}) == sorted(f"t_{n}" for n in range(12))
    unreadable = [lead.conversation.conversation_id for lead in leads if lead.conversation.unreadable]
    assert unreadable == ["t_3"]


def listed_conversations(scene: Scene) -> list[str]:
    return [each for batch in scene.ledger.open_batches(scene.job_id) for each in batch.content.conversation_ids]


def test_a_conversation_that_shows_as_a_timeout_is_stepped_over_and_told() -> None:
    scene = Scene(conversations=25)
    scene.inbox.hanging = {"t_7"}
    walk(scene)
    assert sorted(listed_conversations(scene)) == sorted(f"t_{number}" for number in range(25))
    unreadable = [
        lead.conversation.conversation_id
        for leads in scene.payloads.stored.values()
        for lead in leads
        if lead.conversation.unreadable == "UNDELIVERABLE"
    ]
    assert unreadable == ["t_7"]


def test_of_what_failed_before_one_that_hangs_keeps_no_other_from_being_read() -> None:
    scene = Scene(conversations=0)
    scene.inbox.conversations = [samples.conversation(number) for number in range(1, 6)]
    for number in range(1, 6):
        scene.memory.failed[samples.PAGE, Platform.MESSENGER, f"t_{number}"] = "earlier"
    scene.inbox.hanging = {"t_3"}
    request = replace(samples.request(scene.job_id, 2), leg=Leg.FAILED)
    while (fetched := scene.fetch(request)).outcome is FetchOutcome.WAIT:
        scene.clock.advance(fetched.wait_seconds)
        assert fetched.retry is not None
        request = fetched.retry
    assert fetched.outcome is FetchOutcome.PAGE


def test_what_failed_before_is_read_in_smaller_portions_where_facebook_wants_a_pause() -> None:
    scene = Scene(conversations=25)
    for number in range(1, 6):
        scene.memory.failed[samples.PAGE, Platform.MESSENGER, f"t_{number}"] = "earlier"
    request, portions = samples.request(scene.job_id, 2), list[int]()
    request = replace(request, leg=Leg.FAILED)
    pause = SourceThrottled("Facebook wants a pause.", retry_after_seconds=60)
    while not scene.listed:
        scene.inbox.answers = [None, None, pause]
        fetched = scene.fetch(request)
        scene.clock.advance(fetched.wait_seconds)
        request = fetched.retry or request
        portions.append(request.limit)
    assert portions[0] == 10
    assert portions[-1] == 2


def test_a_refusal_that_no_retry_cures_is_an_outcome_that_says_what_to_do() -> None:
    scene = Scene()
    scene.inbox.answers = [SourceForbidden("Reconnect the Page and grant all permissions.")]
    fetched = scene.fetch()
    assert fetched.outcome is FetchOutcome.FAILED
    assert fetched.failure is not None
    assert fetched.failure.message == "Reconnect the Page and grant all permissions."


def test_a_page_that_facebook_says_is_gone_is_asked_for_a_few_times_more() -> None:
    scene = Scene(conversations=25)
    scene.inbox.answers = [SourceMissing("Check that it still exists.")] * TRIES_FOR_MISSING
    walk(scene)
    assert scene.listed == 25


def test_other_trouble_before_leaves_a_page_that_is_gone_its_tries() -> None:
    scene = Scene(conversations=25)
    scene.inbox.answers = [SourceUnavailable("later")] * 5 + [SourceMissing("gone")] * TRIES_FOR_MISSING
    walk(scene)
    assert scene.listed == 25


@pytest.mark.parametrize("attempts", [10, 2])
def test_a_page_that_stays_gone_ends_the_sync_with_what_to_do(attempts: int) -> None:
    scene = Scene()
    scene.patience = Patience(attempts=attempts)
    scene.inbox.answers = [SourceMissing("Check that it still exists.")] * 100
    fetched = walk(scene)
    assert (fetched.outcome, len(scene.inbox.limits)) == (FetchOutcome.FAILED, 1 + min(attempts, TRIES_FOR_MISSING))
    assert fetched.failure is not None
    assert fetched.failure.message == "Check that it still exists."


def test_an_instagram_account_that_stays_gone_ends_its_part_alone() -> None:
    scene = Scene(conversations=5)
    scene.patience = Patience(attempts=2)
    connect_instagram(scene)
    scene.inbox.answers = [None, *[SourceMissing("Check that it still exists.")] * 3]
    assert walk(scene).outcome is FetchOutcome.END
    assert scene.ledger.job(scene.job_id).abandoned == (Platform.INSTAGRAM,)


def test_a_source_that_takes_long_to_refuse_is_asked_for_less_in_the_next_call() -> None:
    scene = Scene(conversations=25)
    scene.inbox.undeliverable = {"t_7"}
    scene.inbox.on_call = lambda: scene.clock.advance(SLOW.total_seconds())
    calls: list[int] = []
    request: PageRequest | None = samples.request(scene.job_id)
    while request is not None:
        before = len(scene.inbox.limits)
        fetched = scene.fetch(request)
        calls.append(len(scene.inbox.limits) - before)
        scene.clock.advance(fetched.wait_seconds)
        request = fetched.page.next if fetched.page else fetched.retry
    assert sorted(set(listed_conversations(scene))) == sorted(f"t_{number}" for number in range(25))
    # One conversation alone is stepped over in a second call.
    assert max(calls) == 2


def test_of_what_failed_before_as_much_is_read_in_a_call_as_there_is_time_for() -> None:
    scene = Scene(conversations=25)
    for number in range(1, 13):
        scene.memory.failed[samples.PAGE, Platform.MESSENGER, f"t_{number}"] = "earlier"
    scene.inbox.on_call = lambda: scene.clock.advance(SLOW.total_seconds() / 5)
    request = replace(samples.request(scene.job_id, 2), leg=Leg.FAILED)
    reads: list[int] = []
    while not scene.listed:
        before = len(scene.inbox.read)
        fetched = scene.fetch(request)
        reads.append(len(scene.inbox.read) - before)
        scene.clock.advance(fetched.wait_seconds)
        request = fetched.retry or request
    assert max(reads) == 5
    assert scene.listed == 5


def test_passing_trouble_is_waited_out_a_bounded_number_of_times() -> None:
    scene = Scene()
    scene.patience = Patience(attempts=4)
    scene.inbox.answers = [SourceUnavailable("later")] * 100
    request, waits = samples.request(scene.job_id), []
    while (fetched := scene.fetch(request)).outcome is FetchOutcome.WAIT:
        assert fetched.retry is not None
        scene.clock.advance(fetched.wait_seconds)
        waits.append(fetched.wait_seconds)
        request = fetched.retry
    assert [seconds for seconds in waits if seconds] == [1, 2, 4, 8]
    assert scene.inbox.limits == [100, 50, 25, 12, 6]
    assert fetched.outcome is FetchOutcome.FAILED
    assert fetched.failure is not None
    assert fetched.failure.code == "SOURCE_UNAVAILABLE"
    assert scene.listed == 0


def test_a_lost_cursor_restarts_the_leg_once() -> None:
    scene = Scene(conversations=25)
    fetched = scene.fetch(samples.request(scene.job_id, 2, cursor="gone", limit=20))
    assert fetched.page is not None
    assert fetched.page.next is not None
    assert (fetched.page.next.cursor, fetched.page.next.restarted) == ("20", True)
    lost_again = replace(fetched.page.next, cursor="gone again")
    assert scene.fetch(lost_again).outcome is FetchOutcome.FAILED


def connect_instagram(scene: Scene) -> None:
    scene.directory.connect(samples.connection(instagram_account_id="17841"))
    scene.inbox.instagram = [
        samples.conversation(900 + n, person=Person(f"ig{n}", f"handle_{n}")) for n in range(3)
    ]


def walk(scene: Scene) -> Fetched:
    """Page after page, waits skipped, until something else than a page comes."""
    fetched = scene.fetch()
    while fetched.outcome in (FetchOutcome.PAGE, FetchOutcome.WAIT):
        request = fetched.page.next if fetched.page else fetched.retry
        if request is None:
            return fetched
        scene.clock.advance(fetched.wait_seconds)
        fetched = scene.fetch(request)
    return fetched


def test_instagram_follows_messenger_in_the_same_job() -> None:
    scene = Scene(conversations=5)
    connect_instagram(scene)
    walk(scene)
    assert scene.listed == 8
    batches = [batch.content.platform for batch in scene.ledger.open_batches(scene.job_id)]
    assert batches == [Platform.MESSENGER, Platform.INSTAGRAM]


def test_an_instagram_gate_ends_its_part_and_is_told() -> None:
    scene = Scene(conversations=5)
    connect_instagram(scene)
    scene.inbox.answers = [None, SourceForbidden("Allow access to messages.")]
    assert walk(scene).outcome is FetchOutcome.END
    job = scene.ledger.job(scene.job_id)
    assert (job.counts.listed, job.abandoned, job.listing_complete) == (5, (Platform.INSTAGRAM,), True)
    (failure,) = scene.ledger.failures(scene.job_id, limit=20)
    assert (failure.platform, failure.message) == (Platform.INSTAGRAM, "Allow access to messages.")


@pytest.mark.parametrize("leg", list(Leg))
def test_an_instagram_account_that_is_gone_in_mid_walk_is_read_no_further(leg: Leg) -> None:
    scene = Scene(conversations=5)
    asked = replace(samples.request(scene.job_id, 3, cursor="2"), leg=leg, platform=Platform.INSTAGRAM)
    fetched = scene.fetch(asked)
    # What failed before comes first in a walk: its list is still to be read.
    assert fetched.outcome is (FetchOutcome.PAGE if leg is Leg.FAILED else FetchOutcome.END)
    assert scene.listed == (5 if leg is Leg.FAILED else 0)


def test_a_platform_that_was_given_up_is_not_begun_again() -> None:
    scene = Scene(conversations=5)
    connect_instagram(scene)
    scene.ledger.abandon(
        scene.job_id, Platform.INSTAGRAM, Failure(None, "FETCH", "INSTAGRAM_CHANGED", "Sync again.")
    )
    assert walk(scene).outcome is FetchOutcome.END
    assert scene.listed == 5


def test_an_incremental_sync_lists_only_what_is_new_and_what_failed() -> None:
    scene = Scene(conversations=0)
    watermark = samples.NOON - timedelta(hours=48)
    scene.directory.connect(samples.connection())
    scene.memory.pages[samples.PAGE] = replace(
        scene.memory.pages[samples.PAGE],
        watermarks={Platform.MESSENGER: watermark},
        last_full_walks={Platform.MESSENGER: watermark},
    )
    hours = [1, 30, 71, 73, 200]
    scene.inbox.conversations = [
        replace(samples.conversation(n), updated_at=samples.NOON - timedelta(hours=ago))
        for n, ago in enumerate(hours)
    ]
    scene.memory.failed = {(samples.PAGE, Platform.MESSENGER, "t_4"): "an earlier job"}
    first = PageRequest(scene.job_id, 1, Leg.FAILED, Platform.MESSENGER, 100)
    fetched = scene.fetch(first)
    assert scene.inbox.read == ["t_4"]
    assert fetched.page is not None
    assert fetched.page.batches[0].reread
    assert fetched.page.next is not None
    assert scene.fetch(fetched.page.next).page is not None
    assert scene.listed == 4
    assert scene.inbox.limits == [100]


def test_a_cancelled_job_fetches_nothing() -> None:
    scene = Scene()
    scene.memory.jobs[scene.job_id] = replace(scene.ledger.job(scene.job_id), cancel_requested=True)
    assert scene.fetch() == Fetched(FetchOutcome.CANCELLED)
    assert scene.inbox.limits == []


def test_a_job_that_is_over_fetches_nothing() -> None:
    scene = Scene()
    scene.ledger.close(
        scene.job_id,
        listed=scene.ledger.job(scene.job_id).counts.listed,
        status=JobStatus.FAILED,
        outcome=JobOutcome.FAILED,
    )
    assert scene.fetch() == Fetched(FetchOutcome.CANCELLED)
