"""Logins, the Pages they open and the offers kept of them behave alike in memory and for real."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from moto import mock_aws

from pagesync.adapters.dynamodb import DynamoOffers
from pagesync.adapters.graph import FacebookApp, GraphAccounts, GraphLogin
from pagesync.domain.connecting import Account, Login, Obstacle, Offer, OfferedPage
from pagesync.domain.errors import LoginFailed, LoginRefused, NotFound, SourceUnavailable, TokenRejected
from pagesync.domain.page import OrgId
from pagesync.domain.permissions import SCOPES
from pagesync.ports import ConnectionOffers, FacebookAccounts, FacebookLogin
from simulators.graph import DEMO_LOGIN_CONFIG_ID, GraphSimulator, many_roles_world
from tests.contracts.facebook import CALLBACK, demo_app, graph_calls, returned
from tests.contracts.ledgers import dynamodb_table
from tests.fakes.clock import StoppedClock
from tests.fakes.facebook import InMemoryFacebook, InMemoryOffers

CLOCK = StoppedClock()
ORG = OrgId("org-1")


@dataclass
class Facebook:
    """Facebook with somebody logged in; `again` is their browser, which brings back a new code."""

    login: FacebookLogin
    accounts: FacebookAccounts
    again: Callable[[], str]
    control: Callable[..., None]


@pytest.fixture
def simulator() -> Iterator[GraphSimulator]:
    with GraphSimulator(many_roles_world()) as graph:
        yield graph


def graph_facebook(simulator: GraphSimulator, app: FacebookApp | None = None) -> Facebook:
    calls = graph_calls(simulator.url, app=app)
    dialog = f"{simulator.url}/v25.0/dialog/oauth"
    login = GraphLogin(calls, app or demo_app(), dialog_url=dialog, redirect_uri=CALLBACK)

    def again() -> str:
        return returned(requests.get(login.dialog_url("state"), timeout=10, allow_redirects=False))["code"]

    def control(**orders: object) -> None:
        requests.post(f"{simulator.url}/__control", json=orders, timeout=10).raise_for_status()

    return Facebook(login, GraphAccounts(calls), again, control)


def memory_facebook() -> Facebook:
    pages = [
        Account("1", "Shop", ("MESSAGING",), "token", picture_url="https://picture.example/1"),
        Account("2", "Advertiser Only", ("ADVERTISE",), "token"),
        Account("3", "Token Missing", ("MESSAGING",)),
        Account("4", "Not Published Yet", ("MODERATE",), "token", is_published=False),
    ]
    memory = InMemoryFacebook(pages)

    def again() -> str:
        memory.codes.add("code")
        return "code"

    def control(**orders: object) -> None:
        declined = orders.get("login")
        if isinstance(declined, dict):
            memory.declined = frozenset(declined["declinedScopes"])

    return Facebook(memory, memory, again, control)


@pytest.fixture(params=["memory", "graph"])
def facebook(request: pytest.FixtureRequest) -> Facebook:
    if request.param == "memory":
        return memory_facebook()
    return graph_facebook(request.getfixturevalue("simulator"))


def by_name(accounts: Sequence[Account]) -> dict[str, Account]:
    return {account.name: account for account in accounts}


def test_a_dialog_brings_the_state_back(facebook: Facebook) -> None:
    assert parse_qs(urlsplit(facebook.login.dialog_url("s t&te")).query)["state"] == ["s t&te"]


def test_a_code_opens_the_persons_pages_once(facebook: Facebook) -> None:
    code = facebook.again()
    access = facebook.login.access(code)
    assert access.meta_user_id
    assert access.missing_scopes == ()
    assert facebook.accounts.accounts(access.token)
    with pytest.raises(LoginRefused) as refused:
        facebook.login.access(code)
    assert refused.value.code == "CODE_INVALID"


def test_what_was_declined_is_told(facebook: Facebook) -> None:
    facebook.control(login={"declinedScopes": ["instagram_basic", "pages_messaging"]})
    assert facebook.login.access(facebook.again()).missing_scopes == ("pages_messaging", "instagram_basic")


def test_every_page_says_whether_and_why_not_it_can_be_picked(facebook: Facebook) -> None:
    accounts = by_name(facebook.accounts.accounts(facebook.login.access(facebook.again()).token))
    found = {name: (each.obstacle() or Obstacle("", "")).code for name, each in accounts.items()}
    expected = {
        "Advertiser Only": "NO_MESSAGING_TASK",
        "Token Missing": "NO_ACCESS",
        "Not Published Yet": "NOT_PUBLISHED",
    }
    assert {name: code for name, code in found.items() if name in expected} == expected
    assert "" in found.values()


def test_a_page_is_subscribed_and_unsubscribed_as_often_as_one_likes(facebook: Facebook) -> None:
    shown = facebook.accounts.accounts(facebook.login.access(facebook.again()).token)
    page = next(each for each in shown if each.obstacle() is None)
    for _ in range(2):
        facebook.accounts.subscribe(page.page_id, page.token or "")
    for _ in range(2):
        facebook.accounts.unsubscribe(page.page_id, page.token or "")


def test_nobody_prints_a_token(facebook: Facebook) -> None:
    access = facebook.login.access(facebook.again())
    shown = repr((access, facebook.accounts.accounts(access.token)))
    assert access.token not in shown
    assert "page-token" not in shown


def test_all_pages_are_listed_those_of_portfolios_too(simulator: GraphSimulator) -> None:
    facebook = graph_facebook(simulator)
    accounts = by_name(facebook.accounts.accounts(facebook.login.access(facebook.again()).token))
    stores = [name for name in accounts if name.startswith("Lindqvist Store")]
    assert len(stores) == 56
    assert {"Listed With Portfolio", "Owned by the Portfolio", "A Client's Page"} <= accounts.keys()
    assert accounts["A Client's Page Without a Role"].obstacle() is not None
    assert accounts["Owned by the Portfolio"].instagram_username == "owned.shop"


def test_without_business_management_the_portfolios_are_left_out(simulator: GraphSimulator) -> None:
    facebook = graph_facebook(simulator)
    facebook.control(login={"declinedScopes": ["business_management"]})
    accounts = by_name(facebook.accounts.accounts(facebook.login.access(facebook.again()).token))
    assert len(accounts) > 50
    assert "Owned by the Portfolio" not in accounts


def test_a_business_that_shows_no_pages_keeps_nobody_from_the_others(simulator: GraphSimulator) -> None:
    facebook = graph_facebook(simulator)
    access = facebook.login.access(facebook.again())
    facebook.control(faults=[{"match": "business_pages", "kind": "permission_200"}])
    accounts = by_name(facebook.accounts.accounts(access.token))
    assert len(accounts) > 50
    # Both are asked at once: one of them was refused.
    assert len({"Owned by the Portfolio", "A Client's Page"} & accounts.keys()) == 1


def test_a_login_for_business_is_asked_for_by_its_configuration(simulator: GraphSimulator) -> None:
    facebook = graph_facebook(simulator, demo_app(configId=DEMO_LOGIN_CONFIG_ID))
    facebook.control(requireConfigId=True)
    assert facebook.login.access(facebook.again()).missing_scopes == ()


def test_every_call_with_a_token_is_proven(simulator: GraphSimulator) -> None:
    facebook = graph_facebook(simulator)
    facebook.control(requireAppSecretProof=True)
    assert facebook.accounts.accounts(facebook.login.access(facebook.again()).token)


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"match": "oauth", "kind": "html_outage"}, "FACEBOOK_UNAVAILABLE"),
        ({"match": "oauth", "kind": "http500_code2"}, "FACEBOOK_UNAVAILABLE"),
        ({"match": "permissions", "kind": "throttle_4"}, "FACEBOOK_UNAVAILABLE"),
    ],
)
def test_facebooks_trouble_fails_a_login_and_says_whose_it_is(
    simulator: GraphSimulator, fault: dict[str, object], code: str
) -> None:
    facebook = graph_facebook(simulator)
    came_back_with = facebook.again()
    facebook.control(faults=[fault])
    with pytest.raises(LoginFailed) as failed:
        facebook.login.access(came_back_with)
    assert failed.value.code == code


def test_a_wrong_secret_is_the_operators_to_mend(simulator: GraphSimulator) -> None:
    facebook = graph_facebook(simulator, demo_app(appSecret="another"))
    with pytest.raises(LoginFailed) as failed:
        facebook.login.access(facebook.again())
    assert failed.value.code == "APP_MISCONFIGURED"


def test_a_dead_token_and_an_outage_are_told_apart(simulator: GraphSimulator) -> None:
    facebook = graph_facebook(simulator)
    access = facebook.login.access(facebook.again())
    facebook.control(faults=[{"match": "accounts", "kind": "html_outage"}])
    with pytest.raises(SourceUnavailable):
        facebook.accounts.accounts(access.token)
    facebook.control(userToken={"state": "session_invalidated"})
    with pytest.raises(TokenRejected):
        facebook.accounts.accounts(access.token)


@pytest.fixture(params=["memory", "dynamodb"])
def offers(request: pytest.FixtureRequest) -> Iterator[tuple[ConnectionOffers, StoppedClock]]:
    clock = StoppedClock()
    if request.param == "memory":
        yield InMemoryOffers(clock), clock
        return
    with mock_aws():
        yield DynamoOffers(dynamodb_table(), clock), clock


def begun(state: str = "state") -> Login:
    return Login(state, ORG, "user-1", CLOCK.now() + timedelta(minutes=10))


def an_offer() -> Offer:
    obstacle = Obstacle("NO_ACCESS", "Tick it.")
    return Offer(
        connection_id="connection",
        org_id=ORG,
        user_id="user-1",
        meta_user_id="7",
        expires_at=CLOCK.now() + timedelta(minutes=30),
        token_ciphertext=b"sealed",
        missing_scopes=SCOPES[-1:],
        pages=[
            OfferedPage("1", "Shop", ("MESSAGING",), "https://picture.example", "shop", None),
            OfferedPage("2", "Closed", (), None, None, obstacle),
        ],
    )


Offers = tuple[ConnectionOffers, StoppedClock]


def test_a_login_is_claimed_for_one_code(offers: Offers) -> None:
    store, _ = offers
    store.begin(begun())
    assert store.claim("state", "code", "first") == (begun(), "first")
    assert store.claim("state", "code", "second") == (begun(), "first")
    with pytest.raises(LoginRefused) as refused:
        store.claim("state", "another code", "third")
    assert refused.value.code == "STATE_INVALID"


def test_a_state_that_nobody_began_is_refused(offers: Offers) -> None:
    with pytest.raises(LoginRefused) as refused:
        offers[0].claim("forged", "code", "first")
    assert refused.value.code == "STATE_INVALID"


def test_a_login_is_over_after_its_time(offers: Offers) -> None:
    store, clock = offers
    store.begin(begun())
    clock.advance(600)
    with pytest.raises(LoginRefused) as refused:
        store.claim("state", "code", "first")
    assert refused.value.code == "STATE_EXPIRED"


def test_an_offer_is_read_as_it_was_kept_until_its_time(offers: Offers) -> None:
    store, clock = offers
    store.keep(an_offer())
    assert store.offer("connection") == an_offer()
    clock.advance(1800)
    with pytest.raises(NotFound):
        store.offer("connection")


def test_an_unknown_offer_is_not_found(offers: Offers) -> None:
    with pytest.raises(NotFound):
        offers[0].offer("unknown")
