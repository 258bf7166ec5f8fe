"""Somebody who is no owner: contacts and syncs are theirs too, what concerns the whole organisation is not."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.app import App
from tests.browser.contacts import opened, untouched
from tests.browser.looks import look
from tests.e2e.conftest import Deployment

MEMBER = 2


@pytest.mark.usefixtures("contacts")
def test_a_member_edits_contacts_and_leaves_pages_to_the_owners(tab: Page, deployment: Deployment) -> None:
    app = App(tab, deployment)
    app.sign_in(MEMBER)
    card = app.card("contacts")
    expect(card.get_by_role("button", name="Sync Contacts of")).to_be_enabled()
    expect(tab.get_by_text("by the owners of your organisation")).to_be_visible()
    for owners_only in ("Settings of", "Disconnect", "Connect a Page"):
        expect(tab.get_by_role("button", name=owners_only)).to_have_count(0)
    look(tab, "pages-member")
    tab.get_by_role("link", name="Pipeline").click()
    expect(tab.get_by_role("region", name="Stages of")).to_be_visible()
    for owners_only in ("Edit pipeline", "New pipeline"):
        expect(tab.get_by_role("button", name=owners_only)).to_have_count(0)
    contact = untouched(deployment)
    drawer = opened(app, contact)
    drawer.get_by_role("textbox", name="Last name").fill("By a member")
    drawer.get_by_role("button", name="Save changes").click()
    expect(app.toast("Contact saved")).to_be_visible()
