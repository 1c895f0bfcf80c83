"""Start attempts for many people at once: a handful of statements and one commit, however many press at the bell.

It begins what speaks for itself and nothing else. Whoever has an open attempt, meets a limit, or raced with themselves
gets None: `start_attempt` then tells them what holds. So there is one place that refuses, and constraints that let one
of two starts through whichever way they come.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import msgspec
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import close_old_connections

from backend.accounts.enums import ConsentKind
from backend.accounts.services import KEEP
from backend.attempts.models import Attempt
from backend.attempts.services.pool import TAKE, DrawnPaper, draw_paper
from backend.attempts.services.standing import Standing, plain_number, read_standings
from backend.contests.models import Round
from backend.contests.queries import rulebook_of
from backend.core.timing import deadline
from backend.infra import clock
from backend.infra.group_commit.reserved import Connection

# The person's row first, in one order: whoever starts beside us on another path waits here, never in a circle. Who is
# held by somebody else at this moment is passed over and tried again.
_HOLD = """
SELECT id FROM accounts_person WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED
"""
# Then the consent: a withdrawal beside us waits and takes along what is stored, and one that came first is left to
# `start_attempt`. A statement of its own: joined to the first it was planned for ten people and compared all with all.
_AGREED = f"""
SELECT person_id FROM accounts_consent
 WHERE person_id = ANY(%s) AND kind = '{ConsentKind.TAKE_PART}' AND version = %s AND withdrawn_at IS NULL
   FOR SHARE SKIP LOCKED
"""  # noqa: S608  # built from constants alone
# The device in the same statement: no trip of its own, and none is noted for an attempt that was not begun.
_INSERT = """
WITH asked AS (
SELECT *
  FROM unnest(%s::uuid[], %s::bigint[], %s::bigint[], %s::bigint[], %s::smallint[], %s::bigint[], %s::jsonb[],
              %s::timestamptz[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bytea[])
       AS i (uuid, person_id, contest_id, round_id, number, seed, paper, deadline_at, territory_id, party_id,
             workplace_id, device)
), begun AS (
INSERT INTO attempts_attempt (uuid, person_id, contest_id, round_id, number, state, seed, paper, started_at,
                              deadline_at, receipt, territory_id, party_id, workplace_id)
SELECT uuid, person_id, contest_id, round_id, number, 'open', seed, paper, %s, deadline_at, '', territory_id,
       party_id, workplace_id
  FROM asked
    ON CONFLICT DO NOTHING
RETURNING uuid
), noted AS (
INSERT INTO attempts_devicestart (round_id, device, person_id)
SELECT round_id, device, person_id FROM asked JOIN begun USING (uuid) WHERE device IS NOT NULL
    ON CONFLICT DO NOTHING
)
SELECT uuid FROM begun
"""
_LOCK_UNITS = "UPDATE units_membership SET locked_at = %s WHERE person_id = ANY(%s) AND locked_at IS NULL"

# As `accounts.services.lock_birth_date` and `lock_identity` say it, for many at once.
_LOCK_BIRTH_DATES = """
UPDATE accounts_profile SET born_on_locked_at = %s WHERE person_id = ANY(%s) AND born_on_locked_at IS NULL
"""
_HOLD_IDENTITIES = """
SELECT person_id FROM accounts_identity WHERE person_id = ANY(%s) ORDER BY person_id FOR NO KEY UPDATE
"""
_LOCK_IDENTITIES = """
UPDATE accounts_identity i
   SET locked_at = coalesce(i.locked_at, %s), keep_until = greatest(i.keep_until, w.needed_until + %s)
  FROM unnest(%s::bigint[], %s::timestamptz[]) AS w (person_id, needed_until) WHERE i.person_id = w.person_id
"""


class StartWrite(NamedTuple):
    """A person who asks to begin. The uuid is chosen by the asker: a batch that is written twice begins once.

    `device` is `accounts.devices.device_digest` of the request.
    """

    person_id: int
    round: Round
    uuid: UUID
    device: bytes | None = None

    @classmethod
    def of(cls, *, person_id: int, round: Round, device: bytes | None = None) -> "StartWrite":  # noqa: A002
        return cls(person_id, round, uuid4(), device)


class StartOutcome(NamedTuple):
    """`attempt` is the one just begun, or None where `start_attempt` is to be asked."""

    attempt: Attempt | None


_PASSED_ON = StartOutcome(None)


async def write_starts(connection: Connection, writes: Sequence[StartWrite]) -> list[StartOutcome | None]:
    """Begin attempts in one transaction; return outcomes in order, None where the person's row was locked.

    Clocks start here, when papers are handed out, not when people came.
    """
    async with connection.transaction():
        cursor = await connection.execute(_HOLD, [sorted({one.person_id for one in writes})])
        held = {row[0] for row in await cursor.fetchall()}
        cursor = await connection.execute(_AGREED, [sorted(held), settings.CONSENT_VERSION])
        agreed = {row[0] for row in await cursor.fetchall()}
        asked = [one for one in writes if one.person_id in agreed]
        standings = await read_standings(connection, [(one.person_id, one.round) for one in asked])
        # Read behind the locks: a paper that is handed over now begins now.
        now = clock.now()
        begun = await _with_numbers(connection, _begin(asked, standings, now=now))
        await _hand_out(connection, begun)
        devices = {one.uuid: one.device for one in asked}
        made = await _insert(connection, begun, devices, now=now)
        await _lock_profiles(connection, list(made.values()), now=now)
    return [
        StartOutcome(made[one.uuid]) if one.uuid in made else _PASSED_ON if one.person_id in held else None
        for one in writes
    ]


def _begin(asked: Sequence[StartWrite], standings: Sequence[Standing], *, now: datetime) -> list[Attempt]:
    """Return unsaved attempts, still without papers, for those whose start is plain; one a person."""
    begun: dict[int, Attempt] = {}
    for write, standing in zip(asked, standings, strict=True):
        number = plain_number(standing, write.round, now=now)
        if number is None or write.person_id in begun:
            continue
        rules = rulebook_of(write.round.contest)
        begun[write.person_id] = Attempt(
            uuid=write.uuid,
            person_id=write.person_id,
            contest=write.round.contest,
            round=write.round,
            number=number,
            started_at=now,
            deadline_at=deadline(started_at=now, duration=rules.duration, closes_at=write.round.closes_at),
            territory_id=standing.territory_id,
            party_id=standing.party_id,
            workplace_id=standing.workplace_id,
        )
    return list(begun.values())


async def _with_numbers(connection: Connection, begun: list[Attempt]) -> list[Attempt]:
    """Hold the identity numbers that rules demand; leave out whose number went since it was read."""
    needing = {one.person_id for one in begun if rulebook_of(one.round.contest).demands_identity}
    if not needing:
        return begun
    cursor = await connection.execute(_HOLD_IDENTITIES, [sorted(needing)])
    without = needing - {row[0] for row in await cursor.fetchall()}
    return [one for one in begun if one.person_id not in without]


async def _lock_profiles(connection: Connection, made: Sequence[Attempt], *, now: datetime) -> None:
    """Fix units, dates of birth and identity numbers, where the rules of the contest say so."""
    rules = [(one.person_id, rulebook_of(one.round.contest)) for one in made]
    if locking := sorted(person_id for person_id, book in rules if book.profile_locked_after_first_attempt):
        await connection.execute(_LOCK_UNITS, [now, locking])
    if aged := sorted(person_id for person_id, book in rules if book.minimum_age is not None):
        await connection.execute(_LOCK_BIRTH_DATES, [now, aged])
    if needing := [one for one in made if rulebook_of(one.round.contest).demands_identity]:
        people, ends = [one.person_id for one in needing], [one.round.closes_at for one in needing]
        await connection.execute(_LOCK_IDENTITIES, [now, KEEP, people, ends])


async def _hand_out(connection: Connection, begun: Sequence[Attempt]) -> None:
    """Give every attempt a paper of its round: from the pool, or drawn on the spot."""
    by_round: defaultdict[int, list[Attempt]] = defaultdict(list)
    for one in begun:
        by_round[one.round_id].append(one)
    for round_id, ones in by_round.items():
        cursor = await connection.execute(TAKE, [round_id, len(ones)])
        drawn = [DrawnPaper(*row) for row in await cursor.fetchall()]
        if len(drawn) < len(ones):
            drawn += await sync_to_async(_draw, thread_sensitive=False)(ones[0].round, len(ones) - len(drawn))
        for one, (seed, paper) in zip(ones, drawn, strict=True):
            one.seed, one.paper = seed, paper


def _draw(one: Round, count: int) -> list[DrawnPaper]:
    """Draw in a thread: it costs a millisecond a paper, and the first of a process reads the round's pool."""
    try:
        return [draw_paper(one) for _ in range(count)]
    finally:
        close_old_connections()


async def _insert(
    connection: Connection, begun: Sequence[Attempt], devices: Mapping[UUID, bytes | None], *, now: datetime
) -> dict[UUID, Attempt]:
    """Store attempts and the devices they begin on; return by uuid those that no constraint stopped."""
    if not begun:
        return {}

    def column(name: str) -> list[Any]:
        return [getattr(one, name) for one in begun]

    cursor = await connection.execute(
        _INSERT,
        [
            *(column(name) for name in ("uuid", "person_id", "contest_id", "round_id", "number", "seed")),
            [msgspec.json.encode(one.paper).decode() for one in begun],
            *(column(name) for name in ("deadline_at", "territory_id", "party_id", "workplace_id")),
            [devices[one.uuid] for one in begun],
            now,
        ],
    )
    stored = {row[0] for row in await cursor.fetchall()}
    return {one.uuid: one for one in begun if one.uuid in stored}
