"""The mark in force of an essay: from one marker, from two, and where two are far apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core.rules.essays import MARK_STEP, Essay, Turn, mark_in_force, mark_problem, waits_for, worth_of

TEN = Essay(count=1, points=10, markers=2)  # 8400 at most, 2100 are a quarter
POINT = 840


@pytest.mark.parametrize(
    ("points", "waits", "worth"),
    [
        ([], Turn.FIRST, None),
        ([8 * POINT], Turn.SECOND, None),
        ([8 * POINT, 8 * POINT], None, 8 * POINT),
        ([8 * POINT, 8 * POINT + MARK_STEP], None, 8 * POINT + 105),
        ([5 * POINT, 7 * POINT + 2 * MARK_STEP], None, 6 * POINT + MARK_STEP),  # exactly a quarter apart
        ([5 * POINT, 7 * POINT + 3 * MARK_STEP], Turn.THIRD, None),
        ([0, 10 * POINT, 3 * POINT], None, 3 * POINT),
        ([4 * POINT, 4 * POINT, 3 * POINT], None, 3 * POINT),  # the two came to agree afterwards
    ],
)
def test_two_people_a_mean_and_a_third_who_decides(points: list[int], waits: Turn | None, worth: int | None) -> None:
    assert (waits_for(points, TEN), mark_in_force(points, TEN)) == (waits, worth)


@pytest.mark.parametrize(("points", "waits", "worth"), [([], Turn.FIRST, None), ([0], None, 0), ([630], None, 630)])
def test_one_person_is_enough_where_the_rules_say_so(points: list[int], waits: Turn | None, worth: int | None) -> None:
    one = Essay(count=1, points=10)

    assert (waits_for(points, one), mark_in_force(points, one)) == (waits, worth)


@pytest.mark.parametrize(
    ("points", "problem"),
    [
        (0, None),
        (8400, None),
        (210, None),
        (-210, "-210 is not from 0 to 8400"),
        (8610, "8610 is not from 0 to 8400"),
        (105, "105 is not a multiple of 210"),
    ],
)
def test_a_mark_is_a_number_of_quarters_up_to_the_most(points: int, problem: str | None) -> None:
    assert mark_problem(points, TEN) == problem


essays = st.builds(Essay, count=st.just(1), points=st.integers(1, 100), markers=st.integers(1, 2))


@st.composite
def marked(draw: st.DrawFn) -> tuple[Essay, list[int]]:
    essay = draw(essays)
    quarters = st.integers(0, essay.most // MARK_STEP)
    return essay, [quarter * MARK_STEP for quarter in draw(st.lists(quarters, max_size=3))]


@given(marked())
def test_a_mark_in_force_is_whole_between_those_given_and_there_once_nobody_is_waited_for(
    one: tuple[Essay, list[int]],
) -> None:
    essay, points = one
    worth = mark_in_force(points, essay)

    assert (worth is None) == (waits_for(points, essay) is not None)
    if worth is not None:
        assert min(points) <= worth <= max(points)
        assert worth % (MARK_STEP // 2) == 0
        assert isinstance(worth, int)


@given(marked())
def test_of_two_people_it_makes_no_difference_who_came_first(one: tuple[Essay, list[int]]) -> None:
    essay, points = one
    two = Essay(essay.count, essay.points, markers=2)
    turned = [*reversed(points[:2]), *points[2:]]

    assert mark_in_force(turned, two) == mark_in_force(points, two)
    assert waits_for(turned, two) == waits_for(points, two)


@given(marked(), st.integers(1, 100))
def test_more_marks_never_make_an_essay_wait_again_for_an_earlier_turn(
    one: tuple[Essay, list[int]], extra: int
) -> None:
    essay, points = one
    order = [Turn.FIRST, Turn.SECOND, Turn.THIRD, None]
    more = [*points, min(essay.most, extra * MARK_STEP)][:3]

    assert order.index(waits_for(more, essay)) >= order.index(waits_for(points, essay))


@pytest.mark.parametrize(
    ("points", "markers", "worth"), [((840,), 1, 840), ((840,), 2, 840), ((0, 8400), 2, 4200), ((0, 8400, 210), 2, 210)]
)
def test_where_nobody_is_waited_for_any_longer_the_marks_there_are_decide(
    points: tuple[int, ...], markers: int, worth: int
) -> None:
    assert worth_of(points, Essay(1, 10, markers)) == worth
