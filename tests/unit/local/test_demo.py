"""When a demonstration counts as right."""

from typing import Any

import pytest

from local.demo import what_is_wrong
from local.evidence import execution_arn


def job(**changed: Any) -> dict[str, Any]:
    return {
        "status": "COMPLETED",
        "listedContacts": 352,
        "syncedContacts": 347,
        "skippedContacts": 0,
        "failedContacts": 5,
        "totalContacts": 352,
        "errors": [],
    } | changed


def test_the_demo_world_has_347_good_and_5_bad_conversations() -> None:
    assert what_is_wrong(job(), demo_world=True) is None


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        (
            {"syncedContacts": 346, "failedContacts": 6},
            "syncedContacts is 346, not 347; failedContacts is 6, not 5",
        ),
        ({"totalContacts": 351}, "totalContacts is 351, not 352"),
    ],
)
def test_other_counts_are_wrong_there(changed: dict[str, int], complaint: str) -> None:
    assert what_is_wrong(job(**changed), demo_world=True) == complaint


def test_of_another_world_only_the_sums_are_known() -> None:
    other = {
        "listedContacts": 7,
        "syncedContacts": 4,
        "skippedContacts": 2,
        "failedContacts": 1,
        "totalContacts": 7,
    }

    assert what_is_wrong(job(**other), demo_world=False) is None
    one_unaccounted_for = job(**other | {"listedContacts": 8})
    assert what_is_wrong(one_unaccounted_for, demo_world=False) == "listedContacts is 8, not 7"


@pytest.mark.parametrize("demo_world", [True, False])
def test_a_sync_that_did_not_complete_is_wrong_and_says_why(demo_world: bool) -> None:
    failed = job(status="FAILED", errors=[{"code": "TOKEN_EXPIRED", "message": "Reconnect required."}])

    assert what_is_wrong(failed, demo_world=demo_world) == "it is FAILED (TOKEN_EXPIRED: Reconnect required.)"


def test_an_execution_bears_the_name_of_its_job() -> None:
    machine = "arn:aws:states:us-east-1:000000000000:stateMachine:sync"

    assert execution_arn(machine, "job-1") == "arn:aws:states:us-east-1:000000000000:execution:sync:job-1"
