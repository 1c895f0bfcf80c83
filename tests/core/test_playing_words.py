"""Written answers and essays in a played contest: by reading, and beside what keys count."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core.rulebook import Rulebook
from backend.core.rules.essays import MARK_STEP, Essay
from backend.core.rules.plans import Period, Plan
from backend.core.rules.playing import Player, Sitting, play
from backend.core.rules.sampling import sample_paper, sample_sittings
from backend.core.scoring import POINTS_PER_ITEM, KeyedItem, Score, WrittenItem, as_options, score
from backend.core.written import SHORT_TEXT_MAX, is_accepted, reading, readings

HANOI = timezone(timedelta(hours=7))
OPENS = datetime(2026, 11, 2, 1, tzinfo=UTC)
PAPER = (
    KeyedItem(1, (2, 1), frozenset({1})),
    WrittenItem(2, ("năm 2030", "2030")),
    KeyedItem(3, (1, 2), frozenset({2})),
)
WORDS = st.text(max_size=40)
# What may stand around an answer, or between its words, without changing what it says.
# Soft hyphen, zero-width space and joiners, mark of direction, word joiner, byte order mark.
INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u2060\ufeff"
# Letters, loose tones and spaces with what nobody sees between them, as often as by turns.
TANGLED = st.text(alphabet="oaeyuhĐðÐİΣ \u0300\u0301\u0302\u0323 \u0085.,'(" + INVISIBLE, max_size=40)
AROUND = st.text(alphabet=" .,;:!?\"'“”‘’()\n\t", max_size=6)


def _plan(**rules: Any) -> Plan:
    wanted = {"question_count": 3, "prediction": None, "ranking": ("score", "earliest"), "duration_s": None}
    return Plan("Hội thi", Rulebook(**{**wanted, **rules}), (Period(1, OPENS, OPENS + timedelta(days=6)),))


def _sitting(name: str, answers: dict[int, Any], essay_points: int = 0) -> Sitting:
    return Sitting(Player(name), OPENS, OPENS + timedelta(minutes=5), answers, None, essay_points)


@given(WORDS | TANGLED)
def test_what_has_been_read_reads_the_same_again(text: str) -> None:
    assert reading(reading(text)) == reading(text)


@given(TANGLED)
def test_what_is_invisible_changes_no_reading(text: str) -> None:
    bare = "".join(char for char in text if char not in INVISIBLE)

    assert reading(text) == reading(bare)
    assert is_accepted(text, readings(["2030", bare])) == (reading(bare) != "")


@given(
    words=st.lists(st.text(alphabet="ăâđêôơưnhaoyeu0123456789-%", min_size=1, max_size=8), min_size=1, max_size=4),
    before=AROUND,
    after=AROUND,
    gap=st.sampled_from([" ", "   ", "\n", "\t ", "\u00a0"]),
    turn=st.sampled_from([str.upper, str.lower, str.title, str]),
)
def test_spaces_signs_around_and_case_change_no_verdict(
    words: list[str], before: str, after: str, gap: str, turn: Any
) -> None:
    right = " ".join(words)
    items = [WrittenItem(1, (right,))]

    def worth(text: str) -> Score:
        return score(*as_options(items, {1: text}))

    assert worth(f"{before}{turn(gap.join(words))}{after}") == worth(right) == Score(1, 1)


@given(WORDS, st.lists(WORDS, max_size=4))
def test_a_text_is_right_exactly_where_it_reads_like_a_right_one(text: str, accepted: list[str]) -> None:
    is_right = reading(text) != "" and reading(text) in {reading(one) for one in accepted}

    assert is_accepted(text, readings(accepted)) == is_right
    assert score(*as_options([WrittenItem(7, tuple(accepted))], {7: text})).correct_count == int(is_right)


def test_what_reads_like_nothing_or_is_too_long_is_never_right() -> None:
    assert [is_accepted(text, readings(["...", "2030"])) for text in ("", "...", None, "!", "2030")] == [
        False, False, False, False, True,
    ]  # fmt: skip
    assert not is_accepted("2030" + " " * SHORT_TEXT_MAX, readings(["2030"]))


def test_words_count_like_options_and_what_does_not_fit_is_no_answer() -> None:
    played = play(
        _plan(kinds=("single", "short_text")),
        [
            _sitting("An", {1: [2], 2: " NĂM  2030. ", 3: [2]}),
            _sitting("Bình", {1: "1", 2: [1], 3: [2]}),
            _sitting("Chi", {2: "2031"}),
        ],
        paper=PAPER,
        zone=HANOI,
    ).rounds[1]

    assert {name: (one.correct_count, one.points) for name, one in played.counted.items()} == {
        "An": (3, 3 * POINTS_PER_ITEM), "Bình": (1, POINTS_PER_ITEM), "Chi": (0, 0),
    }  # fmt: skip
    assert played.all_correct == 1


def test_essays_move_the_ranking_and_never_who_has_everything_right() -> None:
    played = play(
        _plan(kinds=("single", "short_text"), essay=Essay(1, 10)),
        [
            _sitting("An", {1: [2], 2: "2030", 3: [2]}),
            _sitting("Bình", {1: [2]}, essay_points=9 * POINTS_PER_ITEM + MARK_STEP),
        ],
        paper=PAPER,
        zone=HANOI,
    ).rounds[1]

    names = {entry.entry_id: name for name, entry in played.counted.items()}
    assert [(names[one.entry_id], one.rank) for one in played.placings] == [("Bình", 1), ("An", 2)]
    assert (played.counted["Bình"].points, played.counted["Bình"].correct_count) == (8610, 1)
    assert played.all_correct == 1


@pytest.mark.parametrize(("essay", "points"), [(None, 1), (Essay(2, 1), 2 * POINTS_PER_ITEM + 1), (Essay(1, 1), -1)])
def test_more_than_essays_may_bring_is_refused(essay: Essay | None, points: int) -> None:
    with pytest.raises(ValueError, match=f"essays brought {points}"):
        play(_plan(essay=essay), [_sitting("An", {}, points)], paper=PAPER, zone=HANOI)


def test_a_sample_answers_in_words_and_marks_essays_by_the_rules() -> None:
    plan = _plan(question_count=10, kinds=("single", "short_text"), essay=Essay(2, 3))
    paper = sample_paper(plan.rulebook)
    sittings = sample_sittings(plan, count=300, paper=paper, seed=3)

    played = play(plan, sittings, paper=paper, zone=HANOI).rounds[1]

    assert [one.item for one in paper if isinstance(one, WrittenItem)] == [5, 10]
    answers = {isinstance(answer, str) for one in sittings for answer in (one.answers[5], one.answers[1])}
    assert answers == {True, False}
    marks = {one.essay_points for one in sittings}
    assert all(mark % MARK_STEP == 0 for mark in marks)
    assert min(marks) >= 0
    assert 2 * 2 * POINTS_PER_ITEM < max(marks) <= 2 * 3 * POINTS_PER_ITEM
    assert any(one.score > 10 * POINTS_PER_ITEM for one in played.entries.values())
    assert any(one.correct_count == 10 for one in played.entries.values())
    assert sample_paper(_plan(kinds=("short_text",)).rulebook) == tuple(
        WrittenItem(item, (f"Câu {item}",)) for item in (1, 2, 3)
    )
