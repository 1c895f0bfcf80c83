"""The crowd's way and the single way begin the same attempts, and refuse the same people."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.accounts.enums import Role
from backend.accounts.models import Identity, Person, Profile
from backend.accounts.services import state_identity
from backend.attempts.models import Attempt, PreparedPaper
from backend.attempts.services import build_papers, start_attempt, submit_attempt
from backend.attempts.services.crowd import StartOutcome, StartWrite, write_starts
from backend.attempts.services.pool import draw_paper
from backend.contests.models import Contest, Round, TeamMember
from backend.core.errors import UserError
from backend.infra import clock
from backend.infra.group_commit import GroupCommit, ReservedConnection
from backend.units.enums import Facet
from backend.units.models import Membership, Unit
from tests.factories import make_contest, make_person, make_unit

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = timedelta(hours=1)
# What the two ways must agree on: all of an attempt but what is drawn by lot, and whose it is.
SAME = ("round_id", "contest_id", "number", "state", "territory_id", "party_id", "workplace_id", "receipt")


def start_all(*writes: StartWrite) -> list[StartOutcome | None]:
    async def once() -> list[StartOutcome | None]:
        reserved = ReservedConnection("crowd test")
        try:
            return await reserved.call(lambda connection: write_starts(connection, writes))
        finally:
            await reserved.close()

    return async_to_sync(once)()


def write_of(person: Person, one: Round) -> StartWrite:
    return StartWrite.of(person_id=person.pk, round=one)


def test_a_crowd_begins_in_one_batch_with_papers_from_the_pool(open_round: Round) -> None:
    ward, office = make_unit(), make_unit(facet=Facet.WORKPLACE)
    people = [make_person(territory=ward, workplace=office) for _ in range(20)]
    build_papers(now=clock.now(), ahead_count=15)
    pooled = dict(PreparedPaper.objects.values_list("seed", "paper"))
    before = clock.now()

    outcomes = start_all(*(write_of(one, open_round) for one in people))

    made = {one.person_id: one for one in Attempt.objects.all()}
    assert [one is not None and one.attempt is not None and one.attempt.uuid for one in outcomes] == [
        made[one.pk].uuid for one in people
    ]
    assert {one.paper == draw_paper(open_round, seed=one.seed).paper for one in made.values()} == {True}
    assert {one.seed for one in made.values()} > set(pooled)
    assert PreparedPaper.objects.count() == 0
    assert {(one.territory_id, one.workplace_id, one.party_id) for one in made.values()} == {(ward.pk, office.pk, None)}
    assert all(before <= one.started_at <= clock.now() for one in made.values())
    assert {one.deadline_at - one.started_at for one in made.values()} == {timedelta(minutes=15)}
    assert Membership.objects.filter(locked_at=None).count() == 0


def test_one_person_many_times_in_a_batch_begins_once(open_round: Round, citizen: Person) -> None:
    outcomes = start_all(*(write_of(citizen, open_round) for _ in range(10)))

    assert [one is not None and one.attempt is not None for one in outcomes] == [True] + [False] * 9
    assert Attempt.objects.count() == 1


def test_a_batch_that_is_written_twice_begins_once(open_round: Round, citizen: Person) -> None:
    write = write_of(citizen, open_round)

    assert [start_all(write) == [StartOutcome(None)] for _ in range(2)] == [False, True]
    assert Attempt.objects.get().uuid == write.uuid


def test_whose_row_is_held_is_tried_again_and_keeps_nobody_waiting(open_round: Round, citizen: Person) -> None:
    other = make_person(territory=make_unit())

    with ThreadPoolExecutor(1) as beside, transaction.atomic():
        Person.objects.select_for_update(no_key=True).get(pk=citizen.pk)
        outcomes = beside.submit(start_all, write_of(citizen, open_round), write_of(other, open_round)).result(20)

    assert outcomes[0] is None
    assert Attempt.objects.get().person == other


def test_starts_on_both_ways_at_once_make_one_attempt_a_person(open_round: Round) -> None:
    people = [make_person(territory=make_unit()) for _ in range(8)]

    async def crowd() -> None:
        commit: GroupCommit[StartWrite, StartOutcome] = GroupCommit(name="crowd test", write=write_starts)
        task = asyncio.ensure_future(commit.run())
        await asyncio.gather(*(commit.commit(write_of(one, open_round)) for one in people * 3))
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    def single(person: Person) -> Attempt:
        try:
            return start_attempt(person=person, round=open_round, now=clock.now())[0]
        finally:
            connection.close()

    with ThreadPoolExecutor(5) as threads:
        asked = threads.submit(async_to_sync(crowd))
        found = list(threads.map(single, people * 2))
        asked.result(30)

    assert Attempt.objects.count() == len(people)
    assert {one.uuid for one in found} == set(Attempt.objects.values_list("uuid", flat=True))


SITUATIONS = st.fixed_dictionaries(
    {
        "consented": st.sampled_from([True, True, True, False]),
        "has_ward": st.sampled_from([True, True, True, False]),
        "roles": st.sampled_from([(), (), (Role.BOARD,), (Role.ORGANIZER,)]),
        "born_on": st.sampled_from([None, date(2020, 1, 1), date(1960, 1, 1)]),
        "number": st.booleans(),
        "team": st.sampled_from([None, None, "here", "elsewhere", "taken off"]),
        "before": st.lists(st.tuples(st.integers(0, 1), st.booleans()), max_size=3),
        "shift_h": st.sampled_from([0, 0, 0, -48, 48]),
        "rules": st.fixed_dictionaries(
            {
                "attempts_per_round": st.sampled_from([None, 1, 2]),
                "attempts_per_contest": st.sampled_from([None, 1, 2]),
                "attempts_per_day": st.sampled_from([None, None, 1]),
                "excluded": st.sampled_from([(), ("secretaries",)]),
                "minimum_age": st.sampled_from([None, None, 18]),
                "identity": st.sampled_from(["not_asked", "not_asked", "number"]),
                "duration_s": st.sampled_from([None, 900]),
                "profile_locked_after_first_attempt": st.booleans(),
            }
        ),
    }
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(situation=SITUATIONS)
def test_both_ways_agree_on_everybody(transactional_db: None, situation: dict[str, Any]) -> None:
    """Of two twins in one situation one goes each way: equal attempts, or one refusal that the crowd passes on."""
    now = clock.now()
    rounds = _rounds(now, situation)
    ward = make_unit()
    crowd_twin, single_twin = (_person(situation, ward, rounds, now) for _ in range(2))

    (outcome,) = start_all(write_of(crowd_twin, rounds[0]))
    assert outcome is not None
    try:
        attempt, created = start_attempt(person=single_twin, round=rounds[0], now=clock.now())
    except UserError:
        created = False

    assert (outcome.attempt is not None) == created
    if outcome.attempt is not None and created:
        mine = Attempt.objects.get(uuid=outcome.attempt.uuid)
        theirs = Attempt.objects.get(pk=attempt.pk)
        assert [getattr(mine, name) for name in SAME] == [getattr(theirs, name) for name in SAME]
        assert mine.deadline_at - mine.started_at == theirs.deadline_at - theirs.started_at or (
            mine.deadline_at == theirs.deadline_at == rounds[0].closes_at
        )
        assert mine.paper == draw_paper(rounds[0], seed=mine.seed).paper
        assert _is_locked(crowd_twin) == _is_locked(single_twin)


def _rounds(now: Any, situation: dict[str, Any]) -> Sequence[Round]:
    """Two rounds side by side, open unless the situation says otherwise."""
    contest = make_contest(now=now, rounds=2, rules=situation["rules"])
    shift = timedelta(hours=situation["shift_h"])
    contest.rounds.update(opens_at=now - HOUR + shift, closes_at=now + HOUR + shift, keys_release_at=now + HOUR + shift)
    return list(contest.rounds.select_related("contest"))


def _put_in_team(person: Person, contest: Contest, team: str | None, now: Any) -> None:
    if team is None:
        return
    listed = make_contest(now=now, rules={"excluded": ("secretaries",)}) if team == "elsewhere" else contest
    TeamMember.objects.create(
        contest=listed,
        person=person,
        team="secretaries",
        added_by=person,
        added_at=now,
        removed_at=now if team == "taken off" else None,
        removed_by=person if team == "taken off" else None,
    )


def _person(situation: dict[str, Any], ward: Unit, rounds: Sequence[Round], now: Any) -> Person:
    """A person with attempts of before, each in one of the rounds, ended or still open (at most one)."""
    person = make_person(
        territory=ward if situation["has_ward"] else None, roles=situation["roles"], consented=situation["consented"]
    )
    Profile.objects.filter(person=person).update(born_on=situation["born_on"])
    _put_in_team(person, rounds[0].contest, situation["team"], now)
    if situation["number"] and situation["consented"]:
        state_identity(person=person, number=f"001090{person.pk % 10**6:06}", at=now)
    for number, (place, is_open) in enumerate(situation["before"], start=1):
        attempt = Attempt.objects.create(
            person=person,
            contest=rounds[place].contest,
            round=rounds[place],
            # Numbers count within the round, without gaps, as the product gives them.
            number=1 + Attempt.objects.filter(person=person, round=rounds[place]).count(),
            seed=number,
            paper=draw_paper(rounds[place], seed=number).paper,
            started_at=now - timedelta(minutes=30),
            deadline_at=now + HOUR,
        )
        if not is_open or number < len(situation["before"]):
            submit_attempt(attempt=attempt, prediction=None, received_at=now)
    return person


def _is_locked(person: Person) -> tuple[bool, bool, bool, list[Any]]:
    """Whether units, date of birth and number are fixed, and how long the number is kept."""
    locked = {"person": person, "locked_at__isnull": False}
    return (
        Membership.objects.filter(**locked).exists(),
        Profile.objects.filter(person=person, born_on_locked_at__isnull=False).exists(),
        Identity.objects.filter(**locked).exists(),
        list(Identity.objects.filter(person=person).values_list("keep_until", flat=True)),
    )
