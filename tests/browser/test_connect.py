"""Pages are connected through Facebook's login, renewed by it, and disconnected."""

from playwright.sync_api import Page, Route, expect

from tests.browser.app import App
from tests.browser.contacts import CORS
from tests.browser.looks import look
from tests.e2e.conftest import Deployment

NEWCOMER = 1
LONG = 60_000


def test_an_organisation_without_pages_is_led_to_its_first_one(
    tab: Page, deployment: Deployment, complaints: list[str]
) -> None:
    greyed = deployment.meta_id("settings")
    deployment.control(deployment.graph, role={"pageId": greyed, "tasks": ["ADVERTISE"]})
    app = App(tab, deployment)
    app.sign_in(NEWCOMER)
    expect(tab.get_by_role("heading", name="Connect your first Facebook Page")).to_be_visible()
    look(tab, "empty")

    tab.get_by_role("button", name="Connect with Facebook").click()
    tab.get_by_role("button", name="Continue").click()

    choice = tab.get_by_role("dialog", name="Choose the Pages to connect")
    boxes = choice.get_by_role("checkbox")
    expect(boxes).to_have_count(len(deployment.pages))
    closed = choice.get_by_role("checkbox", disabled=True)
    expect(closed).to_have_count(1)
    expect(choice.get_by_text("task")).to_be_visible()
    look(tab, "choice")
    for box in boxes.all():
        if box.is_enabled():
            box.uncheck()
    expect(choice.get_by_role("button", name="Connect", exact=True)).to_be_disabled()
    choice.get_by_role("checkbox", name="Sunrise Coffee Roasters").check()
    choice.get_by_role("button", name="Connect 1 Page").click()

    expect(app.toast("1 Page connected")).to_be_visible()
    card = tab.get_by_role("article", name="Sunrise Coffee Roasters")
    expect(card.get_by_text("Instagram @sunrise.roasters")).to_be_visible()
    assert "connection" not in tab.url
    app.leave("Sunrise Coffee Roasters", "Delete them")
    expect(tab.get_by_role("heading", name="Connect your first Facebook Page")).to_be_visible()
    # A question about the Page may have been on its way when it was left.
    complaints[:] = [each for each in complaints if "404" not in each]


def test_a_login_that_was_cancelled_is_told_and_can_be_tried_again(tab: Page, deployment: Deployment) -> None:
    App(tab, deployment).sign_in(NEWCOMER)
    tab.get_by_role("button", name="Connect with Facebook").click()
    tab.get_by_role("button", name="Cancel").click()
    trouble = tab.get_by_role("alert").filter(has_text="The login at Facebook was cancelled")
    expect(trouble).to_be_visible()
    look(tab, "cancelled-login")
    trouble.get_by_role("button", name="Try again").click()
    expect(tab.get_by_role("button", name="Continue")).to_be_visible()


def test_whoever_comes_back_with_the_browsers_button_can_connect_again(tab: Page, deployment: Deployment) -> None:
    App(tab, deployment).sign_in(NEWCOMER)
    tab.route("**/dialog/oauth?*", lambda route: route.fulfill(status=204))
    connect = tab.get_by_role("button", name="Connect with Facebook")
    with tab.expect_request("**/dialog/oauth?*"):
        connect.click()
    expect(connect).to_be_disabled()
    tab.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    expect(connect).to_be_enabled()


def test_a_choice_that_has_run_out_says_what_to_do(app: App, deployment: Deployment, complaints: list[str]) -> None:
    app.page.goto(f"{deployment.stack.web_url}/settings/pages?connection=none-of-ours")
    expect(app.page.get_by_role("dialog").get_by_text("Log in again")).to_be_visible()
    complaints.clear()


def test_a_dead_token_asks_for_a_reconnection_and_gets_it(app: App, deployment: Deployment) -> None:
    meta_id = deployment.meta_id("expired")
    deployment.control(deployment.graph, token={"pageId": meta_id, "state": "session_invalidated"})
    card = app.sync("expired")
    expect(app.toast("Reconnect required")).to_be_visible(timeout=LONG)
    alert = card.get_by_role("alert")
    expect(alert).to_contain_text("Reconnect required")
    look(app.page, "reconnect")

    alert.get_by_role("button", name="Reconnect").click()
    app.page.get_by_role("button", name="Continue").click()
    app.page.get_by_role("dialog").get_by_role("button", name="Connect").click()

    expect(app.toast("connected")).to_be_visible(timeout=LONG)
    expect(card.get_by_role("alert")).to_be_hidden()
    app.sync("expired")
    expect(app.toast("contacts successfully")).to_be_visible(timeout=LONG)


def test_a_page_is_disconnected_and_its_contacts_are_kept(app: App, deployment: Deployment) -> None:
    deployment.sync("left")
    card = app.card("left")
    card.get_by_role("button", name="Disconnect").click()
    expect(app.page.get_by_role("dialog")).to_be_visible()
    look(app.page, "disconnect")
    app.page.keyboard.press("Escape")
    contacts = len(deployment.contacts("left"))
    app.leave(app.name("left"), "Keep them")
    expect(card).to_be_hidden()
    assert len(deployment.contacts("left")) == contacts > 0


def test_contacts_are_erased_over_as_many_calls_as_it_takes(
    app: App, deployment: Deployment, complaints: list[str]
) -> None:
    deployment.sync("erased")
    app.page.reload()
    card, name = app.card("erased"), app.name("erased")
    card.get_by_role("link", name="contacts").click()
    expect(app.page.get_by_role("table", name="Contacts")).to_be_visible()
    app.page.get_by_role("link", name="Connected Pages").click()

    def unfinished(route: Route) -> None:
        route.fulfill(status=409, json={"code": "STILL_ERASING", "message": "Repeat the call."}, headers=CORS)

    path = f"**/pages/{deployment.pages['erased']}?contacts=delete"
    app.page.route(path, lambda route: route.abort(), times=1)
    app.page.route(path, unfinished, times=2)
    app.leave(name, "Delete them")
    app.page.go_back()
    expect(app.page.get_by_text("Nobody matches")).to_be_visible()
    assert deployment.contacts("erased") == []
    complaints.clear()
