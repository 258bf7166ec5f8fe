"""The seams between what pagesync does and the outside things it does it with."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from pagesync.domain.connecting import Access, Account, Deletion, Login, Offer
from pagesync.domain.contact import ContactDraft, KnownContact, SaveContext, SaveOutcome
from pagesync.domain.contact_book import ActivityPage, ContactDetail, ContactFilter, ContactPage
from pagesync.domain.contact_edit import ContactEdit, EditContext
from pagesync.domain.conversation import Conversation, ConversationPage, Lead, Platform
from pagesync.domain.cost import Spend
from pagesync.domain.insight import Insight
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
from pagesync.domain.organisation import Organisation
from pagesync.domain.page import FacebookPageId, OrgId, PageConnection, PageProfile, Playbook
from pagesync.domain.pipeline import Pipeline
from pagesync.domain.quota import Grant
from pagesync.domain.throttle import Usage
from pagesync.domain.token_health import TokenState, TokenTrouble


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
        """Give up one platform: its watermark stays, the failure is told, and the job goes on."""
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

    def settle(self, ref: BatchRef, results: Sequence[ContactResult]) -> LedgerBatch:
        """Record what became of each lead and move the counters, in one transaction.

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

        So does one that does not list exactly `listed` any more: a page came in while its account was closed.

        COMPLETED moves the Page's `last_synced_at` and the watermarks of the platforms that were walked to their
        end; `full_walks` of them are dated, unless analyses are postponed: then the next sync walks everything.
        `token_expired` marks job and Page.
        """
        ...


class TokenCipher(Protocol):
    """Tokens at rest; the ciphertext opens only for the organisation and Page it was made for.

    `page_id` of a person's token is the id of the offer that it is kept for.
    """

    def encrypt(self, token: str, *, org_id: OrgId, page_id: str) -> bytes: ...

    def decrypt(self, ciphertext: bytes, *, org_id: OrgId, page_id: str) -> str: ...


class FacebookLogin(Protocol):
    """A person's login at Facebook."""

    def dialog_url(self, state: str) -> str:
        """Where to send the person; `state` comes back with them."""
        ...

    def access(self, code: str) -> Access:
        """What the code that came back is good for, once. Raises LoginRefused CODE_INVALID and LoginFailed."""
        ...


class FacebookAccounts(Protocol):
    """Pages as their people see them, and the app's subscription to each. All raise SourceError and its kinds."""

    def accounts(self, token: str) -> Sequence[Account]:
        """All Pages of the person the token is of, those of their portfolios too."""
        ...

    def subscribe(self, page_id: str, token: str) -> None:
        """Have Facebook tell us of the Page's messages; repeating it changes nothing."""
        ...

    def unsubscribe(self, page_id: str, token: str) -> None: ...


class TokenInspector(Protocol):
    def inspect(self, token: str) -> TokenState:
        """What Facebook says of a token. Raises SourceError and its kinds where it says nothing."""
        ...


class Deletions(Protocol):
    """Whose data was deleted, by their confirmation code alone."""

    def keep(self, deletion: Deletion) -> None: ...

    def deletion(self, confirmation_code: str) -> Deletion:
        """Raises NotFound."""
        ...


class ConnectionOffers(Protocol):
    """Logins under way, and the Pages each opened. Both end by themselves."""

    def begin(self, login: Login) -> None: ...

    def claim(self, state: str, code: str, connection_id: str) -> tuple[Login, str]:
        """The login that a state belongs to, spent on this code, and the connection's id.

        The first to claim it gives the id; who comes again with the same code gets that one. Raises LoginRefused
        STATE_INVALID and STATE_EXPIRED.
        """
        ...

    def keep(self, offer: Offer) -> None: ...

    def offer(self, connection_id: str) -> Offer:
        """Raises NotFound."""
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


class PayloadStore(Protocol):
    """Claim checks: conversations wait here, and only a key travels."""

    def put(self, *, prefix: str, leads: Sequence[Lead]) -> str:
        """The key under `prefix`; every call makes a new one."""
        ...

    def get(self, key: str) -> Sequence[Lead]: ...


class ConversationAnalyst(Protocol):
    def analyse(self, lead: Lead, playbook: Playbook) -> Insight:
        """A summary with its evidence, and a placement where there is a pipeline. Raises AnalysisFailed.

        Nothing of the answer is proven: the caller checks the evidence. Called from many threads.
        """
        ...


class AnalysisQuota(Protocol):
    """The model's quota, shared by every Lambda of the environment."""

    def reserve(self, *, requests: int, tokens: int) -> Grant:
        """Book the next free slot: the caller starts after `wait_seconds` and books once for the same work.

        `exhausted_until` is set when the day's quota is gone: nothing was booked, and `wait_seconds` is 0.
        """
        ...

    def correct(self, *, requests: int, tokens: int) -> None:
        """Add the difference between what was used and what was booked; it may be negative. Zeros write nothing."""
        ...

    def hold(self, seconds: float) -> None:
        """The server said 429: nobody gets a slot before then."""
        ...

    def exhaust(self, until: datetime) -> None:
        """The server said that the day's quota is gone."""
        ...


class AnalysisBudget(Protocol):
    """What organisations spend on analyses, by day of UTC, and what each job cost. Amounts are nano-dollars."""

    def set_aside(self, org_id: OrgId, *, nano_usd: int, limit_nano_usd: int | None) -> bool:
        """Whether today's spending stays within the limit with this much more; it is kept free then."""
        ...

    def account(self, org_id: OrgId, job_id: str, *, set_aside_nano_usd: int, spend: Spend) -> None:
        """Replace what was set aside by what was spent, and count it to the job."""
        ...

    def today(self, org_id: OrgId) -> Spend:
        """With what is set aside."""
        ...

    def of_job(self, job_id: str) -> Spend: ...


class ContactStore(Protocol):
    """The CRM's rows. Everything is within one organisation."""

    def playbook(self, org_id: OrgId, facebook_page_id: FacebookPageId) -> Playbook:
        """Raises NotFound."""
        ...

    def known(
        self, org_id: OrgId, facebook_page_id: FacebookPageId, platform: Platform, person_ids: Sequence[str]
    ) -> Mapping[str, KnownContact]:
        """Those of `person_ids` (PSIDs or IGSIDs) that are contacts of this Page already."""
        ...

    def save(self, context: SaveContext, drafts: Sequence[ContactDraft]) -> Sequence[SaveOutcome]:
        """Upsert all drafts (of one platform, no person twice) in one statement, with their activities.

        One outcome a draft, in order; a row the store refuses fails alone.
        """
        ...

    def add_page(self, profile: PageProfile) -> None:
        """Create it, or renew name, and picture and Instagram name where they are told; settings stay."""
        ...

    def edit_page(
        self, org_id: OrgId, facebook_page_id: FacebookPageId, change: Callable[[PageProfile], PageProfile]
    ) -> PageProfile:
        """Replace a Page's settings by those `change` makes of them; what it raises changes nothing.

        Raises NotFound, and InvalidRequest for an auto-pipeline that is unknown or archived.
        """
        ...

    def pages(self, org_id: OrgId) -> Sequence[PageProfile]:
        """With `contact_count`, by name."""
        ...

    def erase_contacts(self, org_id: OrgId, facebook_page_id: FacebookPageId) -> bool:
        """Delete some contacts of a Page, as many as a transaction takes, with all that is theirs.

        Whether there were any.
        """
        ...


class ContactBook(Protocol):
    """Contacts as people see and change them, within one organisation. Cursors are opaque: one that is not of the
    same list is InvalidRequest.
    """

    def contacts(self, org_id: OrgId, where: ContactFilter, *, cursor: str | None, limit: int) -> ContactPage:
        """Latest interaction first."""
        ...

    def count(self, org_id: OrgId, where: ContactFilter) -> int: ...

    def contact(self, org_id: OrgId, contact_id: str) -> ContactDetail:
        """Raises NotFound."""
        ...

    def edit(self, context: EditContext, contact_id: str, edit: ContactEdit) -> ContactDetail:
        """Change a contact as `contact_edit.edited` says, with its activities, in one transaction.

        The contact as it is afterwards. Raises NotFound, Conflict VERSION_CONFLICT, and InvalidRequest for a stage
        that is unknown or archived.
        """
        ...

    def activities(self, org_id: OrgId, contact_id: str, *, cursor: str | None, limit: int) -> ActivityPage:
        """Newest first. Raises NotFound."""
        ...

    def tags(self, org_id: OrgId, *, limit: int) -> Sequence[str]:
        """Those on any contact, by name."""
        ...


class Pipelines(Protocol):
    """The sales pipelines of organisations. What is archived is told of no more, and emptied."""

    def pipelines(self, org_id: OrgId) -> Sequence[Pipeline]:
        """In the order they were made."""
        ...

    def edit(
        self,
        org_id: OrgId,
        change: Callable[[Sequence[Pipeline]], Sequence[Pipeline]],
        *,
        contacts_to: str | None = None,
    ) -> Sequence[Pipeline]:
        """Replace them by what `change` makes of them, one edit of an organisation after another.

        `change` may be called more than once; what it raises changes nothing. Stages it leaves out are archived:
        nobody enters them any more, and `move_on` brings their contacts to the stage `contacts_to`. A Page whose
        auto-pipeline is left out gets the pipeline of that stage, or none. Raises Conflict HAS_CONTACTS for stages
        that have contacts when no stage is named for them.
        """
        ...

    def is_archived(self, org_id: OrgId, pipeline_id: str, stage_id: str | None = None) -> bool:
        """Whether there was such a pipeline, or such a stage in it."""
        ...

    def contact_counts(self, org_id: OrgId) -> Mapping[str, int]:
        """By the stage they are in, be it archived."""
        ...

    def move_on(self, org_id: OrgId, *, at: datetime) -> bool:
        """Bring some contacts, as many as a transaction takes, from an archived stage to where they are to go.

        Whether there were any. Each has an activity of it; who set its stage stays. Somebody who got into a stage
        archived without a target is left without a stage.
        """
        ...


class Organisations(Protocol):
    def organisation(self, org_id: OrgId) -> Organisation:
        """The defaults for one that has not decided anything."""
        ...

    def edit(self, org_id: OrgId, change: Callable[[Organisation], Organisation]) -> Organisation:
        """As Pipelines.edit."""
        ...


class ExportFiles(Protocol):
    def write(self, *, org_id: OrgId, name: str, chunks: Iterable[bytes]) -> str:
        """A URL under which anybody who has it can download the file as `name` for a few minutes.

        The chunks are asked for one after the other and held in memory a few at a time.
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
