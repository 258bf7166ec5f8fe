"""Contacts: the list with its filters, and one contact over it."""

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.app import App
from tests.browser.conftest import PHONE
from tests.browser.looks import look
from tests.e2e.conftest import Deployment

Json = dict[str, Any]
LIST_PAGE = 100
NO_STAGE = "\N{EN DASH}"


@pytest.fixture(scope="module")
def contacts(deployment: Deployment) -> list[Json]:
    """Those of the Page `contacts`, as the API tells them once the Page is synced."""
    assert deployment.sync("contacts")["status"] == "COMPLETED"
    found = deployment.contacts("contacts")
    assert len(found) > LIST_PAGE
    return found


@pytest.fixture
def address(deployment: Deployment) -> str:
    """The list of that Page's contacts."""
    return f"/contacts?facebookPageId={deployment.pages['contacts']}"


def name_of(contact: Json) -> str:
    return f"{contact['firstName']} {contact['lastName']}".strip()


def rows(page: Page) -> Locator:
    return page.get_by_role("table", name="Contacts").get_by_role("row")


def test_the_list_shows_what_the_api_has(app: App, contacts: list[Json], address: str) -> None:
    app.go(address)
    expect(app.page.get_by_text(f"{len(contacts)} contacts match the filters")).to_be_visible()
    expect(app.page.get_by_role("table")).to_have_attribute("aria-rowcount", str(len(contacts) + 1))
    for row, contact in zip(rows(app.page).all()[1:8], contacts, strict=False):
        expect(row.get_by_role("link")).to_have_text(name_of(contact))
        expect(row.get_by_role("cell").nth(2)).to_have_text(contact["stageName"] or NO_STAGE)
    look(app.page, "contacts")


def test_the_end_is_reached_by_scrolling_with_few_rows_at_a_time(
    app: App, contacts: list[Json], address: str
) -> None:
    app.go(address)
    rows(app.page).get_by_role("link").first.focus()
    last = app.page.locator(f"[aria-rowindex='{len(contacts) + 1}']")
    app.page.keyboard.press("End")
    expect(app.page.locator(f"[aria-rowindex='{LIST_PAGE + 2}']")).to_be_attached()
    app.page.keyboard.press("End")
    expect(last.get_by_role("link")).to_be_focused()
    expect(last).to_be_in_viewport()
    expect(last.get_by_role("link")).to_have_text(name_of(contacts[-1]))
    assert rows(app.page).count() < LIST_PAGE / 2


def test_a_contact_is_shown_over_the_list_with_all_that_is_known(
    app: App, deployment: Deployment, contacts: list[Json], address: str
) -> None:
    contact = next(each for each in contacts if each["suggestedStageName"])
    known = deployment.get(f"/api/contacts/{contact['id']}")
    app.go(f"/contacts/{contact['id']}?facebookPageId={contact['facebookPageId']}")
    drawer = app.page.get_by_role("dialog", name=name_of(contact))
    expect(drawer.get_by_text(known["analysis"]["summary"])).to_be_visible()
    expect(drawer.get_by_text(known["analysis"]["reasoning"])).to_be_visible()
    expect(drawer.get_by_text(known["analysis"]["evidence"][0]["quote"]).last).to_be_visible()
    suggested = drawer.get_by_role("group", name=f"The AI suggests {known['suggestion']['stageName']}")
    expect(suggested.get_by_text(known["suggestion"]["reason"])).to_be_visible()
    expect(drawer.get_by_role("listitem").filter(has_text="Came in with a sync")).to_be_visible()
    expect(drawer.get_by_text(known["messengerPSID"])).to_be_visible()
    look(app.page, "contact")
    app.page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    assert app.page.url.endswith(address)


def test_an_id_that_is_nobodys_is_told(app: App, complaints: list[str]) -> None:
    for unknown in ("00000000-0000-4000-8000-000000000000", "nobody"):
        app.go(f"/contacts/{unknown}")
        expect(app.page.get_by_role("dialog").get_by_text("There is no such contact")).to_be_visible()
    complaints.clear()


def test_a_phone_shows_cards(app: App, contacts: list[Json], address: str) -> None:
    app.page.set_viewport_size(PHONE)  # pyright: ignore[reportArgumentType] - a TypedDict
    app.go(address)
    expect(rows(app.page).get_by_role("link", name=name_of(contacts[0])).first).to_be_visible()
    assert app.page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    look(app.page, "contacts-phone")
