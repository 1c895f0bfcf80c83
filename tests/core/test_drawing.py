"""Drawing is repeatable, fair to every option, and refuses what it cannot fill."""

from collections import Counter

import pytest

from backend.core.drawing import Candidate, Cell, PaperItem, Shortage, arrange, draw, overlaps, shortages

BLUEPRINT = (Cell("kinh-te", 1, 2), Cell("van-hoa", 2, 1))
CANDIDATES = [
    *(Candidate(number, "kinh-te", 1, 4) for number in range(1, 6)),
    *(Candidate(number, "van-hoa", 2, 4) for number in range(11, 14)),
    Candidate(21, "kinh-te", 3, 4),
]


def test_draw_is_the_same_for_a_seed_whatever_the_order_of_candidates():
    papers = {draw(seed=7, blueprint=BLUEPRINT, candidates=given) for given in (CANDIDATES, CANDIDATES[::-1])}

    assert papers == {(PaperItem(13, (3, 4, 2, 1)), PaperItem(4, (4, 3, 2, 1)), PaperItem(3, (3, 2, 4, 1)))}


def test_draw_fills_every_cell_without_repeating_a_question():
    for seed in range(200):
        paper = draw(seed=seed, blueprint=BLUEPRINT, candidates=CANDIDATES)

        ids = [item.version_id for item in paper]
        assert len(set(ids)) == 3
        assert sorted(1 <= i <= 5 for i in ids) == [False, True, True]
        assert all(sorted(item.order) == [1, 2, 3, 4] for item in paper)


def test_draw_puts_each_option_at_each_place_about_equally_often():
    places = Counter(
        (place, option)
        for seed in range(4000)
        for item in draw(seed=seed, blueprint=(Cell("kinh-te", 1, 1),), candidates=CANDIDATES)
        for place, option in enumerate(item.order)
    )

    # Chi-square over 16 cells of expectation 1,000; 30.6 is the 1 % point at 15 degrees of freedom, seeds are fixed.
    assert len(places) == 16
    assert sum((seen - 1000) ** 2 / 1000 for seen in places.values()) < 30.6


def test_shortages_name_the_cell_and_what_there_is():
    wanted = (Cell("kinh-te", 1, 6), Cell("van-hoa", 2, 3))

    assert shortages(wanted, CANDIDATES) == [Shortage(Cell("kinh-te", 1, 6), 5)]
    with pytest.raises(ValueError, match="has 5 candidates"):
        draw(seed=1, blueprint=wanted, candidates=CANDIDATES)


def test_a_fixed_set_keeps_the_order_of_its_questions_and_shuffles_options():
    papers = {arrange(seed=seed, candidates=CANDIDATES[:3]) for seed in range(50)}

    assert {tuple(item.version_id for item in paper) for paper in papers} == {(1, 2, 3)}
    assert len(papers) > 40
    assert arrange(seed=7, candidates=CANDIDATES) == arrange(seed=7, candidates=CANDIDATES)


def test_a_cell_without_difficulty_takes_any():
    paper = draw(seed=3, blueprint=(Cell("kinh-te", None, 6),), candidates=CANDIDATES)

    assert sorted(item.version_id for item in paper) == [1, 2, 3, 4, 5, 21]


def test_cells_that_could_draw_a_question_twice_are_named():
    one, same, wider, other = Cell("a", 1, 1), Cell("a", 1, 2), Cell("a", None, 1), Cell("b", 1, 1)

    assert overlaps((one, same, other, wider)) == [same, wider]
    assert overlaps((one, Cell("a", 2, 1), other)) == []
