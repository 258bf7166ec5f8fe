"""The arithmetic and the states of a job."""

import pytest

from pagesync.domain.job import Counts, JobStatus


@pytest.mark.parametrize(
    ("status", "is_final"),
    [
        (JobStatus.PENDING, False),
        (JobStatus.IN_PROGRESS, False),
        (JobStatus.COMPLETED, True),
        (JobStatus.FAILED, True),
        (JobStatus.CANCELLED, True),
    ],
)
def test_a_job_is_final_once_nothing_more_can_happen_to_it(status: JobStatus, is_final: bool) -> None:
    assert status.is_final is is_final


@pytest.mark.parametrize(
    ("counts", "settled"),
    [
        (Counts(), 0),
        (Counts(listed=352), 0),
        (Counts(listed=352, synced=347, failed=5), 352),
        (Counts(listed=10, synced=4, skipped=3, failed=2), 9),
    ],
)
def test_settled_counts_what_became_of_participants_and_not_those_only_listed(counts: Counts, settled: int) -> None:
    assert counts.settled == settled
