"""Marks enter by a set of changes: beside corrected keys and voidings, through crashes, and out of it again."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.contests.models import Round
from backend.results import services
from backend.results.enums import ChangeKind, RegradeState
from backend.results.errors import RegradeRefused
from backend.results.essays import OwnEssays, find_own_essays
from backend.results.models import EssayMark, RegradeChange, Result
from backend.results.queries import differences
from backend.results.services import ChangePlan
from backend.results.services.computing import compute_batch
from backend.standings.queries import board_of, list_lines
from tests.factories import NOON, make_contest, make_person, make_unit
from tests.results.essays import LATER, POINT, begin, enter, essay_contest, give, marker, points_under, sit_essay, write
from tests.results.sitting import apply, assert_exact, compute, correct, pool_of, propose, sit
from tests.results.voiding import reinstate, void

pytestmark = pytest.mark.django_db


def board(contest):
    return list_lines(board_of(Round.objects.get(contest=contest), final=True), limit=9).lines


def finish(attempt, *, at=NOON):
    from backend.attempts.services import submit_attempt

    return submit_attempt(attempt=attempt, prediction=None, received_at=at + timedelta(seconds=90))


def test_marks_count_from_the_set_that_enters_them_and_not_before():
    contest = essay_contest()
    one, who = contest.rounds.get(), marker()
    first, best, empty = sit_essay(one, "a", wrong=1), sit_essay(one, "b", wrong=2), sit_essay(one, "  \n")
    give(first, who, 1.25)
    give(best, who, 10)
    assert points_under(contest, 1) == [2 * POINT, POINT, 3 * POINT]
    assert_exact()

    regrade = apply(compute(enter(contest)))

    assert points_under(contest, 1) == [2 * POINT, POINT, 3 * POINT]
    assert points_under(contest, 2) == [2 * POINT + 1050, 11 * POINT, 3 * POINT]
    assert list(EssayMark.objects.order_by("pk").values_list("points", "from_key_version")) == [(1050, 2), (8400, 2)]
    lines = board(contest)
    assert [line.person_id for line in lines] == [best.person_id, first.person_id, empty.person_id]
    assert list(regrade.changes.values_list("kind", "version")) == [("enter_marks", None)]
    assert_exact()


def test_wrong_essay_points_are_a_difference():
    contest = essay_contest()
    attempt = sit_essay(contest.rounds.get(), "a", wrong=3)
    give(attempt, marker(), 4)
    compute(enter(contest))
    Result.objects.filter(key_version=2).update(points=4 * POINT + 1)

    assert list(differences()) == [f"{attempt}: points is {4 * POINT + 1}, should be {4 * POINT}"]


def test_what_is_not_complete_stays_out_and_a_later_set_enters_it():
    contest = essay_contest(markers=2)
    one = contest.rounds.get()
    a, b, c = marker(), marker(), marker()
    half, apart, agreed = (sit_essay(one, text, wrong=3) for text in "abc")
    give(half, a, 8)
    for attempt, points in ((apart, (2, 9)), (agreed, (6, 6.25))):
        give(attempt, a, points[0])
        give(attempt, b, points[1])

    apply(compute(enter(contest)))
    assert points_under(contest, 2) == [0, 0, 6 * POINT + 105]

    give(half, c, 7)
    give(apart, c, 3)
    apply(compute(enter(contest)))

    assert points_under(contest, 3) == [7 * POINT + POINT // 2, 3 * POINT, 6 * POINT + 105]
    assert points_under(contest, 2) == [0, 0, 6 * POINT + 105]
    assert_exact()


def test_a_mark_after_the_set_was_proposed_waits_for_the_next_and_keeps_the_others_word():
    contest = essay_contest(markers=2)
    attempt = sit_essay(contest.rounds.get(), "a", wrong=3)
    a, b = marker(), marker()
    give(attempt, a, 6)
    give(attempt, b, 7)
    regrade = compute(enter(contest))

    give(attempt, a, 8)

    apply(regrade)
    assert points_under(contest, 2) == [6 * POINT + POINT // 2]
    apply(compute(enter(contest)))
    assert points_under(contest, 3) == [7 * POINT + POINT // 2]
    assert_exact()


def test_an_entered_mark_that_is_corrected_far_away_waits_for_a_third_person():
    contest = essay_contest(markers=2)
    attempt = sit_essay(contest.rounds.get(), "a", wrong=3)
    a, b, c = marker(), marker(), marker()
    give(attempt, a, 6)
    give(attempt, b, 7)
    apply(compute(enter(contest)))

    give(attempt, a, 0)
    with pytest.raises(RegradeRefused) as refusal:
        enter(contest)
    give(attempt, c, 2)
    apply(compute(enter(contest)))

    assert list(refusal.value.fields) == ["marks"]
    assert points_under(contest, 3) == [2 * POINT]
    assert_exact()


@pytest.mark.parametrize("state", [RegradeState.DRAFT, RegradeState.COMPUTING, RegradeState.COMPUTED])
def test_a_set_given_up_lets_its_marks_wait_again_and_the_latest_word_counts(state):
    contest = essay_contest()
    one, who = contest.rounds.get(), marker()
    changed, kept = sit_essay(one, "a", wrong=3), sit_essay(one, "b", wrong=3)
    give(changed, who, 4)
    give(kept, who, 5)
    regrade = enter(contest)
    if state != RegradeState.DRAFT:
        services.start_computing(regrade=regrade, actor=regrade.author, now=LATER)
        compute_batch(regrade_id=regrade.pk, now=LATER, limit=1)
    if state == RegradeState.COMPUTED:
        services.advance_regrades(budget_s=60, now=LATER)
    give(changed, who, 9)

    services.cancel_regrade(regrade=regrade, actor=regrade.author, now=LATER, reason="Chấm sót")
    assert_exact()
    services.advance_regrades(budget_s=60, now=LATER)

    rows = EssayMark.objects.order_by("pk").values_list("points", "from_key_version", "replaced_at")
    assert list(rows) == [(4 * POINT, None, LATER), (5 * POINT, None, None), (9 * POINT, None, None)]
    apply(compute(enter(contest)))
    assert points_under(contest, 3) == [9 * POINT, 5 * POINT]
    assert_exact()


def test_marks_and_corrected_keys_enter_with_one_set():
    contest = essay_contest()
    one = contest.rounds.get()
    wrong = next(version for version in pool_of(contest) if version.kind != "essay")
    attempts = [sit_essay(one, "a"), sit_essay(one, "b", wrong=3), sit_essay(one, None)]
    for attempt, points in zip(attempts, (3, 2.5), strict=False):
        give(attempt, marker(), points)

    other = next(option for option in (1, 2, 3, 4) if option not in wrong.key)
    apply(compute(enter(contest, correct(wrong, other))))

    assert points_under(contest, 2) == [5 * POINT, 2 * POINT + POINT // 2, 2 * POINT]
    assert_exact()


def test_several_essays_of_a_paper_add_up():
    contest = essay_contest(count=2)
    attempt = sit_essay(contest.rounds.get(), "a", "b", wrong=2)
    who = marker()
    give(attempt, who, 3)
    apply(compute(enter(contest)))
    give(attempt, who, 0.25, number=2)
    apply(compute(enter(contest)))

    assert [points_under(contest, number) for number in (1, 2, 3)] == [[POINT], [4 * POINT], [4 * POINT + 210]]
    assert_exact()


def test_what_ends_while_a_set_is_computed_is_right_under_every_version():
    contest = essay_contest(rounds=2)
    first, second = contest.rounds.order_by("number")
    people = [make_person(territory=make_unit()) for _ in range(3)]
    attempts = [sit_essay(first, "a", person=person, wrong=3) for person in people]
    for attempt, points in zip(attempts, (1, 2, 3), strict=True):
        give(attempt, marker(), points)
    regrade = enter(contest)
    services.start_computing(regrade=regrade, actor=regrade.author, now=LATER)
    compute_batch(regrade_id=regrade.pk, now=LATER, limit=1)
    week = NOON + timedelta(weeks=1)
    for person in (people[0], people[2]):
        sit_essay(second, "muộn", person=person, wrong=1, at=week)
        assert_exact()
    while compute_batch(regrade_id=regrade.pk, now=LATER, limit=1):
        assert_exact()
    open_one = begin(second, people[1], at=week)
    write(open_one, "sau cùng", wrong=2)
    finish(open_one, at=week)
    regrade.refresh_from_db()
    apply(regrade)

    assert points_under(contest, 2) == [POINT, 2 * POINT, 3 * POINT, 2 * POINT, 2 * POINT, POINT]
    assert_exact()


def test_a_crash_in_the_middle_is_resumed_with_the_same_points(monkeypatch):
    contest = essay_contest()
    one = contest.rounds.get()
    for points in (1, 2, 3, 4):
        give(sit_essay(one, "a", wrong=3), marker(), points)
    regrade = enter(contest)
    services.start_computing(regrade=regrade, actor=regrade.author, now=LATER)
    hits = {"count": 0}

    def crash(name: str) -> None:
        hits["count"] += 1
        if name == "mid_regrade" and hits["count"] == 2:
            raise RuntimeError("crash before the commit")

    monkeypatch.setattr(services.computing.failpoints, "hit", crash)
    assert compute_batch(regrade_id=regrade.pk, now=LATER, limit=2)
    with pytest.raises(RuntimeError):
        compute_batch(regrade_id=regrade.pk, now=LATER, limit=2)
    assert points_under(contest, 2) == [POINT, 2 * POINT]
    assert_exact()
    services.advance_regrades(budget_s=60, now=LATER)
    regrade.refresh_from_db()
    apply(regrade)

    assert points_under(contest, 2) == [POINT, 2 * POINT, 3 * POINT, 4 * POINT]
    assert_exact()


def test_voided_attempts_are_taken_over_with_their_points_and_can_come_back():
    contest = essay_contest()
    one, who = contest.rounds.get(), marker()
    cheat, other = sit_essay(one, "a", wrong=3), sit_essay(one, "b", wrong=3)
    give(cheat, who, 9)
    give(other, who, 1)
    voiding = void(cheat)

    apply(compute(enter(contest)))
    assert [line.person_id for line in board(contest)] == [other.person_id]
    assert_exact()
    reinstate(voiding)

    assert [line.points for line in board(contest)] == [9 * POINT, POINT]
    assert_exact()


def test_nothing_to_enter_is_refused_and_nothing_is_stored():
    contest = essay_contest()
    sit_essay(contest.rounds.get(), "a")
    without = make_contest()

    for one in (contest, without):
        with pytest.raises(RegradeRefused) as refusal:
            enter(one)
        assert list(refusal.value.fields) == ["marks"]
    assert not RegradeChange.objects.exists()


def test_an_essay_has_no_key_that_could_be_corrected_or_dropped():
    contest = essay_contest()
    essay = next(version for version in pool_of(contest) if version.kind == "essay")

    for plan in (correct(essay, 1), ChangePlan(essay, ChangeKind.DROP_QUESTION)):
        with pytest.raises(RegradeRefused) as refusal:
            propose(contest, plan)
        assert list(refusal.value.fields) == ["changes.0.question"]


def test_a_contest_without_essays_asks_nothing_of_them():
    contest = make_contest(question_count=3, pool_size=3)
    one, wrong = contest.rounds.get(), pool_of(contest)[0]

    with CaptureQueriesContext(
        connection,
    ) as asked:
        sit(one, make_person(territory=make_unit()), choices={wrong.pk: {4}})
        apply(compute(propose(contest, correct(wrong, 4))))
        assert_exact()

    assert [query["sql"] for query in asked if "results_essay" in query["sql"]] == []


def test_the_end_of_an_attempt_with_an_essay_asks_nothing_of_marks():
    contest = essay_contest()
    attempt = begin(contest.rounds.get())
    write(attempt, "a")

    with CaptureQueriesContext(connection) as asked:
        finish(attempt)

    assert [query["sql"] for query in asked if "essaymark" in query["sql"]] == []


def test_authors_see_whether_their_essays_have_entered():
    contest = essay_contest(count=2)
    both, nothing = sit_essay(contest.rounds.get(), "a", "b"), sit_essay(contest.rounds.get(), None, " ")
    give(both, marker(), 2.5)
    apply(compute(enter(contest)))
    give(both, marker(), 4, number=2)
    apply(compute(enter(contest)))
    most = 20 * POINT

    assert [find_own_essays(both, key_version=number) for number in (1, 2, 3)] == [
        OwnEssays(is_entered=False, points=None, most=most),
        OwnEssays(is_entered=False, points=2 * POINT + POINT // 2, most=most),
        OwnEssays(is_entered=True, points=6 * POINT + POINT // 2, most=most),
    ]
    assert find_own_essays(nothing, key_version=1) == OwnEssays(is_entered=True, points=0, most=most)
    plain = make_contest()
    assert find_own_essays(sit(plain.rounds.get(), make_person(territory=make_unit())), key_version=1) is None
