"""What the tests of contacts have in common."""

from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.app import App
from tests.e2e.conftest import Deployment

Json = dict[str, Any]
LIST_PAGE = 100
CORS = {"Access-Control-Allow-Origin": "*"}
"""What an answer needs for the application to read it that a test gives in the API's place."""


def name_of(contact: Json) -> str:
    return f"{contact['firstName']} {contact['lastName']}".strip()


def rows(page: Page) -> Locator:
    return page.get_by_role("table", name="Contacts").get_by_role("row")


def untouched(deployment: Deployment, *, suggested: bool = False) -> Json:
    """The first whom nobody has edited; with a suggestion, or without one."""
    for contact in deployment.contacts("contacts"):
        known = deployment.get(f"/api/contacts/{contact['id']}")
        if (
            "HUMAN" not in (known["stageSetBy"], known["nameSetBy"])
            and (known["suggestion"] is not None) is suggested
        ):
            return known
    raise AssertionError("everybody was edited")


def opened(app: App, contact: Json) -> Locator:
    app.go(f"/contacts/{contact['id']}?facebookPageId={contact['facebookPageId']}")
    drawer = app.page.get_by_role("dialog", name=name_of(contact))
    expect(drawer.get_by_role("textbox", name="First name")).to_have_value(contact["firstName"])
    return drawer
