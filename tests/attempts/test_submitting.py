"""A batch of submissions gives everybody what they would have got alone."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.attempts.enums import AttemptState
from backend.attempts.models import Attempt
from backend.attempts.services import (
    Submission,
    expire_overdue,
    next_due_at,
    start_attempt,
    submit_attempt,
    submit_attempts,
)
from backend.attempts.services.ending import SETTLE
from backend.core.timing import GRACE
from backend.participation.recounting import recount
from backend.results.models import Result
from backend.results.queries import differences
from backend.standings.services import rebuild_standings
from tests.factories import NOON, make_contest, make_person, make_unit
from tests.results.sitting import answer

pytestmark = pytest.mark.django_db

SOON = NOON + timedelta(minutes=3)


@pytest.fixture
def one():
    return make_contest(now=NOON).rounds.get()


def seat(one, ward=None):
    attempt = start_attempt(person=make_person(territory=ward or make_unit()), round=one, now=NOON)[0]
    answer(attempt)
    return attempt


def stored(attempt):
    found = Attempt.objects.get(pk=attempt.pk)
    return found.state, found.submitted_at, found.prediction, found.receipt


def test_each_gets_its_own_end_in_the_order_asked(one):
    timely, other, late, ended = [seat(one) for _ in range(4)]
    submit_attempt(attempt=ended, prediction=5, received_at=SOON)
    before = stored(ended)
    too_late = late.deadline_at + GRACE + timedelta(milliseconds=1)

    told = submit_attempts(
        [
            Submission(late.pk, 1, too_late),
            Submission(timely.pk, 42, SOON),
            Submission(ended.pk, 6, SOON + timedelta(minutes=1)),
            Submission(other.pk, None, other.deadline_at + GRACE),
        ]
    )

    assert [tuple(one)[:4] for one in told] == [stored(late), stored(timely), before, stored(other)]
    assert [tuple(one)[:3] for one in told] == [
        (AttemptState.EXPIRED, late.deadline_at, None),
        (AttemptState.SUBMITTED, SOON, 42),
        (AttemptState.SUBMITTED, SOON, 5),
        (AttemptState.SUBMITTED, other.deadline_at, None),
    ]
    assert len({one.receipt for one in told}) == 4
    assert Result.objects.count() == 4
    assert list(differences()) == []
    assert recount().is_exact
    assert rebuild_standings(apply=False).mismatch_count == 0


def test_pressed_twice_in_one_batch_the_first_press_counts(one):
    attempt = seat(one)

    told = submit_attempts([Submission(attempt.pk, 2, SOON + timedelta(seconds=1)), Submission(attempt.pk, 1, SOON)])

    assert told[0] == told[1]
    assert stored(attempt)[:3] == (AttemptState.SUBMITTED, SOON, 1)
    assert Result.objects.filter(attempt=attempt).count() == 1


def test_a_batch_takes_as_many_statements_as_one_submission(one):
    ward = make_unit()
    counts = []
    for size in (1, 1, 6):
        attempts = [seat(one, ward) for _ in range(size)]
        with CaptureQueriesContext(connection) as queries:
            submit_attempts([Submission(attempt.pk, None, SOON) for attempt in attempts])
        counts.append(len(queries))

    # The first one reads the contest's rules, which stay in memory.
    assert counts[1] == counts[2]


def test_the_next_sweep_is_due_once_nothing_that_counts_can_arrive(one):
    assert next_due_at() is None
    first, second = seat(one), start_attempt(person=make_person(territory=make_unit()), round=one, now=SOON)[0]
    due = first.deadline_at + GRACE + SETTLE

    assert next_due_at() == due
    assert expire_overdue(now=due) == 0
    assert expire_overdue(now=due + timedelta(microseconds=1)) == 1
    assert next_due_at() == second.deadline_at + GRACE + SETTLE
