"""The line on a real Valkey says what the pure line says, and goes on without Valkey."""

import asyncio
import time
from collections.abc import Iterator

import pytest
import redis
from django.conf import settings
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from backend.core.waiting import Ask, Line, Pace, Place
from backend.infra import valkey
from backend.infra.waiting_room import Door, Room, room, tickets
from backend.infra.waiting_room.script import KEYS

NOON = 1_795_000_000_000.0


class Clock:
    """A clock moved by hand."""

    def __init__(self) -> None:
        self.now_ms = NOON

    def room(self, per_s: float, burst: int) -> Room:
        """A process's door to the line, by this clock."""
        return Room(Pace(per_s, burst), now_ms=lambda: self.now_ms)


@pytest.fixture
def clock() -> Iterator[Clock]:
    """A clock of the test's own, and an empty line."""
    hand = Clock()
    valkey.client().delete(*KEYS)
    yield hand
    valkey.client().delete(*KEYS)


STEPS = st.lists(
    st.tuples(st.integers(0, 40_000), st.lists(st.integers(1, 8), min_size=1, max_size=6)), min_size=1, max_size=12
)


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(steps=STEPS, per_s=st.sampled_from([0.05, 0.5, 3, 50]), burst=st.integers(1, 3))
def test_the_script_is_the_pure_line(
    clock: Clock, steps: list[tuple[int, list[int]]], per_s: float, burst: int
) -> None:
    valkey.client().delete(*KEYS)
    pace = Pace(per_s, burst)
    door, line = clock.room(per_s, burst), Line(pace)
    clock.now_ms = NOON

    for later_ms, people in steps:
        clock.now_ms += later_ms
        asks = [Ask(one) for one in people]
        from_valkey = room.read(valkey.client().eval(*door.command(asks)))  # type: ignore[arg-type]

        assert from_valkey == line.ask(asks, clock.now_ms)


def test_two_doors_share_one_line(clock: Clock) -> None:
    first, second = clock.room(1, 1), clock.room(1, 1)

    told = [door.ask_now(person_id=person, ticket=None) for person, door in enumerate([first, second, first, second])]

    assert [waiting and (waiting.place, waiting.ahead) for waiting in told] == [None, (1, 0), (2, 1), (3, 2)]


async def test_many_who_ask_at_once_are_told_their_own_places(clock: Clock) -> None:
    door = Door(clock.room(1, 2))
    told = await asyncio.gather(*(door.ask(person_id=person, ticket=None) for person in range(50)))
    await door.close()

    assert [waiting and waiting.ahead for waiting in told] == [None, None, *range(48)]


def test_a_lost_line_is_rebuilt_from_tickets_in_its_order(clock: Clock) -> None:
    door = clock.room(0.001, 1)
    held = {}
    for person in range(4):
        clock.now_ms += 10
        waiting = door.ask_now(person_id=person, ticket=None)
        held[person] = waiting.ticket if waiting else None
    valkey.client().delete(*KEYS)
    clock.now_ms += 1000

    # A newcomer takes the fresh bucket's token; then they come back in the opposite order.
    door.ask_now(person_id=9, ticket=None)
    for person in (3, 2, 1):
        door.ask_now(person_id=person, ticket=held[person])

    places = [door.ask_now(person_id=person, ticket=None) for person in (1, 2, 3)]
    assert [waiting and waiting.place for waiting in places] == [1, 2, 3]


def test_a_ticket_serves_its_owner_alone_and_only_in_time() -> None:
    place = Place(ahead=3, joined_ms=NOON, retry_ms=500, due_ms=NOON + 30_000)
    ticket = tickets.write(7, place)

    assert tickets.read(7, ticket, NOON + 30_000) == NOON
    assert tickets.read(8, ticket, NOON) is None
    assert tickets.read(7, ticket, NOON + 30_001) is None
    joined, due, seal = ticket.split("-")
    forged = [
        f"1.000-{due}-{seal}",
        f"{joined}-{float(due) + 1:.3f}-{seal}",
        f"{joined}-{due}-{seal[:-1]}0",
        "-",
        "--",
        "nan-nan-nan",
        "x" * 200,
        "é-1-2",
        f"{joined}-{due}",
    ]
    assert [tickets.read(7, one, NOON) for one in forged] == [None] * len(forged)


async def test_without_valkey_nobody_is_refused_and_this_process_keeps_the_line(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = "redis://127.0.0.1:1/0"
    place = clock.room(1, 1)
    door = Door(place)

    with monkeypatch.context() as cut_off:
        cut_off.setattr(settings, "REDIS_URL", away)
        cut_off.setattr(valkey, "client", lambda: redis.Redis.from_url(away))
        told = [await door.ask(person_id=1, ticket=None), await door.ask(person_id=2, ticket=None)]
        told.append(place.ask_now(person_id=3, ticket=None))
        clock.now_ms += 1001
        told.append(place.ask_now(person_id=2, ticket=None))
        await door.close()

    assert [waiting and waiting.place for waiting in told] == [None, 1, 2, None]


def test_valkeys_own_clock_fills_the_bucket() -> None:
    """Machines that disagree about the time still let people in at one pace."""
    valkey.client().delete(*KEYS)
    door = Room(Pace(50, 1))
    give_up_at = time.monotonic() + 20

    told = [door.ask_now(person_id=person, ticket=None) for person in (1, 2)]
    while door.ask_now(person_id=2, ticket=None) is not None and time.monotonic() < give_up_at:
        pass

    assert told[0] is None
    assert time.monotonic() < give_up_at
    valkey.client().delete(*KEYS)
