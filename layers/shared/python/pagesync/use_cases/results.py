"""What can become of a lead, in the ledger's words."""

from pagesync.domain import job
from pagesync.domain.contact import SaveOutcome
from pagesync.domain.conversation import Lead, Platform
from pagesync.domain.job import ContactOutcome, ContactResult, Failure

DUPLICATE = ContactResult(ContactOutcome.SKIPPED, reason="DUPLICATE")
UNCHANGED = ContactResult(ContactOutcome.SKIPPED, reason="UNCHANGED")
CANCELLED = ContactResult(ContactOutcome.SKIPPED, reason=job.CANCELLED)
NO_PARTICIPANT = ContactResult(ContactOutcome.SKIPPED, reason="NO_PARTICIPANT")

_UNREADABLE = {
    "GONE": "Facebook no longer shows this conversation.",
    "UNDELIVERABLE": "Facebook cannot deliver this conversation: it is too large.",
}


def person_id_of(lead: Lead) -> str:
    return (lead.person and lead.person.person_id) or ""


def refusal(lead: Lead, platform: Platform) -> ContactResult | None:
    """The result of a lead that cannot become a contact at all."""
    unreadable = lead.conversation.unreadable
    if unreadable is not None:
        return failed(lead, platform, unreadable, _UNREADABLE[unreadable])
    if lead.person is None:
        return NO_PARTICIPANT
    if not lead.person.person_id:
        return failed(lead, platform, "PARTICIPANT_WITHOUT_ID", "Facebook gave no id for this participant.")
    return None


def synced(reason: str | None = None) -> ContactResult:
    return ContactResult(ContactOutcome.SYNCED, reason=reason)


def broken(lead: Lead, platform: Platform, error: str) -> ContactResult:
    return failed(lead, platform, "INTERNAL", f"It could not be processed ({error}).")


def saved(lead: Lead, platform: Platform, outcome: SaveOutcome, reason: str | None) -> ContactResult:
    match outcome:
        case SaveOutcome.SAVED:
            return synced(reason)
        case SaveOutcome.ALREADY_SYNCED:
            again = ContactResult(ContactOutcome.SKIPPED, reason=reason)
            return again if again.is_unanalysed else DUPLICATE
        case SaveOutcome.REJECTED:
            return failed(lead, platform, "CONTACT_REJECTED", "The database refused this contact's data.")


def failed(lead: Lead, platform: Platform, code: str, message: str) -> ContactResult:
    failure = Failure(
        conversation_id=lead.conversation.conversation_id,
        stage="PROCESS",
        code=code,
        message=message,
        platform=platform,
    )
    return ContactResult(ContactOutcome.FAILED, failure=failure)
