"""What a schedule runs on: stores, outside services and settings, and what people do to them meanwhile."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from pagesync import ports
from pagesync.domain.contact import Actor
from pagesync.domain.contact_book import Contact, ContactFilter
from pagesync.domain.contact_edit import ContactEdit
from pagesync.domain.conversation import Conversation
from pagesync.domain.cost import Price, Tariff
from pagesync.domain.job import SyncJob
from pagesync.domain.page import PageConnection, PageProfile
from pagesync.domain.person_name import PersonName
from pagesync.domain.throttle import Usage
from tests import edits, samples
from tests.fakes.analyst import ScriptedAnalyst
from tests.fakes.budget import BudgetMemory, InMemoryBudget
from tests.fakes.contact_book import InMemoryContactBook
from tests.fakes.contacts import InMemoryContacts
from tests.fakes.executor import Inline
from tests.fakes.ledger import InMemoryLedger
from tests.fakes.quota import InMemoryQuota, QuotaMemory
from tests.fakes.source import InMemoryInbox, InMemoryPayloads, ReadableCipher
from tests.talks import SALES
from tests.torture.execution import Execution
from tests.torture.kernel import VirtualClock
from tests.torture.shape import INSTAGRAM_ACCOUNT, Shape, with_new_message
from tests.torture.stage import NameTaken, Stage
from tests.torture.stores import Bound, FakeStores, Gated, Stores, TableStores

LISTS = ("conversations", "instagram")
"""The inbox's."""

Verbs = Mapping[str, Callable[..., Any]]


@dataclass(frozen=True)
class Tampering:
    """A defect put into a world, to see it found: fakes made of the usual ones, verbs in place of the usual."""

    ledger: type[InMemoryLedger] = InMemoryLedger
    contacts: type[InMemoryContacts] = InMemoryContacts
    verbs: Verbs = field(default_factory=dict)


class World:
    """One Page with its organisation; it outlasts the runs on it."""

    def __init__(self, shape: Shape, tampering: Tampering | None = None) -> None:
        tampered = tampering or Tampering()
        self.shape = shape
        self.verbs = tampered.verbs
        self.clock = VirtualClock(samples.NOON)
        on_table = shape.on_table and tampering is None
        self.stores: Stores = TableStores(self.clock) if on_table else FakeStores(self.clock, tampered.ledger)
        self.contacts = tampered.contacts()
        self.book = InMemoryContactBook(self.contacts)
        self.inbox = InMemoryInbox(
            shape.conversations,
            instagram=shape.instagram,
            usage=Usage(shape.usage_percent),
            undeliverable=set(shape.undeliverable),
        )
        self.analyst = ScriptedAnalyst(failures=dict.fromkeys(shape.unanalysable, "BLOCKED"))
        self.payloads = InMemoryPayloads()
        self.quota = InMemoryQuota(QuotaMemory(), self.clock, shape.quota)
        self.budget = InMemoryBudget(BudgetMemory(), self.clock)
        self.edits: list[Callable[[World], None]] = []
        self.inbox_changed = False
        self._open()

    def _open(self) -> None:
        self._connect()
        if self.shape.has_pipeline:
            self.contacts.add_pipeline(samples.ORG, SALES)
        profile = PageProfile(
            samples.PAGE,
            samples.ORG,
            samples.META_PAGE,
            "Sunrise Coffee",
            auto_pipeline_id=SALES.pipeline_id if self.shape.has_pipeline else None,
            update_mode=self.shape.update_mode,
        )
        self.contacts.add_page(profile)

    def ports(self, gated: Gated, pause: Callable[[float], None]) -> Bound:
        """For one invocation."""
        return {
            **self.stores.ports(gated, pause),
            "cipher": (ports.TokenCipher, ReadableCipher()),
            "source": (ports.ConversationSource, self.inbox),
            "payloads": (ports.PayloadStore, self.payloads),
            "contacts": (ports.ContactStore, self.contacts),
            "analyst": (ports.ConversationAnalyst, self.analyst),
            "quota": (ports.AnalysisQuota, self.quota),
            "budget": (ports.AnalysisBudget, self.budget),
        }

    def settings(self) -> dict[str, Any]:
        """By the name that verbs call them."""
        return {
            "batch_size": self.shape.batch_size,
            "page_limit": self.shape.page_limit,
            "pages_at_once": self.shape.pages_at_once,
            "pool": Inline(),
            "tariff": Tariff(Price(input_nano_usd=300, output_nano_usd=2_500)),
        }

    def placeholders(self) -> dict[str, str]:
        """Of the flow's definition, but for functions."""
        return {
            "JobsTable": "jobs",
            "MapConcurrency": str(self.shape.batches_at_once),
            "PageLimit": str(self.shape.page_limit),
            "BatchSize": str(self.shape.batch_size),
            "HistoryBudget": str(self.shape.history_budget),
            "HandOverSeconds": str(self.shape.hand_over_seconds),
        }

    def flow_ports(self, stage: Stage) -> Bound:
        """Those that lead to the flow of one run."""
        return {"workflow": (ports.Workflow, _Workflow(stage))}

    # What is true of it.

    @property
    def jobs(self) -> Sequence[SyncJob]:
        return self.stores.jobs()

    @property
    def connection(self) -> PageConnection:
        return self.stores.pages.connection(samples.PAGE)

    def people(self) -> Sequence[Contact]:
        return self.book.contacts(samples.ORG, ContactFilter(), cursor=None, limit=10_000).contacts

    # What happens to it beside a sync.

    def reconnect(self) -> None:
        """The owner renews the Page's token."""
        self.inbox.token += "-renewed"
        self._connect()

    def _connect(self) -> None:
        sealed = ReadableCipher().encrypt(self.inbox.token, org_id=samples.ORG, page_id=samples.META_PAGE)
        account = INSTAGRAM_ACCOUNT if self.shape.instagram else None
        self.stores.pages.connect(samples.connection(token_ciphertext=sealed, instagram_account_id=account))

    def hold_back(self, late: Collection[str]) -> None:
        """These conversations have not begun yet."""
        for name in LISTS:
            kept = [each for each in getattr(self.inbox, name) if each.conversation_id not in late]
            setattr(self.inbox, name, kept)

    def let_begin(self, late: Collection[str]) -> None:
        """They begin now, one after the other, each at the top."""
        for name in LISTS:
            for each in getattr(self.shape, name):
                if each.conversation_id in late:
                    fresh = replace(each, updated_at=self.clock.now())
                    setattr(self.inbox, name, [fresh, *getattr(self.inbox, name)])
                    self.clock.advance(1)

    def lose_token(self) -> None:
        """Facebook no longer takes the token that is stored."""
        self.inbox.token = "another-token"

    def move_up(self, index: int) -> None:
        """A new message takes a conversation to the top of its list."""
        name = "instagram" if index % 3 == 0 else "conversations"
        if conversations := getattr(self.inbox, name):
            self._to_the_top(name, index % len(conversations))

    def _to_the_top(self, name: str, number: int) -> None:
        conversations = list(getattr(self.inbox, name))
        moved = with_new_message(conversations.pop(number), self.clock.now())
        self.clock.advance(1)
        setattr(self.inbox, name, [moved, *conversations])
        self.inbox_changed = True

    def person_moves(self, index: int) -> None:
        """Somebody in the CRM drags a contact to the last open stage."""
        stage_id = SALES.stages[4].stage_id
        self._edit(index, edits.to_stage(stage_id))

    def person_renames(self, index: int) -> None:
        self._edit(index, edits.to_name(PersonName("Renamed", "By Hand")))

    def _edit(self, index: int, change: ContactEdit) -> None:
        """Done to the contact of that number, if there is one; remembered, to do the same in another world."""
        found = sorted(self.people(), key=_identity)
        if not found or (not self.shape.has_pipeline):
            return
        who = _identity(found[index % len(found)])

        def edit(world: World) -> None:
            contact = next(each for each in world.people() if _identity(each) == who)
            edits.edit(world.book, samples.ORG, contact.contact_id, change, at=world.clock.now())

        edit(self)
        self.edits.append(edit)
        # They write again, so that the next sync has something to say about them too.
        self._write(next(filter(None, who)))

    def _write(self, person_id: str) -> None:
        for name in LISTS:
            everybody = list(getattr(self.inbox, name))
            theirs = next((n for n, each in enumerate(everybody) if _is_in(person_id, each)), None)
            if theirs is not None:
                self._to_the_top(name, theirs)


class _Workflow:
    """Step Functions as the product's verbs see it."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def start(self, job_id: str) -> None:
        with suppress(NameTaken):
            self._stage.start(job_id, {"jobId": job_id})

    def is_running(self, job_id: str) -> bool:
        return any(each.status == "RUNNING" for each in self._of(job_id))

    def stop(self, job_id: str) -> None:
        for each in self._of(job_id):
            self._stage.stop(each)

    def _of(self, job_id: str) -> list[Execution]:
        return [each for each in self._stage.executions.values() if each.input["jobId"] == job_id]


def _identity(contact: Contact) -> tuple[str, str]:
    return contact.messenger_psid or "", contact.instagram_sid or ""


def _is_in(person_id: str, conversation: Conversation) -> bool:
    return any(person.person_id == person_id for person in conversation.participants)


def snapshot(world: World) -> dict[tuple[str, str], Contact]:
    """The contacts as a salesperson sees them: without our ids, and when and how often we wrote."""
    return {_identity(each): _seen(each) for each in world.people()}


def _seen(contact: Contact) -> Contact:
    seen = replace(contact, contact_id="", version=0, created_at=samples.NOON, updated_at=samples.NOON)
    if seen.stage_set_by is not Actor.HUMAN:
        return seen
    # Whether anything is suggested in spite of a person depends on who came last, the person or a message.
    return replace(seen, suggested_stage_id=None, suggested_stage_name=None)
