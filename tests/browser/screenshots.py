"""The pictures of the web application in docs/screenshots, taken from a running stack: `make screenshots`."""

import re
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page, expect, sync_playwright

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


def _picture(page: Page, name: str) -> None:
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.locator(f"html[data-mantine-color-scheme={scheme}]").wait_for()
        page.screenshot(path=FOLDER / f"{name}-{scheme}.png")


if __name__ == "__main__":
    main()
