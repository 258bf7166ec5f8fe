"""The list of contacts: what it shows, how it is searched, and what leaves it as a file."""

import csv
import re
from typing import Any

import pytest
from playwright.sync_api import Download, Page, Route, expect

from tests.browser.app import App, Held
from tests.browser.conftest import PHONE
from tests.browser.contacts import CORS, LIST_PAGE, Json, name_of, rows
from tests.browser.looks import look
from tests.e2e.conftest import Deployment

NEWCOMER = 1
NO_STAGE = "\N{EN DASH}"


def ids(contacts: list[Json]) -> list[str]:
    return [contact["id"] for contact in contacts]


def exported_ids(file: Download) -> list[str]:
    with file.path().open(encoding="utf-8-sig", newline="") as lines:
        return [row["id"] for row in csv.DictReader(lines)]


def test_the_list_shows_what_the_api_has(app: App, contacts: list[Json], address: str) -> None:
    app.go(address)
    expect(app.page.get_by_text(f"{len(contacts)} contacts match the filters")).to_be_visible()
    expect(app.page.get_by_role("table")).to_have_attribute("aria-rowcount", str(len(contacts) + 1))
    expect(rows(app.page).nth(8)).to_be_attached()
    for row, contact in zip(rows(app.page).all()[1:8], contacts[:7], strict=True):
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


def test_filters_are_chosen_told_in_the_address_and_cleared(
    app: App, deployment: Deployment, contacts: list[Json], address: str
) -> None:
    def counted(**filters: Any) -> str:
        params = {"facebookPageId": deployment.pages["contacts"], **filters}
        count = deployment.get("/api/contacts/count", **params)["count"]
        return f"{count} contacts match the filters"

    page = app.page
    app.go(address)
    page.get_by_role("combobox", name="Stage").click()
    page.get_by_role("option", name="Qualified", exact=True).click()
    stage = next(each["stageId"] for each in contacts if each["stageName"] == "Qualified")
    expect(page.get_by_text(counted(stageId=stage))).to_be_visible()
    page.get_by_role("button", name="Filters", exact=True).click()
    page.get_by_role("combobox", name="Lead status").click()
    page.get_by_role("option", name="Qualified", exact=True).click()
    page.get_by_role("slider", name="Lowest lead score").focus()
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    expect(page.get_by_text(counted(stageId=stage, leadStatus="QUALIFIED", minScore=50))).to_be_visible()
    expect(page.get_by_role("link", name=name_of(contacts[0]))).to_have_count(0)
    look(page, "contacts-filtered")
    page.reload()
    expect(page.get_by_text(counted(stageId=stage, leadStatus="QUALIFIED", minScore=50))).to_be_visible()
    page.get_by_role("button", name="Remove filter: Stage: Qualified").click()
    page.get_by_role("button", name="Filters", exact=True).click()
    day = contacts[40]["lastInteraction"][:10]
    page.get_by_label("Last interaction from").fill(day)
    expect(page.get_by_role("button", name="Remove filter: Wrote since")).to_be_visible()
    page.get_by_role("checkbox", name="With an AI suggestion").check()
    expect(page.get_by_role("button", name="Remove filter: With an AI suggestion")).to_be_visible()
    page.get_by_role("button", name="Clear all filters").first.click()
    everybody = deployment.get("/api/contacts/count")["count"]
    expect(page.get_by_text(f"{everybody} contacts, latest interaction first")).to_be_visible()
    assert page.url.endswith("/contacts")


def test_a_search_finds_names_and_says_when_there_are_none(app: App, contacts: list[Json], address: str) -> None:
    app.go(address)
    search = app.page.get_by_role("searchbox", name="Search by name")
    wanted = next(each for each in contacts if each["firstName"].isascii() and each["lastName"].isascii())
    search.press_sequentially(name_of(wanted).lower())
    expect(rows(app.page).get_by_role("link").first).to_have_text(name_of(wanted))
    search.fill("nobody is called that")
    expect(app.page.get_by_role("heading", name="Nobody matches")).to_be_visible()
    look(app.page, "contacts-no-match")
    app.page.get_by_role("button", name="Clear all filters").last.click()
    expect(search).to_have_value("")
    expect(rows(app.page).get_by_role("link").first).to_be_visible()


@pytest.mark.usefixtures("contacts")
def test_a_search_is_cleared_without_a_word_of_nobody(app: App) -> None:
    app.go("/contacts?q=nobody+is+called+that")
    expect(app.page.get_by_role("heading", name="Nobody matches")).to_be_visible()
    held = Held()
    app.page.route(re.compile(r"/api/contacts(/count)?(\?limit=\d+)?$"), held.route)
    search = app.page.get_by_role("searchbox", name="Search by name")
    search.fill("")
    expect(app.page.get_by_role("status", name="Loading contacts")).to_be_visible()
    expect(search).to_be_focused()
    held.let_go()
    expect(rows(app.page).get_by_role("link").first).to_be_visible()


def test_a_range_of_days_is_moved_by_one_of_its_ends(app: App, contacts: list[Json], address: str) -> None:
    app.go(address)
    app.page.get_by_role("button", name="Filters", exact=True).click()
    since, until = app.page.get_by_label("Last interaction from"), app.page.get_by_label("Last interaction to")
    until.fill("2020-01-31")
    expect(app.page.get_by_role("heading", name="Nobody matches")).to_be_visible()
    since.fill("2020-02-01")
    expect(until).to_have_value("")
    expect(app.page.get_by_text(f"{len(contacts)} contacts match the filters")).to_be_visible()


def test_what_the_filters_find_is_exported(app: App, contacts: list[Json], address: str) -> None:
    app.go(address)
    with app.page.expect_download() as started:
        app.page.get_by_role("button", name="Export CSV").click()
    assert exported_ids(started.value) == ids(contacts)
    expect(app.toast(f"Exported {len(contacts)} contacts")).to_be_visible()
    assert app.page.url.endswith(address)


def test_an_export_goes_on_with_the_next_file_and_says_where_it_broke_off(
    app: App, deployment: Deployment, contacts: list[Json], address: str, complaints: list[str]
) -> None:
    params = {"facebookPageId": deployment.pages["contacts"], "limit": LIST_PAGE}
    cursor = deployment.get("/api/contacts", **params)["nextCursor"]

    def with_a_rest(route: Route) -> None:
        """As if the file were full after the list's first page."""
        answer = route.fetch()
        full = answer.json() | {"contactCount": LIST_PAGE, "nextCursor": cursor}
        route.fulfill(response=answer, json=full)

    slow: list[Route] = []
    files: list[Download] = []

    def first_after_second(route: Route) -> None:
        """As if S3 took its time with the first file."""
        slow.append(route)
        if len(slow) == 2:
            for each in slow:
                each.continue_()

    app.page.route(re.compile(r"/exports/.*\.csv\?"), first_after_second, times=2)
    app.page.on("download", lambda file: files.append(file))  # noqa: PLW0108 - Playwright sets attributes on it
    app.page.route(re.compile(r"/export\?facebookPageId=[^&]*$"), with_a_rest)
    app.go(address)
    with app.page.expect_download(lambda _: len(files) == 2):
        app.page.get_by_role("button", name="Export CSV").click()
    expect(app.toast("In 2 files")).to_contain_text(f"Exported {len(contacts)} contacts")
    everybody, the_rest = sorted(map(exported_ids, files), key=len, reverse=True)
    assert everybody == ids(contacts)
    assert the_rest == everybody[LIST_PAGE:]

    app.page.route(re.compile(r"/export\?.*cursor="), lambda route: route.fulfill(status=503, headers=CORS))
    app.page.get_by_role("button", name="Export CSV").click()
    expect(app.toast("The export did not finish")).to_contain_text(f"The first {LIST_PAGE} contacts")
    complaints.clear()


def test_contacts_of_a_sync_are_there_once_it_is_over(app: App, deployment: Deployment) -> None:
    expect(app.card("arriving").get_by_text("0 contacts")).to_be_visible()
    deployment.control(deployment.gemini, latencySeconds=10)
    app.sync("arriving").get_by_role("link", name="0 contacts").click()
    expect(app.page.get_by_role("heading", name="Nobody matches")).to_be_visible()
    deployment.control(deployment.gemini, latencySeconds=0)
    expect(app.toast("contacts successfully")).to_be_visible(timeout=60_000)
    arrived = deployment.contacts("arriving")
    expect(rows(app.page).get_by_role("link", name=name_of(arrived[0]))).to_be_visible()
    expect(app.page.get_by_text(f"{len(arrived)} contacts match the filters")).to_be_visible()


def test_an_organisation_without_contacts_is_led_to_its_pages(tab: Page, deployment: Deployment) -> None:
    App(tab, deployment).sign_in(NEWCOMER, "/contacts")
    expect(tab.get_by_role("heading", name="No contacts yet")).to_be_visible()
    look(tab, "contacts-none")
    tab.get_by_role("link", name="Go to Connected Pages").click()
    expect(tab.get_by_role("heading", name="Connected Facebook Pages")).to_be_visible()


def test_a_list_that_cannot_be_read_is_told_and_tried_again(
    app: App, contacts: list[Json], address: str, complaints: list[str]
) -> None:
    broken = re.compile(r"/api/contacts\?")
    answer = {"success": False, "code": "INTERNAL", "message": "", "requestId": "r-1"}
    app.page.route(broken, lambda route: route.fulfill(status=500, json=answer, headers=CORS))
    app.go(address)
    trouble = app.page.get_by_role("alert")
    expect(trouble.get_by_text("Request r-1")).to_be_visible()
    app.page.unroute(broken)
    trouble.get_by_role("button", name="Try again").click()
    expect(rows(app.page).get_by_role("link", name=name_of(contacts[0])).first).to_be_visible()
    complaints.clear()


def test_a_phone_shows_cards(app: App, contacts: list[Json], address: str) -> None:
    app.page.set_viewport_size(PHONE)  # pyright: ignore[reportArgumentType] - a TypedDict
    app.go(address)
    expect(rows(app.page).get_by_role("link", name=name_of(contacts[0])).first).to_be_visible()
    assert app.page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    look(app.page, "contacts-phone")


def test_a_keyboard_opens_a_contact_and_comes_back_to_the_row(app: App, contacts: list[Json], address: str) -> None:
    app.go(address)
    links = rows(app.page).get_by_role("link")
    links.first.focus()
    app.page.keyboard.press("ArrowDown")
    app.page.keyboard.press("ArrowDown")
    app.page.keyboard.press("ArrowUp")
    expect(links.nth(1)).to_be_focused()
    name = links.nth(1).inner_text()
    app.page.keyboard.press("Enter")
    drawer = app.page.get_by_role("dialog", name=name)
    expect(drawer.get_by_role("heading", name="Activity")).to_be_visible()
    expect(drawer.locator(":focus")).to_have_count(1)
    app.page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    expect(links.nth(1)).to_be_focused()
