"""The checker of answers, on histories made by hand: what is right is not reported, each broken promise is."""

import time
from datetime import UTC, datetime

import pytest

from tests.faults.checks.answers import find_unsettled, find_wrong_answers
from tests.faults.checks.rows import Stored
from tests.faults.load.history import Event, History, Kind, Sitting

NOW = datetime(2026, 11, 18, 5, 0, tzinfo=UTC).timestamp()


def sitting(*events: tuple[Kind, int, int, tuple[int, ...]]) -> Sitting:
    made = Sitting("a", "token", NOW + 60)
    for kind, item, seq, choice in events:
        made.note(kind, item, seq, choice)
    return made


def findings(one: Sitting, stored: dict[int, tuple[int, tuple[int, ...]]]) -> list[str]:
    there = Stored(answers={"a": stored})
    return find_wrong_answers(History([one]), there, started_ns=time.monotonic_ns(), started_at=NOW)


SENT_TWICE = ((Kind.INVOKE, 1, 1, (2,)), (Kind.OK, 1, 1, ()), (Kind.INVOKE, 1, 2, (3,)))


@pytest.mark.parametrize("stored", [{1: (1, (2,))}, {1: (2, (3,))}])
def test_what_nobody_was_told_of_may_or_may_not_be_there(stored):
    assert findings(sitting(*SENT_TWICE), stored) == []


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        ({}, "attempt a I1 item 1: called saved at seq 1, not stored"),
        ({1: (1, (4,))}, "attempt a I1 item 1: stored at seq 1 as (4,), sent as (2,)"),
        ({1: (7, (2,))}, "attempt a I2 item 1: stored at seq 7, which was never sent"),
        ({1: (1, (2,)), 2: (3, (1,))}, "attempt a I2 item 2: stored at seq 3, which was never sent"),
    ],
)
def test_each_broken_promise_is_reported(stored, expected):
    assert findings(sitting(*SENT_TWICE), stored) == [expected]


def test_a_lower_seq_than_was_called_saved_is_a_loss():
    told = sitting(*SENT_TWICE, (Kind.OK, 1, 2, ()))

    assert findings(told, {1: (1, (2,))}) == ["attempt a I1 item 1: called saved at seq 2, stored at seq 1"]


def test_a_resume_that_forgot_is_reported():
    told = sitting(*SENT_TWICE)
    told.compare_resume([])

    assert findings(told, {1: (2, (3,))}) == ["I9 attempt a item 1: saved at seq 1, resumed with None"]


@pytest.mark.parametrize(("before_s", "is_early"), [(10.0, True), (-2.5, False)])
def test_a_refusal_counts_as_early_until_deadline_and_grace(before_s: float, is_early: bool):
    told = sitting((Kind.INVOKE, 1, 1, (2,)))
    started_ns = time.monotonic_ns()
    at_ns = started_ns + int((60 - before_s) * 1e9)
    told.events.append(Event(Kind.FAIL, at_ns, 1, 1, (2,), "attempt_closed"))

    found = find_wrong_answers(History([told]), Stored(), started_ns=started_ns, started_at=NOW)

    assert found == (["I6 attempt a item 1 seq 1: refused 10.000 s before the end"] if is_early else [])


def test_an_answer_stored_after_the_grace_is_reported():
    late = "attempt a item 1: received later"

    found = find_wrong_answers(History(), Stored(late=[late]), started_ns=0, started_at=NOW)

    assert found == [f"I6 {late}"]


def test_once_settled_the_last_choice_must_be_there():
    told = sitting(*SENT_TWICE)

    assert find_unsettled(History([told]), Stored(answers={"a": {1: (2, (3,))}})) == []
    assert find_unsettled(History([told]), Stored(answers={"a": {1: (1, (2,))}})) == [
        "I1 attempt a item 1: last sent seq 2, stored (1, (2,))"
    ]
