"""The one statement that writes answers. Runs on the reserved connection of the group commit alone.

It repeats two pure rules in SQL: `core.timing.is_in_time` and `core.merging.merge`. FOR SHARE holds off whoever ends an
attempt, so no answer slips in behind a result; SKIP LOCKED keeps one attempt that is just being ended from holding up
everybody's acknowledgements.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from backend.core.merging import Choice, Verdict, judge
from backend.core.timing import GRACE
from backend.infra import failpoints
from backend.infra.group_commit.reserved import Connection


class AnswerWrite(NamedTuple):
    """One answer to store: `choice` holds positions from 1, ascending; `received_at` is its entry into the process."""

    attempt_id: int
    item: int
    seq: int
    choice: tuple[int, ...]
    received_at: datetime


class AnswerOutcome(NamedTuple):
    """What became of it. `verdict` None: the attempt was closed, or it came too late. The rest is what is stored."""

    verdict: Verdict | None
    seq: int = 0
    choice: tuple[int, ...] = ()


CLOSED = AnswerOutcome(None)

# `state || ''` hides the partial indexes of open attempts from the planner: at the opening, when statistics still know
# an empty table, it would read such an index from end to end. The primary key is the one way in.
_STATEMENT = """
WITH incoming AS MATERIALIZED (
    SELECT attempt_id, item, seq, choice::smallint[] AS choice, received_at, place
      FROM unnest(%s::bigint[], %s::smallint[], %s::int[], %s::text[], %s::timestamptz[])
           WITH ORDINALITY AS i (attempt_id, item, seq, choice, received_at, place)
), attempt AS MATERIALIZED (
    SELECT id, deadline_at FROM attempts_attempt
     WHERE id = ANY(%s) AND state || '' = 'open'
     ORDER BY id
       FOR SHARE SKIP LOCKED
), timely AS MATERIALIZED (
    SELECT i.* FROM incoming i JOIN attempt a ON a.id = i.attempt_id AND i.received_at <= a.deadline_at + %s
), written AS (
    INSERT INTO attempts_answer AS stored (attempt_id, item, seq, choice, received_at)
    SELECT DISTINCT ON (attempt_id, item) attempt_id, item, seq, choice, received_at FROM timely
     ORDER BY attempt_id, item, seq DESC, place
    ON CONFLICT (attempt_id, item) DO UPDATE
       SET seq = excluded.seq, choice = excluded.choice, received_at = excluded.received_at
     WHERE stored.seq < excluded.seq
    RETURNING attempt_id, item, seq, choice
)
SELECT CASE WHEN t.place IS NOT NULL THEN 'timely'
            WHEN a.id IS NULL AND EXISTS (
                 SELECT FROM attempts_attempt l WHERE l.id = i.attempt_id AND l.state || '' = 'open') THEN 'contended'
            ELSE 'closed' END,
       w.seq = i.seq AND w.choice = i.choice,
       coalesce(w.seq, s.seq),
       CASE WHEN w.seq = i.seq AND w.choice = i.choice THEN NULL ELSE coalesce(w.choice, s.choice) END
  FROM incoming i
  LEFT JOIN attempt a ON a.id = i.attempt_id
  LEFT JOIN timely t ON t.place = i.place
  LEFT JOIN written w ON w.attempt_id = i.attempt_id AND w.item = i.item
  LEFT JOIN LATERAL (
       SELECT o.seq, o.choice FROM attempts_answer o
        WHERE w.seq IS NULL AND t.place IS NOT NULL AND o.attempt_id = i.attempt_id AND o.item = i.item
       LIMIT 1) s ON true
 ORDER BY i.place
"""
_REREAD = "SELECT seq, choice FROM attempts_answer WHERE attempt_id = %s AND item = %s"


async def write_answers(connection: Connection, writes: Sequence[AnswerWrite]) -> list[AnswerOutcome | None]:
    """Store a batch in one transaction; return its outcomes in order, None where the attempt's row was locked."""
    async with connection.transaction():
        cursor = await connection.execute(
            _STATEMENT,
            [
                _array([one.attempt_id for one in writes]),
                _array([one.item for one in writes]),
                _array([one.seq for one in writes]),
                _array([f'"{_array(one.choice)}"' for one in writes]),
                _array([f'"{one.received_at.isoformat()}"' for one in writes]),
                _array(sorted({one.attempt_id for one in writes})),
                GRACE,
            ],
            binary=True,
        )
        rows = await cursor.fetchall()
        outcomes = [_outcome(write, *row) for write, row in zip(writes, rows, strict=True)]
        for place, (write, row) in enumerate(zip(writes, rows, strict=True)):
            if row[0] == "timely" and (row[2] is None or row[2] < write.seq):
                outcomes[place] = await _reread(connection, write)
        failpoints.hit("mid_batch")
    return outcomes


async def _reread(connection: Connection, write: AnswerWrite) -> AnswerOutcome:
    """Another process stored a higher `seq` after this statement's snapshot: a new snapshot sees it."""
    cursor = await connection.execute(_REREAD, [write.attempt_id, write.item])
    row = await cursor.fetchone()
    if row is None:
        raise LookupError("an answer that was neither written nor stored")
    return _judged(write, row[0], tuple(row[1]))


def _outcome(
    write: AnswerWrite, fate: str, is_written: bool | None, seq: int | None, choice: list[int] | None
) -> AnswerOutcome | None:
    if is_written:
        return AnswerOutcome(Verdict.SAVED, write.seq, write.choice)
    if fate == "contended":
        return None
    if fate == "closed" or seq is None:
        return CLOSED
    return _judged(write, seq, tuple(choice or ()))


def _judged(write: AnswerWrite, seq: int, choice: tuple[int, ...]) -> AnswerOutcome:
    return AnswerOutcome(judge(Choice(seq, choice), Choice(write.seq, write.choice)), seq, choice)


def _array(values: Iterable[object]) -> str:
    """Write an array the way PostgreSQL reads it: half the time of the driver's own lists, which look at every value.

    Safe for what stands here alone: integers and instants, quoted where they hold a comma.
    """
    return "{" + ",".join(map(str, values)) + "}"
