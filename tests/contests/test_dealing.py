"""Rounds do not share questions where the bank is large enough: keys of one are public while the next runs."""

from itertools import chain, combinations

from backend.contests.services import deal
from backend.core.drawing import Candidate, Cell, shortages

BLUEPRINT = (Cell("kinh-te", 1, 1), Cell("van-hoa", 2, 2))


def _candidates(*, economy: int, culture: int) -> list[Candidate]:
    return [
        *(Candidate(number, "kinh-te", 1, 4) for number in range(1, economy + 1)),
        *(Candidate(100 + number, "van-hoa", 2, 4) for number in range(1, culture + 1)),
        Candidate(999, "kinh-te", 3, 4),
    ]


def test_every_round_can_be_filled_and_no_question_is_met_twice() -> None:
    candidates = _candidates(economy=6, culture=9)

    pools = deal(candidates, blueprint=BLUEPRINT, round_count=4)

    assert pools == [[1, 5, 101, 105, 109], [2, 6, 102, 106], [3, 103, 107], [4, 104, 108]]
    assert all(not set(one) & set(other) for one, other in combinations(pools, 2))
    for pool in pools:
        assert shortages(BLUEPRINT, [c for c in candidates if c.version_id in pool]) == []


def test_a_cell_with_too_few_candidates_is_shared_and_the_others_are_still_dealt() -> None:
    pools = deal(_candidates(economy=3, culture=8), blueprint=BLUEPRINT, round_count=4)

    assert [[number for number in pool if number < 100] for pool in pools] == [[1, 2, 3]] * 4
    assert sorted(chain.from_iterable(pools))[-8:] == list(range(101, 109))
