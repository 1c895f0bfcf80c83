"""The reading of system calls: a reply to COMMIT without a forced write before it is found."""

import pytest

from tests.faults.kinds.settings import COMMITS, find_early_replies

FORCED = ["12 pwrite64(5, ...)", "12 fdatasync(5) = 0", '12 sendto(9, "C\\0\\0\\0\\vCOMMIT\\0Z\\0\\0\\0\\5I", 17) = 17']


def test_commits_that_are_forced_first_are_right():
    assert find_early_replies(FORCED * COMMITS) == []


@pytest.mark.parametrize(
    "calls", [FORCED[2:] * COMMITS, [*FORCED * COMMITS, FORCED[2]], [FORCED[2], *FORCED * COMMITS]]
)
def test_a_commit_told_before_it_is_forced_is_found(calls: list[str]):
    assert find_early_replies(calls)[0].startswith("I1 a COMMIT was answered before it was forced to disk")


def test_a_trace_that_saw_nothing_is_no_proof():
    assert find_early_replies([]) == [f"only 0 of {COMMITS} commits were seen"]
