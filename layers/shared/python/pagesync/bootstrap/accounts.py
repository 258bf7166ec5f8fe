"""The verbs about what Facebook lets us into."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from pagesync.adapters.clock import SystemClock
from pagesync.bootstrap import shared
from pagesync.settings import AccountsSettings, TokensSettings

if TYPE_CHECKING:
    from pagesync.use_cases.check_tokens import Checked


@dataclass(frozen=True, slots=True)
class Accounts:
    """The verbs that connect and disconnect Pages. `web_url` is where people's browsers go on."""

    begin_login: Callable[..., Any]
    finish_login: Callable[..., str]
    read_offer: Callable[..., Any]
    connect_pages: Callable[..., Any]
    disconnect_page: Callable[..., None]
    read_pages: Callable[..., Any]
    read_withdrawal: Callable[[str], Any]
    deauthorize: Callable[..., None]
    delete_person: Callable[..., Any]
    read_deletion: Callable[[str], Any]
    public_api_url: str
    web_url: str


@cache
def accounts() -> Accounts:
    from pagesync.adapters.dynamodb.deletions import DynamoDeletions
    from pagesync.adapters.dynamodb.offers import DynamoOffers
    from pagesync.adapters.graph import GraphAccounts, GraphLogin, SignedRequests
    from pagesync.adapters.kms import KmsCipher
    from pagesync.adapters.postgres.pipelines import PostgresPipelines
    from pagesync.adapters.stepfunctions import StepFunctionsWorkflow
    from pagesync.use_cases import log_in, withdraw
    from pagesync.use_cases.connect_page import connect_page
    from pagesync.use_cases.connect_pages import connect_pages
    from pagesync.use_cases.disconnect_page import disconnect_page
    from pagesync.use_cases.read_pages import read_pages

    settings, clock = AccountsSettings(), SystemClock()  # pyright: ignore[reportCallIssue]
    app = shared.facebook_app(settings)
    calls = shared.graph(settings, app)
    pages, contacts, directory = GraphAccounts(calls), shared.contacts(settings), shared.directory(settings)
    cipher = KmsCipher(shared.client("kms"), settings.token_key_id)
    offers = DynamoOffers(shared.table(settings), clock)
    login = GraphLogin(calls, app, dialog_url=settings.dialog_url, redirect_uri=settings.redirect_uri)
    pipelines = PostgresPipelines(shared.database(settings))
    ledger = shared.ledger(settings)
    stored = {"ledger": ledger, "directory": directory, "cipher": cipher, "contacts": contacts}
    deletions = DynamoDeletions(shared.table(settings))
    disconnect = partial(
        disconnect_page,
        workflow=StepFunctionsWorkflow(shared.client("stepfunctions"), settings.state_machine_arn),
        accounts=pages,
        clock=clock,
        **stored,
    )
    return Accounts(
        begin_login=partial(log_in.begin_login, login=login, offers=offers, clock=clock),
        finish_login=partial(
            log_in.finish_login, login=login, accounts=pages, offers=offers, cipher=cipher, clock=clock
        ),
        read_offer=partial(log_in.read_offer, offers=offers),
        connect_pages=partial(
            connect_pages,
            offers=offers,
            accounts=pages,
            cipher=cipher,
            connect=partial(connect_page, pipelines=pipelines, **stored),
            clock=clock,
        ),
        disconnect_page=disconnect,
        read_pages=partial(read_pages, contacts=contacts, directory=directory),
        read_withdrawal=SignedRequests(app).read,
        deauthorize=partial(withdraw.deauthorize, directory=directory),
        delete_person=partial(
            withdraw.delete_person, directory=directory, deletions=deletions, disconnect=disconnect, clock=clock
        ),
        read_deletion=deletions.deletion,
        public_api_url=settings.public_api_url.rstrip("/"),
        web_url=settings.web_url,
    )


@cache
def check_tokens() -> "Callable[[], Checked]":
    from pagesync.adapters.graph import GraphTokens
    from pagesync.adapters.kms import KmsCipher
    from pagesync.use_cases.check_tokens import check_tokens as verb

    settings = TokensSettings()  # pyright: ignore[reportCallIssue]
    app = shared.facebook_app(settings)
    return partial(
        verb,
        directory=shared.directory(settings),
        inspector=GraphTokens(shared.graph(settings, app), app),
        cipher=KmsCipher(shared.client("kms"), settings.token_key_id),
        clock=SystemClock(),
    )
