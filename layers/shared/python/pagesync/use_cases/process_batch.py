"""Turn one batch of leads into contacts, and record what became of each."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from pagesync.domain.assignment import decide
from pagesync.domain.contact import ContactDraft, KnownContact, SaveContext, SaveOutcome
from pagesync.domain.conversation import Lead, Platform
from pagesync.domain.errors import AnalysisFailed
from pagesync.domain.insight import Insight
from pagesync.domain.job import BatchRef, ContactOutcome, ContactResult, Failure, LedgerBatch
from pagesync.domain.page import Playbook
from pagesync.domain.person_name import name_of
from pagesync.ports import Clock, ContactStore, ConversationAnalyst, JobLedger, PayloadStore

_DUPLICATE = ContactResult(ContactOutcome.SKIPPED, reason="DUPLICATE")


def process_batch(
    ref: BatchRef,
    *,
    ledger: JobLedger,
    payloads: PayloadStore,
    contacts: ContactStore,
    analyst: ConversationAnalyst,
    clock: Clock,
    analysis_threads: int,
) -> LedgerBatch:
    """The settled batch. Repeating it changes nothing."""
    batch = ledger.batch(ref)
    if batch.outcomes is not None:
        return batch
    job = ledger.job(ref.job_id)
    context = SaveContext(
        org_id=job.org_id,
        facebook_page_id=job.facebook_page_id,
        job_id=ref.job_id,
        synced_by=f"{ref.job_id}:{ref.platform}:{ref.page}:{ref.batch}",
        saved_at=clock.now(),
    )
    leads = payloads.get(batch.content.payload_key)
    results = _Sync(ref.platform, context, contacts, analyst, analysis_threads).run(leads)
    return ledger.settle(ref, results)


@dataclass(frozen=True, slots=True)
class _Drafted:
    """`result` is what becomes of the lead if its draft is saved, or at once where there is none."""

    lead: Lead
    result: ContactResult
    draft: ContactDraft | None = None


@dataclass(frozen=True, slots=True)
class _Sync:
    """Syncs the leads of one batch; a lead that fails does so alone."""

    platform: Platform
    context: SaveContext
    contacts: ContactStore
    analyst: ConversationAnalyst
    threads: int

    def run(self, leads: Sequence[Lead]) -> list[ContactResult]:
        """One result a lead, in order."""
        refusals = [_refusal(lead) for lead in leads]
        people: dict[str, Lead] = {}
        for lead, refusal in zip(leads, refusals, strict=True):
            if refusal is None:
                people.setdefault(_person_id(lead), lead)
        results = self._sync(people)
        return [
            refusal or (results[_person_id(lead)] if people[_person_id(lead)] is lead else _DUPLICATE)
            for lead, refusal in zip(leads, refusals, strict=True)
        ]

    def _sync(self, people: Mapping[str, Lead]) -> dict[str, ContactResult]:
        org_id, facebook_page_id = self.context.org_id, self.context.facebook_page_id
        playbook = self.contacts.playbook(org_id, facebook_page_id)
        known = self.contacts.known(org_id, facebook_page_id, self.platform, list(people))

        def draft(person_id: str) -> _Drafted:
            return self._draft(people[person_id], playbook, known.get(person_id))

        with ThreadPoolExecutor(max_workers=self.threads) as pool:
            drafted = dict(zip(people, pool.map(draft, people), strict=True))
        results = {person_id: each.result for person_id, each in drafted.items()}
        to_save = [each.draft for each in drafted.values() if each.draft is not None]
        for each, outcome in zip(to_save, self.contacts.save(self.context, to_save), strict=True):
            if outcome is not SaveOutcome.SAVED:
                results[each.person_id] = _unsaved(people[each.person_id], outcome)
        return results

    def _draft(self, lead: Lead, playbook: Playbook, known: KnownContact | None) -> _Drafted:
        # An earlier attempt at this batch died after saving: the analysis is paid for and the move is made.
        if known is not None and known.synced_by == self.context.synced_by:
            return _Drafted(lead, ContactResult(ContactOutcome.SYNCED))
        try:
            insight, reason = self._analyse(lead, playbook)
            draft = ContactDraft(
                person_id=_person_id(lead),
                platform=self.platform,
                name=name_of(lead),
                last_interaction=lead.conversation.updated_at,
                insight=insight,
                move=decide(insight.placement if insight else None, playbook, known).move,
                version_read=known.version if known else 0,
            )
        except Exception as error:  # noqa: BLE001 - recorded as this lead's failure; its neighbours go on
            return _Drafted(lead, _failed(lead, "INTERNAL", f"It could not be processed ({type(error).__name__})."))
        return _Drafted(lead, ContactResult(ContactOutcome.SYNCED, reason=reason), draft)

    def _analyse(self, lead: Lead, playbook: Playbook) -> tuple[Insight | None, str | None]:
        """An insight, or why there is none: the contact is saved either way and analysed next time."""
        if not lead.has_text:
            return None, "NO_TEXT"
        try:
            return self.analyst.analyse(lead, page_name=playbook.page_name, pipeline=playbook.pipeline), None
        except AnalysisFailed as failed:
            return None, f"NOT_ANALYSED_{failed.code}"


def _person_id(lead: Lead) -> str:
    return (lead.person and lead.person.person_id) or ""


def _refusal(lead: Lead) -> ContactResult | None:
    """The result of a lead that cannot become a contact at all."""
    if lead.person is None:
        return ContactResult(ContactOutcome.SKIPPED, reason="NO_PARTICIPANT")
    if not lead.person.person_id:
        return _failed(lead, "PARTICIPANT_WITHOUT_ID", "Facebook gave no id for this participant.")
    return None


def _unsaved(lead: Lead, outcome: SaveOutcome) -> ContactResult:
    if outcome is SaveOutcome.ALREADY_SYNCED:
        return _DUPLICATE
    return _failed(lead, "CONTACT_REJECTED", "The database refused this contact's data.")


def _failed(lead: Lead, code: str, message: str) -> ContactResult:
    failure = Failure(
        conversation_id=lead.conversation.conversation_id, stage="PROCESS", code=code, message=message
    )
    return ContactResult(ContactOutcome.FAILED, failure=failure)
