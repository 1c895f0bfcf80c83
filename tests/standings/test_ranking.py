"""Ranks read from the tables equal those of the pure rules, whatever the rows."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from backend.core.ranking import RankingOrder, rank
from backend.core.rules.registry import COMPARISONS, COUNTINGS
from backend.core.scoring import POINTS_PER_ITEM
from backend.results.queries import entry_of
from backend.standings import counting, ordering
from backend.standings.models import Standing
from backend.standings.ordering import Board
from backend.standings.queries import find_line, list_lines
from backend.standings.services import rebuild_standings
from tests.factories import NOON, make_contest, make_person, make_unit
from tests.results_at_hand import make_result, record, tell

pytestmark = pytest.mark.django_db


@st.composite
def attempt_facts(draw):
    """An attempt with points that its right answers allow, and a start up to three seconds before the rest."""
    correct, second = draw(st.integers(0, 3)), draw(st.integers(0, 4))
    parts = draw(st.sampled_from([0, 0, POINTS_PER_ITEM // 3, POINTS_PER_ITEM // 2]))
    return {
        "who": draw(st.integers(0, 7)),
        "correct": correct,
        "points": correct * POINTS_PER_ITEM + parts * (correct < 3),
        "submitted_at": NOON + timedelta(seconds=second, microseconds=draw(st.integers(0, 1))),
        "started_at": NOON - timedelta(seconds=draw(st.integers(0, 3))),
        "used_ms": draw(st.integers(1, 3)),
        "prediction": draw(st.one_of(st.none(), st.integers(0, 6))),
    }


chains = st.lists(st.sampled_from(sorted(COMPARISONS)), min_size=1, unique=True).map(tuple)


def test_every_rule_and_every_comparison_has_its_sql():
    assert counting.KEYS.keys() == COUNTINGS.keys()
    assert ordering.EXPRESSIONS.keys() == COMPARISONS.keys()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(  # nothing is left to rank by before the number to be predicted is known
    facts=[{"who": who, "correct": who, "points": None, "submitted_at": NOON} for who in (1, 2)],
    has_part_marks=False,
    counts="first",
    chain=("prediction",),
    actual=None,
    limit=1,
)
@given(
    facts=st.lists(attempt_facts(), min_size=1, max_size=14),
    has_part_marks=st.booleans(),
    counts=st.sampled_from(sorted(COUNTINGS)),
    chain=chains,
    actual=st.one_of(st.none(), st.integers(0, 6)),
    limit=st.integers(1, 5),
)
def test_board_equals_the_pure_ranking(db, facts, has_part_marks, counts, chain, actual, limit):
    point = transaction.savepoint()
    if not has_part_marks:
        facts = [{**one, "points": None} for one in facts]
    _compare(facts, counts, chain, actual, limit)
    transaction.savepoint_rollback(point)


def _compare(facts, counts, chain, actual, limit):
    one = make_contest(pool_size=0, rules={"counts": counts}).rounds.get()
    persons = [make_person() for _ in range(8)]
    results = [
        make_result(person=persons[fact["who"]], round=one, **{k: v for k, v in fact.items() if k != "who"})
        for fact in facts
    ]
    for result in results:
        tell([result])
    own = {}
    for result in results:
        own.setdefault(result.person_id, []).append(entry_of(result))
    counted = {person: COUNTINGS[counts].counted(entries) for person, entries in own.items()}
    expected = [
        (placing.entry_id, placing.rank, placing.is_tied)
        for placing in rank(list(counted.values()), order=RankingOrder(chain, actual))
    ]

    board = Board(round_id=one.pk, key_version=1, chain=chain, actual=actual)
    read, after = [], None
    while True:
        page = list_lines(board, limit=limit, after=after)
        read += [(line.position[-1], line.rank, line.tied) for line in page.lines]
        after = page.next
        if after is None:
            break

    assert read == expected
    lines = {person: find_line(board, person_id=person) for person in counted}
    assert sorted((line.position[-1], line.rank, line.tied) for line in lines.values()) == sorted(expected)
    assert rebuild_standings(apply=False).mismatch_count == 0


def test_a_board_of_a_unit_ranks_its_own_people_and_those_below():
    one = make_contest().rounds.get()
    company = make_unit(facet="workplace", name="Công ty")
    workshop = make_unit(facet="workplace", name="Xưởng", parent=company)
    company.refresh_from_db()
    record(person=make_person(), round=one, correct=3)
    best = record(person=make_person(), round=one, correct=2, workplace=workshop)
    second = record(person=make_person(), round=one, correct=1, workplace=company)

    board = Board(round_id=one.pk, key_version=1, chain=("correct", "earliest"), unit=company)

    assert [(line.person_id, line.rank) for line in list_lines(board, limit=10).lines] == [
        (best.person_id, 1),
        (second.person_id, 2),
    ]


def test_rebuilding_finds_and_mends_wrong_missing_and_invented_lines():
    one = make_contest().rounds.get()
    wrong = record(person=make_person(), round=one, correct=2)
    worth_more = record(person=make_person(), round=one, correct=2)
    missing = record(person=make_person(), round=one, correct=1)
    Standing.objects.filter(person_id=wrong.person_id).update(correct_count=3)
    Standing.objects.filter(person_id=worth_more.person_id).update(points=2000)
    Standing.objects.filter(person_id=missing.person_id).update(person=make_person())

    assert rebuild_standings(apply=False).mismatch_count == 4
    assert rebuild_standings(apply=True).is_applied

    assert rebuild_standings(apply=False).mismatch_count == 0
    assert {line.person_id: (line.correct_count, line.points) for line in Standing.objects.all()} == {
        wrong.person_id: (2, None),
        worth_more.person_id: (2, None),
        missing.person_id: (1, None),
    }
