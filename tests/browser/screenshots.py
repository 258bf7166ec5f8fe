"""The pictures of the web application in docs/screenshots, taken from a running stack: `make screenshots`."""

import re
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Locator, Page, expect, sync_playwright

from local.settings import REPOSITORY
from simulators.graph import World, instagram_world, two_page_world
from tests.browser.app import App
from tests.browser.chromium import FLAGS, executable
from tests.e2e.conftest import Deployment, deployed

FOLDER = REPOSITORY / "docs" / "screenshots"


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    shops = two_page_world(second=180).pages[1:]
    world = World([*instagram_world(messenger=90, instagram=60).pages, *shops])
    with (
        TemporaryDirectory() as home,
        deployed(Path(home), world, ["coffee", "bakery"]) as deployment,
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=executable(), args=FLAGS) as browser,
    ):
        page = browser.new_page(viewport={"width": 1200, "height": 620}, locale="en-GB")
        _take(App(page, deployment), deployment)


def _take(app: App, deployment: Deployment) -> None:
    app.sign_in()
    app.page.get_by_role("button", name="Connect a Page").click()
    app.page.get_by_role("button", name="Continue").click()
    app.page.get_by_role("dialog").get_by_role("button", name="Connect 2 Pages").click()
    app.sync("coffee")
    expect(app.toast("contacts successfully")).to_be_visible(timeout=60_000)
    deployment.control(deployment.gemini, latencySeconds=2)
    card = app.sync("bakery")
    expect(card.get_by_role("progressbar")).to_have_attribute(
        "aria-valuenow", re.compile(r"^[3-9]\d$"), timeout=60_000
    )
    _picture(app.page, "pages")

    deployment.control(deployment.gemini, latencySeconds=0)
    expect(app.toast("Synced 180 contacts")).to_be_visible(timeout=60_000)
    _tag(deployment)
    app.page.set_viewport_size({"width": 1440, "height": 780})
    app.page.get_by_role("link", name="Contacts", exact=True).click()
    rows = app.page.get_by_role("table", name="Contacts").get_by_role("row")
    expect(rows.filter(has_text="Wholesale").first).to_be_visible()
    expect(app.page.get_by_text("contacts, latest interaction first")).to_be_visible()
    expect(app.toast("")).to_have_count(0, timeout=20_000)
    app.page.mouse.move(700, 40)
    _picture(app.page, "contacts")
    rows.filter(has_text="Proposal").first.get_by_role("link").click()
    expect(app.page.get_by_role("dialog").get_by_text("Came in with a sync")).to_be_attached()
    _picture(app.page, "contact")
    app.page.keyboard.press("Escape")
    app.page.get_by_role("link", name="Pipeline").click()
    _lift(_column(app.page, "Contacted").get_by_role("article").first, over=_column(app.page, "Qualified"))
    expect(app.toast("")).to_have_count(0, timeout=20_000)
    _picture(app.page, "board")


def _tag(deployment: Deployment) -> None:
    """As people do who know their customers."""
    contacts = deployment.get("/api/contacts", limit=60)["contacts"]
    for place, tags in ((1, ["Wholesale", "Trade fair"]), (4, ["Regular"]), (9, ["Wholesale"]), (17, ["Regular"])):
        deployment.call("PATCH", f"/api/contacts/{contacts[place]['id']}", json={"tags": tags}).raise_for_status()


def _column(page: Page, stage: str) -> Locator:
    heading = page.get_by_role("heading", name=stage, exact=True)
    return page.get_by_role("region").filter(has=heading).last


def _lift(card: Locator, *, over: Locator) -> None:
    expect(over.get_by_role("article").first).to_be_visible(timeout=20_000)
    card.hover()
    card.page.mouse.down()
    for _ in ("picked up", "over it"):
        over.hover(position={"x": 120, "y": 260})


def _picture(page: Page, name: str) -> None:
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.locator(f"html[data-mantine-color-scheme={scheme}]").wait_for()
        page.screenshot(path=FOLDER / f"{name}-{scheme}.png")


if __name__ == "__main__":
    main()
