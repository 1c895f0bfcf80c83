"""A start obeys the rulebook's limits over round, contest, week and day, and keeps out whom it excludes."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from backend.accounts.enums import Role
from backend.accounts.models import Person, Profile
from backend.attempts.errors import AttemptLimit, ContestAttemptLimit, DayAttemptLimit, WeekAttemptLimit
from backend.attempts.models import Attempt
from backend.attempts.services import start_attempt, submit_attempt
from backend.attempts.services.limiting import attempts_used
from backend.contests.errors import AgeNeeded, PersonExcluded, TooYoung
from backend.contests.models import Contest, Round
from backend.contests.queries import rulebook_of
from backend.results.models import Result
from backend.units.models import Membership
from tests.factories import NOON, make_contest, make_person, make_unit

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def _contest(rounds: int = 1, **rules: Any) -> Contest:
    """Rounds that are open side by side for three weeks from Monday 00:00 in Hanoi before NOON, a Wednesday."""
    contest = make_contest(rounds=rounds, rules={"attempts_per_round": None, **rules})
    monday = NOON - timedelta(days=2, hours=12)
    contest.rounds.update(opens_at=monday, closes_at=monday + 21 * DAY, keys_release_at=monday + 21 * DAY)
    return contest


def _play(person: Person, one: Round, at: Any) -> Attempt:
    attempt, is_new = start_attempt(person=person, round=one, now=at)
    assert is_new
    return submit_attempt(attempt=attempt, prediction=None, received_at=at + timedelta(minutes=1))


@pytest.fixture
def citizen(db: None) -> Person:
    return make_person(territory=make_unit())


def test_a_limit_of_the_contest_holds_over_its_rounds(citizen: Person) -> None:
    first, second = _contest(rounds=2, attempts_per_contest=2).rounds.all()
    _play(citizen, first, NOON)
    _play(citizen, second, NOON + HOUR)

    with pytest.raises(ContestAttemptLimit) as refused:
        start_attempt(person=citizen, round=first, now=NOON + 9 * DAY)

    assert refused.value.extra == {"limit": 2}
    assert Attempt.objects.count() == 2


def test_a_limit_of_the_day_ends_at_midnight_in_hanoi(citizen: Person) -> None:
    one = _contest(attempts_per_day=1).rounds.get()
    midnight = NOON + 12 * HOUR
    _play(citizen, one, midnight - HOUR)

    with pytest.raises(DayAttemptLimit) as refused:
        start_attempt(person=citizen, round=one, now=midnight - timedelta(microseconds=1))

    assert refused.value.extra == {"limit": 1, "next_at": midnight, "next_at_text": "00:00 ngày 19/11/2026"}
    assert _play(citizen, one, midnight).number == 2


def test_a_limit_of_the_week_ends_on_monday_and_day_and_week_hold_at_once(citizen: Person) -> None:
    one = _contest(attempts_per_day=1, attempts_per_week=2).rounds.get()
    monday = NOON + 4 * DAY + 12 * HOUR
    _play(citizen, one, NOON)
    with pytest.raises(DayAttemptLimit):
        start_attempt(person=citizen, round=one, now=NOON + HOUR)
    _play(citizen, one, NOON + DAY)

    with pytest.raises(WeekAttemptLimit) as refused:
        start_attempt(person=citizen, round=one, now=monday - timedelta(seconds=1))

    assert refused.value.extra["next_at"] == monday
    _play(citizen, one, monday)


def test_a_week_that_is_the_round_is_a_limit_of_the_round(citizen: Person) -> None:
    first, second = _contest(rounds=2, attempts_per_week=1, week="round").rounds.all()
    _play(citizen, first, NOON)

    with pytest.raises(AttemptLimit):
        start_attempt(person=citizen, round=first, now=NOON + 9 * DAY)
    _play(citizen, second, NOON + HOUR)


def test_other_people_and_other_contests_use_nothing_up(citizen: Person) -> None:
    one = _contest(attempts_per_contest=1, attempts_per_day=1).rounds.get()
    _play(make_person(territory=make_unit()), one, NOON)
    _play(citizen, _contest().rounds.get(), NOON)

    assert _play(citizen, one, NOON).number == 1


@pytest.mark.django_db(transaction=True)
def test_starts_of_one_person_wait_for_each_other_where_a_limit_spans_rounds() -> None:
    citizen = make_person(territory=make_unit())
    one = _contest(attempts_per_contest=1).rounds.get()

    def is_held() -> bool:
        try:
            with transaction.atomic():
                Person.objects.select_for_update(no_key=True, nowait=True).get(pk=citizen.pk)
        except OperationalError:
            return True
        finally:
            connection.close()
        return False

    with ThreadPoolExecutor(1) as beside:
        with transaction.atomic():
            attempts_used(person=citizen, round=one, rules=rulebook_of(one.contest), now=NOON)
            assert beside.submit(is_held).result()
        assert not beside.submit(is_held).result()


@pytest.mark.parametrize("role", [Role.ORGANIZER, Role.ADMIN])
def test_members_of_excluded_teams_are_refused_and_leave_no_trace(db: None, role: Role) -> None:
    one = _contest(excluded=("expert_team", "secretaries")).rounds.get()
    secretary = make_person(territory=make_unit(), roles=[role])

    with pytest.raises(PersonExcluded) as refused:
        start_attempt(person=secretary, round=one, now=NOON)

    assert refused.value.sentence() == "Thể lệ không cho thành viên Tổ Chuyên gia, Tổ Thư ký dự thi."
    assert not Attempt.objects.exists()
    assert Membership.objects.get(person=secretary).locked_at is None


@pytest.mark.parametrize(
    ("born_on", "is_let_in"),
    [
        (date(2012, 11, 19), False),  # fourteen from midnight in Hanoi, seven hours before it is midnight in UTC
        (date(2012, 11, 18), True),
        (date(2026, 11, 18), False),
        (date(1926, 1, 1), True),
    ],
)
def test_the_age_is_reached_on_the_local_day(citizen: Person, born_on: date, is_let_in: bool) -> None:
    one = _contest(minimum_age=14).rounds.get()
    Profile.objects.filter(person=citizen).update(born_on=born_on)
    last_moment = NOON + 12 * HOUR - timedelta(microseconds=1)

    if is_let_in:
        _play(citizen, one, last_moment)
    else:
        with pytest.raises(TooYoung) as refused:
            start_attempt(person=citizen, round=one, now=last_moment)
        assert refused.value.extra == {"minimum_age": 14}
        assert Membership.objects.get(person=citizen).locked_at is None

    assert Attempt.objects.count() == is_let_in


def test_who_is_too_young_today_is_let_in_on_the_birthday(citizen: Person) -> None:
    one = _contest(minimum_age=14).rounds.get()
    Profile.objects.filter(person=citizen).update(born_on=date(2012, 11, 19))
    midnight = NOON + 12 * HOUR

    assert _play(citizen, one, midnight).number == 1


def test_the_date_of_birth_is_asked_for_by_contests_with_a_minimum_age_alone(citizen: Person) -> None:
    with pytest.raises(AgeNeeded) as refused:
        start_attempt(person=citizen, round=_contest(minimum_age=14).rounds.get(), now=NOON)

    assert refused.value.sentence() == (
        "Hội thi này dành cho người từ đủ 14 tuổi. Khai ngày sinh trong hồ sơ trước khi thi."
    )
    assert _play(citizen, _contest().rounds.get(), NOON).number == 1


def test_who_is_in_no_excluded_team_takes_part(citizen: Person) -> None:
    excluding = _contest(excluded=("secretaries",)).rounds.get()
    board_member = make_person(territory=make_unit(), roles=[Role.BOARD])
    organizer = make_person(territory=make_unit(), roles=[Role.ORGANIZER])

    _play(citizen, excluding, NOON)
    _play(board_member, excluding, NOON)
    _play(organizer, _contest().rounds.get(), NOON)


def test_units_stay_changeable_where_the_rules_do_not_lock_them(citizen: Person) -> None:
    attempt = _play(citizen, _contest(profile_locked_after_first_attempt=False).rounds.get(), NOON)

    assert Membership.objects.get(person=citizen).locked_at is None
    assert attempt.territory_id == Membership.objects.get(person=citizen).unit_id


def test_a_fixed_paper_keeps_its_questions_and_their_order(citizen: Person) -> None:
    one = make_contest(question_count=3, pool_size=3, rules={"paper": "fixed", "attempts_per_round": None}).rounds.get()
    pool = list(one.pool.order_by("pk").values_list("version_id", flat=True))

    papers = [_play(citizen, one, NOON + minute * timedelta(minutes=2)).paper for minute in range(3)]

    assert [[version_id for version_id, _ in paper] for paper in papers] == [pool] * 3


@pytest.mark.parametrize(
    ("asked", "sent", "kept"),
    [
        ("all_correct_people", 1_512, 1_512),
        ("participants", 0, 0),
        ("all_correct_share", 10_000_000, 10_000_000),  # 100,00000 %
        ("all_correct_share", 10_000_001, None),
        ("participants", -1, None),
        (None, 7, None),
    ],
)
def test_a_prediction_is_kept_where_it_answers_what_the_rules_ask(
    citizen: Person, asked: str | None, sent: int, kept: int | None
) -> None:
    ranking = ("correct", "earliest") if asked is None else ("correct", "prediction")
    one = _contest(prediction=asked, ranking=ranking).rounds.get()
    attempt = start_attempt(person=citizen, round=one, now=NOON)[0]

    ended = submit_attempt(attempt=attempt, prediction=sent, received_at=NOON)

    assert (ended.state, ended.prediction) == ("submitted", kept)
    assert Result.objects.get().prediction == kept
