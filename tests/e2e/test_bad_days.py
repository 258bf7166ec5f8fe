"""Facebook and Google on a bad day."""

from local.evidence import execution_arn
from tests.e2e.conftest import Deployment


def test_a_token_that_dies_on_the_third_page_fails_the_job_and_keeps_its_counts(deployment: Deployment) -> None:
    deployment.control(
        deployment.graph,
        token={"pageId": deployment.meta_id("expiry"), "state": "expired", "afterListCalls": 2},
    )
    job = deployment.sync("expiry")

    assert (job["status"], job["outcome"], job["tokenExpired"]) == ("FAILED", "tokenExpired", True)
    assert job["listedContacts"] == job["totalContacts"] == 200
    assert job["syncedContacts"] + job["failedContacts"] == 200
    assert job["syncedContacts"] == len(deployment.contacts("expiry")) > 0
    assert job["errors"][0]["code"] == "TOKEN_EXPIRED"
    assert job["errors"][0]["message"].startswith("Reconnect required")
    page = deployment.page("expiry")
    assert (page["tokenExpired"], page["lastSyncedAt"], page["activeJob"]) == (True, None, None)
    execution = deployment.aws.client("stepfunctions").describe_execution(
        executionArn=execution_arn(deployment.stack.state_machine_arn, job["jobId"])
    )
    assert execution["status"] == "SUCCEEDED"


def test_passing_trouble_of_facebook_is_ridden_out(deployment: Deployment) -> None:
    kinds = ("http500_code2", "html_outage", "reset", "missing_100_33")
    faults = [{"match": "list", "kind": kind, "times": 1} for kind in kinds]
    deployment.control(deployment.graph, faults=faults)
    job = deployment.sync("faults", "full")
    assert job["status"] == "COMPLETED"
    assert job["listedContacts"] == job["totalContacts"] == 30


def test_too_large_a_page_is_asked_for_in_smaller_ones(deployment: Deployment) -> None:
    deployment.control(deployment.graph, reduceAbove=12)
    job = deployment.sync("faults", "full")
    assert (job["status"], job["totalContacts"]) == ("COMPLETED", 30)


def test_a_refusal_of_facebook_fails_the_job_and_says_what_to_do(deployment: Deployment) -> None:
    deployment.control(deployment.graph, faults=[{"match": "list", "kind": "permission_200", "times": None}])
    job = deployment.sync("faults")
    assert (job["status"], job["outcome"], job["tokenExpired"]) == ("FAILED", "failed", False)
    assert job["errors"][0]["code"] == "SOURCE_FORBIDDEN"
    assert "Reconnect the Page" in job["errors"][0]["message"]


def test_contacts_whose_analysis_fails_are_saved_without_it_and_analysed_next_time(deployment: Deployment) -> None:
    deployment.control(deployment.gemini, faults=[{"kind": "503", "times": 10_000}])
    job = deployment.sync("resync")
    assert (job["status"], job["failedContacts"]) == ("COMPLETED", job["totalContacts"] - job["syncedContacts"])
    before = deployment.contacts("resync")
    assert len(before) == job["syncedContacts"] > 0
    assert {(contact["aiContext"], contact["stageId"]) for contact in before} == {(None, None)}

    deployment.control(deployment.gemini, reset=True)
    again = deployment.sync("resync")
    after = deployment.contacts("resync")

    assert again["syncedContacts"] == job["syncedContacts"]
    assert [contact["id"] for contact in after] == [contact["id"] for contact in before]
    assert sum(contact["aiContext"] is not None for contact in after) > len(after) * 0.8
    created = deployment.rows(
        "SELECT count(*) FROM contact_activity WHERE kind = 'CONTACT_CREATED' AND contact_id IN "
        "(SELECT id FROM contact WHERE facebook_page_id = %s)",
        deployment.pages["resync"],
    )
    assert created == [(len(after),)]
