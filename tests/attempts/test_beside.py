"""What happens beside a start: a consent withdrawn, a number gone, a birth date changed. Whichever comes first."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.db import connection, transaction

from backend.accounts.errors import ConsentRequired
from backend.accounts.models import Consent, Identity, Person, Profile
from backend.accounts.services import state_identity
from backend.attempts.models import Attempt, DeviceStart
from backend.attempts.services import start_attempt
from backend.attempts.services.crowd import StartOutcome, StartWrite, write_starts
from backend.contests.errors import IdentityNeeded, TooYoung
from backend.contests.models import Round
from backend.core.errors import UserError
from backend.infra import clock
from backend.infra.group_commit import ReservedConnection
from backend.units.errors import ProfileLocked
from backend.units.models import Membership
from backend.units.services import change_profile
from tests.attempts.waiting import ended_or_waiting
from tests.factories import make_contest, make_person, make_unit

pytestmark = pytest.mark.django_db(transaction=True)
DEVICE = b"d" * 16


def away(act: Callable[[], Any]) -> Any:
    """Run in a thread that gives its connection back; a refusal is an answer like another."""
    try:
        return act()
    except UserError as refusal:
        return type(refusal)
    finally:
        connection.close()


def alone(person: Person, one: Round) -> Any:
    return start_attempt(person=person, round=one, now=clock.now(), device=DEVICE)[0]


def in_crowd(person: Person, one: Round) -> StartOutcome | None:
    write = StartWrite.of(person_id=person.pk, round=one, device=DEVICE)

    async def once() -> list[StartOutcome | None]:
        reserved = ReservedConnection("beside test")
        try:
            return await reserved.call(lambda connection: write_starts(connection, [write]))
        finally:
            await reserved.close()

    return async_to_sync(once)()[0]


def withdraw(person: Person) -> int:
    return Consent.objects.filter(person=person).update(withdrawn_at=clock.now())


@pytest.fixture
def citizen(open_round: Round) -> Person:
    return make_person(territory=make_unit())


@pytest.mark.parametrize("start", [alone, in_crowd])
def test_a_start_beside_a_withdrawal_begins_nothing_and_leaves_no_device(
    open_round: Round, citizen: Person, start: Callable[[Person, Round], Any]
) -> None:
    with ThreadPoolExecutor(1) as beside:
        with transaction.atomic():
            withdraw(citizen)
            started = beside.submit(away, lambda: start(citizen, open_round))
            ended_or_waiting(started)
        outcome = started.result(60)

    assert outcome in (ConsentRequired, StartOutcome(None))
    assert away(lambda: alone(citizen, open_round)) is ConsentRequired
    assert (Attempt.objects.count(), DeviceStart.objects.count()) == (0, 0)


def test_a_withdrawal_beside_a_start_takes_the_device_along(open_round: Round, citizen: Person) -> None:
    with ThreadPoolExecutor(1) as beside:
        with transaction.atomic():
            alone(citizen, open_round)
            withdrawn = beside.submit(away, lambda: withdraw(citizen))
            ended_or_waiting(withdrawn)
        assert withdrawn.result(60) == 1

    assert (Attempt.objects.count(), DeviceStart.objects.count()) == (1, 0)


def test_a_withdrawal_beside_a_crowd_takes_the_device_along(open_round: Round, citizen: Person) -> None:
    write = StartWrite.of(person_id=citizen.pk, round=open_round, device=DEVICE)

    async def both(beside: ThreadPoolExecutor) -> int:
        reserved = ReservedConnection("beside test")

        async def begin(held: Any) -> "Future[int]":
            async with held.transaction():
                await write_starts(held, [write])
                withdrawn = beside.submit(away, lambda: withdraw(citizen))
                await _ended_or_blocked_by(held, withdrawn)
                return withdrawn

        try:
            withdrawn = await reserved.call(begin)
            return await asyncio.wrap_future(withdrawn)
        finally:
            await reserved.close()

    with ThreadPoolExecutor(1) as beside:
        assert async_to_sync(both)(beside) == 1

    assert (Attempt.objects.count(), DeviceStart.objects.count()) == (1, 0)


async def _ended_or_blocked_by(held: Any, future: "Future[Any]") -> None:
    cursor = await held.execute("SELECT pg_backend_pid()")
    pid = (await cursor.fetchone())[0]
    await sync_to_async(lambda: away(lambda: ended_or_waiting(future, blocked_by=pid)), thread_sensitive=False)()


@pytest.mark.parametrize(("start", "told"), [(alone, IdentityNeeded), (in_crowd, StartOutcome(None))])
def test_a_number_that_goes_beside_a_start_begins_nothing(start: Callable[[Person, Round], Any], told: Any) -> None:
    one = make_contest(now=clock.now(), rules={"identity": "number"}).rounds.select_related("contest").get()
    person = make_person(territory=make_unit())
    state_identity(person=person, number="001090123456", at=clock.now())

    with ThreadPoolExecutor(1) as beside:
        with transaction.atomic():
            Identity.objects.filter(person=person).delete()
            started = beside.submit(away, lambda: start(person, one))
            ended_or_waiting(started)
        assert started.result(60) == told

    assert away(lambda: alone(person, one)) is IdentityNeeded
    assert (Attempt.objects.count(), DeviceStart.objects.count()) == (0, 0)


RULES = {"minimum_age": 18}


@pytest.mark.parametrize("start", [alone, in_crowd])
@pytest.mark.parametrize("is_locking", [True, False])
def test_who_was_old_enough_at_the_start_stays_who_they_were(
    start: Callable[[Person, Round], Any], is_locking: bool
) -> None:
    rules = {**RULES, "profile_locked_after_first_attempt": is_locking}
    one = make_contest(now=clock.now(), rules=rules).rounds.select_related("contest").get()
    person = make_person(territory=make_unit())
    Profile.objects.filter(person=person).update(born_on=date(1990, 1, 1))

    start(person, one)

    refused = away(
        lambda: change_profile(
            person=person, display_name=None, locale=None, born_on=date(1960, 1, 1), choices={}, at=clock.now()
        )
    )
    assert refused is ProfileLocked
    assert Profile.objects.get(person=person).born_on == date(1990, 1, 1)
    assert Membership.objects.filter(person=person, locked_at=None).exists() is not is_locking
    assert Attempt.objects.count() == 1


@pytest.mark.parametrize("start", [alone, in_crowd])
def test_who_becomes_too_young_beside_the_start_does_not_begin(start: Callable[[Person, Round], Any]) -> None:
    one = make_contest(now=clock.now(), rules=RULES).rounds.select_related("contest").get()
    person = make_person(territory=make_unit())
    Profile.objects.filter(person=person).update(born_on=date(1990, 1, 1))

    with ThreadPoolExecutor(1) as beside:
        with transaction.atomic():
            change_profile(
                person=person, display_name=None, locale=None, born_on=date(2020, 1, 1), choices={}, at=clock.now()
            )
            started = beside.submit(away, lambda: start(person, one))
            ended_or_waiting(started)
        # The crowd passes over whom somebody holds and tries again.
        assert started.result(60) in (TooYoung, None)

    assert away(lambda: alone(person, one)) is TooYoung
    assert Attempt.objects.count() == 0
