"""People mark, change their marks, and sets are proposed and given up, all at once: no mark is lost or doubled."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from typing import Any

import pytest
from django.db import connection

from backend.core.rules.essays import MARK_STEP, Essay, waits_for
from backend.results import services
from backend.results.errors import EssayMarked, RegradeActive, RegradeRefused
from backend.results.essays import STANDING, standing_values
from backend.results.models import EssayMark, EssaySheet
from backend.results.services import handing
from tests.factories import make_person
from tests.results.essays import LATER, enter, essay_contest, give, marker, points_under, sit_essay
from tests.results.sitting import apply, assert_exact, compute
from tests.standings.test_regrade_at_once import in_thread, until_done


@pytest.mark.django_db(transaction=True)
def test_marks_given_beside_sets_proposed_and_given_up_stay_whole():
    contest = essay_contest(markers=2)
    attempts = [sit_essay(contest.rounds.get(), f"bài {number}", wrong=3) for number in range(4)]
    people, author = [marker() for _ in range(4)], make_person()

    def mark(number: int) -> None:
        for turn, attempt in product(range(4), attempts):
            points = (number * 3 + turn) % 11
            try:
                until_done(lambda attempt=attempt, points=points: give(attempt, people[number], points))
            except EssayMarked:
                continue

    def decide() -> None:
        for _ in range(6):
            try:
                regrade = until_done(lambda: enter(contest, author=author))
            except (RegradeRefused, RegradeActive):
                continue
            until_done(lambda regrade=regrade: services.cancel_regrade(regrade=regrade, actor=author, now=LATER))

    with ThreadPoolExecutor(max_workers=5) as pool:
        works: list[Any] = [*(lambda number=number: mark(number) for number in range(4)), decide]
        for done in [pool.submit(in_thread, work) for work in works]:
            done.result()

    rows = list(EssayMark.objects.filter(replaced_at=None).values_list("attempt", "turn", "marker", "from_key_version"))
    # Nothing was applied: each person's last word stands once, and waits.
    assert Counter((attempt, turn) for attempt, turn, _, _ in rows).most_common(1)[0][1] == 1
    assert Counter((attempt, who) for attempt, _, who, _ in rows).most_common(1)[0][1] == 1
    assert {version for *_, version in rows} == {None}
    assert all(sum(1 for attempt, *_ in rows if attempt == one.pk) in {2, 3} for one in attempts)
    services.advance_regrades(budget_s=60, now=LATER)
    regrade = apply(compute(enter(contest, author=author)))
    assert all(points is not None for points in points_under(contest, regrade.target_key_version))
    assert_exact()


@pytest.mark.django_db(transaction=True)
def test_of_many_who_mark_one_essay_at_once_as_many_count_as_the_rules_want():
    attempt = sit_essay(essay_contest().rounds.get(), "a")
    people = [marker() for _ in range(5)]

    def mark(number: int) -> bool:
        try:
            until_done(lambda: give(attempt, people[number], number))
        except EssayMarked:
            return False
        return True

    with ThreadPoolExecutor(max_workers=5) as pool:
        given = [pool.submit(in_thread, lambda number=number: mark(number)) for number in range(5)]
        outcomes = [one.result() for one in given]

    assert (outcomes.count(True), EssayMark.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_essays_asked_for_at_once_go_to_different_people():
    contest = essay_contest()
    one = contest.rounds.get()
    for number in range(4):
        sit_essay(one, f"bài {number}")
    people = [marker() for _ in range(4)]

    def ask(number: int) -> tuple[int | None, bool]:
        sheet, is_held = until_done(
            lambda: services.hand_out(
                contest=contest, marker=people[number], rounds=[one.pk], best_first=False, now=LATER
            )
        )
        return None if sheet is None else int(sheet.pk), is_held

    with ThreadPoolExecutor(max_workers=4) as pool:
        got = [
            done.result() for done in [pool.submit(in_thread, lambda number=number: ask(number)) for number in range(4)]
        ]

    # There is one for each: whoever finds an essay taken gets another.
    held = dict(EssaySheet.objects.values_list("holder", "pk"))
    assert got == [(held[person.pk], False) for person in people]
    assert len(set(held.values())) == EssaySheet.objects.count() == 4


@pytest.mark.django_db
def test_what_is_marked_between_the_look_and_the_hold_is_not_handed_out(monkeypatch: pytest.MonkeyPatch):
    contest = essay_contest()
    attempts = [sit_essay(contest.rounds.get(), text) for text in "ab"]
    first, second = marker(), marker()
    real = handing.find_candidates

    def look(*args: Any, **fields: Any) -> Any:
        found = real(*args, **fields)
        if found and not EssayMark.objects.exists():
            marked = next(one for one in attempts if one.pk == found[0].attempt_id)
            give(marked, first, 5)
        return found

    monkeypatch.setattr(handing, "find_candidates", look)

    def ask(who: Any) -> int | None:
        rounds = [contest.rounds.get().pk]
        sheet, _ = services.hand_out(contest=contest, marker=who, rounds=rounds, best_first=False, now=LATER)
        return None if sheet is None else sheet.attempt_id

    got = ask(second)

    left = next(one for one in attempts if not EssayMark.objects.filter(attempt=one).exists())
    assert got == left.pk
    assert list(EssaySheet.objects.exclude(holder=None).values_list("attempt", "holder")) == [(left.pk, second.pk)]
    give(left, second, 4)
    assert [ask(who) for who in (first, second)] == [None, None]


@pytest.mark.django_db
@pytest.mark.parametrize("markers", [1, 2])
def test_what_an_essay_waits_for_is_the_same_in_rows_as_in_the_rules(markers: int):
    contest = essay_contest(markers=markers)
    essay = Essay(1, 10, markers)
    attempt, people = sit_essay(contest.rounds.get(), "a"), [marker() for _ in range(3)]
    apart = essay.most // 4
    values = (0, apart, apart + MARK_STEP, essay.most)
    cases = [points for length in (1, 2, 3) for points in product(values, repeat=length)]
    EssayMark.objects.bulk_create(
        EssayMark(
            contest=contest, attempt=attempt, item=item, turn=turn, marker=people[turn - 1], points=given, at=LATER
        )
        for item, points in enumerate(cases, start=1)
        for turn, given in enumerate(points, start=1)
    )

    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT item, points, waits FROM ({STANDING}) AS s ORDER BY item", standing_values(contest.pk, essay)
        )  # built from constants alone
        found = cursor.fetchall()

    assert found == [(item, list(points), waits_for(points, essay)) for item, points in enumerate(cases, start=1)]
