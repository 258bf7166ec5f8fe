"""Somebody clicks Sync Contacts and watches."""

import re
from collections.abc import Callable
from itertools import pairwise

from playwright.sync_api import BrowserContext, Request, Route, expect

from tests.browser.app import App
from tests.browser.contacts import CORS
from tests.e2e.conftest import Deployment

OpenApp = Callable[[], App]
LONG = 60_000
"""Milliseconds that a whole sync may take on a busy machine."""
MINUTE = 60_000


def asks_for_status(request: Request) -> bool:
    return "/sync-status/" in request.url


def test_a_sync_is_followed_from_the_click_to_its_result(app: App, deployment: Deployment) -> None:
    deployment.control(deployment.graph, latencySeconds=1.5)
    deployment.control(deployment.gemini, latencySeconds=6)
    card = app.sync("followed")
    expect(app.toast("Sync started - continuing in background")).to_be_visible()
    bar = card.get_by_role("progressbar")
    expect(bar).to_be_visible()
    expect(bar).not_to_have_attribute("aria-valuenow", re.compile(r".*"))
    expect(bar).to_have_attribute("aria-valuenow", re.compile(r"^[1-9]\d?$"), timeout=LONG)
    expect(card.get_by_text(re.compile(r"^Synced \d+ contacts\.\.\.$"))).to_be_visible()
    expect(card.get_by_text(re.compile(r"^\d+ of 200$"))).to_be_visible()
    expect(card.get_by_text("Analysing conversations")).to_be_visible()
    expect(card.get_by_text(re.compile(r"^Elapsed \d+"))).to_be_visible()
    deployment.control(deployment.gemini, latencySeconds=0)
    latest = deployment.get(f"/api/facebook/pages/{deployment.pages['followed']}/latest-sync")
    job = deployment.follow(latest["job"]["jobId"])
    assert job["status"] == "COMPLETED"
    expect(app.toast(f"Synced {job['syncedContacts']} contacts successfully")).to_be_visible(timeout=LONG)
    expect(bar).to_be_hidden()
    expect(card.get_by_text("Last synced just now")).to_be_visible()
    expect(card.get_by_text(f"{job['syncedContacts']} contacts")).to_be_visible()


def test_it_is_asked_every_two_seconds_and_no_more_once_it_is_over(timed_app: App, deployment: Deployment) -> None:
    app = timed_app
    deployment.control(deployment.gemini, latencySeconds=5)
    app.sync("counted")
    expect(app.toast("contacts successfully")).to_be_visible(timeout=LONG)
    times = [poll.timing for poll in app.polls("counted")]
    assert len(times) >= 2
    gaps = [
        later["startTime"] - earlier["startTime"] - earlier["responseEnd"] for earlier, later in pairwise(times)
    ]
    assert all(1_800 <= gap <= 4_000 for gap in gaps[1:]), gaps
    calls = len(app.calls)
    app.page.clock.run_for(MINUTE)
    assert len(app.calls) == calls


def test_a_hidden_tab_asks_nothing_and_catches_up_at_once(timed_app: App, deployment: Deployment) -> None:
    app = timed_app
    deployment.control(deployment.gemini, latencySeconds=10)
    card = app.sync("hidden")
    with app.page.expect_request_finished(asks_for_status):
        app.page.clock.run_for(4_000)
    app.hide()
    calls = len(app.calls)
    app.page.clock.run_for(MINUTE)
    assert len(app.calls) == calls
    with app.page.expect_request(asks_for_status, timeout=5_000):
        app.show()
    note = card.get_by_text("Tab inactive")
    expect(note).to_be_visible()
    expect(note).to_be_hidden(timeout=10_000)
    with app.page.expect_request(asks_for_status):
        app.page.clock.run_for(4_000)
    card.get_by_role("button", name="Cancel the sync").click()
    expect(app.toast("Sync cancelled")).to_be_visible(timeout=LONG)


def test_a_reload_in_the_middle_goes_on_seamlessly(app: App, deployment: Deployment, complaints: list[str]) -> None:
    deployment.control(deployment.gemini, latencySeconds=10)
    card = app.sync("reloaded")
    expect(card.get_by_role("progressbar")).to_be_visible()
    app.page.reload()
    expect(card.get_by_role("progressbar")).to_be_visible()
    latest = f"**/pages/{deployment.pages['reloaded']}/latest-sync"
    app.page.route(latest, lambda route: route.fulfill(status=503, headers=CORS), times=1)
    app.go("/contacts")
    with app.page.expect_response(lambda response: asks_for_status(response.request)):
        pass
    deployment.control(deployment.gemini, latencySeconds=0)
    expect(app.toast("contacts successfully")).to_be_visible(timeout=LONG)
    complaints.clear()


def test_a_sync_is_cancelled(app: App, deployment: Deployment) -> None:
    deployment.control(deployment.gemini, latencySeconds=2)
    card = app.sync("cancelled")
    card.get_by_role("button", name="Cancel the sync").click()
    expect(app.toast("Sync cancelled")).to_be_visible(timeout=LONG)
    expect(card.get_by_role("progressbar")).to_be_hidden()
    expect(card.get_by_role("button", name="Sync Contacts of")).to_be_enabled()


def test_facebooks_pause_is_told_with_its_end(app: App, deployment: Deployment) -> None:
    fault = {
        "match": "list",
        "kind": "throttle_80001",
        "pageId": deployment.meta_id("throttled"),
        "regainMinutes": 1,
    }
    deployment.control(deployment.graph, faults=[fault])
    card = app.sync("throttled")
    expect(card.get_by_text(re.compile(r"Paused by Facebook until .*\d\d:\d\d"))).to_be_visible(timeout=LONG)
    card.get_by_role("button", name="Cancel the sync").click()
    expect(app.toast("Sync cancelled")).to_be_visible(timeout=LONG)


def test_facebooks_outage_and_slowness_do_not_show_as_failures(app: App, deployment: Deployment) -> None:
    fault = {"match": "list", "kind": "http500_code2", "times": 2, "pageId": deployment.meta_id("troubled")}
    deployment.control(deployment.graph, faults=[fault], latencySeconds=1)
    app.sync("troubled")
    expect(app.toast("contacts successfully")).to_be_visible(timeout=LONG)


def test_two_tabs_show_one_sync(open_app: OpenApp, deployment: Deployment) -> None:
    deployment.control(deployment.gemini, latencySeconds=5)
    here, there = open_app(), open_app()
    expect(there.card("tabs")).to_be_visible()
    here.sync("tabs")
    for tab in (here, there):
        expect(tab.card("tabs").get_by_role("progressbar")).to_be_visible()
    deployment.control(deployment.gemini, latencySeconds=0)
    for tab in (here, there):
        expect(tab.toast("contacts successfully")).to_be_visible(timeout=LONG)


def test_several_pages_sync_side_by_side(app: App, deployment: Deployment) -> None:
    deployment.control(deployment.gemini, latencySeconds=5)
    keys = ("first of two", "second of two")
    for key in keys:
        app.sync(key)
    for key in keys:
        expect(app.card(key).get_by_role("progressbar")).to_be_visible()
    deployment.control(deployment.gemini, latencySeconds=0)
    for key in keys:
        expect(app.card(key).get_by_text("Last synced just now")).to_be_visible(timeout=LONG)


def test_a_lost_network_is_told_and_overcome(
    app: App, context: BrowserContext, deployment: Deployment, complaints: list[str]
) -> None:
    deployment.control(deployment.gemini, latencySeconds=5)
    card = app.sync("offline")
    expect(card.get_by_role("progressbar")).to_be_visible()
    context.set_offline(offline=True)
    expect(app.page.get_by_text("You are offline")).to_be_visible()
    expect(card.get_by_role("progressbar")).to_be_visible()
    context.set_offline(offline=False)
    expect(app.page.get_by_text("You are offline")).to_be_hidden()

    context.route("**/sync-status/*", lambda route: route.abort())
    expect(app.page.get_by_text("No connection to the server")).to_be_visible()
    expect(card.get_by_role("progressbar")).to_be_visible()
    context.unroute("**/sync-status/*")
    expect(app.page.get_by_text("No connection to the server")).to_be_hidden()
    deployment.control(deployment.gemini, latencySeconds=0)
    expect(app.toast("contacts successfully")).to_be_visible(timeout=LONG)
    complaints.clear()


def test_what_got_no_answer_is_asked_for_again(app: App, complaints: list[str]) -> None:
    card = app.card("retried")
    app.page.route("**/syncs?*", lambda route: route.abort(), times=3)
    card.get_by_role("button", name="Last syncs").click()
    expect(app.page.get_by_text("No connection to the server")).to_be_visible()
    expect(card.get_by_role("alert")).to_contain_text("The server did not answer")
    expect(card.get_by_role("button", name="Try again")).to_be_visible()
    expect(app.page.get_by_text("No connection to the server")).to_be_hidden()
    expect(card.get_by_role("table").or_(card.get_by_text("There was no sync yet"))).to_be_visible()

    def ends_early(route: Route) -> None:
        if "cursor=" in route.request.url:
            route.fulfill(status=400, json={"code": "INVALID", "message": "No such cursor."}, headers=CORS)
        else:
            route.fulfill(json={"jobs": [], "nextCursor": "earlier"}, headers=CORS)

    app.page.route("**/syncs?*", ends_early)
    app.page.reload()
    card.get_by_role("button", name="Last syncs").click()
    card.get_by_role("button", name="Show earlier syncs").click()
    expect(card.get_by_role("alert")).to_contain_text("No such cursor.")
    expect(card.get_by_role("button", name="Try again")).to_be_visible()
    complaints.clear()


def test_what_failed_is_listed_and_tried_again(app: App, deployment: Deployment) -> None:
    card = app.sync("retried")
    expect(app.toast("could not be synced")).to_be_visible(timeout=LONG)
    card.get_by_role("button", name="Show", exact=True).click()
    expect(card.get_by_role("listitem").first).to_contain_text("id")
    with app.page.expect_response("**/retry-failed"):
        card.get_by_role("button", name="Retry failed").click()
    card.get_by_role("button", name="Last syncs").click()
    runs = card.get_by_role("row")
    expect(runs.filter(has_text="Failed conversations")).to_have_count(1)
    expect(runs.filter(has_text="New conversations")).to_contain_text("Completed")


def test_settings_are_kept_and_a_full_sync_starts_from_there(app: App, deployment: Deployment) -> None:
    app.card("settings").get_by_role("button", name="Settings of").click()
    drawer = app.page.get_by_role("dialog")
    drawer.get_by_role("radio", name="Move them on").check()
    drawer.get_by_role("slider").focus()
    app.page.keyboard.press("End")
    drawer.get_by_role("button", name="Save").click()
    expect(app.toast("Settings saved")).to_be_visible()
    expect(drawer).to_be_hidden()
    kept = deployment.page("settings")
    assert (kept["updateMode"], kept["confidenceThreshold"]) == ("UPDATE_EXISTING", 100)

    app.card("settings").get_by_role("button", name="Settings of").click()
    expect(drawer.get_by_role("radio", name="Move them on")).to_be_checked()
    drawer.get_by_role("button", name="Start a full sync").click()
    expect(app.toast("contacts successfully")).to_be_visible(timeout=LONG)
    latest = deployment.get(f"/api/facebook/pages/{deployment.pages['settings']}/latest-sync")
    assert latest["job"]["mode"] == "full"
