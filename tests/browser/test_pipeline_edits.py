"""An owner changes what the board is made of."""

import re

from playwright.sync_api import expect

from tests.browser.app import App, Held
from tests.browser.board import Board
from tests.browser.looks import look
from tests.e2e.conftest import Deployment


def test_an_owner_edits_a_pipeline_and_its_stages(
    app: App, board: Board, wholesale: str, complaints: list[str]
) -> None:
    board.open(wholesale)
    _, contact = board.first("Contacted")
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


def test_two_quick_clicks_move_a_stage_by_two_places(board: Board, deployment: Deployment, wholesale: str) -> None:
    path = f"/api/pipelines/{wholesale}"
    assert deployment.call("POST", f"{path}/stages", json={"name": "Sampled"}).status_code == 201
    board.open(wholesale)
    board.page.get_by_role("button", name="Edit pipeline").click()
    drawer = board.page.get_by_role("dialog", name="Edit Wholesale")
    held = Held()
    board.page.route(re.compile(rf"{path}$"), held.route, times=1)
    down = drawer.get_by_role("button", name="Move Asked down")
    down.click()
    down.click()
    expect(down).to_be_disabled()
    held.let_go()
    expect(drawer.get_by_role("status")).to_have_text("Asked is stage 3 of 3 now.")
    assert [stage["name"] for stage in board.stages("Wholesale")][-1] == "Asked"


def test_an_owner_creates_a_pipeline_and_archives_it_with_its_contacts(
    app: App, board: Board, deployment: Deployment
) -> None:
    _, contact = board.first("Contacted")
    board.page.get_by_role("button", name="New pipeline").click()
    dialog = board.page.get_by_role("dialog", name="New pipeline")
    dialog.get_by_role("textbox", name="Name of the pipeline").fill("Repairs")
    look(board.page, "board-new")
    dialog.get_by_role("button", name="Create").click()
    choice = board.page.get_by_role("combobox", name="Pipeline", exact=True)
    expect(choice).to_have_value("Repairs")
    expect(board.page.get_by_role("region", name="Stages of Repairs")).to_be_visible()

    board.edit(contact, stageId=board.stages("Repairs")[0]["id"])
    board.page.reload()
    board.page.get_by_role("button", name="Edit pipeline").click()
    drawer = board.page.get_by_role("dialog", name="Edit Repairs")
    drawer.get_by_role("button", name="Archive pipeline").click()
    drawer.get_by_role("combobox", name="Move its contacts to").click()
    board.page.get_by_role("group", name="Sales").get_by_role("option", name="Qualified", exact=True).click()
    look(board.page, "board-archive")
    drawer.get_by_role("button", name="Archive", exact=True).click()

    expect(app.toast("Repairs is archived")).to_be_visible()
    expect(drawer).to_have_count(0)
    expect(choice).to_have_value("Sales")
    expect(board.page.get_by_role("button", name="Edit pipeline")).to_be_focused()
    expect(board.card("Qualified", contact)).to_be_visible()
    assert "Repairs" not in [pipeline["name"] for pipeline in deployment.get("/api/pipelines")["pipelines"]]
