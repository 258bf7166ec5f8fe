"""The way a sync takes through a Page's inboxes: which leg comes first, where each ends, and what follows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pagesync.domain.conversation import Conversation, ConversationPage, Platform
from pagesync.domain.job import Leg, PageRequest, SyncJob, SyncMode
from pagesync.domain.page import PageConnection


@dataclass(frozen=True, slots=True)
class WalkPolicy:
    """`overlap`: how far behind its watermark an incremental sync reads again, because Meta documents no order and
    webhooks race. `full_every`: how often everything is walked anyway, whatever was asked for.
    """

    overlap: timedelta = timedelta(hours=24)
    full_every: timedelta = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Walk:
    """The legs of one job: what failed before, then each platform's list, then its head until nothing has moved.

    A list re-sorts itself while it is walked: a conversation with a new message jumps to the top. So a leg that
    took more than one page, and met anything new, is followed by its head, down to the newest update known when the
    leg began.
    """

    job: SyncJob
    connection: PageConnection
    policy: WalkPolicy = WalkPolicy()

    @property
    def connected(self) -> Sequence[Platform]:
        """Platforms that the Page can be reached on."""
        has_instagram = self.connection.instagram_account_id is not None
        return (Platform.MESSENGER, Platform.INSTAGRAM) if has_instagram else (Platform.MESSENGER,)

    @property
    def listed(self) -> Sequence[Platform]:
        """Platforms whose lists are walked."""
        return () if self.job.mode is SyncMode.RETRY else self.connected

    def reaches(self, platform: Platform) -> bool:
        """Whether a platform that was walked so far is still there to be walked: it may be given up by now."""
        return platform in self.connected and platform not in self.job.abandoned

    def is_full(self, platform: Platform) -> bool:
        """Whether the platform's list is walked to its end."""
        walked = self.connection.last_full_walks.get(platform)
        if self.job.mode is SyncMode.FULL or walked is None or platform not in self.connection.watermarks:
            return True
        return self.job.created_at - walked >= self.policy.full_every

    def first(self, request: PageRequest) -> PageRequest:
        """What a fresh job begins with, in place of `request`, which is for what failed."""
        is_needless = request.leg is Leg.FAILED and self._is_walked_whole(request.platform)
        return (self.after(request) if is_needless else None) or request

    def wanted(self, request: PageRequest, found: ConversationPage) -> Sequence[Conversation]:
        """Those of the page that this leg asks for."""
        return [each for each in found.conversations if not _is_before(each, request.since)]

    def newest(self, request: PageRequest, found: ConversationPage) -> datetime | None:
        """The newest update known when the leg of this page began; None as long as its pages are empty."""
        if request.cursor is not None and request.newest is not None:
            return request.newest
        return max((each.updated_at for each in found.conversations if each.updated_at is not None), default=None)

    def onward(self, request: PageRequest, found: ConversationPage, *, limit: int) -> PageRequest | None:
        """What to ask for after this page; None at the end of the job. `limit` is what the source would serve."""
        newest = self.newest(request, found)
        asked = replace(
            request, page=request.page + 1, limit=limit, newest=newest, attempt=0, missing=0, not_before=None
        )
        at_end = any(_is_before(each, request.since) for each in found.conversations[-1:])
        if found.next_cursor is not None and not at_end:
            return replace(asked, cursor=found.next_cursor)
        has_moved = newest is not None and (request.since is None or newest > request.since)
        if request.leg is not Leg.FAILED and request.cursor is not None and has_moved:
            return replace(asked, leg=Leg.HEAD, cursor=None, since=newest, restarted=False)
        return self.after(asked)

    def after(self, request: PageRequest) -> PageRequest | None:
        """The first request after this platform's part, with the page number of `request`."""
        order = list(Platform)
        following = [each for each in self.connected if order.index(each) > order.index(request.platform)]
        reread = [each for each in following if not self._is_walked_whole(each)]
        if request.leg is Leg.FAILED and reread:
            return replace(request, platform=reread[0], cursor=None)
        left = self.listed if request.leg is Leg.FAILED else following
        return self._list(request, left[0]) if left else None

    def _is_walked_whole(self, platform: Platform) -> bool:
        """Then what failed before is met anyway."""
        return platform in self.listed and self.is_full(platform)

    def _list(self, request: PageRequest, platform: Platform) -> PageRequest:
        return PageRequest(
            job_id=request.job_id,
            page=request.page,
            leg=Leg.LIST,
            platform=platform,
            limit=request.limit,
            since=None if self.is_full(platform) else self.connection.watermarks[platform] - self.policy.overlap,
        )


def _is_before(conversation: Conversation, since: datetime | None) -> bool:
    """One without a time is never before: it is better read twice than not at all."""
    return since is not None and conversation.updated_at is not None and conversation.updated_at <= since
