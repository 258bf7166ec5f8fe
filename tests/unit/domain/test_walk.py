"""The way through a Page's inboxes."""

from dataclasses import replace
from datetime import timedelta

import pytest

from pagesync.domain.conversation import Conversation, ConversationPage, Platform
from pagesync.domain.job import Leg, PageRequest, SyncMode
from pagesync.domain.page import PageConnection
from pagesync.domain.walk import Walk
from tests import samples

MESSENGER, INSTAGRAM = Platform.MESSENGER, Platform.INSTAGRAM
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
FRESH = PageRequest("job", 1, Leg.FAILED, MESSENGER, 100)


def walked_before(*platforms: Platform, **changes: object) -> PageConnection:
    """A Page whose inboxes, or that of Messenger, were walked whole a day ago."""
    times = dict.fromkeys(platforms or [MESSENGER], samples.NOON - DAY)
    return samples.connection(watermarks=times, last_full_walks=times, **changes)


def walk(connection: PageConnection | None = None, mode: SyncMode = SyncMode.INCREMENTAL) -> Walk:
    return Walk(samples.job(mode=mode), connection or samples.connection())


def page(*hours_ago: float, more: bool = False) -> ConversationPage:
    times = [samples.NOON - hours * HOUR for hours in hours_ago]
    talks = [Conversation(f"t_{n}", time) for n, time in enumerate(times)]
    return ConversationPage(talks, "cursor" if more else None)


def test_a_first_sync_walks_the_whole_list() -> None:
    first = walk().first(FRESH)
    assert (first.leg, first.platform, first.since) == (Leg.LIST, MESSENGER, None)


def test_an_incremental_sync_begins_with_what_failed_before() -> None:
    assert walk(walked_before()).first(FRESH) == FRESH


def test_after_what_failed_comes_the_list_down_to_a_day_before_the_watermark() -> None:
    onward = walk(walked_before()).onward(FRESH, page(), limit=100)
    assert onward is not None
    assert (onward.leg, onward.cursor) == (Leg.LIST, None)
    assert onward.since == samples.NOON - 2 * DAY


def test_a_full_sync_walks_everything_whatever_the_watermark() -> None:
    first = walk(walked_before(), SyncMode.FULL).first(FRESH)
    assert (first.leg, first.since) == (Leg.LIST, None)


@pytest.mark.parametrize(("days", "is_full"), [(29, False), (30, True)])
def test_every_thirty_days_everything_is_walked(days: int, is_full: bool) -> None:
    connection = replace(walked_before(), last_full_walks={MESSENGER: samples.NOON - days * DAY})
    assert walk(connection).is_full(MESSENGER) is is_full


def test_conversations_from_before_are_not_wanted_and_end_the_leg() -> None:
    asked = replace(FRESH, leg=Leg.LIST, since=samples.NOON - 48 * HOUR)
    found = page(1, 2, 48, 49, more=True)
    assert [each.conversation_id for each in walk().wanted(asked, found)] == ["t_0", "t_1"]
    assert walk().onward(asked, found, limit=100) is None


def test_a_conversation_without_a_time_is_always_wanted() -> None:
    asked = replace(FRESH, leg=Leg.LIST, since=samples.NOON)
    found = ConversationPage([Conversation("t_1", None)], "cursor")
    assert walk().wanted(asked, found) == found.conversations
    onward = walk().onward(asked, found, limit=100)
    assert onward is not None
    assert onward.cursor == "cursor"


def test_a_list_of_one_page_needs_no_second_look_at_its_head() -> None:
    assert walk().onward(replace(FRESH, leg=Leg.LIST), page(1, 2), limit=100) is None


def test_a_list_that_begins_with_an_empty_page_has_a_newest_all_the_same() -> None:
    first = walk().first(FRESH)
    second = walk().onward(first, page(more=True), limit=100)
    assert second is not None
    assert second.newest is None
    third = walk().onward(second, page(1, 2, more=True), limit=100)
    assert third is not None
    assert third.newest == walk().newest(third, page(5)) == samples.NOON - HOUR


def test_a_longer_list_is_followed_by_its_head_down_to_the_newest_known_at_its_start() -> None:
    first = replace(FRESH, leg=Leg.LIST)
    second = walk().onward(first, page(1, 2, more=True), limit=100)
    assert second is not None
    assert (second.cursor, second.newest) == ("cursor", samples.NOON - HOUR)
    head = walk().onward(second, page(3, 4), limit=50)
    assert head is not None
    assert (head.leg, head.cursor, head.since, head.limit) == (Leg.HEAD, None, samples.NOON - HOUR, 50)
    assert (second.page, head.page) == (2, 3)


def test_a_head_where_nothing_moved_ends_the_walk() -> None:
    head = replace(FRESH, leg=Leg.HEAD, since=samples.NOON - HOUR)
    assert walk().onward(head, page(1, 2, more=True), limit=100) is None


@pytest.mark.parametrize("first", [page(more=True), ConversationPage([Conversation("t_1", None)], "cursor")])
def test_a_head_that_begins_with_nobody_ends_where_nothing_moved(first: ConversationPage) -> None:
    head = replace(FRESH, leg=Leg.HEAD, since=samples.NOON - HOUR)
    second = walk().onward(head, first, limit=100)
    assert second is not None
    assert walk().onward(second, page(1, 2, more=True), limit=100) is None


def test_a_head_of_more_than_one_page_is_looked_at_again() -> None:
    head = replace(FRESH, leg=Leg.HEAD, since=samples.NOON - 9 * HOUR)
    second = walk().onward(head, page(1, 2, more=True), limit=100)
    assert second is not None
    again = walk().onward(second, page(3, 10), limit=100)
    assert again is not None
    assert (again.leg, again.since) == (Leg.HEAD, samples.NOON - HOUR)


def test_instagram_comes_after_messenger() -> None:
    both = walk(samples.connection(instagram_account_id="17841"))
    last = replace(FRESH, leg=Leg.LIST)
    onward = both.onward(last, page(1), limit=100)
    assert onward is not None
    assert (onward.leg, onward.platform, onward.cursor) == (Leg.LIST, INSTAGRAM, None)
    assert both.after(onward) is None


def test_what_failed_on_instagram_is_read_before_the_lists() -> None:
    both = walk(walked_before(MESSENGER, INSTAGRAM, instagram_account_id="17841"))
    second = both.after(FRESH)
    assert second is not None
    assert (second.leg, second.platform) == (Leg.FAILED, INSTAGRAM)
    third = both.after(second)
    assert third is not None
    assert (third.leg, third.platform) == (Leg.LIST, MESSENGER)


def test_what_failed_is_not_read_by_id_where_a_list_is_walked_whole() -> None:
    """So whatever is gone is forgotten at the end of the walk."""
    later = walk(walked_before(instagram_account_id="17841"))
    assert later.first(FRESH) == FRESH
    onward = later.after(FRESH)
    assert onward is not None
    assert (onward.leg, onward.platform) == (Leg.LIST, MESSENGER)
    first = walk(walked_before(INSTAGRAM, instagram_account_id="17841")).first(FRESH)
    assert (first.leg, first.platform) == (Leg.FAILED, INSTAGRAM)


def test_an_account_connected_later_is_walked_whole_beside_an_incremental_list() -> None:
    both = walk(walked_before(instagram_account_id="17841"))
    assert not both.is_full(MESSENGER)
    assert both.is_full(INSTAGRAM)


def test_a_retry_walks_no_list() -> None:
    retry = walk(walked_before(), SyncMode.RETRY)
    assert retry.first(FRESH) == FRESH
    assert retry.onward(FRESH, page(), limit=100) is None


def test_a_clean_page_forgets_the_trouble_before_it() -> None:
    troubled = replace(FRESH, leg=Leg.LIST, attempt=4, not_before=samples.NOON)
    onward = walk().onward(troubled, page(1, more=True), limit=100)
    assert onward is not None
    assert (onward.attempt, onward.not_before) == (0, None)
