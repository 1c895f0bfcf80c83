"""Papers drawn ahead: each is used once, its seed draws it again, and an empty pool refuses nobody."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction

from backend.attempts import tasks
from backend.attempts.models import Attempt, PreparedPaper
from backend.attempts.services import build_papers, start_attempt
from backend.attempts.services.pool import AHEAD, DrawnPaper, draw_paper, take_paper
from backend.contests.models import Contest, Round
from backend.infra import clock
from tests.factories import NOON, make_contest, make_person, make_unit

SECOND = timedelta(seconds=1)


@pytest.fixture
def one(db: None) -> Round:
    return make_contest().rounds.get()


def held(round_: Round) -> int:
    return PreparedPaper.objects.filter(round=round_).count()


def test_a_seed_draws_its_paper_again(one: Round) -> None:
    build_papers(now=NOON, ahead_count=20)

    stored = [DrawnPaper(prepared.seed, prepared.paper) for prepared in PreparedPaper.objects.all()]

    assert len({drawn.seed for drawn in stored}) == 20
    assert [draw_paper(one, seed=drawn.seed) for drawn in stored] == stored


def test_a_start_uses_a_paper_up_and_the_attempt_can_be_redrawn_from_its_seed(one: Round) -> None:
    build_papers(now=NOON, ahead_count=2)
    first = PreparedPaper.objects.order_by("id")[0]

    attempt, _ = start_attempt(person=make_person(territory=make_unit()), round=one, now=NOON)

    assert (attempt.seed, attempt.paper) == (first.seed, first.paper)
    assert draw_paper(one, seed=attempt.seed).paper == Attempt.objects.get().paper
    assert held(one) == 1
    assert not PreparedPaper.objects.filter(seed=attempt.seed).exists()


def test_an_empty_pool_draws_on_the_spot(one: Round) -> None:
    attempt, created = start_attempt(person=make_person(territory=make_unit()), round=one, now=NOON)

    assert created
    assert attempt.paper == draw_paper(one, seed=attempt.seed).paper


def test_pools_are_filled_to_their_measure_and_no_further(one: Round) -> None:
    drawn = [build_papers(now=NOON, ahead_count=30, most=most) for most in (20, 20, 20, None)]

    assert drawn == [20, 10, 0, 0]
    assert held(one) == 30


def test_worker_and_command_fill_the_pools_of_today(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "PAPERS_AHEAD", 7)
    one = make_contest(now=clock.now()).rounds.get()

    tasks.build_papers()
    assert held(one) == 7
    call_command("build_papers", ahead=9)
    assert held(one) == 9


def test_papers_come_shortly_before_a_round_and_leftovers_go_after_it(db: None) -> None:
    now, later = make_contest(rounds=2).rounds.all()
    unfrozen = make_contest().rounds.get()
    with connection.cursor() as cursor:  # the product has no way to thaw rules: a trigger stands before it
        cursor.execute("ALTER TABLE contests_contest DISABLE TRIGGER frozen_rulebook_is_immutable")
        Contest.objects.filter(pk=unfrozen.contest_id).update(frozen_at=None)
        cursor.execute("ALTER TABLE contests_contest ENABLE TRIGGER frozen_rulebook_is_immutable")

    build_papers(now=later.opens_at - AHEAD - SECOND, ahead_count=3)
    assert (held(now), held(later), held(unfrozen)) == (0, 0, 0)
    build_papers(now=now.opens_at, ahead_count=3)
    assert (held(now), held(later), held(unfrozen)) == (3, 0, 0)

    build_papers(now=now.closes_at, ahead_count=3)
    build_papers(now=later.opens_at - AHEAD, ahead_count=3)

    assert (held(now), held(later), held(unfrozen)) == (0, 3, 0)


@pytest.mark.django_db(transaction=True)
def test_starts_side_by_side_take_different_papers_and_wait_for_none() -> None:
    one = make_contest().rounds.get()
    build_papers(now=NOON, ahead_count=3)

    def take() -> DrawnPaper:
        try:
            with transaction.atomic():
                return take_paper(one)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as beside, transaction.atomic():
        mine = take_paper(one)
        others = [beside.submit(take).result(timeout=20) for _ in range(3)]

    assert len({mine.seed, *(drawn.seed for drawn in others)}) == 4
    assert held(one) == 0
