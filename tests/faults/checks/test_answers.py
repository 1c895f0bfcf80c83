"""The checker of answers, on histories made by hand: what is right is not reported, each broken promise is."""

import json
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from backend.rehearsal.journal import Reply
from tests.faults.checks.answers import find_unsettled, find_wrong_answers
from tests.faults.checks.rows import Stored
from tests.faults.load.history import Event, History, Kind, Sitting

NOW = datetime(2026, 11, 18, 5, 0, tzinfo=UTC).timestamp()


def sitting(*events: tuple[Kind, int, int, Reply]) -> Sitting:
    made = Sitting("a", "token", NOW + 60)
    for kind, item, seq, reply in events:
        made.note(kind, item, seq, reply)
    return made


def findings(one: Sitting, stored: dict[int, tuple[int, Reply]]) -> list[str]:
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
    told.compare_resume([], held=told.held)

    assert findings(told, {1: (2, (3,))}) == ["I9 attempt a item 1: saved at seq 1, resumed without it"]


def test_what_was_called_saved_while_the_connection_was_asked_for_is_not_wanted_of_it():
    told = sitting(*SENT_TWICE)
    held = told.held
    told.note(Kind.OK, 1, 2)
    told.compare_resume([{"item": 1, "seq": 1, "choice": [2]}], held=held)

    assert told.missed_on_resume == []


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
        "I1 attempt a item 1: last sent seq 2, stored seq 1"
    ]


WRITTEN = ((Kind.INVOKE, 1, 1, "Hà Nội"), (Kind.OK, 1, 1, ""), (Kind.INVOKE, 1, 2, ""), (Kind.INVOKE, 1, 3, "Hà  nội"))


@pytest.mark.parametrize("stored", [(1, "Hà Nội"), (2, ""), (3, "Hà  nội")])
def test_of_words_that_nobody_was_told_of_any_may_be_there(stored: tuple[int, Reply]):
    assert findings(sitting(*WRITTEN), {1: stored}) == []


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        # Lost.
        ({}, "attempt a I1 item 1: called saved at seq 1, not stored"),
        # Never sent: another word, the same word under another seq, the same word to whoever marks it, a choice.
        (
            {1: (1, "Hà Giang")},
            "attempt a I1 item 1: stored at seq 1 as 'H\\xe0 Giang' (8 characters), "
            "sent as 'H\\xe0 N\\u1ed9i' (6 characters)",
        ),
        ({1: (4, "Hà Nội")}, "attempt a I2 item 1: stored at seq 4, which was never sent"),
        (
            {1: (3, "Hà nội")},
            "attempt a I1 item 1: stored at seq 3 as 'H\\xe0 n\\u1ed9i' (6 characters), "
            "sent as 'H\\xe0  n\\u1ed9i' (7 characters)",
        ),
        ({1: (2, ())}, "attempt a I1 item 1: stored at seq 2 as (), sent as '' (0 characters)"),
        ({1: (1, "Hà Nội"), 2: (3, "Hà  nội")}, "attempt a I2 item 2: stored at seq 3, which was never sent"),
    ],
)
def test_each_broken_promise_to_a_writer_is_reported(stored: dict[int, tuple[int, Reply]], expected: str):
    assert findings(sitting(*WRITTEN), stored) == [expected]


def test_an_older_text_over_a_newer_one_is_a_loss_and_not_settled():
    told = sitting(*WRITTEN, (Kind.OK, 1, 3, ""))
    there = {1: (1, "Hà Nội")}

    assert findings(told, there) == ["attempt a I1 item 1: called saved at seq 3, stored at seq 1"]
    assert find_unsettled(History([told]), Stored(answers={"a": dict(there)})) == [
        "I1 attempt a item 1: last sent seq 3, stored seq 1"
    ]
    assert find_unsettled(History([told]), Stored(answers={"a": {1: (3, "Hà  nội")}})) == []


def test_a_resume_with_words_that_were_never_sent_is_reported():
    told = sitting(*WRITTEN)
    told.compare_resume([{"item": 1, "seq": 3, "text": "Hà nội", "choice": []}], held=told.held)

    expected = "item 1: resumed with 'H\\xe0 n\\u1ed9i' (6 characters) at seq 3, which was never sent"
    assert told.missed_on_resume == [expected]


def test_a_history_writes_words_down_as_words(tmp_path: Path):
    History([sitting((Kind.INVOKE, 1, 1, "Hà\nNội"), (Kind.INVOKE, 2, 2, (3,)))]).write(tmp_path / "F0.jsonl")

    lines = [json.loads(line) for line in (tmp_path / "F0.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [{name: line[name] for name in line if name != "at_ns"} for line in lines] == [
        {"attempt": "a", "kind": "invoke", "item": 1, "seq": 1, "text": "Hà\nNội", "note": ""},
        {"attempt": "a", "kind": "invoke", "item": 2, "seq": 2, "choice": [3], "note": ""},
    ]
