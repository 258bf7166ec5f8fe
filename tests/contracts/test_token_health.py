"""Tokens are inspected, what is found is kept with their Pages, and withdrawals are proven to be Facebook's."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from moto import mock_aws

from pagesync.adapters.dynamodb.deletions import DynamoDeletions
from pagesync.adapters.graph import GraphTokens, SignedRequests
from pagesync.domain.connecting import Deletion, Withdrawal
from pagesync.domain.errors import Forbidden, NotFound, SourceUnavailable
from pagesync.domain.page import FacebookPageId
from pagesync.domain.permissions import INDISPENSABLE_SCOPES, SCOPES
from pagesync.domain.token_health import SOON, TokenState, TokenTrouble
from pagesync.ports import PageDirectory
from pagesync.use_cases.check_tokens import Checked, check_tokens
from simulators.graph import DEMO_ACCESS_TOKEN, DEMO_PAGE_ID, DEMO_USER_ID, GraphSimulator, demo_world
from tests import samples
from tests.contracts.facebook import Facebook, demo_app, graph_calls
from tests.contracts.ledgers import dynamodb_store, dynamodb_table, memory_store
from tests.fakes.clock import StoppedClock
from tests.fakes.source import ReadableCipher

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ALL = frozenset(SCOPES)


@pytest.fixture
def facebook() -> Iterator[Facebook]:
    with GraphSimulator(demo_world()) as simulator:
        yield Facebook(simulator)


def inspector(facebook: Facebook) -> GraphTokens:
    return GraphTokens(graph_calls(facebook.url), demo_app())


def test_a_good_token_has_its_scopes_and_no_trouble(facebook: Facebook) -> None:
    state = inspector(facebook).inspect(DEMO_ACCESS_TOKEN)
    assert state.trouble is None
    assert state.scopes >= INDISPENSABLE_SCOPES


@pytest.mark.parametrize(
    ("state", "trouble"),
    [
        ("expired", TokenTrouble.EXPIRED),
        ("session_invalidated", TokenTrouble.PASSWORD_CHANGED),
        ("not_authorized", TokenTrouble.APP_REMOVED),
        ("role_lost", TokenTrouble.ROLE_LOST),
        ("inactive", TokenTrouble.UNUSED),
        ("checkpointed", TokenTrouble.CHECKPOINT),
        ("unconfirmed", TokenTrouble.CHECKPOINT),
        ("logged_out", TokenTrouble.REJECTED),
        ("unreadable", TokenTrouble.REJECTED),
    ],
)
def test_a_dead_token_says_what_it_died_of(facebook: Facebook, state: str, trouble: TokenTrouble) -> None:
    facebook.control(token={"pageId": DEMO_PAGE_ID, "state": state})
    found = inspector(facebook).inspect(DEMO_ACCESS_TOKEN)
    assert found.trouble is trouble
    assert trouble.is_death


def test_facebooks_trouble_is_not_the_tokens(facebook: Facebook) -> None:
    facebook.control(faults=[{"match": "debug_token", "kind": "html_outage"}])
    with pytest.raises(SourceUnavailable):
        inspector(facebook).inspect(DEMO_ACCESS_TOKEN)


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (TokenState(None, None, ALL), None),
        (TokenState(None, NOW + SOON + timedelta(seconds=1), ALL), None),
        (TokenState(None, NOW + SOON, ALL), TokenTrouble.ENDS_SOON),
        (TokenState(None, None, ALL - {"instagram_basic"}), None),
        (TokenState(None, None, ALL - {"pages_messaging"}), TokenTrouble.PERMISSION_MISSING),
        (TokenState(TokenTrouble.ROLE_LOST, NOW, frozenset()), TokenTrouble.ROLE_LOST),
    ],
)
def test_the_worst_is_told_first(state: TokenState, expected: TokenTrouble | None) -> None:
    assert state.judged(NOW) is expected


@pytest.mark.parametrize("trouble", TokenTrouble)
def test_every_trouble_says_what_to_do(trouble: TokenTrouble) -> None:
    assert trouble.advice.endswith(".")


@pytest.fixture(params=["memory", "dynamodb"])
def directory(request: pytest.FixtureRequest) -> Iterator[PageDirectory]:
    if request.param == "memory":
        yield memory_store().directory
        return
    with mock_aws():
        yield dynamodb_store().directory


def page(directory: PageDirectory, number: int = 1, **changes: object) -> FacebookPageId:
    facebook_page_id = FacebookPageId(f"0a0b0c0d-0000-4000-8000-{number:012d}")
    directory.connect(samples.connection(facebook_page_id=facebook_page_id, **changes))
    return facebook_page_id


def test_every_page_is_listed(directory: PageDirectory) -> None:
    connected = {page(directory, number) for number in range(1, 131)}
    assert set(directory.every_page()) == connected


def test_what_was_found_of_a_token_is_kept_until_it_is_another(directory: PageDirectory) -> None:
    connection = directory.connection(page(directory))
    directory.note_token(connection, TokenTrouble.ROLE_LOST)
    noted = directory.connection(connection.facebook_page_id)
    assert (noted.token_trouble, noted.token_expired) == (TokenTrouble.ROLE_LOST, True)
    directory.note_token(connection, TokenTrouble.ENDS_SOON)
    noted = directory.connection(connection.facebook_page_id)
    assert (noted.token_trouble, noted.token_expired) == (TokenTrouble.ENDS_SOON, False)

    directory.connect(replace(connection, token_ciphertext=b"another", instagram_account_id="178"))
    directory.note_token(connection, TokenTrouble.EXPIRED)
    noted = directory.connection(connection.facebook_page_id)
    assert (noted.token_trouble, noted.token_expired) == (None, False)


def test_who_connected_a_page_is_kept(directory: PageDirectory) -> None:
    assert directory.connection(page(directory, meta_user_id="7")).meta_user_id == "7"


class Inspector:
    """Answers by token; a token it does not know is Facebook's trouble."""

    def __init__(self, **states: TokenTrouble | None) -> None:
        self.states = states

    def inspect(self, token: str) -> TokenState:
        if token not in self.states:
            raise SourceUnavailable("Down.")
        return TokenState(self.states[token], None, ALL)


def test_a_check_finds_the_dead_heals_the_well_and_says_only_what_is_new(directory: PageDirectory) -> None:
    cipher = ReadableCipher()
    ids = [
        page(
            directory,
            number,
            token_ciphertext=cipher.encrypt(token, org_id=samples.ORG, page_id=samples.META_PAGE),
        )
        for number, token in enumerate(("well", "dead", "unknown"), 1)
    ]
    found = Inspector(well=None, dead=TokenTrouble.UNUSED)

    def check() -> Checked:
        return check_tokens(directory=directory, inspector=found, cipher=cipher, clock=StoppedClock(NOW))

    assert check() == Checked(pages=3, died=1, ending=0, unchecked=1)
    assert check() == Checked(pages=3, died=0, ending=0, unchecked=1)
    assert [directory.connection(each).token_expired for each in ids] == [False, True, False]

    found.states["dead"] = None
    assert check().died == 0
    healed = directory.connection(ids[1])
    assert (healed.token_trouble, healed.token_expired) == (None, False)


def signed(facebook: Facebook, **order: object) -> str:
    return facebook.control(signedRequest=order)["signedRequest"]


def test_what_facebook_signed_is_read(facebook: Facebook) -> None:
    requests_of = SignedRequests(demo_app())
    person = signed(facebook, kind="data_deletion", userId=DEMO_USER_ID)
    assert requests_of.read(person) == Withdrawal(DEMO_USER_ID, None)
    left = signed(facebook, kind="deauthorize", pageId=DEMO_PAGE_ID)
    assert requests_of.read(left) == Withdrawal(None, DEMO_PAGE_ID)


@pytest.mark.parametrize("text", ["", ".", "a.b", "no dot", "é.é", "a." + "b" * 5000])
def test_what_is_not_signed_at_all_is_refused(text: str) -> None:
    with pytest.raises(Forbidden) as refused:
        SignedRequests(demo_app()).read(text)
    assert refused.value.code == "BAD_SIGNATURE"


def test_a_forged_or_changed_request_is_refused(facebook: Facebook) -> None:
    forged = signed(facebook, kind="deauthorize", userId=DEMO_USER_ID, forged=True)
    good = signed(facebook, kind="deauthorize", userId=DEMO_USER_ID)
    other = signed(facebook, kind="data_deletion", userId="9")
    mixed = f"{good.partition('.')[0]}.{other.partition('.')[2]}"
    for text in (forged, mixed, good + "A"):
        with pytest.raises(Forbidden):
            SignedRequests(demo_app()).read(text)
    with pytest.raises(Forbidden):
        SignedRequests(demo_app(appSecret="")).read(good)


@mock_aws
def test_a_deletion_is_found_by_its_code_alone() -> None:
    deletions = DynamoDeletions(dynamodb_table())
    deletion = Deletion("c0de", NOW, 2)
    deletions.keep(deletion)
    assert deletions.deletion("c0de") == deletion
    with pytest.raises(NotFound):
        deletions.deletion("another")
