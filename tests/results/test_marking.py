"""Marking many papers in sets gives what scoring each place of each paper gives."""

import random

import pytest

from backend.attempts.models import Answer, Attempt
from backend.attempts.services import start_attempt
from backend.results.enums import ChangeKind
from backend.results.marking import mark_sheets, read_sheets
from backend.results.scoring import score_attempts
from backend.results.services import ChangePlan
from tests.factories import NOON, make_contest, make_person, make_unit
from tests.results.sitting import apply, compute, correct, pool_of, propose

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("scoring", ["all_or_nothing", "proportional"])
def test_sets_and_single_places_are_marked_alike_under_every_kind_of_key(scoring):
    rng = random.Random(5)
    contest = make_contest(question_count=4, pool_size=6, rules={"scoring": scoring})
    one, ward = contest.rounds.get(), make_unit()
    attempts = [start_attempt(person=make_person(territory=ward), round=one, now=NOON)[0] for _ in range(40)]
    Answer.objects.bulk_create(
        Answer(
            attempt=attempt,
            round=one,
            item=place,
            seq=place,
            choice=sorted(rng.sample(range(1, 5), rng.choice((0, 1, 1, 1, 2)))),
            received_at=NOON,
        )
        for attempt in attempts
        for place in range(1, 5)
        if rng.random() < 0.9
    )
    Attempt.objects.update(state="submitted", submitted_at=NOON)
    several, dropped, wrong = pool_of(contest)[:3]
    regrade = propose(
        contest,
        correct(wrong, 4),
        ChangePlan(several, ChangeKind.ACCEPT_SEVERAL, (frozenset({1}), frozenset({3}))),
        ChangePlan(dropped, ChangeKind.DROP_QUESTION),
    )
    apply(compute(regrade))
    rows = list(Attempt.objects.order_by("pk"))

    sheets = read_sheets([attempt.pk for attempt in reversed(rows)])

    assert [(sheet.attempt_id, len(sheet.places)) for sheet in sheets] == [(attempt.pk, 4) for attempt in rows]
    for number in (1, 2):
        scored = score_attempts(rows, contest_id=contest.pk, key_version=number)
        marked = mark_sheets(sheets, contest_id=contest.pk, key_version=number)
        assert marked == [(each.score.correct_count, each.points, 4) for each in scored]
        assert len(set(marked)) > 1
