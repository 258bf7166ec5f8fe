"""Fetch one page of a Page's conversations, check it in as batches, and say how to go on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from pagesync.domain.conversation import ConversationPage, Lead, leads_of
from pagesync.domain.errors import SourceForbidden, SourceThrottled, SourceUnavailable, TokenRejected, TooMuchData
from pagesync.domain.job import BatchContent, Failure, FetchOutcome, ListedPage, PageRequest
from pagesync.domain.page import PageConnection
from pagesync.ports import Clock, ConversationSource, JobLedger, PageDirectory, PayloadStore, TokenCipher


@dataclass(frozen=True, slots=True)
class Fetched:
    """`page` goes with PAGE, `wait_seconds` and `retry` with WAIT, `failure` with FAILED."""

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
) -> Fetched:
    """Raises SourceUnavailable and CursorRejected; every other answer of the source is an outcome.

    A repeated call answers what the first one registered, without asking the source again.
    """
    job = ledger.job(request.job_id)
    if job.cancel_requested or job.status.is_final:
        return Fetched(FetchOutcome.CANCELLED)
    if registered := ledger.listed_page(request):
        return Fetched(FetchOutcome.PAGE, page=registered)
    connection = directory.connection(job.facebook_page_id)
    token = cipher.decrypt(connection.token_ciphertext, org_id=connection.org_id, page_id=connection.page_id)
    try:
        limit, found = _list(request, connection.page_id, token, source)
    except TokenRejected:
        return Fetched(FetchOutcome.TOKEN_EXPIRED)
    except SourceThrottled as throttled:
        until = clock.now() + timedelta(seconds=throttled.retry_after_seconds)
        ledger.await_quota(request.job_id, until)
        return Fetched(FetchOutcome.WAIT, wait_seconds=throttled.retry_after_seconds, retry=request)
    except SourceForbidden as forbidden:
        failure = Failure(conversation_id=None, stage="FETCH", code=forbidden.code, message=forbidden.message)
        return Fetched(FetchOutcome.FAILED, failure=failure)
    page = _check_in(request, limit, found, connection, payloads, batch_size)
    return Fetched(FetchOutcome.PAGE, page=ledger.register_page(page))


def _list(
    request: PageRequest, page_id: str, token: str, source: ConversationSource
) -> tuple[int, ConversationPage]:
    """The page, and the largest limit that the source would serve: it is halved each time it is too much."""
    limit = request.limit
    while True:
        try:
            return limit, source.list_conversations(
                page_id=page_id, token=token, platform=request.platform, cursor=request.cursor, limit=limit
            )
        except TooMuchData:
            if limit == 1:
                raise SourceUnavailable("Facebook cannot serve even a single conversation.") from None
            limit //= 2


def _check_in(
    request: PageRequest,
    limit: int,
    found: ConversationPage,
    connection: PageConnection,
    payloads: PayloadStore,
    batch_size: int,
) -> ListedPage:
    leads = [lead for each in found.conversations for lead in leads_of(each, connection.own_ids)]
    prefix = f"{request.job_id}/{request.platform}/{request.page:06d}"
    batches = [
        BatchContent(
            payload_key=payloads.put(prefix=prefix, leads=slice_),
            conversation_ids=[lead.conversation.conversation_id for lead in slice_],
        )
        for slice_ in _slices(leads, batch_size)
    ]
    onward = None
    if found.next_cursor is not None:
        onward = replace(request, page=request.page + 1, cursor=found.next_cursor, limit=limit)
    return ListedPage(request=request, batches=batches, next=onward)


def _slices(leads: Sequence[Lead], size: int) -> Iterator[Sequence[Lead]]:
    return (leads[start : start + size] for start in range(0, len(leads), size))
