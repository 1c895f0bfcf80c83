"""The checks are silent on a sound contest and go red, once, for each single thing that is broken."""

from datetime import timedelta

import pytest

from backend.rehearsal.checks.answers import find_lost_answers
from backend.rehearsal.checks.counts import count_true as recount
from backend.rehearsal.checks.counts import find_wrong_counts, totals
from backend.rehearsal.checks.results import find_scored_twice, find_wrong_scores
from backend.rehearsal.checks.standings import compare_board, find_wrong_lines, place
from backend.rehearsal.rows import PendingRow
from tests.rehearsal.scene import HANOI_WARD, NOON, OTHER_WARD, SCHOOL, Scene, make_scene


@pytest.fixture
def scene() -> Scene:
    return make_scene()


def _found(scene: Scene) -> tuple[int, int, int, int]:
    """How many findings there are: answers, scored twice, standings, counts."""
    snapshot = scene.snapshot
    uuids = {attempt.id: attempt.uuid for attempt in snapshot.attempts}
    stored = {uuids[attempt_id]: items for attempt_id, items in snapshot.answers.items()}
    return (
        len(find_lost_answers(scene.histories, stored)),
        len(find_scored_twice(snapshot.results, scene.histories)),
        len(find_wrong_scores(snapshot, scene.histories)) + len(find_wrong_lines(snapshot)),
        len(find_wrong_counts(snapshot)),
    )


def test_a_sound_contest_has_no_findings(scene: Scene) -> None:
    assert _found(scene) == (0, 0, 0, 0)


def test_lines_are_held_to_the_rule_by_which_attempts_count(scene: Scene) -> None:
    scene.snapshot.counts_rule = "first"

    assert [finding.partition(":")[0] for finding in find_wrong_lines(scene.snapshot)] == ["round 7 person 3"]


def test_a_deleted_answer_is_one_lost_answer(scene: Scene) -> None:
    del scene.snapshot.answers[2][2]  # it was wrong anyhow: the score does not tell

    assert _found(scene) == (1, 0, 0, 0)


def test_an_older_answer_than_the_acked_one_is_lost(scene: Scene) -> None:
    history = scene.histories[1]
    history.sent[2, 3] = (3,)
    history.note_ack(2, 3)

    assert _found(scene) == (1, 0, 0, 0)


def test_another_choice_than_the_one_sent_is_lost(scene: Scene) -> None:
    scene.snapshot.answers[2][2] = (2, (3,))

    assert _found(scene) == (1, 0, 0, 0)


def test_an_answer_nobody_sent_is_found(scene: Scene) -> None:
    scene.snapshot.answers[2][2] = (9, (4,))

    assert _found(scene) == (1, 0, 0, 0)


def test_an_answer_missing_when_the_citizen_came_back_is_found_though_it_is_stored_now(scene: Scene) -> None:
    scene.histories[0].compare_resume([{"item": 1, "seq": 1, "choice": [2]}])

    assert _found(scene) == (1, 0, 0, 0)


def test_an_unacked_answer_may_be_stored_or_not(scene: Scene) -> None:
    scene.histories[0].sent[2, 3] = (4,)
    scene.histories[1].sent[2, 3] = (3,)
    scene.snapshot.answers[2][2] = (3, (3,))

    assert _found(scene) == (0, 0, 0, 0)


def test_a_second_result_of_one_attempt_is_scored_twice(scene: Scene) -> None:
    scene.snapshot.results.append(scene.snapshot.results[1]._replace(id=999))

    assert _found(scene)[1] == 1


def test_a_second_receipt_is_scored_twice(scene: Scene) -> None:
    scene.histories[0].receipts.add("another")

    assert _found(scene) == (0, 1, 0, 0)


def test_a_score_that_the_answers_are_not_worth_is_a_mismatch(scene: Scene) -> None:
    scene.snapshot.answers[2][2] = (2, (2,))
    scene.histories[1].sent[2, 2] = (2,)

    assert _found(scene) == (0, 0, 1, 0)


def test_an_ended_attempt_without_a_result_is_a_mismatch(scene: Scene) -> None:
    del scene.snapshot.results[0]
    del scene.snapshot.standings[0]

    assert find_wrong_scores(scene.snapshot, scene.histories) == [
        f"attempt {scene.histories[0].uuid}: ended, not scored"
    ]


def test_an_altered_line_is_one_standings_mismatch(scene: Scene) -> None:
    scene.snapshot.standings[1] = scene.snapshot.standings[1]._replace(used_ms=1)

    assert _found(scene) == (0, 0, 1, 0)


def test_a_line_of_the_worse_attempt_is_one_standings_mismatch(scene: Scene) -> None:
    scene.snapshot.standings[2] = scene.snapshot.standings[2]._replace(attempt_id=3, correct_count=1)

    assert _found(scene) == (0, 0, 1, 0)


def test_a_missing_line_is_one_standings_mismatch(scene: Scene) -> None:
    scene.snapshot.standings.pop()

    assert _found(scene) == (0, 0, 1, 0)


@pytest.mark.parametrize("count", ["entries", "people", "all_correct"])
def test_an_altered_counter_is_one_counter_mismatch(scene: Scene, count: str) -> None:
    row = scene.snapshot.counts[0]
    scene.snapshot.counts[0] = row._replace(**{count: getattr(row, count) + 1})

    assert _found(scene) == (0, 0, 0, 1)


def test_what_waits_in_the_outbox_counts(scene: Scene) -> None:
    kept = [row for row in scene.snapshot.counts if row.hour == NOON]
    moved = [row for row in scene.snapshot.counts if row.hour != NOON]
    scene.snapshot.counts = kept
    scene.snapshot.pending = [
        PendingRow(7, 1, OTHER_WARD, None, None, NOON + timedelta(hours=1), 1, 0, 1, 0, 1),
    ]

    assert (len(moved), _found(scene)) == (8, (0, 0, 0, 0))


def test_people_count_once_and_entries_each_time(scene: Scene) -> None:
    true = recount(scene.snapshot)

    assert totals(true, round_id=7, key_version=1) == (4, 3, 2)
    assert totals(true, round_id=None, key_version=1) == (4, 3, 2)


def test_places_follow_the_rulebook_and_can_be_kept_to_a_unit(scene: Scene) -> None:
    board = place(scene.snapshot, round_id=7)
    ward = place(scene.snapshot, round_id=7, within=lambda result: result.territory_id == HANOI_WARD)
    school = place(scene.snapshot, round_id=7, within=lambda result: result.workplace_id == SCHOOL)

    assert [(placed.rank, placed.result.attempt_id) for placed in board] == [(1, 1), (2, 4), (3, 2)]
    assert [(placed.rank, placed.result.attempt_id) for placed in ward] == [(1, 1), (2, 2)]
    assert [(placed.rank, placed.result.attempt_id) for placed in school] == [(1, 1)]


def test_a_board_that_shows_a_line_too_few_or_another_is_found_place_by_place() -> None:
    assert compare_board("round", [1, 2, 3], [1, 3]) == [
        "round place 2: shows 3, should show 2",
        "round place 3: shows None, should show 3",
    ]
