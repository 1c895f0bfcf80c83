"""Read what a socket needs to open: the attempt behind its address, many at a time."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings

from backend.infra.group_commit import GroupRead
from backend.infra.group_commit.reserved import Connection

_ATTEMPTS = """
SELECT uuid, id, round_id, person_id, state, deadline_at, paper
  FROM attempts_attempt
 WHERE uuid = ANY(%s) AND person_id = ANY(%s)
"""
# The round stands in the text: the plan is pruned while it is made, and names and locks one partition.
_SAVED = """
SELECT attempt_id, array_agg(
           CASE WHEN text IS NULL THEN json_build_object('item', item, 'seq', seq, 'choice', choice)
                ELSE json_build_object('item', item, 'seq', seq, 'text', text) END ORDER BY item)
  FROM attempts_answer
 WHERE round_id = {round_id} AND attempt_id = ANY(%s)
 GROUP BY attempt_id
"""


class Seat(NamedTuple):
    """What a handshake asks for, and who asks."""

    uuid: UUID
    person_id: int


class SeatedAttempt(NamedTuple):
    """An attempt as its socket knows it. `saved` is what was stored when the socket opened."""

    uuid: UUID
    id: int
    round_id: int
    person_id: int
    state: str
    deadline_at: datetime
    paper: list[Any]
    saved: list[Any]


def make_attempt_reader() -> "GroupRead[Seat, SeatedAttempt | None]":
    """Return a reader from an attempt's uuid and its person to the attempt; the caller runs it."""
    return GroupRead(name="attempts", load=load_attempts, capacity=settings.HANDSHAKES_WAITING_MAX)


async def load_attempts(connection: Connection, seats: Sequence[Seat]) -> list[SeatedAttempt | None]:
    """Read people's own attempts with their answers, in order.

    None where there is none, and where it is another's: of that nothing is read, so that both take as long.
    """
    asked = set(seats)
    cursor = await connection.execute(_ATTEMPTS, [[one.uuid for one in asked], [one.person_id for one in asked]])
    rows = [SeatedAttempt._make((*row, [])) for row in await cursor.fetchall()]
    found = {seat: row for row in rows if (seat := Seat(row.uuid, row.person_id)) in asked}
    by_round: defaultdict[int, dict[int, SeatedAttempt]] = defaultdict(dict)
    for one in found.values():
        by_round[one.round_id][one.id] = one
    for round_id, attempts in by_round.items():
        cursor = await connection.execute(_SAVED.format(round_id=int(round_id)).encode(), [list(attempts)])
        for attempt_id, saved in await cursor.fetchall():
            attempts[attempt_id].saved.extend(saved)
    return [found.get(seat) for seat in seats]
