"""Marking the crowd's words: the table against the product's reading, and what a wrong mark looks like."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from backend.core.scoring import POINTS_PER_ITEM
from backend.core.written import is_accepted, readings, refusal
from backend.rehearsal.checks.results import find_wrong_scores
from backend.rehearsal.rows import AttemptRow, ResultRow, Snapshot
from tests.faults.checks.marking import Words, find_wrong_points, mark
from tests.faults.load import words
from tests.faults.load.phone import FRAME_MAX

NOW = datetime(2026, 11, 18, 5, 0, tzinfo=UTC)
CHOSEN, WRITTEN, ESSAY = 11, 12, 13
BANK = Words({WRITTEN: (words.ACCEPTED,)}, frozenset({ESSAY}))
TEXTS = sorted({text for meant in words.MEANT.values() for text in meant} | set(words.WRONG))


@pytest.mark.parametrize("accepted", [(words.ACCEPTED,), (words.ACCEPTED_LATER,), tuple(words.MEANT)])
def test_the_table_and_the_product_read_alike(accepted: tuple[str, ...]):
    by_table = [text for text in TEXTS if words.is_right(text, accepted)]

    assert by_table == [text for text in TEXTS if is_accepted(text, readings(accepted))]


@pytest.mark.parametrize("kind", [words.SHORT_TEXT, words.ESSAY])
def test_the_server_takes_whatever_is_written(kind: str):
    rng = random.Random(1)

    assert [text for n in range(500) if refusal(text := words.write(kind, n, rng=rng), kind=kind) is not None] == []


def test_some_essays_fit_a_frame_of_the_socket_and_some_do_not():
    rng = random.Random(1)
    sizes = [len(words.write(words.ESSAY, n, rng=rng).encode()) for n in range(100)]

    assert 10 < sum(size > FRAME_MAX for size in sizes) < 50


def snapshot(text: str, *, correct_count: int, points: int | None) -> Snapshot:
    """One submitted paper of three places: the right option, a text, an essay."""
    paper = [[CHOSEN, [2, 1]], [WRITTEN, []], [ESSAY, []]]
    attempt = AttemptRow(
        1,
        "a",
        5,
        7,
        "submitted",
        NOW,
        NOW + timedelta(minutes=15),
        NOW + timedelta(seconds=9),
        7,
        paper,
        None,
        None,
        None,
    )
    result = ResultRow(
        1,
        1,
        0,
        5,
        7,
        correct_count,
        2,
        correct_count == 2,
        9_000,
        7,
        NOW + timedelta(seconds=9),
        None,
        None,
        None,
        points,
    )
    answers = {1: {1: (1, (2,)), 2: (2, text), 3: (3, "Bài luận")}}
    keys = {CHOSEN: frozenset({1}), WRITTEN: frozenset[int](), ESSAY: frozenset[int]()}
    return Snapshot(0, ("score",), [attempt], answers, [result], keys=keys)


def findings(shot: Snapshot, bank: Words = BANK) -> list[str]:
    mark(shot, bank)
    return find_wrong_scores(shot, []) + find_wrong_points(shot, bank)


@pytest.mark.parametrize(("text", "correct_count"), [("  hà   NỘI. ", 2), ("Ha Noi", 1), ("", 1)])
def test_a_right_score_is_not_reported(text: str, correct_count: int):
    shot = snapshot(text, correct_count=correct_count, points=correct_count * POINTS_PER_ITEM)

    assert findings(shot) == []


@pytest.mark.parametrize(
    ("text", "correct_count"), [("Hà Nội", 1), ("Ha Noi", 2), (words.MEANT[words.ACCEPTED_LATER][1], 2)]
)
def test_words_that_are_marked_wrongly_are_reported(text: str, correct_count: int):
    shot = snapshot(text, correct_count=correct_count, points=correct_count * POINTS_PER_ITEM)
    should = 3 - correct_count

    assert findings(shot) == [
        f"attempt a: scored {(correct_count, 2, correct_count == 2, 9_000)}, is worth {(should, 2, should == 2, 9_000)}"
    ]


def test_what_a_regrade_accepts_is_right_from_then_on():
    later = Words({WRITTEN: (words.ACCEPTED, words.ACCEPTED_LATER)}, frozenset({ESSAY}))

    assert findings(snapshot("thăng long,  1010!", correct_count=2, points=2 * POINTS_PER_ITEM), later) == []


@pytest.mark.parametrize("points", [None, 0, 2 * POINTS_PER_ITEM + 1])
def test_points_that_are_not_those_of_the_right_answers_are_reported(points: int | None):
    shot = snapshot("Hà Nội", correct_count=2, points=points)

    assert findings(shot) == [f"attempt 1: {points} points for 2 right answers"]
