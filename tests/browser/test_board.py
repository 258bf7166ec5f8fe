"""Somebody looks at the pipeline."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.app import App
from tests.browser.board import UNSORTED, Board, fails
from tests.browser.conftest import PHONE
from tests.browser.looks import look
from tests.e2e.conftest import Deployment

NEWCOMER = 1
AT_ONCE = 30


def test_columns_are_the_stages_and_tell_how_many_there_are(board: Board) -> None:
    columns = board.columns()
    assert columns == [UNSORTED, *(stage["name"] for stage in board.stages())]
    expect(board.column(UNSORTED)).to_be_in_viewport(ratio=0.9)
    for column in columns:
        expect(board.count(column)).to_contain_text(f"{board.counted(board.stage_id(column))} contact")
    look(board.page, "board")


@pytest.mark.usefixtures("board_contacts")
def test_signing_in_leads_to_the_address_that_was_asked_for(tab: Page, deployment: Deployment) -> None:
    board = Board(tab, deployment, "board")
    App(tab, deployment).sign_in(path=board.path)
    expect(board.cards("New Lead").first).to_be_visible()
    assert tab.url.endswith(board.path)


def test_on_a_phone_the_columns_scroll_and_the_page_does_not(board: Board) -> None:
    board.page.set_viewport_size(PHONE)  # pyright: ignore[reportArgumentType] - a TypedDict
    expect(board.cards("New Lead").first).to_be_visible()
    assert board.page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    assert board.page.evaluate("document.documentElement.scrollHeight") == PHONE["height"]
    look(board.page, "board-phone")


def test_a_stage_that_could_not_be_read_is_told_and_read_again(board: Board, complaints: list[str]) -> None:
    stage = re.compile(rf"/api/contacts\?.*stageId={board.stage_id('Qualified')}")
    board.page.route(stage, fails)
    board.page.reload()
    expect(board.column("Qualified").get_by_role("alert")).to_contain_text("The server had a problem")
    expect(board.cards("Proposal").first).to_be_visible()
    board.page.unroute(stage)
    board.column("Qualified").get_by_role("button", name="Try again").click()
    expect(board.cards("Qualified").first).to_be_visible()
    complaints.clear()


def test_a_long_stage_is_read_on_where_somebody_scrolls(board: Board) -> None:
    stage = max(board.stages(), key=lambda each: board.counted(each["id"]))
    count = board.counted(stage["id"])
    assert count > AT_ONCE
    expect(board.cards(stage["name"])).to_have_count(AT_ONCE)
    board.cards(stage["name"]).last.scroll_into_view_if_needed()
    expect(board.cards(stage["name"])).to_have_count(count)
    expect(board.column(stage["name"]).get_by_role("button", name="Show more")).to_have_count(0)


def test_what_is_looked_for_is_in_the_address(board: Board) -> None:
    name, contact = board.first("Proposal")
    board.page.get_by_role("searchbox", name="Search by name").fill(name)
    expect(board.page).to_have_url(re.compile("q="))
    expect(board.page.get_by_text("Nobody here matches.").first).to_be_visible()
    board.page.reload()
    expect(board.card("Proposal", contact)).to_be_visible()
    expect(board.page.get_by_role("searchbox", name="Search by name")).to_have_value(name)
    board.page.get_by_role("button", name="Show all").click()
    expect(board.cards("Qualified").first).to_be_visible()
    assert board.page.url.endswith("/pipeline")


def test_another_pipeline_has_its_own_board(board: Board, wholesale: str) -> None:
    board.open()
    board.page.get_by_role("combobox", name="Pipeline").click()
    board.page.get_by_role("option", name="Wholesale").click()
    expect(board.page.get_by_role("region", name="Stages of Wholesale").get_by_role("heading")).to_have_text(
        [UNSORTED, "Asked", "Delivered"]
    )
    assert f"pipelineId={wholesale}" in board.page.url
    about = board.page.get_by_role("button", name="About Asked")
    about.focus()
    board.page.keyboard.press("Shift+Tab")
    board.page.keyboard.press("Tab")
    expect(about).to_be_focused()
    expect(board.page.get_by_role("tooltip", name="Wants a price list.")).to_be_visible()
    look(board.page, "board-empty-stages")
    board.page.go_back()
    expect(board.page.get_by_role("region", name="Stages of Sales")).to_be_visible()


def test_a_card_leads_to_its_contact(board: Board) -> None:
    name, contact = board.first("Qualified")
    board.card("Qualified", contact).click()
    expect(board.page.get_by_role("dialog", name=name)).to_be_visible()
    assert board.page.url.endswith(f"/contacts/{contact['id']}")
    board.page.go_back()
    expect(board.card("Qualified", contact)).to_be_visible()


def test_an_organisation_without_contacts_is_led_to_its_pages(tab: Page, deployment: Deployment) -> None:
    App(tab, deployment).sign_in(NEWCOMER, path="/pipeline")
    expect(tab.get_by_role("heading", name="Your pipeline is waiting for people")).to_be_visible()
    look(tab, "board-nobody")
    tab.get_by_role("button", name="Edit pipeline").click()
    drawer = tab.get_by_role("dialog", name="Edit Sales")
    expect(drawer.get_by_role("button", name="Archive pipeline")).to_be_disabled()
    expect(drawer.get_by_text("It is the only one.")).to_be_visible()
    tab.keyboard.press("Escape")
    tab.get_by_role("link", name="Go to Connected Pages").click()
    expect(tab.get_by_role("heading", name="Connect your first Facebook Page")).to_be_visible()
