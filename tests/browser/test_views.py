"""Every view: no finding of axe in light or dark, within reach of a keyboard, and fit for a phone."""

import gzip
import json
import re

from playwright.sync_api import Page, expect

from local.web import BUILT
from tests.browser.app import App
from tests.browser.conftest import PHONE
from tests.browser.contacts import CORS
from tests.browser.looks import look
from tests.e2e.conftest import Deployment

FIRST_VIEW_BYTES = 250_000
END_SESSION = """() => Object.keys(sessionStorage).filter(key => key.startsWith("oidc.user:")).forEach(key => {
    const user = JSON.parse(sessionStorage[key]);
    sessionStorage.setItem(key, JSON.stringify({ ...user, expires_at: 1, refresh_token: undefined }));
})"""
"""The time of its tokens is up, and nothing renews them."""
LONG_ANIMATIONS = """() => document.getAnimations()
    .filter(animation => animation.playState === "running" && animation.effect.getComputedTiming().endTime > 10)
    .map(animation => animation.effect.target.className)"""


def test_signing_in(tab: Page, deployment: Deployment) -> None:
    tab.goto(deployment.stack.web_url)
    expect(tab.get_by_role("button", name="Sign in")).to_be_visible()
    look(tab, "sign-in")


def test_the_list_of_pages(app: App) -> None:
    expect(app.card("looked at")).to_be_visible()
    look(app.page, "pages")


def test_a_sync_in_progress(app: App, deployment: Deployment) -> None:
    deployment.control(deployment.gemini, latencySeconds=2)
    card = app.sync("looked at")
    expect(card.get_by_text("contacts...")).to_be_visible()
    look(app.page, "sync")
    deployment.control(deployment.gemini, latencySeconds=0)
    expect(app.toast("contacts successfully")).to_be_visible(timeout=60_000)
    card.get_by_role("button", name="Show", exact=True).click()
    card.get_by_role("button", name="Last syncs").click()
    expect(card.get_by_role("table")).to_be_visible()
    look(app.page, "synced")


def test_the_settings_of_a_page(app: App) -> None:
    app.card("looked at").get_by_role("button", name="Settings of").click()
    expect(app.page.get_by_role("dialog")).to_be_visible()
    expect(app.page.get_by_role("combobox", name="Pipeline for new contacts")).to_be_visible()
    look(app.page, "settings")


def test_an_address_that_is_none(app: App, deployment: Deployment) -> None:
    app.page.goto(deployment.stack.web_url + "/nowhere")
    expect(app.page.get_by_role("heading", name="There is nothing at this address")).to_be_visible()
    look(app.page, "nowhere")


def test_a_phone(app: App) -> None:
    app.page.set_viewport_size(PHONE)  # pyright: ignore[reportArgumentType] - a TypedDict
    expect(app.card("looked at")).to_be_visible()
    assert app.page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    look(app.page, "phone")
    expect(app.page.get_by_role("navigation", name="Main navigation")).to_be_hidden()
    app.page.get_by_role("button", name="Open navigation").click()
    expect(app.page.get_by_role("link", name="Connected Pages")).to_be_in_viewport()
    look(app.page, "phone-navigation")


def test_the_keyboard_reaches_everything(app: App) -> None:
    expect(app.card("looked at")).to_be_visible()
    app.page.keyboard.press("Tab")
    expect(app.page.get_by_role("link", name="Skip to content")).to_be_focused()
    app.page.keyboard.press("Enter")
    expect(app.page.get_by_role("main")).to_be_focused()
    settings = app.card("looked at").get_by_role("button", name="Settings of")
    settings.focus()
    app.page.keyboard.press("Enter")
    expect(app.page.get_by_role("dialog")).to_be_visible()
    # It takes the focus a moment later, and gives back only what it took.
    expect(app.page.get_by_role("dialog").locator(":focus")).to_have_count(1)
    app.page.keyboard.press("Escape")
    expect(app.page.get_by_role("dialog")).to_be_hidden()
    expect(settings).to_be_focused()


def test_a_view_that_breaks_takes_nothing_down_beside_it(app: App, complaints: list[str]) -> None:
    broken = re.compile(r"/api/contacts\?")
    app.page.route(broken, lambda route: route.fulfill(json={"contacts": [{}], "nextCursor": None}, headers=CORS))
    app.page.get_by_role("link", name="Contacts", exact=True).click()
    trouble = app.page.get_by_role("alert")
    expect(trouble.get_by_role("heading", name="Something went wrong")).to_be_visible()
    look(app.page, "broken")
    app.page.get_by_role("link", name="Connected Pages").click()
    expect(app.card("looked at")).to_be_visible()
    app.page.go_back()
    app.page.unroute(broken)
    trouble.get_by_role("button", name="Reload").click()
    expect(app.page.get_by_role("heading", name="Contacts")).to_be_visible()
    expect(trouble).to_be_hidden()
    complaints.clear()


def test_nothing_moves_for_those_who_asked_for_less_motion(app: App) -> None:
    waiting = re.compile(r"/api/facebook/pages$")
    app.page.emulate_media(reduced_motion="reduce")
    app.page.route(waiting, lambda _: None)
    app.page.reload()
    expect(app.page.get_by_role("status", name="Loading your Pages")).to_be_visible()
    assert app.page.evaluate(LONG_ANIMATIONS) == []
    app.page.emulate_media(reduced_motion="no-preference")
    assert app.page.evaluate(LONG_ANIMATIONS) != []
    app.page.unroute_all(behavior="ignoreErrors")


def test_a_session_that_has_ended_is_told_and_taken_up_again(app: App) -> None:
    card = app.card("looked at")
    expect(card).to_be_visible()
    app.page.evaluate(END_SESSION)
    card.get_by_role("button", name="Last syncs").click()
    expect(app.page.get_by_text("Your session has ended")).to_be_visible()
    app.page.get_by_role("button", name="Sign in").click()
    app.fill_in()
    expect(card).to_be_visible()
    assert app.page.url.endswith("/settings/pages")


def test_no_token_outlives_the_tab(app: App) -> None:
    assert app.storage("localStorage").keys() <= {"mantine-color-scheme-value"}
    assert any(key.startswith("oidc.user:") for key in app.storage("sessionStorage"))


def test_the_first_view_is_small() -> None:
    manifest = json.loads((BUILT / "manifest.json").read_text())
    entry = manifest["index.html"]
    names = {"index.html", entry["file"], *entry["css"]}
    for imported in _imported(manifest, entry):
        names |= {imported["file"], *imported.get("css", [])}
    sizes = {name: len(gzip.compress((BUILT / name).read_bytes())) for name in names}
    assert sum(sizes.values()) < FIRST_VIEW_BYTES, sizes


def _imported(manifest: dict[str, dict[str, list[str]]], part: dict[str, list[str]]) -> list[dict[str, list[str]]]:
    direct = [manifest[key] for key in part.get("imports", [])]
    return [*direct, *(deeper for each in direct for deeper in _imported(manifest, each))]
