"""Read pages of the source in a row, and check what they hold in as the batches of one page of the walk."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pagesync.domain.conversation import ConversationPage, Lead, leads_of
from pagesync.domain.errors import SourceError
from pagesync.domain.job import BatchContent, Leg, ListedPage, PageRequest
from pagesync.domain.throttle import Patience
from pagesync.domain.walk import Walk
from pagesync.ports import Clock, PayloadStore, PayloadWriter
from pagesync.use_cases.reading import Reader

FOLLOWING_SECONDS = 10
"""Once reading has taken this long, no further page is read in the same call: a slow source may take longer yet."""


@dataclass(frozen=True, slots=True)
class Lister:
    """`pages_at_once` pages at most are one: analysing a page of Facebook's takes longer than fetching the next."""

    walk: Walk
    reader: Reader
    payloads: PayloadStore
    batch_size: int
    pages_at_once: int
    patience: Patience
    clock: Clock

    def read(self, request: PageRequest) -> ListedPage:
        """The page asked for and those after it; what they hold is stored. Raises SourceError and its kinds.

        Trouble with a following page is not answered here: the next call asks for it, and meets it again.
        """
        until = self.clock.now() + timedelta(seconds=FOLLOWING_SECONDS)
        limit, found = self.reader.read(request)
        with self.payloads.writing() as writer:
            page = self._checked_in(writer, request, found, limit)
            for _ in range(self.pages_at_once - 1):
                following = page.next
                if following is None or not _follows(following, request) or self.clock.now() >= until:
                    break
                following = replace(following, page=request.page)
                try:
                    limit, found = self.reader.read(following)
                except SourceError:
                    break
                more = self._checked_in(writer, following, found, limit)
                batches, newest = [*page.batches, *more.batches], page.newest or more.newest
                page = replace(page, batches=batches, next=more.next, newest=newest)
        return page

    def _checked_in(
        self, writer: PayloadWriter, request: PageRequest, found: ConversationPage, limit: int
    ) -> ListedPage:
        onward = self.walk.onward(request, found, limit=limit)
        if onward and (pause := self.patience.pause_seconds(found.usage)):
            onward = replace(onward, not_before=after(pause, self.clock))
        own_ids = self.walk.connection.own_ids
        leads = [lead for each in self.walk.wanted(request, found) for lead in leads_of(each, own_ids)]
        return ListedPage(
            request=request,
            batches=self._batches(writer, request, leads),
            next=onward,
            newest=self.walk.newest(request, found),
        )

    def _batches(self, writer: PayloadWriter, request: PageRequest, found: Sequence[Lead]) -> list[BatchContent]:
        prefix = f"{request.job_id}/{request.page:06d}"
        slices = (found[start : start + self.batch_size] for start in range(0, len(found), self.batch_size))
        return [
            BatchContent(
                payload_key=writer.put(prefix=prefix, leads=leads),
                conversation_ids=[lead.conversation.conversation_id for lead in leads],
                platform=request.platform,
                reread=request.leg is Leg.FAILED,
            )
            for leads in slices
        ]


def after(seconds: int, clock: Clock) -> datetime:
    return clock.now() + timedelta(seconds=seconds)


def _follows(request: PageRequest, first: PageRequest) -> bool:
    """Whether it goes on with the same list, and at once."""
    is_same = request.leg is first.leg and request.platform is first.platform
    return is_same and request.leg is not Leg.FAILED and request.not_before is None
