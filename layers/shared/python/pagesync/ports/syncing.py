"""What a sync walks, counts and hands on."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from pagesync.domain.conversation import Conversation, ConversationPage, Lead, Platform
from pagesync.domain.job import (
    BatchRef,
    ContactResult,
    FailedBefore,
    Failure,
    JobOutcome,
    JobPage,
    JobStatus,
    LedgerBatch,
    ListedPage,
    PageRequest,
    SyncJob,
)
from pagesync.domain.page import FacebookPageId, OrgId, PageConnection
from pagesync.domain.throttle import Usage
from pagesync.domain.token_health import TokenTrouble


class Clock(Protocol):
    def now(self) -> datetime:
        """The current time, aware, in UTC."""
        ...


class PageDirectory(Protocol):
    """Connections to Pages, and which job is active on each."""

    def connection(self, facebook_page_id: FacebookPageId) -> PageConnection:
        """Raises NotFound."""
        ...

    def connections(self, ids: Iterable[FacebookPageId]) -> Mapping[FacebookPageId, PageConnection]:
        """Those of `ids` that exist."""
        ...

    def connect(self, connection: PageConnection) -> None:
        """Create it, or renew its token and account ids in place: history and the active job stay."""
        ...

    def every_page(self) -> Iterator[FacebookPageId]:
        """Of all organisations; one connected or forgotten seconds ago may be missing, or still there."""
        ...

    def note_token(self, connection: PageConnection, trouble: TokenTrouble | None) -> None:
        """Keep what was found of its token, and whether it is dead, unless it has another token by now."""
        ...

    def look_back(self, facebook_page_id: FacebookPageId, platform: Platform, to: datetime) -> None:
        """The next sync reads what was updated from then on, though one be under way now that sets watermarks; a
        watermark further back, or none, stays.
        """
        ...

    def disconnect(self, facebook_page_id: FacebookPageId) -> bool:
        """Forget it and its token, unless a job is active on it; whether it is gone."""
        ...


class JobLedger(Protocol):
    """Sync jobs and the account of what each listed and did. Every method may be repeated safely."""

    def open(self, job: SyncJob) -> SyncJob:
        """Make `job` the active one of its Page, or answer the job that already is.

        One transaction: ownership, lock and job. Raises NotFound for a Page unknown or of another organisation.
        """
        ...

    def job(self, job_id: str) -> SyncJob:
        """Raises NotFound."""
        ...

    def open_jobs(self) -> Iterator[str]:
        """Ids of the jobs that are not final; one opened or closed seconds ago may be missing, or still there."""
        ...

    def jobs(self, facebook_page_id: FacebookPageId, *, cursor: str | None, limit: int) -> JobPage:
        """A Page's, newest first; what was written a moment ago may be missing.

        Raises InvalidRequest for a cursor that is not ours.
        """
        ...

    def failures(self, job_id: str, *, limit: int) -> Sequence[Failure]:
        """The newest failures first."""
        ...

    def listed_page(self, request: PageRequest) -> ListedPage | None:
        """What an earlier attempt at the same page number registered."""
        ...

    def register_page(self, page: ListedPage) -> ListedPage:
        """Record a page and its batches and count them as listed, in one transaction.

        The first registration of a page number wins; a later one changes nothing and answers the first.
        """
        ...

    def complete_listing(self, job_id: str) -> None:
        """Say that nothing more will be listed, where no last page was registered."""
        ...

    def abandon(self, job_id: str, platform: Platform, failure: Failure) -> None:
        """Give up one platform: its watermark stays, the failure is told once, and the job goes on."""
        ...

    def failed_before(self, job: SyncJob, *, platform: Platform, cursor: str | None, limit: int) -> FailedBefore:
        """Conversations of one platform to read again: for a RETRY job what failed in the job it retries, else what
        failed in the Page's earlier syncs and was not mended since.
        """
        ...

    def request_cancel(self, job_id: str) -> SyncJob:
        """Ask an active job to stop; the job as it is now. A final one stays as it is."""
        ...

    def await_source(self, job_id: str, until: datetime) -> None:
        """Say that the job waits, and until when."""
        ...

    def batch(self, ref: BatchRef) -> LedgerBatch:
        """Raises NotFound."""
        ...

    def settle(self, job: SyncJob, batch: LedgerBatch, results: Sequence[ContactResult]) -> LedgerBatch:
        """Record what became of each lead of the job's batch and move the counters, in one transaction.

        A conversation that failed is remembered for the Page's next sync; one that did not is no longer.
        `results` has one entry a lead, in the batch's order. The first settlement of a batch wins; a later one
        changes nothing and answers the first.
        """
        ...

    def open_batches(self, job_id: str) -> Iterator[LedgerBatch]:
        """Batches that are registered and not settled."""
        ...

    def close(
        self,
        job_id: str,
        *,
        listed: int,
        status: JobStatus,
        outcome: JobOutcome,
        full_walks: Sequence[Platform] = (),
        token_expired: bool = False,
        failure: Failure | None = None,
    ) -> SyncJob:
        """Give the job its terminal state and free its Page, in one transaction; a final job stays as it is.

        So does one that does not list exactly `listed` any more, because a page came in while its account was
        closed, and one whose Page was asked to look back at this moment.

        COMPLETED moves the Page's `last_synced_at` and the watermarks of the platforms that were walked to their
        end; `full_walks` of them are dated, unless analyses are postponed: then the next sync walks everything.
        `token_expired` marks the job; its Page was marked when the token was rejected, and may have another by now.
        """
        ...


class Workflow(Protocol):
    def start(self, job_id: str) -> None:
        """Run the sync of this job; starting a running one again changes nothing."""
        ...

    def is_running(self, job_id: str) -> bool:
        """Whether any execution of this job is under way."""
        ...

    def stop(self, job_id: str) -> None:
        """End the job's executions where they stand; stopping what does not run changes nothing."""
        ...


class ConversationSource(Protocol):
    """A Page's inbox, opened with its token."""

    def list_conversations(
        self,
        *,
        page_id: str,
        token: str,
        platform: Platform,
        cursor: str | None,
        limit: int,
        ids_only: bool = False,
    ) -> ConversationPage:
        """One page, newest first. Raises SourceError and its kinds."""
        ...

    def read_conversation(
        self, *, token: str, platform: Platform, conversation_id: str
    ) -> tuple[Conversation, Usage]:
        """One conversation by its id, and the usage told with it. Raises SourceError and its kinds."""
        ...


class PayloadWriter(Protocol):
    def put(self, *, prefix: str, leads: Sequence[Lead]) -> str:
        """The key under `prefix`; every call makes a new one."""
        ...


class PayloadStore(Protocol):
    """Claim checks: conversations wait here, and only a key travels."""

    def writing(self) -> AbstractContextManager[PayloadWriter]:
        """What is put meanwhile is stored when it ends, while its writer goes on; it raises what could not be."""
        ...

    def get(self, key: str) -> Sequence[Lead]: ...


class TokenCipher(Protocol):
    """Tokens at rest; the ciphertext opens only for the organisation and Page it was made for.

    `page_id` of a person's token is the id of the offer that it is kept for.
    """

    def encrypt(self, token: str, *, org_id: OrgId, page_id: str) -> bytes: ...

    def decrypt(self, ciphertext: bytes, *, org_id: OrgId, page_id: str) -> str: ...
