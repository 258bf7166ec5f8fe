"""Fetch one page of a job's walk, check it in as batches, and say how to go on."""

import math
import random
from collections.abc import Callable
from dataclasses import dataclass, replace

from pagesync.domain.conversation import Platform
from pagesync.domain.errors import (
    CursorRejected,
    SourceError,
    SourceForbidden,
    SourceMissing,
    SourceThrottled,
    TokenRejected,
)
from pagesync.domain.job import Failure, FetchOutcome, Leg, ListedPage, PageRequest
from pagesync.domain.throttle import Patience
from pagesync.domain.token_health import TokenTrouble
from pagesync.domain.walk import Walk, WalkPolicy
from pagesync.ports import Clock, ConversationSource, JobLedger, PageDirectory, PayloadStore, TokenCipher
from pagesync.use_cases.listing import Lister, after
from pagesync.use_cases.reading import FAILED_A_PAGE, SLOW, Reader

TRIES_FOR_MISSING = 5
"""Under load Facebook says of what is there that it is not (airbytehq/airbyte#4028): a minute at most is waited."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """`page` goes with PAGE, `wait_seconds` and `retry` with WAIT, `failure` with FAILED.

    A wait is told first with 0 seconds: it begins when the flow comes back for it, with no batch in flight.
    """

    outcome: FetchOutcome
    page: ListedPage | None = None
    wait_seconds: int = 0
    retry: PageRequest | None = None
    failure: Failure | None = None


def fetch_page(
    request: PageRequest,
    *,
    ledger: JobLedger,
    directory: PageDirectory,
    cipher: TokenCipher,
    source: ConversationSource,
    payloads: PayloadStore,
    clock: Clock,
    batch_size: int,
    page_limit: int,
    pages_at_once: int = 1,
    patience: Patience = Patience(),  # noqa: B008 - frozen
    policy: WalkPolicy = WalkPolicy(),  # noqa: B008 - frozen
    chance: Callable[[], float] = random.random,
) -> Fetched:
    """Whatever the source answers is an outcome. A repeated call answers what the first one registered.

    Up to `pages_at_once` pages of the source are read one after the other and registered as one, but for the first:
    people see it, and analysts begin with it, as soon as it is there.
    """
    job = ledger.job(request.job_id)
    if job.cancel_requested or job.status.is_final:
        return Fetched(FetchOutcome.CANCELLED)
    if registered := ledger.listed_page(request):
        return Fetched(FetchOutcome.PAGE, page=registered)
    if request.not_before is not None and request.not_before > clock.now():
        ledger.await_source(request.job_id, request.not_before)
        seconds = math.ceil((request.not_before - clock.now()).total_seconds())
        return Fetched(FetchOutcome.WAIT, wait_seconds=seconds, retry=replace(request, not_before=None))
    connection = directory.connection(job.facebook_page_id)
    token = cipher.decrypt(connection.token_ciphertext, org_id=connection.org_id, page_id=connection.page_id)
    walk = Walk(job, connection, policy)
    return _Fetch(
        walk=walk,
        lister=Lister(
            walk=walk,
            reader=Reader(source, ledger, job, connection.page_id, token, page_limit, clock, clock.now() + SLOW),
            payloads=payloads,
            batch_size=batch_size,
            pages_at_once=1 if request.page == 1 else pages_at_once,
            patience=patience,
            clock=clock,
        ),
        ledger=ledger,
        directory=directory,
        clock=clock,
        patience=patience,
        chance=chance,
    ).run(request)


@dataclass(frozen=True, slots=True)
class _Fetch:
    walk: Walk
    lister: Lister
    ledger: JobLedger
    directory: PageDirectory
    clock: Clock
    patience: Patience
    chance: Callable[[], float]

    def run(self, asked: PageRequest) -> Fetched:
        """Goes from leg to leg until one has something, the walk is over, or the source will not."""
        request: PageRequest | None = self.walk.first(asked) if _is_first(asked) else asked
        while request is not None:
            done = self._step(request) if self.walk.reaches(request.platform) else self.walk.after(request)
            if isinstance(done, Fetched):
                return done
            request = done
        self.ledger.complete_listing(asked.job_id)
        return Fetched(FetchOutcome.END)

    def _step(self, request: PageRequest) -> Fetched | PageRequest | None:
        """An outcome, or the request to go on with at once; None at the end of the walk."""
        try:
            page = self.lister.read(request)
        except CursorRejected as lost:
            return self._failed(lost) if request.restarted else replace(request, cursor=None, restarted=True)
        except SourceForbidden as refused:
            return self._refused(request, refused)
        except SourceError as trouble:
            return self._trouble(request, trouble)
        onward = page.next
        if page.batches or onward is None or onward.leg is request.leg:
            return Fetched(FetchOutcome.PAGE, page=self.ledger.register_page(page))
        return replace(onward, page=request.page)

    def _refused(self, request: PageRequest, refused: SourceForbidden) -> Fetched | PageRequest | None:
        is_asked_again = request.missing < TRIES_FOR_MISSING and request.attempt < self.patience.attempts
        if isinstance(refused, SourceMissing) and is_asked_again:
            return self._trouble(replace(request, missing=request.missing + 1), refused)
        if request.platform is not Platform.INSTAGRAM:
            return self._failed(refused)
        self.ledger.abandon(request.job_id, request.platform, _failure(refused, request.platform))
        return self.walk.after(request)

    def _trouble(self, request: PageRequest, trouble: SourceError) -> Fetched:
        if isinstance(trouble, TokenRejected):
            self._mark_token()
            return Fetched(FetchOutcome.TOKEN_EXPIRED)
        if isinstance(trouble, SourceThrottled):
            # Each of what failed before costs a call, so that fewer of them are less.
            limit = _smaller(request) if request.leg is Leg.FAILED else request.limit
            seconds = max(trouble.retry_after_seconds, self.patience.stop_seconds)
            return self._wait(replace(request, limit=limit), seconds)
        attempt = request.attempt + 1
        seconds = self.patience.retry_seconds(attempt, chance=self.chance())
        if seconds is None:
            return self._failed(trouble)
        # A page too large to be served also shows as a timeout or a plain HTTP 500.
        return self._wait(replace(request, attempt=attempt, limit=_smaller(request)), seconds)

    def _mark_token(self) -> None:
        """At once: by the end of the job the Page may have been reconnected."""
        connection, known = self.walk.connection, self.walk.connection.token_trouble
        self.directory.note_token(connection, known if known and known.is_death else TokenTrouble.REJECTED)

    def _wait(self, request: PageRequest, seconds: int) -> Fetched:
        return Fetched(FetchOutcome.WAIT, retry=replace(request, not_before=after(seconds, self.clock)))

    def _failed(self, error: SourceError) -> Fetched:
        return Fetched(FetchOutcome.FAILED, failure=_failure(error))


def _smaller(request: PageRequest) -> int:
    limit = min(FAILED_A_PAGE, request.limit) if request.leg is Leg.FAILED else request.limit
    return max(1, limit // 2)


def _is_first(request: PageRequest) -> bool:
    return request.page == 1 and request.cursor is None and request.attempt == 0 and not request.restarted


def _failure(error: SourceError, platform: Platform = Platform.MESSENGER) -> Failure:
    return Failure(conversation_id=None, stage="FETCH", code=error.code, message=error.message, platform=platform)
