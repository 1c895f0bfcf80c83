"""What is counted once, how it is folded, and that a recount agrees."""

from datetime import timedelta

import pytest
from django.db import transaction

from backend.contests.models import Round
from backend.participation.models import ContestParticipant, Counter, Participant, RecountAlarm, StatEvent
from backend.participation.queries import Counts, Scope, count_all, count_by_unit, outbox_state
from backend.participation.recounting import recount, recount_and_record
from backend.participation.services import drain, drain_all
from backend.units.enums import Facet
from tests.factories import NOON, make_contest, make_person, make_unit
from tests.results_at_hand import make_result, record, tell

pytestmark = pytest.mark.django_db


@pytest.fixture
def first_round() -> Round:
    return make_contest(rounds=2).rounds.get(number=1)


def test_a_person_counts_once_however_many_entries_and_all_correct_once(first_round):
    ward = make_unit()
    person, other = make_person(), make_person()

    record(person=person, round=first_round, correct=1, territory=ward)
    record(person=person, round=first_round, correct=3, territory=ward)
    record(person=person, round=first_round, correct=3, territory=ward)
    record(person=other, round=first_round, correct=2, territory=ward)

    assert count_all(Scope.of(first_round)) == Counts(entries=4, people=2, all_correct=1)
    assert count_by_unit(Scope.of(first_round), facet=Facet.TERRITORY) == {
        ward.pk: Counts(entries=4, people=2, all_correct=1)
    }


def test_a_contest_counts_its_people_once_over_all_rounds(first_round):
    second = first_round.contest.rounds.get(number=2)
    person = make_person()

    record(person=person, round=first_round, correct=3)
    record(person=person, round=second, correct=3, submitted_at=NOON + timedelta(weeks=1))

    assert count_all(Scope.of(first_round)) == Counts(1, 1, 1)
    assert count_all(Scope.of(second)) == Counts(1, 1, 1)
    assert count_all(Scope.of(first_round.contest)) == Counts(entries=2, people=1, all_correct=1)


def test_people_and_all_correct_stay_with_the_unit_of_the_first_entry(first_round):
    old, new = make_unit(), make_unit()
    person = make_person()

    record(person=person, round=first_round, correct=1, territory=old)
    record(person=person, round=first_round, correct=3, territory=new)
    drain_all()

    assert count_by_unit(Scope.of(first_round), facet=Facet.TERRITORY) == {
        old.pk: Counts(entries=1, people=1, all_correct=1),
        new.pk: Counts(entries=1, people=0, all_correct=0),
    }
    assert recount().is_exact


def test_draining_changes_no_figure_and_leaves_nothing_behind(first_round):
    ward = make_unit()
    for _ in range(3):
        record(person=make_person(), round=first_round, correct=3, territory=ward)
    before = count_by_unit(Scope.of(first_round), facet=Facet.TERRITORY)

    drained = drain()

    assert (drained.row_count, drained.units_by_round) == (6, {first_round.pk: {ward.pk}})
    assert count_by_unit(Scope.of(first_round), facet=Facet.TERRITORY) == before
    assert StatEvent.objects.count() == 0
    assert drain().row_count == 0


def test_a_batch_with_several_results_of_one_person_counts_them_right(first_round):
    person = make_person()
    results = [make_result(person=person, round=first_round, correct=3) for _ in range(3)]

    tell(results)

    assert count_all(Scope.of(first_round)) == Counts(entries=3, people=1, all_correct=1)
    assert Participant.objects.get().first_result == results[0]
    assert ContestParticipant.objects.get().is_all_correct is True


def test_a_rolled_back_recording_leaves_no_trace(first_round):
    point = transaction.savepoint()
    record(person=make_person(), round=first_round, correct=3)
    transaction.savepoint_rollback(point)

    assert count_all(Scope.of(first_round)) == Counts()
    assert not Participant.objects.exists()
    assert not StatEvent.objects.exists()


def test_a_new_key_version_is_counted_apart(first_round):
    record(person=make_person(), round=first_round, correct=3)
    contest = first_round.contest
    contest.key_version = 2
    contest.save()

    assert count_all(Scope.of(first_round)) == Counts()


def test_a_recount_finds_a_wrong_cell_and_keeps_the_alarm(first_round):
    record(person=make_person(), round=first_round, correct=3)
    drain_all()
    Counter.objects.filter(facet="all", round=first_round).update(entries=2)

    outcome = recount_and_record(now=NOON)

    assert (outcome.is_exact, outcome.mismatch_count) == (False, 1)
    assert outcome.differences[0].counted == (2, 1, 1)
    assert outcome.differences[0].recounted == (1, 1, 1)
    assert RecountAlarm.objects.get().report["mismatch_count"] == 1


def test_a_recount_counts_what_still_waits(first_round):
    record(person=make_person(), round=first_round, correct=3)

    outcome = recount()

    assert (outcome.is_exact, outcome.results, outcome.cells, outcome.pending) == (True, 1, 0, 2)


def test_the_outbox_tells_its_length_and_age(first_round):
    assert outbox_state(now=NOON) == outbox_state(now=NOON).__class__(row_count=0, age_s=0.0)
    record(person=make_person(), round=first_round, correct=0)
    created_at = StatEvent.objects.get().created_at

    state = outbox_state(now=created_at + timedelta(seconds=31))

    assert (state.row_count, state.age_s) == (1, 31.0)
