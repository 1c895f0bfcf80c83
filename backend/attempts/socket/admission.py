"""Read what a socket needs to open: the attempt behind its address, many at a time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from backend.infra.group_commit import GroupRead
from backend.infra.group_commit.reserved import Connection

_STATEMENT = """
SELECT a.uuid, a.id, a.person_id, a.state, a.deadline_at, a.paper,
       ARRAY(SELECT json_build_object('item', n.item, 'seq', n.seq, 'choice', n.choice)
               FROM attempts_answer n WHERE n.attempt_id = a.id ORDER BY n.item)
  FROM attempts_attempt a
 WHERE a.uuid = ANY(%s)
"""


class SeatedAttempt(NamedTuple):
    """An attempt as its socket knows it. `saved` is what was stored when the socket opened."""

    uuid: UUID
    id: int
    person_id: int
    state: str
    deadline_at: datetime
    paper: list[Any]
    saved: list[Any]


def make_attempt_reader() -> "GroupRead[UUID, SeatedAttempt | None]":
    """Return a reader from an attempt's uuid to the attempt; the caller runs it."""
    return GroupRead(name="attempts", load=load_attempts)


async def load_attempts(connection: Connection, uuids: Sequence[UUID]) -> list[SeatedAttempt | None]:
    """Read attempts with their answers, in order; None where there is none. Whose they are is the caller's to check."""
    cursor = await connection.execute(_STATEMENT, [list(set(uuids))])
    found = {row[0]: SeatedAttempt(*row) for row in await cursor.fetchall()}
    return [found.get(uuid) for uuid in uuids]
