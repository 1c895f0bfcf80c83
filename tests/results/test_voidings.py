"""Voided attempts: they count nowhere, under no version of the keys, and reinstated as if they had always counted."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from backend.attempts.errors import AttemptLimit
from backend.attempts.services import start_attempt
from backend.participation.models import StatEvent
from backend.participation.overview import describe_contests
from backend.participation.queries import Counts, Scope, count_all, count_by_hour, count_by_unit
from backend.participation.services import drain_all
from backend.results import services
from backend.results.enums import VoidingMove, VoidingState
from backend.results.errors import AttemptInVoiding, OwnAttempt, OwnVoiding, VoidingRefused, VoidingStateRefused
from backend.results.models import VoidedAttempt, Voiding, VoidingStep
from backend.results.queries import counted_results, differences
from backend.results.states import VOIDING_NEXT, after_voiding
from backend.standings.models import Standing
from tests.factories import NOON, make_contest, make_person, make_unit
from tests.results.sitting import apply, assert_exact, compute, correct, pool_of, propose, sit, stored_under
from tests.results.voiding import reinstate, void

pytestmark = pytest.mark.django_db


@pytest.fixture
def contest():
    # Every paper holds every question.
    return make_contest(rounds=2, question_count=3, pool_size=3, rules={"attempts_per_round": 3})


@pytest.fixture
def one(contest):
    return contest.rounds.get(number=1)


def counts(one, **fields):
    return count_all(Scope(one.contest_id, one.pk, fields.get("key_version", 1)))


def test_the_next_best_attempt_takes_the_line_and_the_person_stays(contest, one):
    wrong, ward = pool_of(contest)[0], make_unit()
    person = make_person(territory=ward)
    best = sit(one, person)
    second = sit(one, person, choices={wrong.pk: {4}}, at=NOON + timedelta(hours=2))

    void(best)

    line = Standing.objects.get()
    assert (line.attempt_id, line.correct_count) == (second.pk, 2)
    assert counts(one) == Counts(entries=1, people=1, all_correct=0)
    # The person's first entry is now the second: people are counted in its hour.
    assert [(hour.hour, found) for hour, found in count_by_hour(Scope(contest.pk, one.pk, 1), facet="all")] == [
        (5, Counts()),
        (7, Counts(1, 1, 0)),
    ]
    assert counted_results(person=person, rounds=[one])[one.pk].attempt_id == second.pk
    mine = describe_contests([contest], person=person, now=NOON)[0]["rounds"][0]["mine"]
    assert (mine["attempts_used"], mine["attempts_left"], mine["best"]["attempt"]) == (2, 1, second.uuid)
    assert_exact()


def test_the_only_entry_takes_its_person_out_of_every_count(contest, one):
    ward, other_ward = make_unit(), make_unit()
    sit(one, make_person(territory=other_ward))
    attempt = sit(one, make_person(territory=ward))

    void(attempt)

    assert Standing.objects.filter(attempt=attempt).count() == 0
    assert counts(one) == Counts(entries=1, people=1, all_correct=1)
    by_ward = count_by_unit(Scope(contest.pk, None, 1), facet="territory")
    assert (by_ward[ward.pk], by_ward[other_ward.pk]) == (Counts(), Counts(1, 1, 1))
    assert_exact()


def test_a_person_who_moved_is_counted_where_the_first_entry_that_counts_was(contest, one):
    old_ward, new_ward = make_unit(), make_unit()
    person = make_person(territory=old_ward)
    first = sit(one, person)
    person.memberships.update(unit=new_ward)
    sit(contest.rounds.get(number=2), person, at=NOON + timedelta(weeks=1))

    void(first)

    whole = count_by_unit(Scope(contest.pk, None, 1), facet="territory")
    assert (whole[old_ward.pk], whole[new_ward.pk]) == (Counts(), Counts(1, 1, 1))
    assert_exact()


def test_every_attempt_of_a_person_at_once(contest, one):
    person, ward = make_person(territory=make_unit()), make_unit()
    sit(one, make_person(territory=ward))
    attempts = [sit(one, person), sit(one, person, at=NOON + timedelta(minutes=5))]
    attempts.append(sit(contest.rounds.get(number=2), person, at=NOON + timedelta(weeks=1)))

    void(*attempts)

    assert set(Standing.objects.values_list("person_id", flat=True)).isdisjoint({person.pk})
    assert count_all(Scope(contest.pk, None, 1)) == Counts(1, 1, 1)
    assert_exact()


@pytest.mark.parametrize("drained", [True, False])
def test_reinstated_it_is_as_if_it_had_always_counted(contest, one, drained):
    ward = make_unit()
    person = make_person(territory=ward)
    best = sit(one, person)
    sit(one, person, skipped={pool_of(contest)[0].pk}, at=NOON + timedelta(hours=2))
    before = stored_under(contest, 1)

    voiding = void(best)
    if drained:
        drain_all()
    changed = stored_under(contest, 1)
    reinstate(voiding)

    assert changed != before
    assert stored_under(contest, 1) == before
    drain_all()
    assert StatEvent.objects.count() == 0
    assert stored_under(contest, 1) == before
    assert_exact()


def test_a_void_holds_under_every_version_whether_it_came_before_or_after_the_regrade(contest, one):
    wrong, ward = pool_of(contest)[0], make_unit()
    people = [make_person(territory=ward) for _ in range(3)]
    before, aside, after = (sit(one, person, choices={wrong.pk: {4}}) for person in people)

    early = void(before)
    regrade = compute(propose(contest, correct(wrong, 4)))
    during = void(aside)
    apply(regrade)
    void(after)

    assert [counts(one, key_version=number) for number in (1, 2)] == [Counts(), Counts()]
    assert Standing.objects.count() == 0
    reinstate(early)
    reinstate(during)
    assert counts(one, key_version=1) == Counts(2, 2, 0)
    assert counts(one, key_version=2) == Counts(2, 2, 2)
    assert_exact()


def test_a_void_beside_a_set_that_is_being_cleared_away(contest, one):
    wrong = pool_of(contest)[0]
    attempts = [sit(one, make_person(territory=make_unit())) for _ in range(3)]
    regrade = compute(propose(contest, correct(wrong, 4)))
    services.cancel_regrade(regrade=regrade, actor=regrade.author, now=NOON)
    assert services.clear_cancelled(regrade_id=regrade.pk, now=NOON, limit=1)

    void(attempts[-1])

    assert_exact()
    assert services.advance_regrades(budget_s=60, now=NOON)
    assert_exact()
    assert Standing.objects.count() == 2


def test_a_voided_attempt_still_uses_its_number_up(contest, one):
    person = make_person(territory=make_unit())
    attempts = [sit(one, person, at=NOON + timedelta(minutes=number)) for number in range(3)]

    void(*attempts)

    with pytest.raises(AttemptLimit):
        start_attempt(person=person, round=one, now=NOON + timedelta(hours=1))


def test_two_people_are_asked_for_both_ways(contest, one):
    person, author = make_person(territory=make_unit()), make_person()
    attempt = sit(one, person)
    voiding = services.propose_voiding(contest=contest, attempts=[attempt], reason="Thi hộ", author=author, now=NOON)

    assert Standing.objects.count() == 1  # nothing happens before the approval
    with pytest.raises(OwnVoiding):
        services.approve_voiding(voiding=voiding, actor=author, now=NOON)
    with pytest.raises(OwnAttempt):
        services.approve_voiding(voiding=voiding, actor=person, now=NOON)
    services.approve_voiding(voiding=voiding, actor=make_person(), now=NOON)
    with pytest.raises(VoidingRefused) as refused:
        services.ask_reinstatement(voiding=voiding, actor=author, now=NOON, reason="  ")
    assert list(refused.value.fields) == ["reason"]
    services.ask_reinstatement(voiding=voiding, actor=author, now=NOON, reason="Nhầm người")
    with pytest.raises(OwnVoiding):
        services.approve_reinstatement(voiding=voiding, actor=author, now=NOON)
    services.keep_voiding(voiding=voiding, actor=author, now=NOON, reason="Xem lại rồi, đúng")

    steps = VoidingStep.objects.values_list("move", "reason")
    assert list(steps) == [
        ("propose", "Thi hộ"), ("approve", ""), ("ask_back", "Nhầm người"), ("keep", "Xem lại rồi, đúng"),
    ]  # fmt: skip
    assert (Voiding.objects.get().state, Standing.objects.count()) == (VoidingState.IN_FORCE, 0)


def test_the_database_itself_asks_for_the_second_person(contest, one):
    voiding = void(sit(one, make_person(territory=make_unit())))

    for fields in (
        {"approver_id": voiding.author_id},
        {"approver_id": None},
        {"state": "lifted"},
        {"back_author_id": voiding.author_id, "back_approver_id": voiding.author_id},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Voiding.objects.update(**fields)
    with pytest.raises(IntegrityError), transaction.atomic():
        VoidedAttempt.objects.update(is_open=False)


def test_what_cannot_be_voided(contest, one):
    person = make_person(territory=make_unit())
    ended = sit(one, person)
    still_open = start_attempt(person=person, round=one, now=NOON + timedelta(minutes=5))[0]
    foreign = sit(one, make_person(territory=make_unit()))
    elsewhere = sit(make_contest().rounds.get(), person)

    def propose_it(*attempts, reason="Thi hộ", author=None):
        author = author or make_person()
        return services.propose_voiding(contest=contest, attempts=attempts, reason=reason, author=author, now=NOON)

    for attempts in ([], [still_open], [ended, foreign], [elsewhere]):
        with pytest.raises(VoidingRefused) as refused:
            propose_it(*attempts)
        assert list(refused.value.fields) == ["attempts"]
    with pytest.raises(OwnAttempt):
        propose_it(ended, author=person)
    made = propose_it(ended)
    with pytest.raises(AttemptInVoiding):
        propose_it(ended)
    services.withdraw_voiding(voiding=made, actor=make_person(), now=NOON)
    propose_it(ended)
    with pytest.raises(VoidingStateRefused):
        services.approve_voiding(voiding=made, actor=make_person(), now=NOON)
    assert Standing.objects.filter(round=one).count() == 2


def test_a_mark_that_does_not_follow_from_its_voiding_is_found(contest, one):
    voiding = void(sit(one, make_person(territory=make_unit())))
    assert list(differences()) == []

    VoidedAttempt.objects.update(is_in_force=False)

    item = voiding.attempts.get()
    assert list(differences()) == [f"{item}: is_open=True, is_in_force=False, but the voiding is in_force"]


def test_the_table_of_states_is_the_whole_life_of_a_voiding():
    reached = {(state.value, what.value): following.value for (state, what), following in VOIDING_NEXT.items()}

    assert reached == {
        ("proposed", "approve"): "in_force",
        ("proposed", "withdraw"): "withdrawn",
        ("in_force", "ask_back"): "lifting",
        ("lifting", "reinstate"): "lifted",
        ("lifting", "keep"): "in_force",
    }
    for state in VoidingState:
        for what in VoidingMove:
            if (state.value, what.value) not in reached:
                with pytest.raises(VoidingStateRefused):
                    after_voiding(state, what)
