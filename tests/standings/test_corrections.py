"""What citizens are told after keys were corrected: that it happened and when; which question, once keys are out."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from backend.accounts.models import Person
from backend.contests.models import Round
from backend.infra import clock
from backend.results.models import Regrade
from backend.results.services import ChangePlan
from tests.factories import NOON, make_contest, make_person, make_unit
from tests.results.sitting import apply, compute, correct, pool_of, propose, sit

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=2)


@pytest.fixture
def one() -> Round:
    return make_contest(key="hoi-thi", question_count=3, pool_size=3).rounds.get()


def result_of(person: Person, attempt: Any) -> Any:
    client = Client()
    client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client.get(f"/api/attempts/{attempt.uuid}/result").json()


def applied(regrade: Regrade) -> str:
    """Put the set in force two hours after noon and return that instant as the interface writes it."""
    apply(regrade)
    Regrade.objects.filter(pk=regrade.pk).update(applied_at=LATER)
    return "2026-11-18T14:00:00+07:00"


def test_the_corrected_question_is_named_once_the_keys_are_released(one):
    wrong = pool_of(one.contest)[0]
    person = make_person(territory=make_unit())
    attempt = sit(one, person, choices={wrong.pk: {4}})
    place = [version_id for version_id, _ in attempt.paper].index(wrong.pk) + 1
    at = applied(compute(propose(one.contest, correct(wrong, 4))))

    released = result_of(person, attempt)
    Round.objects.update(keys_release_at=clock.now() + timedelta(days=1))
    waiting = result_of(person, attempt)

    assert (released["correct_count"], released["corrections"]) == (3, [{"item": place, "at": at}])
    # Its score has moved: with the question named it would tell whether that one answer was right.
    assert (waiting["items"], waiting["corrections"]) == (None, [{"item": None, "at": at}])


def test_a_question_corrected_and_put_back_is_told_once_with_the_latest(one):
    wrong = pool_of(one.contest)[0]
    person = make_person(territory=make_unit())
    attempt = sit(one, person)
    first = compute(propose(one.contest, correct(wrong, 4)))
    apply(first)
    Regrade.objects.filter(pk=first.pk).update(applied_at=NOON + timedelta(hours=1))
    at = applied(compute(propose(one.contest, correct(wrong, 1))))

    shown = result_of(person, attempt)

    assert ([one["at"] for one in shown["corrections"]], shown["correct_count"]) == ([at], 3)


def test_nothing_is_told_of_what_is_not_in_force_or_does_not_touch_the_paper(one):
    _, other, _ = pool_of(one.contest)
    person, late = (make_person(territory=make_unit()) for _ in range(2))
    attempt = sit(one, person)
    compute(propose(one.contest, ChangePlan(other, "drop_question")))
    aside = result_of(person, attempt)
    applied(Regrade.objects.get())
    after_it = sit(one, late, at=LATER + timedelta(minutes=1))

    assert aside["corrections"] == []
    assert len(result_of(person, attempt)["corrections"]) == 1
    # Handed in under the corrected keys: nothing of it ever changed.
    assert result_of(late, after_it)["corrections"] == []


def test_the_board_says_by_which_corrected_keys_it_stands(one):
    wrong, other, _ = pool_of(one.contest)
    sit(one, make_person(territory=make_unit()))
    board = f"/api/rounds/{one.uuid}/standings"
    regrade = compute(propose(one.contest, correct(wrong, 4), ChangePlan(other, "drop_question")))
    before = Client().get(board).json()["corrected"]
    at = applied(regrade)
    after = Client().get(board).json()["corrected"]

    assert (before, after) == (None, {"at": at, "question_count": 2, "has_marks": False})


def test_nothing_is_told_before_the_rules_let_results_be_seen():
    contest = make_contest(question_count=3, pool_size=3, rules={"result_shown": "after_round"})
    one, wrong = contest.rounds.get(), pool_of(contest)[0]
    person = make_person(territory=make_unit())
    attempt = sit(one, person)
    applied(compute(propose(contest, correct(wrong, 4))))
    shown = result_of(person, attempt)["corrections"], Client().get(f"/api/rounds/{one.uuid}/standings").json()
    Round.objects.update(closes_at=clock.now() + timedelta(days=1), keys_release_at=clock.now() + timedelta(days=2))

    hidden = result_of(person, attempt)["corrections"], Client().get(f"/api/rounds/{one.uuid}/standings").json()

    assert (len(shown[0]), shown[1]["corrected"]["question_count"]) == (1, 1)
    assert (hidden[0], hidden[1]["corrected"]) == ([], None)
