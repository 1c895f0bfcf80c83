"""Ranks read from the tables equal those of the pure rules, whatever the rows."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.core.ranking import Entry, RankingOrder, counted_first, rank
from backend.standings.models import Standing
from backend.standings.ordering import Board
from backend.standings.queries import find_line, list_lines
from backend.standings.services import rebuild_standings
from tests.factories import NOON, make_contest, make_person, make_unit
from tests.results_at_hand import make_result, record, tell

pytestmark = pytest.mark.django_db

attempt_facts = st.tuples(
    st.integers(0, 7),  # person
    st.integers(0, 3),  # correct
    st.integers(0, 4),  # second of submission
    st.integers(1, 3),  # used
    st.one_of(st.none(), st.integers(0, 6)),  # prediction
)
chains = st.sampled_from(
    [
        ("correct", "prediction", "earliest"),
        ("correct", "duration", "earliest"),
        ("prediction", "correct"),
        ("correct",),
        ("correct", "duration", "start"),
        ("score", "start", "prediction"),
    ]
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    facts=st.lists(attempt_facts, min_size=1, max_size=14),
    chain=chains,
    actual=st.one_of(st.none(), st.integers(0, 6)),
    limit=st.integers(1, 5),
)
def test_board_equals_the_pure_ranking(db, facts, chain, actual, limit):
    point = transaction.savepoint()
    _compare(facts, chain, actual, limit)
    transaction.savepoint_rollback(point)


def _compare(facts, chain, actual, limit):
    one = make_contest().rounds.get()
    persons = [make_person() for _ in range(8)]
    results = [
        make_result(
            person=persons[who],
            round=one,
            correct=correct,
            submitted_at=NOON + timedelta(seconds=second),
            used_ms=used,
            prediction=prediction,
        )
        for who, correct, second, used, prediction in facts
    ]
    for result in results:
        tell([result])
    own = {}
    for result in results:
        entry = Entry(
            result.attempt_id,
            result.correct_count,
            result.used_ms,
            result.submitted_at,
            result.prediction,
            started_at=result.attempt.started_at,
        )
        own.setdefault(result.person_id, []).append(entry)
    counted = {person: min(entries, key=counted_first) for person, entries in own.items()}
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
    missing = record(person=make_person(), round=one, correct=1)
    Standing.objects.filter(person_id=wrong.person_id).update(correct_count=3)
    Standing.objects.filter(person_id=missing.person_id).update(person=make_person())

    assert rebuild_standings(apply=False).mismatch_count == 3
    assert rebuild_standings(apply=True).is_applied

    assert rebuild_standings(apply=False).mismatch_count == 0
    assert {line.person_id: line.correct_count for line in Standing.objects.all()} == {
        wrong.person_id: 2,
        missing.person_id: 1,
    }
