"""A sync is cancellable, resumable and counts truly, whatever happens in the middle."""

import time
from typing import Any

import pytest

from tests.e2e.conftest import Deployment

Json = dict[str, Any]


def total(job: Json) -> int:
    return job["syncedContacts"] + job["skippedContacts"] + job["failedContacts"]


def cancel(deployment: Deployment, job_id: str) -> int:
    return deployment.call("POST", f"/api/facebook/sync-cancel/{job_id}").status_code


def test_a_cancelled_sync_stops_within_ten_seconds_and_keeps_what_it_did(deployment: Deployment) -> None:
    deployment.control(deployment.gemini, latencySeconds=2)
    job_id = deployment.start("cancelled")["jobId"]
    deployment.follow(job_id, until=lambda job: job["syncedContacts"] > 0)

    asked_at = time.monotonic()
    assert cancel(deployment, job_id) == 202
    job = deployment.follow(job_id)

    assert time.monotonic() - asked_at < 10
    assert (job["status"], job["outcome"], job["cancelRequested"]) == ("CANCELLED", "cancelled", True)
    assert job["listedContacts"] == job["totalContacts"] == total(job)
    assert 0 < job["syncedContacts"] == len(deployment.contacts("cancelled")) < job["totalContacts"]
    page = deployment.page("cancelled")
    assert (page["activeJob"], page["lastSyncedAt"]) == (None, None)
    assert cancel(deployment, job_id) == 409

    again = deployment.sync("cancelled")
    assert again["status"] == "COMPLETED"
    people = {who["id"] for talk in deployment.truth("cancelled") for who in talk["participants"] if who["id"]}
    found = [contact["messengerPSID"] for contact in deployment.contacts("cancelled")]
    assert sorted(found) == sorted(people - {deployment.meta_id("cancelled")})


def test_throttling_is_waited_out_and_told_and_a_waiting_sync_can_be_cancelled(deployment: Deployment) -> None:
    fault = {"match": "list", "kind": "throttle_80006", "times": 1, "regainMinutes": 1}
    deployment.control(deployment.graph, faults=[fault])
    job_id = deployment.start("throttled")["jobId"]
    waiting = deployment.follow(job_id, until=lambda job: job["waitingUntil"] is not None)
    assert (waiting["status"], waiting["step"]) == ("IN_PROGRESS", "WAITING")
    assert waiting["waitingUntil"] > waiting["createdAt"]

    assert cancel(deployment, job_id) == 202
    assert deployment.get(f"/api/facebook/sync-status/{job_id}")["status"] == "CANCELLED"
    assert deployment.sync("throttled")["status"] == "COMPLETED"


def test_near_a_limit_the_sync_slows_down_and_still_completes(deployment: Deployment) -> None:
    deployment.control(deployment.graph, usage={"callCount": 96, "regainMinutes": 0}, reduceAbove=10)
    job_id = deployment.start("slowed")["jobId"]
    seen = deployment.follow(job_id, until=lambda job: job["waitingUntil"] is not None)
    assert seen["waitingUntil"] is not None
    deployment.control(deployment.graph, reset=True)
    job = deployment.follow(job_id)
    assert (job["status"], job["listedContacts"]) == ("COMPLETED", 30)


def test_a_stopped_execution_ends_its_job_with_true_counts_within_a_minute(deployment: Deployment) -> None:
    deployment.control(deployment.gemini, latencySeconds=1)
    job_id = deployment.start("stopped")["jobId"]
    deployment.follow(job_id, until=lambda job: job["syncedContacts"] > 0)
    deployment.stop_execution(job_id)
    stopped_at = time.monotonic()
    job = deployment.follow(job_id)
    assert time.monotonic() - stopped_at < 60
    assert (job["status"], job["outcome"]) == ("FAILED", "failed")
    assert job["listedContacts"] == job["totalContacts"] == total(job)
    assert deployment.page("stopped")["activeJob"] is None
    assert deployment.sync("stopped")["status"] == "COMPLETED"


def test_a_second_sync_reads_what_is_new_and_skips_what_is_unchanged(deployment: Deployment) -> None:
    first = deployment.sync("incremental")
    analysed = deployment.log(deployment.gemini)["count"]
    before = {contact["id"]: contact for contact in deployment.contacts("incremental")}
    deployment.control(deployment.gemini, reset=True)
    lost = first["failedContacts"]
    people = [talk for talk in deployment.truth("incremental") if all(who["id"] for who in talk["participants"])]
    chosen = [people[150]["id"], people[200]["id"]]
    touch = {
        "pageId": deployment.meta_id("incremental"),
        "conversationIds": chosen,
        "text": "I want to order 20 bags",
    }
    deployment.control(deployment.graph, clearLog=True, touch=touch)

    second = deployment.sync("incremental")

    assert (second["status"], second["syncedContacts"], second["failedContacts"]) == ("COMPLETED", 2, lost)
    assert deployment.log(deployment.gemini)["count"] == 2 < analysed
    lists = [each for each in deployment.log(deployment.graph)["requests"] if each["kind"] == "list"]
    assert len(lists) == 1
    after = {contact["id"]: contact for contact in deployment.contacts("incremental")}
    assert set(after) == set(before)
    assert sum(after[each] != before[each] for each in after) == 2
    third = deployment.sync("incremental", "full")
    assert (third["listedContacts"], third["syncedContacts"]) == (first["listedContacts"], 0)


def test_what_failed_can_be_retried_alone(deployment: Deployment) -> None:
    first = deployment.sync("retried")
    assert first["failedContacts"] > 0
    answer = deployment.call("POST", f"/api/facebook/sync-jobs/{first['jobId']}/retry-failed")
    assert answer.status_code == 202
    retry = deployment.follow(answer.json()["jobId"])
    assert retry["retryOf"] == first["jobId"]
    assert (retry["status"], retry["listedContacts"]) == ("COMPLETED", first["failedContacts"])
    assert {error["conversationId"] for error in retry["errors"]} == {
        error["conversationId"] for error in first["errors"]
    }


def test_instagram_is_synced_beside_messenger_and_people_stay_two_identities(deployment: Deployment) -> None:
    job = deployment.sync("instagram")
    assert job["status"] == "COMPLETED"
    contacts = deployment.contacts("instagram")
    by_channel = [(contact["hasMessenger"], contact["hasInstagram"]) for contact in contacts]
    assert by_channel.count((False, True)) > 20
    assert by_channel.count((True, False)) > 20
    assert all(contact["firstName"] for contact in contacts)


def test_a_gate_on_instagram_leaves_the_messenger_result_valid(deployment: Deployment) -> None:
    fault = {"match": "list", "kind": "permission_200", "platform": "instagram", "times": None}
    deployment.control(deployment.graph, faults=[fault])
    job = deployment.sync("instagram", "full")
    assert (job["status"], job["outcome"]) == ("COMPLETED", "partial")
    assert "SOURCE_FORBIDDEN" in {error["code"] for error in job["errors"]}


def test_a_long_walk_goes_on_in_successor_executions_of_the_same_job(deployment: Deployment) -> None:
    deployment.control(deployment.graph, reduceAbove=4)
    job = deployment.sync("long")
    assert (job["status"], job["listedContacts"]) == ("COMPLETED", 260)
    executions = deployment.aws.client("stepfunctions").list_executions(
        stateMachineArn=deployment.stack.state_machine_arn, maxResults=1000
    )["executions"]
    names = sorted(each["name"] for each in executions if each["name"].startswith(job["jobId"]))
    assert len(names) >= 3
    (item,) = [each for each in deployment.items(f"JOB#{job['jobId']}") if each["SK"]["S"] == "JOB"]
    assert sorted(arn.rsplit(":", 1)[1] for arn in item["executionArns"]["SS"]) == names


@pytest.mark.parametrize("kind", ["429_retry_info", "429_per_day"])
def test_a_quota_of_gemini_loses_no_contact(deployment: Deployment, kind: str) -> None:
    page = f"quota {kind}"
    deployment.control(deployment.gemini, faults=[{"kind": kind, "times": 4, "retryAfterSeconds": 3}])
    job = deployment.sync(page)
    assert (job["status"], job["syncedContacts"]) == ("COMPLETED", len(deployment.contacts(page)))
    if kind == "429_per_day":
        assert job["unanalysedContacts"] > 0
        deployment.forget_quota()
        deployment.control(deployment.gemini, reset=True)
        assert deployment.sync(page)["unanalysedContacts"] == 0
    else:
        assert job["unanalysedContacts"] == 0
