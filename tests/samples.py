"""Ready-made domain objects with every part a test may want to vary."""

import uuid
from datetime import UTC, datetime

from pagesync.domain.conversation import Conversation, Lead, Message, Person, Platform
from pagesync.domain.job import (
    BatchContent,
    ContactOutcome,
    ContactResult,
    Failure,
    Leg,
    ListedPage,
    PageRequest,
    SyncJob,
    SyncMode,
)
from pagesync.domain.page import FacebookPageId, OrgId, PageConnection

ORG = OrgId("7d1f6f6e-0d0c-4c43-9f0e-3a4b5a0c0001")
OTHER_ORG = OrgId("7d1f6f6e-0d0c-4c43-9f0e-3a4b5a0c0002")
PAGE = FacebookPageId("0a0b0c0d-0000-4000-8000-000000000001")
META_PAGE = "100200300400500"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def connection(**changes: object) -> PageConnection:
    values: dict[str, object] = {
        "facebook_page_id": PAGE,
        "org_id": ORG,
        "page_id": META_PAGE,
        "token_ciphertext": f"{ORG}/{META_PAGE}/page-token".encode(),
    }
    return PageConnection(**{**values, **changes})  # type: ignore[arg-type]


def job(**changes: object) -> SyncJob:
    values: dict[str, object] = {
        "job_id": str(uuid.uuid4()),
        "org_id": ORG,
        "facebook_page_id": PAGE,
        "mode": SyncMode.INCREMENTAL,
        "created_at": NOON,
        "updated_at": NOON,
    }
    return SyncJob(**{**values, **changes})  # type: ignore[arg-type]


def request(job_id: str, page: int = 1, *, cursor: str | None = None, limit: int = 100) -> PageRequest:
    return PageRequest(job_id, page, Leg.LIST, Platform.MESSENGER, limit, cursor)


def listed(asked: PageRequest, *sizes: int, last: bool = True) -> ListedPage:
    """A page with one batch of each size."""
    batches = [
        BatchContent(
            payload_key=f"key-{asked.page}-{n}", conversation_ids=[f"t_{asked.page}_{n}_{i}" for i in range(size)]
        )
        for n, size in enumerate(sizes)
    ]
    onward = None if last else request(asked.job_id, asked.page + 1, cursor="next", limit=asked.limit)
    return ListedPage(asked, batches, onward)


def results(*outcomes: ContactOutcome) -> list[ContactResult]:
    return [
        ContactResult(
            each,
            reason="DUPLICATE" if each is ContactOutcome.SKIPPED else None,
            failure=Failure(f"t_{n}", "PROCESS", "INTERNAL", "It failed.")
            if each is ContactOutcome.FAILED
            else None,
        )
        for n, each in enumerate(outcomes)
    ]


def conversation(number: int, *, person: Person | None = None, text: str = "How much is it?") -> Conversation:
    customer = person or Person(f"90000{number:04d}", f"Customer {number}")
    page = Person(META_PAGE, "Sunrise Coffee")
    return Conversation(
        conversation_id=f"t_{number}",
        updated_at=NOON,
        participants=[page, customer],
        messages=[Message(NOON, page, "Hello!", f"m_{number}_2"), Message(NOON, customer, text, f"m_{number}_1")],
    )


def lead(number: int, *, person: Person | None = None, text: str = "How much is it?") -> Lead:
    talk = conversation(number, person=person, text=text)
    return Lead(talk.participants[1], talk, frozenset({META_PAGE}))
