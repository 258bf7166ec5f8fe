"""Somebody works through the pipeline."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.app import App
from tests.browser.board import Board
from tests.browser.conftest import PHONE
from tests.browser.looks import look
from tests.e2e.conftest import Deployment

NEWCOMER = 1
AT_ONCE = 30


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
    board.part("Contacted", contact, "Drag").focus()
    app.page.keyboard.press("Space")
    expect(said).to_have_text(f"{name} is over Contacted, stage 2 of 7.")
    app.page.keyboard.press("End")
    expect(said).to_have_text(f"{name} is over Lost, stage 7 of 7.")
    app.page.keyboard.press("ArrowLeft")
    expect(said).to_have_text(f"{name} is over Won, stage 6 of 7.")
    expect(board.column("Won")).to_be_in_viewport(ratio=0.9)
    app.page.keyboard.press("Space")
    expect(said).to_have_text(f"{name} was dropped in Won.")
    expect(board.part("Won", contact, "Drag")).to_be_focused()
    expect(app.toast(f"{name} is in Won now")).to_be_visible()
    assert board.contact(contact)["stageName"] == "Won"

    app.page.keyboard.press("Space")
    expect(said).to_have_text(f"{name} is over Won, stage 6 of 7.")
    app.page.keyboard.press("ArrowLeft")
    expect(said).to_have_text(f"{name} is over Customer Care, stage 5 of 7.")
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
    expect(board.page.get_by_text("Nobody here matches.").first).to_be_visible()
    board.page.reload()
    expect(board.card("Proposal", contact)).to_be_visible()
    expect(board.page.get_by_role("searchbox", name="Search by name")).to_have_value(name)
    board.page.get_by_role("button", name="Show all").click()
    expect(board.cards("Qualified").first).to_be_visible()
    assert board.page.url.endswith("/pipeline")


@pytest.fixture
def wholesale(deployment: Deployment) -> Iterator[str]:
    """A second pipeline."""
    stages = [{"name": "Asked", "description": "Wants a price list."}, {"name": "Delivered", "kind": "WON"}]
    answer = deployment.call("POST", "/api/pipelines", json={"name": "Wholesale", "stages": stages})
    assert answer.status_code == 201, answer.text
    yield answer.json()["id"]
    target = deployment.get("/api/pipelines")["pipelines"][0]["stages"][0]["id"]
    path = f"/api/pipelines/{answer.json()['id']}"
    deployment.call("DELETE", path, params={"moveContactsTo": target}).raise_for_status()


def test_another_pipeline_has_its_own_board(board: Board, wholesale: str) -> None:
    board.open()
    board.page.get_by_role("combobox", name="Pipeline").click()
    board.page.get_by_role("option", name="Wholesale").click()
    expect(board.page.get_by_role("region", name="Stages of Wholesale").get_by_role("heading")).to_have_text(
        ["Asked", "Delivered"]
    )
    assert f"pipelineId={wholesale}" in board.page.url
    board.page.get_by_role("region", name="Stages of Wholesale").focus()
    board.page.keyboard.press("Tab")
    expect(board.page.get_by_role("button", name="About Asked")).to_be_focused()
    expect(board.page.get_by_role("tooltip", name="Wants a price list.")).to_be_visible()
    look(board.page, "board-empty-stages")
    board.page.go_back()
    expect(board.page.get_by_role("region", name="Stages of Sales")).to_be_visible()


def test_an_owner_edits_a_pipeline_and_its_stages(
    app: App, board: Board, wholesale: str, deployment: Deployment
) -> None:
    board.open(wholesale)
    _, contact = Board(app.page, deployment, "board").first("Contacted")
    stages = {stage["name"]: stage["id"] for stage in board.stages("Wholesale")}
    board.edit(contact, stageId=stages["Asked"])
    board.page.reload()
    board.page.get_by_role("button", name="Edit pipeline").click()
    drawer = board.page.get_by_role("dialog", name="Edit Wholesale")

    drawer.get_by_role("button", name="Add a stage").click()
    drawer.get_by_role("textbox", name="Name", exact=True).fill("Sampled")
    drawer.get_by_role("textbox", name="Who belongs here").fill("Has got our samples.")
    drawer.get_by_role("button", name="Save").click()
    expect(drawer.get_by_role("button", name="Add a stage")).to_be_focused()
    drawer.get_by_role("button", name="Move Sampled up").click()
    expect(drawer.get_by_role("status")).to_have_text("Sampled is stage 2 of 3 now.")
    expect(drawer.get_by_role("button", name="Move Sampled up")).to_be_focused()

    drawer.get_by_role("button", name="Edit Delivered").click()
    drawer.get_by_role("textbox", name="Name", exact=True).fill("Asked")
    drawer.get_by_role("button", name="Save").click()
    expect(app.toast("The pipeline could not be changed")).to_contain_text("cannot both be named")
    look(board.page, "board-edit")
    complaints.clear()
    drawer.get_by_role("textbox", name="Name", exact=True).fill("Shipped")
    drawer.get_by_role("button", name="Save").click()
    expect(drawer.get_by_role("button", name="Edit Shipped")).to_be_focused()

    drawer.get_by_role("button", name="Archive Asked").click()
    drawer.get_by_role("combobox", name="Move its contacts to").click()
    board.page.get_by_role("option", name="Sampled").click()
    drawer.get_by_role("button", name="Archive stage").click()
    expect(drawer.get_by_role("button", name="Archive Asked")).to_have_count(0)
    drawer.get_by_role("textbox", name="Name of the pipeline").fill("Big customers")
    drawer.get_by_role("button", name="Rename").click()
    expect(board.page.get_by_role("dialog", name="Edit Big customers")).to_be_visible()

    board.page.keyboard.press("Escape")
    expect(board.card("Sampled", contact)).to_be_visible()
    assert [(stage["name"], stage["contactCount"]) for stage in board.stages("Big customers")] == [
        ("Sampled", 1),
        ("Shipped", 0),
    ]
    assert board.contact(contact)["stageName"] == "Sampled"


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
    tab.get_by_role("link", name="Go to Connected Pages").click()
    expect(tab.get_by_role("heading", name="Connect your first Facebook Page")).to_be_visible()


def shown(count: Locator) -> int:
    """The number that a column shows."""
    return int(re.sub(r"\D", "", count.inner_text()))


def fails(route: Route) -> None:
    route.fulfill(status=500, headers={"Access-Control-Allow-Origin": "*"}, json={"code": "INTERNAL"})
