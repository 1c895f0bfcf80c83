"""An author is erased while the marking is under way: the text is gone, the marks there are decide."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from backend.accounts.models import Person
from backend.accounts.services import erase_person
from backend.attempts.models import Attempt
from backend.contests.models import Contest
from backend.core.errors import UserError
from backend.core.rules.essays import Essay
from backend.results import services
from backend.results.errors import EssayNotMarkable
from backend.results.models import EssayMark, EssaySheet
from backend.results.sheets import EssayCounts, count_essays
from tests.results.essays import LATER, POINT, enter, essay_contest, give, marker, points_under, sheet_of, sit_essay
from tests.results.sitting import apply, assert_exact, compute
from tests.standings.test_regrade_at_once import in_thread, until_done


def counts(contest: Contest, markers: int = 2) -> EssayCounts:
    return count_essays(contest, Essay(1, 10, markers), now=LATER)[contest.rounds.get().pk]


def handed(contest: Contest, who: Person) -> tuple[EssaySheet | None, bool]:
    rounds = [contest.rounds.get().pk]
    return services.hand_out(contest=contest, marker=who, rounds=rounds, best_first=False, now=LATER)


@pytest.mark.django_db
def test_erased_essays_stay_counted_and_the_marks_there_are_enter():
    contest = essay_contest(markers=2)
    one, people = contest.rounds.get(), [marker() for _ in range(3)]
    half, apart, whole, unread, staying = (sit_essay(one, text, wrong=3) for text in ("a", "b", "c", "d", "e"))
    for attempt, points in ((half, (8,)), (apart, (2, 9)), (whole, (6, 7)), (staying, (5,))):
        for who, given in zip(people, points, strict=False):
            give(attempt, who, given)
    before = counts(contest)

    for attempt in (half, apart, whole, unread):
        erase_person(person_id=attempt.person_id, at=LATER)

    assert before == EssayCounts(essays=5, empty=0, unmarked=1, second=2, third=1, marked=1, entering=1)
    # Without text and without marks it is worth nothing, like one that was left empty.
    assert counts(contest) == EssayCounts(essays=5, empty=1, unmarked=0, second=1, third=0, marked=3, entering=3)
    sheet, is_held = handed(contest, people[1])
    assert sheet is not None
    assert (sheet.attempt_id, is_held) == (staying.pk, False)
    assert handed(contest, people[0]) == (None, False)
    for attempt in (half, apart, unread):
        with pytest.raises(EssayNotMarkable):
            give(attempt, people[2], 3)

    apply(compute(enter(contest)))

    assert points_under(contest, 2) == [8 * POINT, 5 * POINT + POINT // 2, 6 * POINT + POINT // 2, 0, 0]
    assert counts(contest).entering == 0
    assert_exact()


@pytest.mark.django_db
def test_an_applied_set_says_the_same_after_an_erasure():
    contest = essay_contest(markers=2)
    one, people = contest.rounds.get(), [marker() for _ in range(2)]
    marked, half, unread = (sit_essay(one, text, wrong=3) for text in "abc")
    for who, points in zip(people, (5, 6), strict=True):
        give(marked, who, points)
    give(half, people[0], 4)
    regrade = apply(compute(enter(contest)))

    for attempt in (marked, half, unread):
        erase_person(person_id=attempt.person_id, at=LATER)

    regrade.refresh_from_db()
    assert (regrade.essays_written, regrade.essays_marked) == (3, 1)
    assert points_under(contest, 2) == [5 * POINT + POINT // 2, 0, 0]
    assert_exact()


@pytest.mark.django_db
def test_remarks_go_with_their_author_and_marks_stay():
    contest = essay_contest(markers=2)
    one, people = contest.rounds.get(), [marker() for _ in range(2)]
    mine, theirs = sit_essay(one, "a"), sit_essay(one, "b")
    give(mine, people[0], 1, remark="thay bằng điểm sau")
    for attempt in (mine, theirs):
        give(attempt, people[0], 2, remark="đã vào bộ")
        give(attempt, people[1], 2, remark="đã vào bộ")
    enter(contest)
    give(mine, people[1], 3, remark="chờ bộ sau")

    erase_person(person_id=mine.person_id, at=LATER)

    rows = EssayMark.objects.order_by("pk").values_list("attempt", "points", "remark", "from_key_version")
    assert list(rows) == [
        (mine.pk, POINT, "", None),
        (mine.pk, 2 * POINT, "", 2),
        (mine.pk, 2 * POINT, "", 2),
        (theirs.pk, 2 * POINT, "đã vào bộ", 2),
        (theirs.pk, 2 * POINT, "đã vào bộ", 2),
        (mine.pk, 3 * POINT, "", None),
    ]


@pytest.mark.django_db(transaction=True)
def test_beside_an_erasure_no_remark_is_left_behind():
    contest = essay_contest(markers=2)
    attempts = [sit_essay(contest.rounds.get(), f"bài {number}") for number in range(6)]
    people = [marker() for _ in range(2)]
    for attempt in attempts:
        sheet_of(attempt)

    def mark(attempt: Attempt) -> None:
        for who in people:
            try:
                until_done(lambda who=who: give(attempt, who, 5, remark="Canary"))
            except UserError:
                return

    def erase(attempt: Attempt) -> None:
        until_done(lambda: erase_person(person_id=attempt.person_id, at=LATER))

    with ThreadPoolExecutor(4) as pool:
        works = [(lambda attempt=attempt, act=act: act(attempt)) for attempt in attempts for act in (mark, erase)]
        for done in [pool.submit(in_thread, work) for work in works]:
            done.result()

    assert not EssayMark.objects.exclude(remark="").exists()
