"""The algorithm that pagesync replaced, as it was specified: one conversation after the other, with a pause."""

import json
import time
import uuid
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

from bench.rig import Rig
from local.settings import PLACEHOLDER_GEMINI_KEY
from pagesync.adapters.clock import SystemClock
from pagesync.adapters.dynamodb.table import Table
from pagesync.adapters.gemini import GeminiAnalyst
from pagesync.adapters.graph import FacebookApp, GraphCalls, GraphConversations
from pagesync.adapters.postgres.connection import postgresql
from pagesync.adapters.postgres.store import PostgresContacts
from pagesync.domain.assignment import decide
from pagesync.domain.contact import ContactDraft, SaveContext
from pagesync.domain.conversation import Lead, Platform, leads_of
from pagesync.domain.evidence import verified
from pagesync.domain.insight import Insight
from pagesync.domain.page import FacebookPageId, OrgId, Playbook
from pagesync.domain.person_name import name_of
from simulators.graph import DEMO_APP_ID, DEMO_APP_SECRET

PAUSE_SECONDS = 1.0
"""After each analysis, to spare Gemini's quota."""
PROGRESS_EVERY = 10
PAGE_LIMIT = 100


@dataclass(frozen=True)
class Sequential:
    """A sample of it; what it says of larger numbers is extrapolated linearly."""

    conversations: int
    seconds_a_conversation: float
    """Its share of fetching a page included."""
    seconds_a_page: float
    """Of Facebook's, listed one after the other by the same code and with nothing beside it."""

    @property
    def contacts_a_second(self) -> float:
        return 1 / self.seconds_a_conversation


def run(rig: Rig, page: str, *, conversations: int, chain: str, chain_pages: int) -> Sequential:
    """With the product's own adapters, so that the algorithm is all that differs; `chain` is a Page to list."""
    app = FacebookApp(lambda: json.dumps({"appId": DEMO_APP_ID, "appSecret": DEMO_APP_SECRET}))
    calls = GraphCalls(app, base_url=rig.stack.graph_api_url, version="v25.0", timeout_seconds=30)
    source = GraphConversations(calls)
    started = time.monotonic()
    listed = len(list(_pages(rig, source, chain, chain_pages)))
    seconds_a_page = (time.monotonic() - started) / listed
    leads = [lead for leads in _pages(rig, source, page, -(-conversations // PAGE_LIMIT)) for lead in leads]
    started = time.monotonic()
    _sync(rig, page, leads[:conversations])
    seconds = (time.monotonic() - started) / conversations
    return Sequential(conversations, seconds + seconds_a_page / PAGE_LIMIT, seconds_a_page)


def _pages(rig: Rig, source: GraphConversations, page: str, pages: int) -> Iterator[list[Lead]]:
    page_id, cursor = rig.meta_id(page), None
    token = f"page-token-store-{list(rig.pages).index(page) + 1}"
    for _ in range(pages):
        found = source.list_conversations(
            page_id=page_id, token=token, platform=Platform.MESSENGER, cursor=cursor, limit=PAGE_LIMIT
        )
        yield [lead for each in found.conversations for lead in leads_of(each, frozenset({page_id}))]
        cursor = found.next_cursor
        if cursor is None:
            return


def _sync(rig: Rig, page: str, leads: list[Lead]) -> None:
    table = Table(rig.aws.client("dynamodb"), rig.stack.jobs_table)
    analyst = GeminiAnalyst(
        api_key=lambda: PLACEHOLDER_GEMINI_KEY, base_url=rig.stack.gemini_api_url, model="gemini-3.5-flash-lite"
    )
    org_id, facebook_page_id = OrgId(rig.stack.users[0].org_id), FacebookPageId(rig.pages[page])
    job_id = str(uuid.uuid4())
    with closing(postgresql(rig.stack.database_url)) as database:
        contacts = PostgresContacts(database)
        playbook = contacts.playbook(org_id, facebook_page_id)
        for number, lead in enumerate(leads, 1):
            context = SaveContext(org_id, facebook_page_id, job_id, f"{job_id}:1:{number}", SystemClock().now())
            insight = verified(analyst.analyse(lead, playbook), lead)
            contacts.save(context, [_draft(lead, insight, playbook)])
            if number % PROGRESS_EVERY == 0:
                table.update((f"JOB#{job_id}", "JOB"), "SET syncedContacts = :count", {":count": number})
            time.sleep(PAUSE_SECONDS)


def _draft(lead: Lead, insight: Insight, playbook: Playbook) -> ContactDraft:
    decision = decide(insight, playbook, None)
    return ContactDraft(
        person_id=(lead.person and lead.person.person_id) or "",
        platform=Platform.MESSENGER,
        name=name_of(lead),
        last_interaction=lead.conversation.updated_at,
        insight=insight,
        is_backed=bool(insight.evidence),
        move=decision.move,
        suggestion=decision.suggestion,
    )
