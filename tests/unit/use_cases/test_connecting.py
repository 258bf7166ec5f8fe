"""Logging in at Facebook, picking Pages, and leaving them."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

import pytest

from pagesync.domain.connecting import Account
from pagesync.domain.errors import (
    LoginFailed,
    LoginRefused,
    NotFound,
    SourceError,
    SourceForbidden,
    SourceUnavailable,
    TokenRejected,
)
from pagesync.domain.job import JobStatus
from pagesync.domain.page import FacebookPageId, OrgId
from pagesync.use_cases import log_in
from pagesync.use_cases.connect_page import connect_page
from pagesync.use_cases.connect_pages import Connected, connect_pages
from pagesync.use_cases.disconnect_page import disconnect_page
from tests import samples
from tests.fakes.clock import StoppedClock
from tests.fakes.contacts import InMemoryContacts
from tests.fakes.facebook import InMemoryFacebook, InMemoryOffers
from tests.fakes.ledger import InMemoryLedger, InMemoryPages, Memory
from tests.fakes.pipelines import InMemoryPipelines
from tests.fakes.source import ReadableCipher, RememberedStarts

ORG, USER = OrgId("org-1"), "user-1"
SHOP = Account("1", "Shop", ("MESSAGING",), "page-token", picture_url="https://picture.example/1")
ADVERTISED = Account("2", "Advertised", ("ADVERTISE",), "page-token-2")


@dataclass
class Office:
    """Everything that connecting needs, in memory."""

    facebook: InMemoryFacebook = field(default_factory=lambda: InMemoryFacebook([SHOP, ADVERTISED]))
    clock: StoppedClock = field(default_factory=StoppedClock)
    memory: Memory = field(default_factory=Memory)
    contacts: InMemoryContacts = field(default_factory=InMemoryContacts)
    workflow: RememberedStarts = field(default_factory=RememberedStarts)
    cipher: ReadableCipher = field(default_factory=ReadableCipher)

    def __post_init__(self) -> None:
        self.offers = InMemoryOffers(self.clock)
        self.directory = InMemoryPages(self.memory)
        self.ledger = InMemoryLedger(self.memory, self.clock)

    def state(self) -> str:
        dialog = log_in.begin_login(
            org_id=ORG, user_id=USER, login=self.facebook, offers=self.offers, clock=self.clock
        )
        return dialog.url.rpartition("state=")[2]

    def finish(self, state: str | None, code: str | None = "code", error: str | None = None) -> str:
        return log_in.finish_login(
            state=state,
            code=code,
            error=error,
            login=self.facebook,
            accounts=self.facebook,
            offers=self.offers,
            cipher=self.cipher,
            clock=self.clock,
        )

    def pick(self, *page_ids: str, user_id: str = USER) -> Connected:
        self.facebook.codes.add("code")
        return connect_pages(
            org_id=ORG,
            user_id=user_id,
            connection_id=self.finish(self.state()),
            page_ids=page_ids,
            offers=self.offers,
            accounts=self.facebook,
            cipher=self.cipher,
            connect=self._connect(),
            clock=self.clock,
        )

    def leave(self, page: FacebookPageId, org_id: OrgId = ORG, *, erase_contacts: bool = False) -> None:
        disconnect_page(
            org_id=org_id,
            facebook_page_id=page,
            erase_contacts=erase_contacts,
            directory=self.directory,
            ledger=self.ledger,
            workflow=self.workflow,
            accounts=self.facebook,
            cipher=self.cipher,
            contacts=self.contacts,
            clock=self.clock,
        )

    def _connect(self) -> Callable[..., FacebookPageId]:
        return partial(
            connect_page,
            ledger=self.ledger,
            directory=self.directory,
            cipher=self.cipher,
            contacts=self.contacts,
            pipelines=InMemoryPipelines(self.contacts),
        )


@pytest.fixture
def office() -> Office:
    return Office()


def test_an_offer_shows_the_pages_without_a_token_of_theirs(office: Office) -> None:
    connection_id = office.finish(office.state())
    offer = log_in.read_offer(org_id=ORG, user_id=USER, connection_id=connection_id, offers=office.offers)
    assert [(page.name, page.obstacle is None) for page in offer.pages] == [("Shop", True), ("Advertised", False)]
    assert "page-token" not in repr(offer)


@pytest.mark.parametrize(("org_id", "user_id"), [("org-2", USER), (ORG, "user-2")])
def test_an_offer_is_nobodys_but_the_one_who_began(office: Office, org_id: str, user_id: str) -> None:
    connection_id = office.finish(office.state())
    with pytest.raises(NotFound):
        log_in.read_offer(org_id=OrgId(org_id), user_id=user_id, connection_id=connection_id, offers=office.offers)


def test_the_id_of_an_offer_does_not_follow_from_the_state(office: Office) -> None:
    state = office.state()
    assert state not in office.finish(state)


def test_a_second_delivery_uses_no_second_code(office: Office) -> None:
    state = office.state()
    first = office.finish(state)
    assert office.finish(state) == first


@pytest.mark.parametrize(("state", "code"), [(None, "code"), ("", "code"), ("state", None), ("forged", "code")])
def test_a_callback_that_nobody_waits_for_is_refused(office: Office, state: str | None, code: str | None) -> None:
    with pytest.raises(LoginRefused) as refused:
        office.finish(state, code)
    assert refused.value.code == "STATE_INVALID"
    assert "code" in office.facebook.codes


def test_a_denial_is_told_as_one(office: Office) -> None:
    with pytest.raises(LoginRefused) as refused:
        office.finish(office.state(), None, "access_denied")
    assert refused.value.code == "ACCESS_DENIED"


def test_pages_that_facebook_does_not_show_fail_the_login(office: Office) -> None:
    office.facebook.trouble = LoginFailed("Down.", code="FACEBOOK_UNAVAILABLE")
    with pytest.raises(LoginFailed):
        office.finish(office.state())


def test_what_is_picked_is_connected_and_subscribed(office: Office) -> None:
    connected = office.pick("1")
    (page,) = connected.pages
    assert (connected.failed, connected.notices) == ([], [])
    assert office.facebook.subscribed == {"1"}
    assert office.directory.connection(page).org_id == ORG
    (profile,) = office.contacts.pages(ORG)
    assert (profile.name, profile.picture_url) == ("Shop", "https://picture.example/1")


def test_what_cannot_be_picked_keeps_nothing_else_from_it(office: Office) -> None:
    connected = office.pick("2", "3", "1", "1")
    assert len(connected.pages) == 1
    assert [(each.page_id, each.reason.code) for each in connected.failed] == [
        ("2", "NO_MESSAGING_TASK"),
        ("3", "NOT_OFFERED"),
    ]


@pytest.mark.parametrize(
    ("trouble", "code"),
    [
        (SourceForbidden("The task is missing."), "NOT_SUBSCRIBED"),
        (SourceUnavailable("Facebook is in trouble."), "NOT_SUBSCRIBED_NOW"),
    ],
)
def test_a_page_without_subscription_is_connected_and_says_why(
    office: Office, monkeypatch: pytest.MonkeyPatch, trouble: SourceError, code: str
) -> None:
    def refuse(page_id: str, token: str) -> None:
        raise trouble

    monkeypatch.setattr(office.facebook, "subscribe", refuse)
    connected = office.pick("1")
    assert len(connected.pages) == 1
    assert [each.reason.code for each in connected.notices] == [code]


def test_a_page_whose_token_is_refused_is_not_connected_and_keeps_no_other_from_it(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse_the_first(page_id: str, token: str) -> None:
        if page_id == "1":
            raise TokenRejected("Dead.")

    office.facebook.pages = [SHOP, replace(SHOP, page_id="4")]
    monkeypatch.setattr(office.facebook, "subscribe", refuse_the_first)
    connected = office.pick("1", "4")
    assert len(connected.pages) == 1
    assert [(each.page_id, each.reason.code) for each in connected.failed] == [("1", "TOKEN_REJECTED")]


def test_pages_there_is_no_time_for_are_told_and_not_lost(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(page_id: str, token: str) -> None:
        office.clock.advance(7)

    office.facebook.pages = [replace(SHOP, page_id=str(n)) for n in range(1, 6)]
    monkeypatch.setattr(office.facebook, "subscribe", slow)
    connected = office.pick(*"12345")
    assert len(connected.pages) == 3
    assert [(each.page_id, each.reason.code) for each in connected.failed] == [("4", "NOT_YET"), ("5", "NOT_YET")]


def test_connecting_again_renews_the_token_and_keeps_the_rest(office: Office) -> None:
    (page,) = office.pick("1").pages
    old = office.directory.connection(page)
    office.memory.pages[page] = replace(old, token_expired=True, last_synced_at=samples.NOON)
    office.facebook.pages = [replace(SHOP, token="new-token")]
    assert office.pick("1").pages == [page]
    new = office.directory.connection(page)
    assert (new.token_expired, new.last_synced_at) == (False, samples.NOON)
    assert b"new-token" in new.token_ciphertext


@pytest.mark.parametrize(("account", "abandoned"), [("17842", ["instagram"]), (None, ["instagram"]), ("17841", [])])
def test_a_sync_reads_an_instagram_account_no_further_that_is_no_longer_the_pages(
    office: Office, account: str | None, abandoned: list[str]
) -> None:
    office.facebook.pages = [replace(SHOP, instagram_account_id="17841")]
    (page,) = office.pick("1").pages
    job = office.ledger.open(samples.job(org_id=ORG, facebook_page_id=page))
    office.facebook.pages = [replace(SHOP, instagram_account_id=account)]
    for _ in "again":
        office.pick("1")
    assert list(office.ledger.job(job.job_id).abandoned) == abandoned
    assert len(office.ledger.failures(job.job_id, limit=9)) == len(abandoned)


def test_a_page_that_is_left_is_unsubscribed_and_its_token_gone(office: Office) -> None:
    (page,) = office.pick("1").pages
    office.leave(page)
    assert office.facebook.subscribed == set()
    assert page not in office.memory.pages
    assert [each.name for each in office.contacts.pages(ORG)] == ["Shop"]


@pytest.mark.parametrize(
    "trouble",
    [TokenRejected("Dead."), SourceUnavailable("Down."), LoginFailed("No secret.", code="APP_MISCONFIGURED")],
)
def test_trouble_with_facebook_keeps_nobody_from_leaving(
    office: Office, trouble: SourceError | LoginFailed
) -> None:
    (page,) = office.pick("1").pages
    office.facebook.trouble = trouble
    office.leave(page)
    assert page not in office.memory.pages


def test_leaving_ends_the_sync_under_way(office: Office) -> None:
    (page,) = office.pick("1").pages
    job = office.ledger.open(samples.job(facebook_page_id=page, org_id=ORG))
    office.leave(page)
    assert office.ledger.job(job.job_id).status is JobStatus.CANCELLED
    assert page not in office.memory.pages


def test_another_organisations_page_is_not_found_and_stays(office: Office) -> None:
    (page,) = office.pick("1").pages
    with pytest.raises(NotFound):
        office.leave(page, OrgId("org-2"), erase_contacts=True)
    assert page in office.memory.pages


def test_leaving_twice_changes_nothing_more(office: Office) -> None:
    (page,) = office.pick("1").pages
    office.leave(page)
    office.leave(page, erase_contacts=True)
