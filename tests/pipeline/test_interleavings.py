"""Whatever the order of recording, draining, doubled drains and crashes: counters and what waits equal the recount."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.participation.models import StatEvent
from backend.participation.recounting import recount
from backend.participation.services import drain, drain_all
from backend.standings.services import rebuild_standings
from tests.factories import make_contest, make_person, make_unit
from tests.results_at_hand import make_result, tell

pytestmark = pytest.mark.django_db


class Crash(Exception):
    """The process dies before its commit."""


results = st.tuples(st.integers(0, 3), st.integers(0, 1), st.integers(0, 3), st.integers(0, 2))
steps = st.one_of(
    st.tuples(st.just("record"), st.lists(results, min_size=1, max_size=4)),
    st.tuples(st.just("record, crash"), st.lists(results, min_size=1, max_size=3)),
    st.tuples(st.just("drain"), st.integers(1, 5)),
    st.tuples(st.just("drain, crash"), st.integers(1, 5)),
    st.tuples(st.just("drain twice"), st.integers(1, 3)),
)


@pytest.fixture
def world(db):
    contest = make_contest(rounds=2)
    units = [make_unit(), make_unit(), None]
    return list(contest.rounds.all()), [make_person() for _ in range(4)], units


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plan=st.lists(steps, max_size=10))
def test_counters_and_what_waits_always_equal_the_recount(world, plan):
    point = transaction.savepoint()
    try:
        for kind, argument in plan:
            _do(world, kind, argument)
            assert recount().is_exact
        drain_all()
        assert recount().is_exact
        assert not StatEvent.objects.exists()
        assert rebuild_standings(apply=False).mismatch_count == 0
    finally:
        transaction.savepoint_rollback(point)


def _do(world, kind, argument):
    try:
        with transaction.atomic():
            if kind.startswith("record"):
                rounds, persons, units = world
                made = [
                    make_result(person=persons[who], round=rounds[which], correct=correct, territory=units[unit])
                    for who, which, correct, unit in argument
                ]
                tell(made)
            else:
                drain(limit=argument)
                if kind == "drain twice":
                    drain(limit=argument)
            if kind.endswith("crash"):
                raise Crash
    except Crash:
        pass
