"""Somebody moves contacts from stage to stage."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.app import App, Held
from tests.browser.board import UNSORTED, Board, fails, shown
from tests.browser.looks import look
from tests.e2e.conftest import Deployment


def test_a_card_is_dragged_to_another_stage(app: App, board: Board) -> None:
    name, contact = board.first("Qualified")
    before = [shown(board.count(stage)) for stage in ("Qualified", "Contacted")]
    board.drag(contact, "Qualified", "Contacted")
    expect(board.card("Contacted", contact)).to_be_in_viewport()
    expect(board.card("Qualified", contact)).to_have_count(0)
    expect(app.toast(f"{name} is in Contacted now")).to_be_visible()
    assert [shown(board.count(stage)) for stage in ("Qualified", "Contacted")] == [before[0] - 1, before[1] + 1]
    moved = board.contact(contact)
    assert (moved["stageName"], moved["stageSetBy"]) == ("Contacted", "HUMAN")

    app.toast("Contacted").get_by_role("button", name="Undo").click()
    expect(board.card("Qualified", contact)).to_be_visible()
    expect(app.toast(f"{name} is in Qualified now")).to_be_visible()
    assert board.contact(contact)["stageName"] == "Qualified"


def test_a_card_is_moved_with_the_keyboard_and_told_aloud(app: App, board: Board) -> None:
    name, contact = board.first("Contacted")
    said = board.page.locator("[id^=DndLiveRegion]")
    columns = board.columns()

    def over(stage: str) -> str:
        return f"{name} is over {stage}, stage {columns.index(stage) + 1} of {len(columns)}."

    board.part("Contacted", contact, "Drag").focus()
    app.page.keyboard.press("Space")
    expect(said).to_have_text(over("Contacted"))
    app.page.keyboard.press("End")
    expect(said).to_have_text(over("Lost"))
    app.page.keyboard.press("ArrowLeft")
    expect(said).to_have_text(over("Won"))
    expect(board.column("Won")).to_be_in_viewport(ratio=0.9)
    counts = Held()
    app.page.route(re.compile("/api/pipelines$"), counts.route)
    app.page.keyboard.press("Space")
    expect(said).to_have_text(f"{name} was dropped in Won.")
    expect(board.part("Won", contact, "Drag")).to_be_focused()
    expect(app.toast(f"{name} is in Won now")).to_be_visible()
    assert board.contact(contact)["stageName"] == "Won"

    app.page.keyboard.press("Space")
    expect(said).to_have_text(over("Won"))
    with app.page.expect_response(re.compile("/api/pipelines$")):
        counts.let_go()
    app.page.keyboard.press("ArrowLeft")
    expect(said).to_have_text(over("Customer Care"))
    app.page.keyboard.press("Escape")
    expect(said).to_have_text(f"{name} stays in Won.")
    expect(board.card("Won", contact)).to_be_visible()


def test_a_finger_lifts_a_card_by_holding_it(app: App, board: Board) -> None:
    _, contact = board.first("Qualified")
    box = board.card("Qualified", contact).bounding_box()
    target = board.column("Contacted").bounding_box()
    assert box
    assert target
    finger = board.page.context.new_cdp_session(board.page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        touched = [{"x": x, "y": y} for x, y in points]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touched})

    start = (box["x"] + 90, box["y"] + 60)
    touch("touchStart", start)
    lifted = board.card("Qualified", contact)
    expect(lifted).to_have_attribute("data-dragged", "true")
    end = (target["x"] + 90, target["y"] + 200)
    touch("touchMove", ((start[0] + end[0]) / 2, end[1]))
    touch("touchMove", end)
    expect(board.column("Contacted")).to_have_attribute("data-target", "true")
    touch("touchEnd")
    expect(app.toast("is in Contacted now")).to_be_visible()
    assert board.contact(contact)["stageName"] == "Contacted"


def test_a_card_is_moved_from_its_menu_without_dragging(app: App, board: Board) -> None:
    _, contact = board.first("Proposal")
    board.part("Proposal", contact, "Move").focus()
    app.page.keyboard.press("Enter")
    menu = app.page.get_by_role("menu")
    expect(menu.get_by_role("menuitem", name="Proposal")).to_be_disabled()
    look(board.page, "board-menu")
    menu.get_by_role("menuitem", name="Lost").press("Enter")
    expect(board.part("Lost", contact, "Move")).to_be_focused()
    expect(app.toast("is in Lost now")).to_be_visible()
    look(board.page, "board-moved")
    assert board.contact(contact)["stageName"] == "Lost"


def test_what_the_ai_suggests_is_followed_with_one_click(app: App, board: Board) -> None:
    app.page.get_by_text("AI suggestions").click()
    contact = next(each for each in board.contacts(UNSORTED) if each["suggestedStageId"])
    stage = contact["suggestedStageName"]
    expect(board.card(UNSORTED, contact)).to_contain_text(f"AI suggests {stage}")
    before = shown(board.count(UNSORTED))
    look(board.page, "board-suggestions")
    board.card(UNSORTED, contact).get_by_role("button", name="as the AI suggests").click()
    expect(app.toast(f"is in {stage} now")).to_be_visible()
    expect(board.card(UNSORTED, contact)).to_have_count(0)
    assert shown(board.count(UNSORTED)) == before - 1
    assert board.contact(contact)["stageName"] == stage


def test_whoever_was_second_is_told_where_the_contact_is_now(app: App, board: Board, complaints: list[str]) -> None:
    name, contact = board.first("Qualified")
    expect(board.card("Qualified", contact)).to_be_visible()
    board.edit(contact, stageId=board.stage_id("Proposal"))
    board.move(contact, "Qualified", "Won")
    told = app.toast(f"Somebody else has just changed {name}")
    expect(told).to_contain_text("They are in Proposal")
    expect(board.card("Proposal", contact)).to_be_visible()
    expect(board.card("Won", contact)).to_have_count(0)
    assert board.contact(contact)["stageName"] == "Proposal"
    complaints.clear()

    board.move(contact, "Proposal", "Qualified")
    expect(app.toast(f"{name} is in Qualified now")).to_be_visible()


def test_a_move_that_fails_is_taken_back(app: App, board: Board, complaints: list[str]) -> None:
    name, contact = board.first("Qualified")
    before = [shown(board.count(stage)) for stage in ("Qualified", "Won")]
    board.page.route(f"**/api/contacts/{contact['id']}", fails)
    board.move(contact, "Qualified", "Won")
    expect(app.toast(f"{name} could not be moved")).to_contain_text("Try again")
    expect(board.part("Qualified", contact, "Move")).to_be_focused()
    assert [shown(board.count(stage)) for stage in ("Qualified", "Won")] == before
    assert board.contact(contact)["version"] == contact["version"]
    complaints.clear()


@pytest.mark.usefixtures("board_contacts")
def test_every_move_can_be_undone_for_as_long_as_the_first(timed_app: App, deployment: Deployment) -> None:
    board = Board(timed_app.page, deployment, "board")
    board.open()
    clock = timed_app.page.context.clock
    for _ in range(2):
        name, contact = board.first("Qualified")
        board.move(contact, "Qualified", "Proposal")
        told = timed_app.toast(f"{name} is in Proposal now")
        expect(told).to_be_visible()
        clock.fast_forward(4_500)
    expect(told).to_be_visible()
    told.get_by_role("button", name="Undo").click()
    expect(board.card("Qualified", contact)).to_be_visible()


def test_an_undo_does_not_bring_a_contact_into_another_search(app: App, board: Board) -> None:
    name, contact = board.first("Qualified")
    board.move(contact, "Qualified", "Proposal")
    told = app.toast(f"{name} is in Proposal now")
    expect(told).to_be_visible()
    board.page.get_by_role("searchbox").fill("nobody is called that")
    expect(board.cards("Proposal")).to_have_count(0)
    told.get_by_role("button", name="Undo").click()
    expect(app.toast(f"{name} is in Qualified now")).to_be_visible()
    expect(board.cards("Qualified")).to_have_count(0)
    board.page.get_by_role("button", name="Show all").click()
    expect(board.card("Qualified", contact)).to_be_visible()
    board.page.go_back()
    expect(board.page.get_by_role("searchbox")).to_have_value("nobody is called that")
