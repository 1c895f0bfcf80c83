"""Points where an item can be worth a part of itself: stored, ranked by, taken over by a regrade."""

from datetime import timedelta
from typing import Any

import pytest

from backend.accounts.models import Person
from backend.attempts.models import Attempt
from backend.attempts.services import start_attempt, submit_attempt
from backend.contests.models import Contest, Round
from backend.core.scoring import POINTS_PER_ITEM as ITEM
from backend.questions.models import QuestionVersion
from backend.results.enums import ChangeKind
from backend.results.models import Result
from backend.results.queries import differences
from backend.results.services import ChangePlan
from backend.standings.models import Standing
from backend.standings.queries import board_of, list_lines
from tests.factories import NOON, make_contest, make_person, make_question, make_unit
from tests.results.sitting import answer, apply, assert_exact, compute, correct, propose

pytestmark = pytest.mark.django_db


@pytest.fixture
def contest() -> Contest:
    """Three questions with two, three and one right options; every paper holds them all."""
    return make_contest(
        pool_size=0,
        pool=[make_question(key=key) for key in ((1, 2), (1, 2, 3), (4,))],
        rules={
            "scoring": "proportional",
            "ranking": ("score", "earliest"),
            "attempts_per_round": None,
            "prediction": None,
        },
    )


@pytest.fixture
def pool(contest: Contest) -> list[QuestionVersion]:
    return [one.version for one in contest.rounds.get().pool.select_related("version").order_by("pk")]


def sit(one: Round, pool: list[QuestionVersion], person: Person, *choices: tuple[int, ...], minute: int = 0) -> Attempt:
    """Play an attempt with these canonical options of the questions of the pool."""
    at = NOON + timedelta(minutes=minute)
    attempt = start_attempt(person=person, round=one, now=at)[0]
    answer(attempt, choices={version.pk: choice for version, choice in zip(pool, choices, strict=True)})
    return submit_attempt(attempt=attempt, prediction=None, received_at=at + timedelta(seconds=30))


def worth(attempt: Attempt, key_version: int = 1) -> tuple[Any, ...]:
    result = Result.objects.get(attempt=attempt, key_version=key_version)
    return result.correct_count, result.points, result.is_all_correct


def test_a_share_for_each_right_option_less_one_for_each_wrong_is_stored_and_ranked_by(contest, pool):
    one, ward = contest.rounds.get(), make_unit()
    early, late, best = (make_person(territory=ward) for _ in range(3))

    one_right = sit(one, pool, early, (1, 3), (4,), (4,))
    much = sit(one, pool, late, (1,), (1, 2), (3,), minute=1)
    all_right = sit(one, pool, best, (1, 2), (1, 2, 3), (4,), minute=2)
    better = sit(one, pool, early, (2,), (1, 2, 3), (3,), minute=3)
    worse = sit(one, pool, early, (1,), (1, 2, 3), (3, 4), minute=4)

    assert worth(one_right) == (1, ITEM, False)
    assert worth(much) == (0, ITEM // 2 + 2 * ITEM // 3, False)
    assert worth(all_right) == (3, 3 * ITEM, True)
    # A single right option, and one wrong beside it.
    assert worth(worse) == (1, ITEM // 2 + ITEM, False)
    lines = list_lines(board_of(one, final=False), limit=9).lines
    assert [(line.person_id, line.correct_count, line.points) for line in lines] == [
        (best.pk, 3, 3 * ITEM),
        (early.pk, 1, ITEM // 2 + ITEM),
        (late.pk, 0, ITEM // 2 + 2 * ITEM // 3),
    ]
    assert Standing.objects.get(person=early).attempt_id == better.pk
    assert_exact()


def test_a_regrade_takes_the_points_over(contest, pool):
    one, ward = contest.rounds.get(), make_unit()
    wrong_before = sit(one, pool, make_person(territory=ward), (1, 4), (1, 2), (4,))
    right_before = sit(one, pool, make_person(territory=ward), (1, 2), (1, 2, 3), (4,), minute=1)
    untouched = sit(one, pool, make_person(territory=ward), (3,), (), (), minute=2)
    before = [worth(attempt) for attempt in (wrong_before, right_before, untouched)]

    apply(
        compute(
            propose(
                contest,
                correct(pool[0], 1, 4),
                ChangePlan(pool[1], ChangeKind.ACCEPT_SEVERAL, (frozenset({1, 2}), frozenset({1, 2, 3}))),
                ChangePlan(pool[2], ChangeKind.DROP_QUESTION),
            )
        )
    )

    assert before == [(1, 2 * ITEM // 3 + ITEM, False), (3, 3 * ITEM, True), (0, 0, False)]
    assert [worth(attempt) for attempt in (wrong_before, right_before, untouched)] == before
    assert [worth(attempt, 2) for attempt in (wrong_before, right_before, untouched)] == [
        (3, 3 * ITEM, True),
        (2, 2 * ITEM, False),
        (1, ITEM, False),
    ]
    assert_exact()


def test_wrong_points_are_a_difference(contest, pool):
    attempt = sit(contest.rounds.get(), pool, make_person(territory=make_unit()), (1,), (), ())
    Result.objects.update(points=841)

    assert list(differences()) == [f"{attempt}: points is 841, should be 420"]


def test_where_right_answers_tell_the_score_no_points_are_stored():
    one = make_contest().rounds.get()
    attempt = start_attempt(person=make_person(territory=make_unit()), round=one, now=NOON)[0]
    answer(attempt)

    submit_attempt(attempt=attempt, prediction=None, received_at=NOON)

    assert worth(attempt) == (3, None, True)
    assert Standing.objects.get().points is None
