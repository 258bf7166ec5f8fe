"""Read how a sync is getting on."""

from collections.abc import Sequence
from dataclasses import dataclass

from pagesync.domain.cost import Spend
from pagesync.domain.errors import NotFound
from pagesync.domain.job import Failure, SyncJob
from pagesync.domain.page import FacebookPageId, OrgId, PageConnection
from pagesync.ports import AnalysisBudget, JobLedger, PageDirectory

SHOWN_FAILURES = 20


@dataclass(frozen=True, slots=True)
class JobReport:
    """A job with its newest failures and what its analyses cost so far."""

    job: SyncJob
    failures: Sequence[Failure] = ()
    spend: Spend = Spend()  # noqa: RUF009 - frozen


def read_job(*, org_id: OrgId, job_id: str, ledger: JobLedger, budget: AnalysisBudget) -> JobReport:
    """Raises NotFound for a job unknown or of another organisation."""
    job = ledger.job(job_id)
    if job.org_id != org_id:
        raise NotFound("There is no such sync job.")
    return _report(job, ledger, budget)


@dataclass(frozen=True, slots=True)
class History:
    """A Page's jobs, newest first; `next_cursor` is opaque and None on the last page."""

    reports: Sequence[JobReport]
    next_cursor: str | None


def read_jobs(
    *,
    org_id: OrgId,
    facebook_page_id: FacebookPageId,
    cursor: str | None,
    limit: int,
    directory: PageDirectory,
    ledger: JobLedger,
    budget: AnalysisBudget,
) -> History:
    """Raises NotFound for a Page unknown or of another organisation, InvalidRequest for a cursor not ours."""
    _check_owner(org_id, facebook_page_id, directory)
    page = ledger.jobs(facebook_page_id, cursor=cursor, limit=limit)
    return History([_report(job, ledger, budget) for job in page.jobs], page.next_cursor)


def read_latest_job(
    *,
    org_id: OrgId,
    facebook_page_id: FacebookPageId,
    directory: PageDirectory,
    ledger: JobLedger,
    budget: AnalysisBudget,
) -> JobReport | None:
    """None for a Page that was never synced, or so long ago that the job has expired.

    Raises NotFound for a Page unknown or of another organisation.
    """
    connection = _check_owner(org_id, facebook_page_id, directory)
    if connection.latest_job_id is None:
        return None
    try:
        return read_job(org_id=org_id, job_id=connection.latest_job_id, ledger=ledger, budget=budget)
    except NotFound:
        return None


def _check_owner(org_id: OrgId, facebook_page_id: FacebookPageId, directory: PageDirectory) -> PageConnection:
    connection = directory.connection(facebook_page_id)
    if connection.org_id != org_id:
        raise NotFound("There is no such Page.")
    return connection


def _report(job: SyncJob, ledger: JobLedger, budget: AnalysisBudget) -> JobReport:
    has_failures = job.counts.failed > 0 or job.status.is_final
    failures = ledger.failures(job.job_id, limit=SHOWN_FAILURES) if has_failures else ()
    return JobReport(job, failures, budget.of_job(job.job_id))
