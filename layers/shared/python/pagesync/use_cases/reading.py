"""Read one page of a walk from the source, as large as the source will serve it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pagesync.domain.conversation import Conversation, ConversationPage
from pagesync.domain.errors import SourceForbidden, SourceUnavailable, TooMuchData
from pagesync.domain.job import Leg, PageRequest, SyncJob
from pagesync.domain.throttle import Usage
from pagesync.ports import Clock, ConversationSource, JobLedger


@dataclass(frozen=True, slots=True)
class Reader:
    """`page_limit` is the largest page ever asked for; from `slow_at` on, no page takes a further call."""

    source: ConversationSource
    ledger: JobLedger
    job: SyncJob
    page_id: str
    token: str
    page_limit: int
    clock: Clock
    slow_at: datetime

    def read(self, request: PageRequest) -> tuple[int, ConversationPage]:
        """The limit to ask for next time, and the page. Raises SourceError and its kinds, but never TooMuchData."""
        if request.leg is Leg.FAILED:
            return request.limit, self._read_failed(request)
        limit = request.limit
        while True:
            try:
                found = self._list(request, limit)
            except TooMuchData:
                if limit == 1:
                    return 1, self._step_over(request)
                self._stop_if_slow()
                limit //= 2
            except SourceUnavailable:
                # In an outage its id cannot be asked for either.
                if _is_given_up(request):
                    return 1, self._step_over(request)
                raise
            else:
                # What was too much may pass again soon: grow back by a quarter a page.
                grown = limit if limit < request.limit else min(self.page_limit, limit + -(-limit // 4))
                return grown, found

    def _list(self, request: PageRequest, limit: int, *, ids_only: bool = False) -> ConversationPage:
        return self.source.list_conversations(
            page_id=self.page_id,
            token=self.token,
            platform=request.platform,
            cursor=request.cursor,
            limit=limit,
            ids_only=ids_only,
        )

    def _step_over(self, request: PageRequest) -> ConversationPage:
        """One conversation that cannot be served, told by its id alone."""
        try:
            found = self._list(request, 1, ids_only=True)
        except TooMuchData:
            raise SourceUnavailable("Facebook cannot serve even a single conversation.") from None
        unreadable = [
            Conversation(each.conversation_id, each.updated_at, unreadable="UNDELIVERABLE")
            for each in found.conversations
        ]
        return ConversationPage(unreadable, found.next_cursor, found.usage)

    def _read_failed(self, request: PageRequest) -> ConversationPage:
        """What failed before, one call each. Where all of them take too long, fewer are asked for next time."""
        failed = self.ledger.failed_before(
            self.job, platform=request.platform, cursor=request.cursor, limit=min(FAILED_A_PAGE, request.limit)
        )
        read: list[tuple[Conversation, Usage]] = []
        for each in failed.conversation_ids:
            if read:
                self._stop_if_slow()
            read.append(self._read_one(request, each))
        usage = read[-1][1] if read else Usage()
        return ConversationPage([conversation for conversation, _ in read], failed.next_cursor, usage)

    def _stop_if_slow(self) -> None:
        if self.clock.now() >= self.slow_at:
            raise SourceUnavailable("Facebook answers too slowly to read a page in one call.")

    def _read_one(self, request: PageRequest, conversation_id: str) -> tuple[Conversation, Usage]:
        try:
            return self.source.read_conversation(
                token=self.token, platform=request.platform, conversation_id=conversation_id
            )
        except SourceForbidden:
            return Conversation(conversation_id, None, unreadable="GONE"), Usage()
        except TooMuchData:
            return Conversation(conversation_id, None, unreadable="UNDELIVERABLE"), Usage()
        except SourceUnavailable:
            if _is_given_up(request):
                return Conversation(conversation_id, None, unreadable="UNDELIVERABLE"), Usage()
            raise


def _is_given_up(request: PageRequest) -> bool:
    """Whether one conversation, asked for alone, keeps the others waiting: its page ends in a timeout each time."""
    return request.limit == 1 and request.attempt >= ATTEMPTS_ALONE


ATTEMPTS_ALONE = 8
"""A page of 100 is halved to one in seven attempts; the walk itself gives up after ten."""
FAILED_A_PAGE = 20
"""Fewer than in a list: each costs a call."""
SLOW = timedelta(seconds=20)
"""Of one call of ours. One of Facebook's takes 30 s at most, and one for ids alone may follow: Lambda waits 120."""
