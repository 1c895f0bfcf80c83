"""The one statement that writes answers. Runs on the reserved connection of the group commit alone.

It stands once, over the column that it writes: choices and texts are stored and judged by the same rules.

It repeats two pure rules in SQL: `core.timing.is_in_time` and `core.merging.merge`. FOR SHARE holds off whoever ends an
attempt, so no answer slips in behind a result; SKIP LOCKED keeps one attempt that is just being ended from holding up
everybody's acknowledgements.

Answers are partitioned by round. The statement takes the round from the attempt's row and never reads the table, so
each row is led straight to its partition; what was not written is read afterwards, with the round in the text.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from backend.attempts.services.flagging import Conflict, flag_conflicts
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


class TextWrite(NamedTuple):
    """One answer in words to store. What was written is for its readers alone: it stands in no log and no trace."""

    attempt_id: int
    item: int
    seq: int
    text: str
    received_at: datetime

    def __repr__(self) -> str:
        return f"TextWrite(attempt_id={self.attempt_id}, item={self.item}, seq={self.seq}, length={len(self.text)})"


class AnswerOutcome(NamedTuple):
    """What became of it. `verdict` None: the attempt was closed, or it came too late. The rest is what is stored.

    `text` is None where options are chosen.
    """

    verdict: Verdict | None
    seq: int = 0
    choice: tuple[int, ...] = ()
    text: str | None = None

    def __repr__(self) -> str:
        held = self.choice if self.text is None else f"{len(self.text)} characters"
        return f"AnswerOutcome({self.verdict!r}, {self.seq}, {held})"


CLOSED = AnswerOutcome(None)

# `state || ''` hides the partial indexes of open attempts from the planner: at the opening, when statistics still know
# an empty table, it would read such an index from end to end. The primary key is the one way in.
_STATEMENT = """
WITH incoming AS MATERIALIZED (
    SELECT attempt_id, item, seq, {read}, received_at, place
      FROM unnest(%s::bigint[], %s::smallint[], %s::int[], %s::text[], %s::timestamptz[])
           WITH ORDINALITY AS i (attempt_id, item, seq, {column}, received_at, place)
), attempt AS MATERIALIZED (
    SELECT id, round_id, deadline_at FROM attempts_attempt
     WHERE id = ANY(%s) AND state || '' = 'open'
     ORDER BY id
       FOR SHARE SKIP LOCKED
), judged AS MATERIALIZED (
    SELECT i.*, a.id IS NOT NULL AS is_open,
           CASE WHEN i.received_at <= a.deadline_at + %s THEN a.round_id END AS timely_round_id
      FROM incoming i LEFT JOIN attempt a ON a.id = i.attempt_id
), written AS (
    INSERT INTO attempts_answer AS stored (round_id, attempt_id, item, seq, {columns}, received_at)
    SELECT DISTINCT ON (attempt_id, item) timely_round_id, attempt_id, item, seq, {values}, received_at
      FROM judged
     WHERE timely_round_id IS NOT NULL
     ORDER BY attempt_id, item, seq DESC, place
    ON CONFLICT (attempt_id, item, round_id) DO UPDATE
       SET seq = excluded.seq, {column} = excluded.{column}, received_at = excluded.received_at
     WHERE stored.seq < excluded.seq
    RETURNING attempt_id, item, seq, {column}
)
SELECT fate, CASE fate WHEN 'timely' THEN timely_round_id END,
       CASE fate WHEN 'timely' THEN written_seq END, CASE fate WHEN 'timely' THEN written_{column} END
  FROM (
    SELECT j.place, j.timely_round_id, w.seq AS written_seq, w.{column} AS written_{column},
           CASE WHEN w.seq = j.seq AND w.{column} = j.{column} THEN 'saved'
                WHEN j.timely_round_id IS NOT NULL THEN 'timely'
                WHEN NOT j.is_open AND EXISTS (
                     SELECT FROM attempts_attempt l WHERE l.id = j.attempt_id AND l.state || '' = 'open')
                THEN 'contended'
                ELSE 'closed' END AS fate
      FROM judged j LEFT JOIN written w ON w.attempt_id = j.attempt_id AND w.item = j.item
    OFFSET 0) AS told
 ORDER BY place
"""
# The round stands in the text: the plan is pruned while it is made, and names and locks one partition.
_STORED = """
SELECT s.seq, s.{column}
  FROM unnest(%s::bigint[], %s::smallint[]) WITH ORDINALITY AS i (attempt_id, item, place)
  LEFT JOIN LATERAL (
       SELECT o.seq, o.{column} FROM attempts_answer o
        WHERE o.round_id = {round_id} AND o.attempt_id = i.attempt_id AND o.item = i.item
       LIMIT 1) s ON true
 ORDER BY i.place
"""


@dataclass(frozen=True, slots=True)
class _Form:
    """How answers of one kind stand in their column. `encoded` writes their array; `stored` still lacks the round."""

    statement: bytes
    stored: str
    encoded: Callable[[Sequence[Any]], Any]
    saved: Callable[[Any], AnswerOutcome]
    sent: Callable[[Any], Choice]
    held: Callable[[int, Any], Choice]


def _over(column: str, *, read: str, columns: str, values: str) -> tuple[bytes, str]:
    statement = _STATEMENT.format(column=column, read=read, columns=columns, values=values)
    return statement.encode(), _STORED.replace("{column}", column)


_CHOICES = _Form(
    *_over("choice", read="choice::smallint[] AS choice", columns="choice", values="choice"),
    encoded=lambda writes: _array([f'"{_array(one.choice)}"' for one in writes]),
    saved=lambda write: AnswerOutcome(Verdict.SAVED, write.seq, write.choice),
    sent=lambda write: Choice(write.seq, write.choice),
    held=lambda seq, value: Choice(seq, tuple(value or ())),
)
# The driver's own list: it alone knows how to quote whatever people write.
_TEXTS = _Form(
    *_over("text", read="text", columns="text, choice", values="text, '{}'::smallint[]"),
    encoded=lambda writes: [one.text for one in writes],
    saved=lambda write: AnswerOutcome(Verdict.SAVED, write.seq, text=write.text),
    sent=lambda write: Choice(write.seq, text=write.text),
    held=lambda seq, value: Choice(seq, text=value or ""),
)


class _Row(NamedTuple):
    """What the statement says of one write; of one that is saved nothing more.

    `seq` None of a timely one: a higher or equal `seq` was stored before.
    """

    fate: str
    round_id: int | None
    seq: int | None
    value: Any


async def write_answers(
    connection: Connection, writes: Sequence[AnswerWrite | TextWrite]
) -> list[AnswerOutcome | None]:
    """Store a batch and return its outcomes in order, None where the attempt's row was locked.

    The one statement is the transaction: PostgreSQL commits before it answers, and two round trips are saved. Texts
    that came between choices have a statement of their own; where it fails the batch fails, and what the first
    has stored is stored again.
    """
    failpoints.hit("mid_batch")
    written = [place for place, one in enumerate(writes) if type(one) is TextWrite]
    if not written:
        return await _write(connection, _CHOICES, writes)
    outcomes: list[AnswerOutcome | None] = [None] * len(writes)
    chosen = sorted(set(range(len(writes))).difference(written))
    for form, places in ((_CHOICES, chosen), (_TEXTS, written)):
        if places:
            told = await _write(connection, form, [writes[place] for place in places])
            for place, outcome in zip(places, told, strict=True):
                outcomes[place] = outcome
    return outcomes


async def _write(connection: Connection, form: _Form, writes: Sequence[Any]) -> list[AnswerOutcome | None]:
    cursor = await connection.execute(
        form.statement,
        [
            _array([one.attempt_id for one in writes]),
            _array([one.item for one in writes]),
            _array([one.seq for one in writes]),
            form.encoded(writes),
            _array([f'"{one.received_at.isoformat()}"' for one in writes]),
            _array(sorted({one.attempt_id for one in writes})),
            GRACE,
        ],
        binary=True,
    )
    outcomes: list[AnswerOutcome | None] = []
    standing: defaultdict[int, list[int]] = defaultdict(list)
    for place, (write, values) in enumerate(zip(writes, await cursor.fetchall(), strict=True)):
        if values[0] == "saved":
            outcomes.append(form.saved(write))
            continue
        row = _Row(*values)
        outcomes.append(_outcome(form, write, row))
        if row.round_id is not None and row.seq is None:
            standing[row.round_id].append(place)
    for round_id, places in standing.items():
        stored = await _read_stored(connection, form, round_id, [writes[place] for place in places])
        for place, choice in zip(places, stored, strict=True):
            outcomes[place] = _judged(form, writes[place], choice)
    conflicts = _conflicts(writes, outcomes)
    if conflicts:
        async with connection.transaction():
            await flag_conflicts(connection, conflicts)
    return outcomes


def _conflicts(writes: Sequence[AnswerWrite | TextWrite], outcomes: Sequence[AnswerOutcome | None]) -> list[Conflict]:
    return [
        Conflict(write.attempt_id, {"item": write.item, "seq": write.seq, **_both(write, outcome)}, write.received_at)
        for write, outcome in zip(writes, outcomes, strict=True)
        if outcome is not None and outcome.verdict is Verdict.SEQ_CONFLICT
    ]


def _both(write: AnswerWrite | TextWrite, outcome: AnswerOutcome) -> dict[str, Any]:
    """Return what is stored and what was sent, of texts how long they are: flags are read by many."""
    if isinstance(write, TextWrite):
        return {"stored_length": len(outcome.text or ""), "sent_length": len(write.text)}
    return {"stored": outcome.choice, "sent": write.choice}


async def _read_stored(
    connection: Connection, form: _Form, round_id: int, writes: Sequence[AnswerWrite | TextWrite]
) -> list[Choice]:
    """Read what stands in the way of these writes. A new snapshot: it sees what another process stored just now."""
    cursor = await connection.execute(
        form.stored.format(round_id=int(round_id)).encode(),
        [_array([one.attempt_id for one in writes]), _array([one.item for one in writes])],
        binary=True,
    )
    rows = await cursor.fetchall()
    if any(seq is None for seq, _ in rows):
        raise LookupError("an answer that was neither written nor stored")
    return [form.held(seq, value) for seq, value in rows]


def _outcome(form: _Form, write: AnswerWrite | TextWrite, row: _Row) -> AnswerOutcome | None:
    if row.fate == "contended":
        return None
    if row.fate == "closed" or row.seq is None:
        return CLOSED
    return _judged(form, write, form.held(row.seq, row.value))


def _judged(form: _Form, write: AnswerWrite | TextWrite, stored: Choice) -> AnswerOutcome:
    return AnswerOutcome(judge(stored, form.sent(write)), stored.seq, stored.choice, stored.text)


def _array(values: Iterable[object]) -> str:
    """Write an array the way PostgreSQL reads it: half the time of the driver's own lists, which look at every value.

    Safe for what stands here alone: integers and instants, quoted where they hold a comma.
    """
    return "{" + ",".join(map(str, values)) + "}"
