"""Turn one batch of leads into contacts, and record what became of each."""

import math
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

from pagesync.domain.assignment import decide
from pagesync.domain.contact import ContactDraft, KnownContact, SaveContext
from pagesync.domain.conversation import Lead, Platform
from pagesync.domain.cost import Tariff
from pagesync.domain.fingerprint import fingerprint
from pagesync.domain.job import BUDGET_SPENT, CANCELLED, NOT_ANALYSED, BatchRef, ContactResult, LedgerBatch, SyncJob
from pagesync.domain.page import Playbook
from pagesync.domain.person_name import name_of
from pagesync.ports import (
    AnalysisBudget,
    AnalysisQuota,
    Clock,
    ContactStore,
    ConversationAnalyst,
    JobLedger,
    PayloadStore,
)
from pagesync.use_cases import results
from pagesync.use_cases.analysing import QUOTA_EXHAUSTED, THROTTLED, Analysed, Analysis, hold_seconds
from pagesync.use_cases.cancel_sync import CancelWatch
from pagesync.use_cases.spending import Spending

NO_TEXT = "NO_TEXT"
"""Reason of a contact that wrote nothing an analyst could read."""

MOST_TURNS = 5
"""How often a batch comes back because the model throttles it, before the rest is saved without analysis."""


@dataclass(frozen=True, slots=True)
class BatchTurn:
    """One run of a batch. `booked`: its slot in the quota is booked already; `turn` counts from 1."""

    ref: BatchRef
    booked: bool = False
    turn: int = 1


@dataclass(frozen=True, slots=True)
class Processed:
    """The settled batch, or how long to wait before its `next` turn."""

    batch: LedgerBatch
    wait_seconds: int = 0
    next: BatchTurn | None = None


def process_batch(
    turn: BatchTurn,
    *,
    ledger: JobLedger,
    payloads: PayloadStore,
    contacts: ContactStore,
    analyst: ConversationAnalyst,
    quota: AnalysisQuota,
    budget: AnalysisBudget,
    tariff: Tariff,
    clock: Clock,
    pool: Executor,
    pause: Callable[[float], None] = time.sleep,
) -> Processed:
    """Repeating it changes nothing; a lead that fails does so alone."""
    batch = ledger.batch(turn.ref)
    if batch.outcomes is not None:
        return Processed(batch)
    job = ledger.job(turn.ref.job_id)
    if job.status.is_final:
        # Its account is closed; its Page may be disconnected and the conversations gone.
        return Processed(batch)
    leads = payloads.get(batch.content.payload_key)
    watch = CancelWatch(ledger, job.job_id, clock)
    spending = Spending(budget, tariff, job.org_id, job.job_id)
    analysis = Analysis(analyst, quota, spending, clock, pool, watch.is_cancelled, pause)
    run = _Run(
        turn,
        batch.content.platform,
        _context(job, turn.ref, clock),
        contacts,
        analysis,
        is_over=lambda: ledger.job(job.job_id).status.is_final,
    )
    done = run.cancelled(leads) if job.cancel_requested else run.over(leads)
    if isinstance(done, _Wait):
        return Processed(batch, done.seconds, done.next)
    return Processed(ledger.settle(job, batch, done))


def _context(job: SyncJob, ref: BatchRef, clock: Clock) -> SaveContext:
    return SaveContext(
        org_id=job.org_id,
        facebook_page_id=job.facebook_page_id,
        job_id=ref.job_id,
        synced_by=f"{ref.job_id}:{ref.page}:{ref.batch}",
        saved_at=clock.now(),
    )


@dataclass(frozen=True, slots=True)
class _Wait:
    seconds: int
    next: BatchTurn


@dataclass(slots=True)
class _Case:
    """One person of the batch, and what is known of them as the run goes on; `result` ends the case."""

    lead: Lead
    known: KnownContact | None
    content_hash: str
    result: ContactResult | None = None
    analysed: Analysed = Analysed(reason=NO_TEXT)  # noqa: RUF009 - frozen


@dataclass(frozen=True, slots=True)
class _Run:
    turn: BatchTurn
    platform: Platform
    context: SaveContext
    contacts: ContactStore
    analysis: Analysis
    is_over: Callable[[], bool]

    def cancelled(self, leads: Sequence[Lead]) -> list[ContactResult]:
        """One result a lead, where no more is begun: who was saved in an earlier turn or attempt is synced."""
        known = dict(self._known(leads))
        return [self._cancelled(known.pop(results.person_id_of(lead), None)) for lead in leads]

    def over(self, leads: Sequence[Lead]) -> "_Wait | list[ContactResult]":
        """One result a lead, in order, or a wait before the next turn: what is saved by then stays saved."""
        playbook = self.contacts.playbook(self.context.org_id, self.context.facebook_page_id)
        cases = self._open(leads, playbook)
        talking = {pid: case for pid, case in cases.items() if case.result is None and case.lead.has_text}
        wait = self._analyse(talking, playbook) if talking else None
        if wait is not None:
            return wait
        turn, found = self.turn.turn, [case.analysed for case in talking.values()]
        held = 0 if turn >= MOST_TURNS else hold_seconds(found, turn=turn)
        if self.is_over():
            # Its account is closed, and its Page may be disconnected with its contacts erased: nobody comes back.
            return [results.CANCELLED] * len(leads)
        self._save([case for case in cases.values() if not (held and case.analysed.reason == THROTTLED)], playbook)
        if held:
            return _Wait(held, BatchTurn(self.turn.ref, turn=self.turn.turn + 1))
        return [self._result(lead, cases) for lead in leads]

    def _open(self, leads: Sequence[Lead], playbook: Playbook) -> dict[str, _Case]:
        """A case for each person who can be a contact; some need nothing more."""
        known = self._known(leads)
        cases = {
            person_id: _Case(lead, known.get(person_id), fingerprint(lead, playbook))
            for person_id, lead in self._people(leads).items()
        }
        for case in cases.values():
            case.result = self._settled_before(case)
        return cases

    def _people(self, leads: Sequence[Lead]) -> Mapping[str, Lead]:
        """Of several leads of one person, the first."""
        people: dict[str, Lead] = {}
        for lead in leads:
            if results.refusal(lead, self.platform) is None:
                people.setdefault(results.person_id_of(lead), lead)
        return people

    def _known(self, leads: Sequence[Lead]) -> Mapping[str, KnownContact]:
        context = self.context
        people = list(self._people(leads))
        return self.contacts.known(context.org_id, context.facebook_page_id, self.platform, people)

    def _cancelled(self, known: KnownContact | None) -> ContactResult:
        if known is None or not self._is_saved(known):
            return results.CANCELLED
        return results.synced(None if known.content_hash is not None else THROTTLED)

    def _is_saved(self, known: KnownContact) -> bool:
        """Whether an earlier turn or attempt of this batch saved the contact."""
        return known.synced_by == self.context.synced_by

    def _settled_before(self, case: _Case) -> ContactResult | None:
        if case.known is None:
            return None
        if self._is_saved(case.known) and case.known.content_hash is not None:
            # The analysis is paid for and the move is made. One that could not be analysed then may be now, and is
            # else counted as it was.
            return results.synced()
        if case.known.content_hash == case.content_hash:
            return results.UNCHANGED
        # Somebody with two conversations is told by the newer one, whichever of them a sync meets.
        return results.DUPLICATE if _is_older(case.lead, case.known) else None

    def _analyse(self, cases: Mapping[str, _Case], playbook: Playbook) -> _Wait | None:
        people = {person_id: case.lead for person_id, case in cases.items()}
        refused = self._reserve(list(people.values()), playbook)
        if isinstance(refused, _Wait):
            return refused
        if refused is not None:
            for case in cases.values():
                case.analysed = Analysed(reason=refused)
            return None
        for person_id, analysed in self.analysis.run(people, playbook).items():
            cases[person_id].analysed = analysed
        return None

    def _reserve(self, leads: Sequence[Lead], playbook: Playbook) -> "_Wait | str | None":
        """Money, then a slot in the quota. None once both are there, else a wait, or why waiting is of no use."""
        spending = self.analysis.spending
        if not spending.set_aside(leads, playbook):
            return BUDGET_SPENT
        if self.turn.booked:
            return None
        grant = self.analysis.book(leads)
        if grant.exhausted_until is None and grant.wait_seconds <= 0:
            return None
        spending.give_back(leads)
        if grant.exhausted_until is not None:
            return QUOTA_EXHAUSTED
        return _Wait(math.ceil(grant.wait_seconds), BatchTurn(self.turn.ref, booked=True, turn=self.turn.turn))

    def _save(self, cases: Sequence[_Case], playbook: Playbook) -> None:
        drafted: list[tuple[_Case, ContactDraft]] = []
        for case in cases:
            case.result = case.result or self._unsavable(case)
            if case.result is None:
                drafted.append((case, self._draft(case, playbook)))
        outcomes = self.contacts.save(self.context, [draft for _, draft in drafted])
        for (case, _), outcome in zip(drafted, outcomes, strict=True):
            case.result = results.saved(case.lead, self.platform, outcome, case.analysed.reason)

    def _unsavable(self, case: _Case) -> ContactResult | None:
        if case.analysed.error is not None:
            return results.broken(case.lead, self.platform, case.analysed.error)
        return self._cancelled(case.known) if case.analysed.reason == CANCELLED else None

    def _draft(self, case: _Case, playbook: Playbook) -> ContactDraft:
        insight, known = case.analysed.insight, case.known
        reason = case.analysed.reason
        decision = decide(insight, playbook, known)
        return ContactDraft(
            person_id=results.person_id_of(case.lead),
            platform=self.platform,
            name=name_of(case.lead),
            last_interaction=case.lead.conversation.updated_at,
            insight=insight,
            is_backed=insight is not None and bool(insight.evidence),
            move=decision.move,
            suggestion=decision.suggestion,
            not_analysed=None if reason == NO_TEXT else reason,
            version_read=known.version if known else 0,
            content_hash=None if (reason or "").startswith(NOT_ANALYSED) else case.content_hash,
        )

    def _result(self, lead: Lead, cases: Mapping[str, _Case]) -> ContactResult:
        refused = results.refusal(lead, self.platform)
        if refused is not None:
            return refused
        case = cases[results.person_id_of(lead)]
        return (case.result or results.synced()) if case.lead is lead else results.DUPLICATE


def _is_older(lead: Lead, known: KnownContact) -> bool:
    updated_at, stored = lead.conversation.updated_at, known.last_interaction
    return updated_at is not None and stored is not None and updated_at < stored
