"""A real browser on the deployed local stack; every test syncs a Page of its own."""

from collections.abc import Callable, Iterator

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from local.web import BUILT
from simulators.graph import World, instagram_world, many_pages_world
from tests.browser.app import App
from tests.browser.board import Board
from tests.browser.chromium import FLAGS, executable
from tests.browser.contacts import LIST_PAGE, Json
from tests.e2e.conftest import Deployment, deployed

SIZES = {
    "followed": 200,
    "counted": 30,
    "hidden": 160,
    "reloaded": 160,
    "cancelled": 200,
    "expired": 20,
    "throttled": 20,
    "troubled": 20,
    "tabs": 160,
    "first of two": 120,
    "second of two": 120,
    "offline": 160,
    "retried": 30,
    "settings": 10,
    "left": 20,
    "looked at": 130,
    "board": 120,
    "contacts": 150,
    "arriving": 12,
    "erased": 12,
}
"""Conversations of each test's Page."""
expect.set_options(timeout=15_000)
WIDE = {"width": 1280, "height": 860}
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="session")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    assert (BUILT / "index.html").exists(), "run `make web`"
    world = World([*many_pages_world(list(SIZES.values())).pages, *instagram_world().pages])
    with deployed(tmp_path_factory.mktemp("stack"), world, [*SIZES, "instagram"]) as deployment:
        yield deployment


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def complaints() -> list[str]:
    """What the browser has said about our pages; a test that provokes it takes it out."""
    return []


@pytest.fixture
def context(browser: Browser, deployment: Deployment, complaints: list[str]) -> Iterator[BrowserContext]:
    ours = (deployment.stack.web_url, deployment.stack.api_url)
    context = browser.new_context(viewport=WIDE, locale="en-GB", timezone_id="Europe/London")  # pyright: ignore[reportArgumentType] - a TypedDict
    context.set_default_timeout(20_000)

    def heard(message: ConsoleMessage) -> None:
        # The issuer's pages are its own business.
        if message.type == "error" and message.location["url"].startswith(ours):
            complaints.append(message.text)

    context.on("console", heard)
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    yield context
    context.close()
    assert complaints == []


@pytest.fixture
def open_app(context: BrowserContext, deployment: Deployment) -> Callable[[], App]:
    """Another tab, signed in as the first organisation's user."""

    def opened() -> App:
        app = App(context.new_page(), deployment)
        app.sign_in()
        return app

    return opened


@pytest.fixture
def tab(context: BrowserContext) -> Page:
    """A tab in which nobody has signed in."""
    return context.new_page()


@pytest.fixture
def app(open_app: Callable[[], App]) -> App:
    return open_app()


@pytest.fixture
def timed_app(context: BrowserContext, open_app: Callable[[], App]) -> App:
    """The application with a clock that can be put forward; it goes at its usual pace until then."""
    context.clock.install()
    return open_app()


@pytest.fixture(scope="session")
def _synced_contacts(deployment: Deployment) -> None:
    assert deployment.sync("contacts")["status"] == "COMPLETED"


@pytest.fixture
def contacts(deployment: Deployment, _synced_contacts: None) -> list[Json]:
    """Those of the Page `contacts` as the API tells them now; tests before have edited some."""
    found = deployment.contacts("contacts")
    assert len(found) > LIST_PAGE
    return found


@pytest.fixture
def address(deployment: Deployment) -> str:
    """Where the list of that Page's contacts is."""
    return f"/contacts?facebookPageId={deployment.pages['contacts']}"


@pytest.fixture(scope="session")
def board_contacts(deployment: Deployment) -> None:
    """Those of the Page `board` are in the CRM."""
    assert deployment.sync("board")["status"] == "COMPLETED"


@pytest.fixture
def board(app: App, deployment: Deployment, board_contacts: None) -> Board:
    board = Board(app.page, deployment, "board")
    board.open()
    return board


@pytest.fixture
def wholesale(deployment: Deployment) -> Iterator[str]:
    """A second pipeline."""
    stages = [{"name": "Asked", "description": "Wants a price list."}, {"name": "Delivered", "kind": "WON"}]
    answer = deployment.call("POST", "/api/pipelines", json={"name": "Wholesale", "stages": stages})
    assert answer.status_code == 201, answer.text
    yield answer.json()["id"]
    target = deployment.get("/api/pipelines")["pipelines"][0]["stages"][0]["id"]
    path = f"/api/pipelines/{answer.json()['id']}"
    deployment.call("DELETE", path, params={"moveContactsTo": target}).raise_for_status()


@pytest.fixture(autouse=True)
def _good_day(deployment: Deployment) -> Iterator[None]:
    """Whatever a test did to the simulators ends with it."""
    yield
    for url in (deployment.graph.url, deployment.gemini.url):
        requests.post(f"{url}/__control", json={"reset": True}, timeout=5).raise_for_status()
