"""Disconnect a Page: its sync ends, Facebook tells us of it no more, its token is wiped."""

from contextlib import suppress
from datetime import timedelta

from pagesync.domain.errors import Conflict, LoginFailed, NotFound, SourceError
from pagesync.domain.job import FetchOutcome
from pagesync.domain.page import FacebookPageId, OrgId, PageConnection
from pagesync.ports import Clock, ContactStore, FacebookAccounts, JobLedger, PageDirectory, TokenCipher, Workflow
from pagesync.use_cases.finalize import finalize

LONGEST_ERASURE = timedelta(seconds=18)
"""The gateway waits 30 s for an answer, and a last transaction may need a few more."""


def disconnect_page(
    *,
    org_id: OrgId,
    facebook_page_id: FacebookPageId,
    erase_contacts: bool,
    directory: PageDirectory,
    ledger: JobLedger,
    workflow: Workflow,
    accounts: FacebookAccounts,
    cipher: TokenCipher,
    contacts: ContactStore,
    clock: Clock,
) -> None:
    """Settings, history and, unless erased, contacts stay for whoever connects the Page again.

    Repeating it goes on with what an earlier call left. Raises NotFound, and Conflict STILL_ERASING where there are
    more contacts than one call can erase.
    """
    connection = directory.connections([facebook_page_id]).get(facebook_page_id)
    if connection is not None and connection.org_id == org_id:
        _unsubscribe(connection, accounts, cipher)
        _forget(connection, directory, ledger, workflow)
    elif all(page.facebook_page_id != facebook_page_id for page in contacts.pages(org_id)):
        raise NotFound("There is no such Page.")
    if erase_contacts:
        _erase(org_id, facebook_page_id, contacts, clock)


def _unsubscribe(connection: PageConnection, accounts: FacebookAccounts, cipher: TokenCipher) -> None:
    """A token that is dead cannot, and Facebook's trouble is no reason to keep the Page connected."""
    token = cipher.decrypt(connection.token_ciphertext, org_id=connection.org_id, page_id=connection.page_id)
    with suppress(SourceError, LoginFailed):
        accounts.unsubscribe(connection.page_id, token)


def _forget(connection: PageConnection, directory: PageDirectory, ledger: JobLedger, workflow: Workflow) -> None:
    """Whoever starts a sync in between has it stopped too."""
    while not directory.disconnect(connection.facebook_page_id):
        job_id = directory.connection(connection.facebook_page_id).active_job_id
        if job_id is not None:
            ledger.request_cancel(job_id)
            workflow.stop(job_id)
            finalize(job_id=job_id, outcome=FetchOutcome.CANCELLED, ledger=ledger, directory=directory)


def _erase(org_id: OrgId, facebook_page_id: FacebookPageId, contacts: ContactStore, clock: Clock) -> None:
    end = clock.now() + LONGEST_ERASURE
    while contacts.erase_contacts(org_id, facebook_page_id):
        if clock.now() > end:
            raise Conflict(
                "The Page is disconnected, and its contacts are still being erased. Repeat the call to go on.",
                code="STILL_ERASING",
            )
