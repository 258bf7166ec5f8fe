"""One contact, over the list: what is known of them, and what a person may change."""

import re

import pytest
from playwright.sync_api import Dialog, Route, expect

from tests.browser.app import App, Held
from tests.browser.contacts import CORS, name_of, opened, rows, untouched
from tests.browser.looks import look
from tests.e2e.conftest import Deployment

ACTIVITIES = 20
"""So many are asked for at once."""

pytestmark = pytest.mark.usefixtures("contacts")


def test_a_contact_is_shown_over_the_list_with_all_that_is_known(
    app: App, deployment: Deployment, address: str
) -> None:
    known = untouched(deployment, suggested=True)
    app.go(f"/contacts/{known['id']}?facebookPageId={known['facebookPageId']}")
    drawer = app.page.get_by_role("dialog", name=name_of(known))
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


def test_closing_leads_back_to_where_the_contact_was_opened(app: App, deployment: Deployment, address: str) -> None:
    board = f"/pipeline?facebookPageId={deployment.pages['contacts']}"
    for place in (board, address):
        app.go(place)
        link = app.page.get_by_role("main").locator("a[href^='/contacts/']").first
        name = link.inner_text()
        link.click()
        drawer = app.page.get_by_role("dialog", name=name)
        expect(drawer.get_by_role("heading", name="Activity")).to_be_visible()
        drawer.get_by_role("button", name="Close").click()
        expect(drawer).to_be_hidden()
        expect(app.page).to_have_url(deployment.stack.web_url + place)


def test_an_id_that_is_nobodys_is_told(app: App, complaints: list[str]) -> None:
    for unknown in ("00000000-0000-4000-8000-000000000000", "nobody"):
        app.go(f"/contacts/{unknown}")
        expect(app.page.get_by_role("dialog").get_by_text("There is no such contact")).to_be_visible()
    complaints.clear()


def test_stage_tags_and_name_are_changed_and_given_back_to_the_ai(app: App, deployment: Deployment) -> None:
    contact = untouched(deployment)
    opened(app, contact)
    drawer = app.page.get_by_role("dialog")
    drawer.get_by_role("combobox", name="Stage").click()
    app.page.get_by_role("option", name="Won", exact=True).click()
    tags = drawer.get_by_role("combobox", name="Tags")
    tags.fill("Trade fair")
    tags.press("Enter")
    drawer.get_by_role("textbox", name="First name").fill("Ada")
    drawer.get_by_role("textbox", name="Last name").fill("Lovelace")
    look(app.page, "contact-edited")
    drawer.get_by_role("button", name="Save changes").click()
    expect(app.toast("Contact saved")).to_be_visible()
    expect(drawer.get_by_role("heading", name="Ada Lovelace")).to_be_visible()
    expect(drawer.get_by_role("button", name="Save changes")).to_be_hidden()
    expect(drawer.get_by_role("listitem").filter(has_text="to Won")).to_be_visible()
    known = deployment.get(f"/api/contacts/{contact['id']}")
    assert (known["stageName"], known["stageSetBy"], known["tags"]) == ("Won", "HUMAN", ["Trade fair"])
    assert name_of(known) == "Ada Lovelace"

    drawer.get_by_role("button", name="Let AI manage again").click()
    expect(app.toast("The AI manages this contact again")).to_be_visible()
    expect(drawer.get_by_role("button", name="Let AI manage again")).to_be_hidden()
    app.page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    row = rows(app.page).filter(has=app.page.locator(f"[href*='{contact['id']}']"))
    expect(row).to_contain_text("Ada Lovelace")
    expect(row).to_contain_text("Won")
    expect(row).to_contain_text("Trade fair")


def test_earlier_activity_is_loaded_on_demand(app: App, deployment: Deployment) -> None:
    contact = untouched(deployment)
    for edit in range(ACTIVITIES):
        answer = deployment.call("PATCH", f"/api/contacts/{contact['id']}", json={"tags": [f"Edit {edit}"]})
        assert answer.status_code == 200
    drawer = opened(app, contact)
    happened = drawer.get_by_role("region", name="Activity").get_by_role("listitem")
    expect(happened).to_have_count(ACTIVITIES)
    expect(happened.first).to_contain_text(f"Edit {ACTIVITIES - 1}")
    drawer.get_by_role("button", name="Show earlier activity").click()
    expect(happened.last).to_contain_text("Came in with a sync")
    expect(drawer.get_by_role("button", name="Show earlier activity")).to_be_hidden()


def test_a_suggestion_is_applied_with_a_click(app: App, deployment: Deployment) -> None:
    contact = untouched(deployment, suggested=True)
    stage = contact["suggestion"]["stageName"]
    drawer = opened(app, contact)
    drawer.get_by_role("button", name=f"Move to {stage}").click()
    expect(app.toast(f"Moved to {stage}")).to_be_visible()
    expect(drawer.get_by_role("group", name="The AI suggests")).to_have_count(0)
    known = deployment.get(f"/api/contacts/{contact['id']}")
    assert (known["stageName"], known["suggestion"]) == (stage, None)


def test_somebody_elses_change_is_told_and_nothing_typed_is_lost(
    app: App, deployment: Deployment, complaints: list[str]
) -> None:
    contact = untouched(deployment)
    drawer = opened(app, contact)
    last_name = drawer.get_by_role("textbox", name="Last name")
    last_name.fill("Typed")
    tags = drawer.get_by_role("combobox", name="Tags")
    tags.fill("Ours")
    tags.press("Enter")
    path = f"/api/contacts/{contact['id']}"
    assert deployment.call("PATCH", path, json={"tags": ["Theirs"]}).status_code == 200
    drawer.get_by_role("button", name="Save changes").click()
    expect(drawer.get_by_role("alert").filter(has_text="Somebody else has changed this contact")).to_be_visible()
    expect(drawer.get_by_text("Theirs", exact=True)).to_be_visible()
    expect(last_name).to_have_value("Typed")
    look(app.page, "contact-conflict")
    drawer.get_by_role("button", name="Save changes").click()
    expect(app.toast("Contact saved")).to_be_visible()
    known = deployment.get(path)
    assert (known["lastName"], known["tags"]) == ("Typed", ["Ours", "Theirs"])
    complaints.clear()


def test_an_edit_that_fails_is_told_and_can_be_sent_again(
    app: App, deployment: Deployment, complaints: list[str]
) -> None:
    contact = untouched(deployment)
    drawer = opened(app, contact)
    drawer.get_by_role("textbox", name="First name").fill("")
    drawer.get_by_role("textbox", name="Last name").fill("")
    drawer.get_by_role("button", name="Save changes").click()
    nameless = "A contact needs a first or a last name."
    expect(drawer.get_by_role("textbox", name="First name")).to_have_accessible_description(nameless)
    expect(drawer.get_by_role("alert").filter(has_text=nameless)).to_be_visible()
    drawer.get_by_role("textbox", name="First name").fill("Grace")
    path = re.compile(rf"/api/contacts/{contact['id']}$")

    def fail(route: Route) -> None:
        if route.request.method == "PATCH":
            route.fulfill(status=500, headers=CORS)
        else:
            route.fallback()

    app.page.route(path, fail)
    drawer.get_by_role("button", name="Save changes").click()
    trouble = drawer.get_by_role("alert").filter(has_text="The contact could not be saved")
    expect(trouble.get_by_text("The server had a problem")).to_be_visible()
    look(app.page, "contact-not-saved")
    app.page.unroute(path)
    drawer.get_by_role("button", name="Save changes").click()
    expect(app.toast("Contact saved")).to_be_visible()
    assert name_of(deployment.get(f"/api/contacts/{contact['id']}")) == "Grace"
    complaints.clear()


def test_what_is_typed_is_not_lost_by_mistake(app: App, deployment: Deployment) -> None:
    contact = untouched(deployment)
    drawer = opened(app, contact)
    first_name = drawer.get_by_role("textbox", name="First name")
    first_name.fill("Never saved")
    app.page.keyboard.press("Escape")
    question = app.page.get_by_role("dialog", name="Leave without saving?")
    expect(question.get_by_role("button", name="Go on editing")).to_be_focused()
    look(app.page, "contact-unsaved")
    app.page.keyboard.press("Enter")
    expect(question).to_be_hidden()
    expect(first_name).to_have_value("Never saved")
    app.page.keyboard.press("Escape")
    question.get_by_role("button", name="Discard").click()
    expect(drawer).to_be_hidden()
    assert name_of(deployment.get(f"/api/contacts/{contact['id']}")) == name_of(contact)


def test_what_is_typed_outlives_the_drawer_and_a_reload(app: App, deployment: Deployment, address: str) -> None:
    contact = untouched(deployment)
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    app.page.on("dialog", leave)
    app.go(address)
    app.page.locator(f"a[href^='/contacts/{contact['id']}']").click()
    first_name = app.page.get_by_role("dialog").get_by_role("textbox", name="First name")
    first_name.fill("Half typed")
    app.page.go_back()
    expect(first_name).to_be_hidden()
    app.page.go_forward()
    expect(first_name).to_have_value("Half typed")
    app.page.reload()
    expect(first_name).to_have_value("Half typed")
    assert asked == ["beforeunload"]
    app.page.get_by_role("button", name="Discard").click()
    expect(first_name).to_have_value(contact["firstName"])


def test_what_is_typed_while_a_save_is_under_way_stays(app: App, deployment: Deployment) -> None:
    contact = untouched(deployment)
    opened(app, contact)
    drawer = app.page.get_by_role("dialog")
    saves = Held()
    path = re.compile(rf"/api/contacts/{contact['id']}$")
    app.page.route(path, lambda route: saves.route(route) if route.request.method == "PATCH" else route.fallback())
    drawer.get_by_role("textbox", name="First name").fill("Sent")
    drawer.get_by_role("button", name="Save changes").click()
    drawer.get_by_role("textbox", name="Last name").fill("Typed later")
    saves.let_go()
    expect(app.toast("Contact saved")).to_be_visible()
    expect(drawer.get_by_role("textbox", name="Last name")).to_have_value("Typed later")
    drawer.get_by_role("button", name="Discard").click()
    assert name_of(deployment.get(f"/api/contacts/{contact['id']}")) == f"Sent {contact['lastName']}".strip()
