"""Pipelines, Page settings and the sync history over the deployed stack."""

import uuid
from collections import Counter
from typing import Any

import pytest

from tests.e2e.conftest import Deployment

Json = dict[str, Any]
STAGES: list[Json] = [
    {"name": "Says hello", "description": "Only greeted, or did not say what they want."},
    {"name": "Wants something", "description": "Asked for a price, availability or terms of something we sell."},
    {"name": "Has bought", "description": "Already bought: order status, complaint, return or support."},
    {"name": "Won", "kind": "WON"},
]


def change(deployment: Deployment, method: str, path: str, body: Json | None = None, **query: str) -> Json:
    answer = deployment.call(method, path, json=body, params=query)
    assert answer.status_code in (200, 201), answer.text
    return answer.json()


def create(deployment: Deployment) -> Json:
    return change(deployment, "POST", "/api/pipelines", {"name": "Shop", "stages": STAGES})


def configure(deployment: Deployment, page: str, **settings: object) -> Json:
    return change(deployment, "PATCH", f"/api/facebook/pages/{deployment.pages[page]}", settings)


def told(deployment: Deployment, pipeline_id: str) -> Json:
    pipelines = deployment.get("/api/pipelines")["pipelines"]
    return next(each for each in pipelines if each["id"] == pipeline_id)


@pytest.fixture(scope="module")
def pipeline(deployment: Deployment) -> Json:
    """A new pipeline, with the contacts of one Page in it."""
    made = create(deployment)
    configure(deployment, "placed", autoPipelineId=made["id"], confidenceThreshold=0)
    job = deployment.sync("placed")
    assert (job["status"], job["mode"]) == ("COMPLETED", "incremental")
    return made


def test_contacts_of_a_page_are_placed_in_its_auto_pipeline(deployment: Deployment, pipeline: Json) -> None:
    placed = [contact for contact in deployment.contacts("placed") if contact["stageId"]]
    assert len(placed) > 10
    assert {contact["pipelineId"] for contact in placed} == {pipeline["id"]}
    assert {contact["stageName"] for contact in placed} <= {stage["name"] for stage in STAGES[:3]}
    counted = told(deployment, pipeline["id"])
    assert counted["contactCount"] == len(placed)
    tally = Counter(contact["stageId"] for contact in placed)
    assert {stage["id"]: stage["contactCount"] for stage in counted["stages"] if stage["contactCount"]} == tally


def test_contacts_of_an_archived_stage_and_pipeline_move_on(deployment: Deployment, pipeline: Json) -> None:
    hello, wants, bought, won = (stage["id"] for stage in pipeline["stages"])
    before = {contact["id"]: contact for contact in deployment.contacts("placed")}
    path = f"/api/pipelines/{pipeline['id']}"

    left = change(deployment, "DELETE", f"{path}/stages/{wants}", moveContactsTo=won)

    assert [stage["id"] for stage in left["stages"]] == [hello, bought, won]
    after = {contact["id"]: contact for contact in deployment.contacts("placed")}
    moved = [each for each in before if before[each]["stageId"] == wants]
    assert moved
    assert {after[each]["stageName"] for each in moved} == {"Won"}
    assert all(after[each] == before[each] for each in before if each not in moved)
    rows = deployment.rows(
        "SELECT contact_id::text, actor, from_stage_id::text, to_stage_id::text FROM contact_activity"
        " WHERE note = %s",
        "Stage Wants something was archived",
    )
    assert sorted(rows) == sorted((each, "HUMAN", wants, won) for each in moved)
    assert change(deployment, "DELETE", f"{path}/stages/{wants}", moveContactsTo=won) == left

    default = next(each for each in deployment.get("/api/pipelines")["pipelines"] if each["id"] != pipeline["id"])
    refused = deployment.call("DELETE", path)
    assert (refused.status_code, refused.json()["code"]) == (409, "HAS_CONTACTS")
    target = default["stages"][0]
    assert change(deployment, "DELETE", path, moveContactsTo=target["id"]) == {"success": True}
    assert {each["stageId"] for each in deployment.contacts("placed")} <= {None, target["id"]}
    assert deployment.page("placed")["autoPipelineId"] == default["id"]


def test_a_threshold_of_a_hundred_places_nobody_and_suggests_for_everybody(deployment: Deployment) -> None:
    assert configure(deployment, "sceptical", confidenceThreshold=100)["confidenceThreshold"] == 100
    assert deployment.sync("sceptical")["status"] == "COMPLETED"
    contacts = deployment.contacts("sceptical")
    assert {contact["stageId"] for contact in contacts} == {None}
    analysed = [contact for contact in contacts if contact["aiContext"]]
    assert len(analysed) > 10
    assert all(contact["suggestedStageId"] for contact in analysed)
    suggestion = deployment.get(f"/api/contacts/{analysed[0]['id']}")["suggestion"]
    assert suggestion["reason"].startswith("Not applied because ")


def test_without_auto_pipeline_contacts_are_summed_up_and_not_placed(deployment: Deployment) -> None:
    assert configure(deployment, "summed", autoPipelineId=None)["autoPipelineId"] is None
    assert deployment.sync("summed")["status"] == "COMPLETED"
    contacts = deployment.contacts("summed")
    assert {(contact["stageId"], contact["leadScore"]) for contact in contacts} == {(None, None)}
    assert sum(contact["aiContext"] is not None for contact in contacts) > 10


def test_a_changed_description_is_a_reason_to_analyse_again_and_a_changed_name_of_the_pipeline_is_none(
    deployment: Deployment,
) -> None:
    made = create(deployment)
    configure(deployment, "summed", autoPipelineId=made["id"])
    deployment.sync("summed", mode="full")
    change(deployment, "PATCH", f"/api/pipelines/{made['id']}", {"name": "Store"})
    assert deployment.sync("summed", mode="full")["skippedContacts"] > 10
    stage = made["stages"][0]["id"]
    change(deployment, "PATCH", f"/api/pipelines/{made['id']}/stages/{stage}", {"description": "Anybody new."})
    assert deployment.sync("summed", mode="full")["skippedContacts"] == 0
    configure(deployment, "summed", autoPipelineId=None)
    change(deployment, "DELETE", f"/api/pipelines/{made['id']}", moveContactsTo=some_stage(deployment, made))


def some_stage(deployment: Deployment, other_than: Json) -> str:
    pipelines = deployment.get("/api/pipelines")["pipelines"]
    return next(each for each in pipelines if each["id"] != other_than["id"])["stages"][0]["id"]


def test_the_history_of_a_page_is_paged_newest_first(deployment: Deployment) -> None:
    jobs = [deployment.sync("sceptical", mode) for mode in ("incremental", "full")][::-1]
    path = f"/api/facebook/pages/{deployment.pages['sceptical']}/syncs"
    first = deployment.get(path, limit=1)
    assert first["jobs"] == jobs[:1]
    second = deployment.get(path, limit=1, cursor=first["nextCursor"])
    assert second["jobs"] == jobs[1:]
    everything = deployment.get(path)
    assert everything["jobs"][:2] == jobs
    assert everything["nextCursor"] is None
    times = [job["createdAt"] for job in everything["jobs"]]
    assert times == sorted(times, reverse=True)
    other = deployment.get(f"/api/facebook/pages/{deployment.pages['summed']}/syncs", cursor=first["nextCursor"])
    assert not {job["jobId"] for job in other["jobs"]} & {job["jobId"] for job in everything["jobs"]}


def test_a_stranger_finds_neither_our_pipeline_nor_our_page_nor_its_history(deployment: Deployment) -> None:
    made = create(deployment)
    stage = made["stages"][0]["id"]
    page = deployment.pages["sceptical"]
    for method, path, body in (
        ("PATCH", "/api/pipelines/{}", {"name": "Mine"}),
        ("DELETE", "/api/pipelines/{}", None),
        ("POST", "/api/pipelines/{}/stages", {"name": "Mine"}),
        ("PATCH", f"/api/pipelines/{{}}/stages/{stage}", {"name": "Mine"}),
        ("DELETE", f"/api/pipelines/{{}}/stages/{stage}", None),
        ("PATCH", f"/api/facebook/pages/{page}", {"confidenceThreshold": 1}),
        ("GET", f"/api/facebook/pages/{page}/syncs", None),
    ):
        foreign = deployment.call(method, path.format(made["id"]), user=1, json=body)
        assert (foreign.status_code, foreign.json()["code"]) == (404, "NOT_FOUND")
    assert told(deployment, made["id"]) == made
    theirs = deployment.call("GET", "/api/pipelines", user=1).json()["pipelines"]
    assert [each["name"] for each in theirs] == ["Sales"]
    change(deployment, "DELETE", f"/api/pipelines/{made['id']}")


def test_a_pipeline_of_another_organisation_is_no_auto_pipeline_and_no_target(deployment: Deployment) -> None:
    (theirs, *_) = deployment.call("GET", "/api/pipelines", user=1).json()["pipelines"]
    path = f"/api/facebook/pages/{deployment.pages['sceptical']}"
    for pipeline_id in (theirs["id"], str(uuid.uuid4())):
        answer = deployment.call("PATCH", path, json={"autoPipelineId": pipeline_id})
        assert (answer.status_code, answer.json()["field"]) == (422, "autoPipelineId")
    made = create(deployment)
    target = {"moveContactsTo": theirs["stages"][0]["id"]}
    answer = deployment.call("DELETE", f"/api/pipelines/{made['id']}", params=target)
    assert (answer.status_code, answer.json()["field"]) == (422, "moveContactsTo")
    change(deployment, "DELETE", f"/api/pipelines/{made['id']}")


def test_the_organisations_language_reaches_the_analyst_and_its_spending_is_told(deployment: Deployment) -> None:
    before = deployment.get("/api/organisation")
    change(deployment, "PATCH", "/api/organisation", {"language": "pt-BR"})
    deployment.sync("sceptical", mode="full")
    after = change(deployment, "PATCH", "/api/organisation", {"language": "en", "dailyBudgetUsd": 1000})
    assert after["spentTodayUsd"] > before["spentTodayUsd"]
    assert after["inputTokensToday"] > before["inputTokensToday"]
    assert change(deployment, "PATCH", "/api/organisation", {"dailyBudgetUsd": None})["dailyBudgetUsd"] is None
