"""A whole sync through the deployed stack: what it finds, what it counts, what it leaves where."""

import json
from collections import Counter
from dataclasses import dataclass
from typing import Any

import pytest

from tests.e2e.conftest import Deployment

STEP_FUNCTIONS_PAYLOAD_BYTES = 256 * 1024
STEP_FUNCTIONS_HISTORY_EVENTS = 25_000
Json = dict[str, Any]


def events_inside_pages(pages: int, batches: int) -> int:
    """History events of AWS that the emulator does not write: those inside the Parallel and the Map.

    A batch: iteration started and succeeded, state entered and exited, task scheduled, started and succeeded.
    A page: Map entered, started, succeeded and exited; the choice's two; the next fetch's five.
    """
    return 7 * batches + 11 * pages


@dataclass
class Run:
    """A finished job, and when each list call began and each analysis ended on the way."""

    job: Json
    lists_began: list[float]
    analyses_ended: list[float]


@pytest.fixture(scope="module")
def run(deployment: Deployment) -> Run:
    job = deployment.sync("everybody")
    lists = deployment.log(deployment.graph)["requests"]
    analyses = deployment.log(deployment.gemini)["calls"]
    return Run(job, [each["started"] for each in lists], [each["end"] for each in analyses])


@pytest.fixture(scope="module")
def job(run: Run) -> Json:
    return run.job


@pytest.fixture(scope="module")
def contacts(deployment: Deployment, job: Json) -> list[Json]:
    return deployment.contacts("everybody")


def customers(conversations: list[Json], page_id: str) -> list[Json]:
    return [who for talk in conversations for who in talk["participants"] if who["id"] != page_id]


def test_everybody_who_can_be_found_is_synced_and_the_others_are_counted(deployment: Deployment, job: Json) -> None:
    people = customers(deployment.truth("everybody"), deployment.meta_id("everybody"))
    lost = sum(who["id"] is None for who in people)
    assert lost > 0
    assert (job["status"], job["outcome"]) == ("COMPLETED", "partial")
    assert job["listedContacts"] == job["totalContacts"] == len(people)
    assert (job["failedContacts"], job["syncedContacts"]) == (lost, len(people) - lost)
    assert job["listingComplete"]
    assert job["createdAt"] <= job["startedAt"] <= job["completedAt"]


def test_each_failure_names_its_conversation_and_reason(deployment: Deployment, job: Json) -> None:
    talks = deployment.truth("everybody")
    lost = {talk["id"] for talk in talks if any(who["id"] is None for who in talk["participants"])}
    assert len(job["errors"]) == 20
    assert {error["code"] for error in job["errors"]} == {"PARTICIPANT_WITHOUT_ID"}
    assert {error["conversationId"] for error in job["errors"]} <= lost


def test_the_contacts_are_exactly_the_people_who_wrote(deployment: Deployment, contacts: list[Json]) -> None:
    people = customers(deployment.truth("everybody"), deployment.meta_id("everybody"))
    expected = {who["id"]: who["name"] for who in people if who["id"]}
    assert {contact["messengerPSID"] for contact in contacts} == set(expected)
    for contact in contacts:
        name = expected[contact["messengerPSID"]]
        if name.replace(" ", "").isalpha():
            assert f"{contact['firstName']} {contact['lastName']}".strip() == name
    assert sum(name.replace(" ", "").isalpha() for name in expected.values()) > 200


def test_contacts_carry_summary_score_status_and_place(contacts: list[Json]) -> None:
    analysed = [contact for contact in contacts if contact["aiContext"]]
    assert len(analysed) > len(contacts) * 0.9
    assert all(0 <= contact["leadScore"] <= 100 and contact["leadStatus"] for contact in analysed)
    stages = Counter(contact["stageName"] for contact in analysed)
    assert len(stages) >= 3
    # Whoever wrote no more than a word or two is not placed.
    assert 0 < stages[None] < len(analysed) / 5
    assert not {"Won", "Lost"} & set(stages)


def test_contacts_come_latest_first_and_paged_they_are_the_same(
    deployment: Deployment, contacts: list[Json]
) -> None:
    times = [contact["lastInteraction"] for contact in contacts]
    assert times == sorted(times, reverse=True)
    assert deployment.contacts("everybody", limit=77) == contacts
    assert deployment.get("/api/contacts/count", facebookPageId=deployment.pages["everybody"]) == {
        "count": len(contacts)
    }


def test_each_contact_was_created_and_placed_or_suggested(deployment: Deployment, contacts: list[Json]) -> None:
    counted = deployment.rows(
        "SELECT kind, count(*), count(DISTINCT contact_id) FROM contact_activity a "
        "WHERE contact_id IN (SELECT id FROM contact WHERE facebook_page_id = %s) GROUP BY kind",
        deployment.pages["everybody"],
    )
    tally = {kind: (events, people) for kind, events, people in counted}
    placed = sum(contact["stageId"] is not None for contact in contacts)
    unsure = sum(contact["suggestedStageId"] is not None for contact in contacts)
    assert unsure > 0
    assert tally == {
        "CONTACT_CREATED": (len(contacts), len(contacts)),
        "STAGE_CHANGED": (placed, placed),
        "SUGGESTION": (unsure, unsure),
    }
    (note,) = deployment.rows("SELECT min(note) FROM contact_activity WHERE kind = 'STAGE_CHANGED'")
    assert note[0].startswith("AI auto-assigned to ")


def test_the_page_shows_the_sync(deployment: Deployment, job: Json, contacts: list[Json]) -> None:
    page = deployment.page("everybody")
    assert page["contactCount"] == len(contacts)
    assert page["lastSyncedAt"] == job["completedAt"]
    assert (page["activeJob"], page["tokenExpired"]) == (None, False)
    latest = deployment.get(f"/api/facebook/pages/{page['id']}/latest-sync")
    assert latest == {"job": job}


def test_the_counters_are_the_ledgers(deployment: Deployment, job: Json) -> None:
    items = deployment.items(f"JOB#{job['jobId']}")
    batches = [item for item in items if item["SK"]["S"].startswith("BATCH#")]
    outcomes = Counter(outcome["S"] for item in batches for outcome in item["outcomes"]["L"])
    assert outcomes == {"SYNCED": job["syncedContacts"], "FAILED": job["failedContacts"]}
    assert max(len(item["outcomes"]["L"]) for item in batches) <= 25
    assert all("expiresAt" in item for item in items)


def test_state_and_history_stay_far_below_the_limits_of_step_functions(deployment: Deployment, job: Json) -> None:
    history = deployment.history(job["jobId"])
    batches = [item for item in deployment.items(f"JOB#{job['jobId']}") if item["SK"]["S"].startswith("BATCH#")]
    sizes = [
        len(details[field].encode())
        for event in history
        for details in event.values()
        if isinstance(details, dict)
        for field in ("input", "output", "parameters")
        if isinstance(details.get(field), str)
    ]
    assert max(sizes) < STEP_FUNCTIONS_PAYLOAD_BYTES / 10
    assert len(history) + events_inside_pages(4, len(batches)) < STEP_FUNCTIONS_HISTORY_EVENTS / 10


def test_no_token_name_or_message_stands_in_the_history_or_the_ledger(deployment: Deployment, job: Json) -> None:
    talks = deployment.truth("everybody")
    written = json.dumps(deployment.history(job["jobId"]), default=str, ensure_ascii=False)
    written += json.dumps(deployment.items(f"JOB#{job['jobId']}"), ensure_ascii=False)
    names = {who["name"] for talk in talks for who in talk["participants"] if who["name"]}
    texts = {message["text"] for talk in talks for message in talk["messages"] if len(message["text"]) > 12}
    tokens = {page.access_token for page in deployment.graph.world.pages}
    assert len(names) > 100
    assert len(texts) > 100
    assert not [secret for secret in names | texts | tokens if secret in written]


def test_while_one_page_is_processed_the_next_is_fetched(run: Run) -> None:
    """One after the other, the second list call would begin after some ninety analyses, the third after 180.

    The fifth call looks at the head of the list once more.
    """
    assert len(run.lists_began) == 5
    done = [sum(ended < began for ended in run.analyses_ended) for began in run.lists_began]
    assert done[0] == 0
    assert done[1] < 50
    assert done[2] < 140
