"""Somebody works through the pipeline."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.app import App
from tests.browser.board import Board
from tests.browser.conftest import PHONE
from tests.browser.looks import look
from tests.e2e.conftest import Deployment


@pytest.fixture(scope="module", autouse=True)
def _synced(deployment: Deployment) -> None:
    assert deployment.sync("board")["status"] == "COMPLETED"


@pytest.fixture
def board(app: App, deployment: Deployment) -> Board:
    board = Board(app.page, deployment, "board")
    board.open()
    return board


def test_columns_are_the_stages_and_tell_how_many_there_are(board: Board) -> None:
    stages = board.stages()
    headings = board.page.get_by_role("region", name="Stages of").get_by_role("heading")
    expect(headings).to_have_count(len(stages))
    for heading, stage in zip(headings.all(), stages, strict=True):
        expect(heading).to_have_text(stage["name"])
        expect(board.count(stage["name"])).to_contain_text(f"{board.counted(stage['id'])} contact")
    look(board.page, "board")


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
