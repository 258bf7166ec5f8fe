"""Random disasters over the deployed stack: the counts stay true, and a clean sync brings everything."""

import random
import time
from typing import Any

import psutil
import pytest

from tests.e2e.conftest import Deployment

Json = dict[str, Any]
GRAPH_FAULTS = ("http500_code2", "html_outage", "reset", "truncated", "code1_99", "throttle_80006")
GEMINI_FAULTS = ("503", "500", "429_retry_info", "malformed_json", "safety", "reset", "max_tokens")


def bad_day(deployment: Deployment, rng: random.Random) -> None:
    """Some faults, some of the time."""

    def some(kinds: tuple[str, ...]) -> list[Json]:
        return [
            {"kind": kind, "times": rng.randint(1, 3), "skip": rng.randint(0, 4)}
            for kind in rng.sample(kinds, rng.randint(0, 3))
        ]

    deployment.control(
        deployment.graph,
        faults=[{"match": "list", "regainMinutes": 0, **each} for each in some(GRAPH_FAULTS)],
        reduceAbove=rng.choice([None, 7, 30]),
        latencySeconds=rng.choice([0, 0.3]),
    )
    deployment.control(
        deployment.gemini,
        faults=[{"retryAfterSeconds": 3, **each} for each in some(GEMINI_FAULTS)],
        latencySeconds=rng.choice([0.05, 0.5]),
    )


def strike(deployment: Deployment, job_id: str, rng: random.Random) -> str:
    """One blow at a random moment."""
    blow = rng.choice(["none", "cancel", "stop", "kill process_batch", "kill fetch_page", "start again"])
    time.sleep(rng.uniform(0.2, 3))
    if blow == "cancel":
        deployment.call("POST", f"/api/facebook/sync-cancel/{job_id}")
    elif blow == "stop":
        deployment.stop_execution(job_id)
    elif blow.startswith("kill"):
        kill_lambdas(deployment, blow.removeprefix("kill ").replace("_", "-"), rng)
    elif blow == "start again":
        deployment.start("tortured")
    return blow


def kill_lambdas(deployment: Deployment, function: str, rng: random.Random) -> None:
    """End some of the processes in which a function runs, as AWS may end a container."""
    processes = [
        process
        for process in psutil.process_iter(["cmdline"])
        if any(deployment.is_lambda(part, function) for part in process.info["cmdline"] or ())
    ]
    for process in rng.sample(processes, min(len(processes), 2)):
        process.kill()


@pytest.mark.parametrize("seed", range(8))
def test_after_any_disaster_the_counts_are_true_and_a_clean_sync_brings_everything(
    deployment: Deployment, seed: int
) -> None:
    rng = random.Random(seed)
    bad_day(deployment, rng)
    job_id = deployment.start("tortured", "full")["jobId"]
    blow = strike(deployment, job_id, rng)
    job = deployment.follow(job_id)
    total = job["syncedContacts"] + job["skippedContacts"] + job["failedContacts"]
    assert job["listedContacts"] == job["totalContacts"] == total, (blow, job)
    items = deployment.items(f"JOB#{job_id}")
    outcomes = [each["S"] for item in items for each in item.get("outcomes", {"L": []})["L"]]
    assert outcomes.count("SYNCED") == job["syncedContacts"], (blow, job)

    for simulator in (deployment.graph, deployment.gemini):
        deployment.control(simulator, reset=True)
    deployment.forget_quota()
    clean = deployment.sync("tortured", "full")

    assert clean["status"] == "COMPLETED", (blow, clean)
    people = {who["id"]: who for talk in deployment.truth("tortured") for who in talk["participants"] if who["id"]}
    people.pop(deployment.meta_id("tortured"))
    contacts = deployment.contacts("tortured")
    assert sorted(contact["messengerPSID"] for contact in contacts) == sorted(people), blow
    created = deployment.rows(
        "SELECT count(*), count(DISTINCT contact_id) FROM contact_activity WHERE kind = 'CONTACT_CREATED' "
        "AND contact_id IN (SELECT id FROM contact WHERE facebook_page_id = %s)",
        deployment.pages["tortured"],
    )
    assert created == [(len(people), len(people))]
