"""What PostgreSQL holds of a trial, read with plain SQL: the one module of the harness that knows tables by name."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

import psycopg

from backend.core.timing import GRACE
from backend.rehearsal.journal import Reply
from tests.faults.checks.marking import Words


class Ending(NamedTuple):
    """How one attempt stands."""

    uuid: str
    state: str
    deadline_at: datetime
    submitted_at: datetime | None
    result_count: int


@dataclass(frozen=True)
class Stored:
    """The trial's attempts in one snapshot. `answers` by attempt uuid and item; `late` came after the grace."""

    answers: dict[str, dict[int, tuple[int, Reply]]] = field(default_factory=dict)
    endings: list[Ending] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    open_doubles: int = 0
    doubles: int = 0


def connect(database_url: str, *, wait_s: int = 5) -> "psycopg.Connection[tuple[Any, ...]]":
    return psycopg.connect(database_url, autocommit=True, connect_timeout=wait_s)


def load(database_url: str, uuids: Sequence[str]) -> Stored:
    """Read everything the checks ask of these attempts."""
    with psycopg.connect(database_url, connect_timeout=5) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        stored = Stored()
        for uuid, item, seq, choice, text, received_at, deadline_at in connection.execute(
            "SELECT a.uuid::text, n.item, n.seq, n.choice, n.text, n.received_at, a.deadline_at"
            " FROM attempts_answer n JOIN attempts_attempt a ON a.id = n.attempt_id WHERE a.uuid = ANY(%s::uuid[])",
            [list(uuids)],
        ):
            # A row that holds both equals nothing that was ever sent.
            reply: Any = text if text is not None else tuple(choice)
            if choice and text is not None:
                reply = (tuple(choice), text)
            stored.answers.setdefault(uuid, {})[item] = (seq, reply)
            if received_at > deadline_at + GRACE:
                stored.late.append(f"attempt {uuid} item {item}: received {received_at}, deadline {deadline_at}")
        stored.endings.extend(
            Ending(*row)
            for row in connection.execute(
                "SELECT a.uuid::text, a.state, a.deadline_at, a.submitted_at, (SELECT count(*) FROM results_result r"
                " JOIN contests_contest c ON c.id = r.contest_id AND c.key_version = r.key_version"
                " WHERE r.attempt_id = a.id) FROM attempts_attempt a WHERE a.uuid = ANY(%s::uuid[])",
                [list(uuids)],
            )
        )
        doubles = (
            "SELECT count(*) FROM (SELECT 1 FROM results_result GROUP BY attempt_id, key_version HAVING count(*) > 1) d"
        )
        open_doubles = (
            "SELECT count(*) FROM (SELECT 1 FROM attempts_attempt WHERE state = 'open'"
            " GROUP BY person_id, contest_id HAVING count(*) > 1) d"
        )
        return Stored(
            stored.answers, stored.endings, stored.late, _number(connection, open_doubles), _number(connection, doubles)
        )


def count_waiting(database_url: str) -> int:
    """Return how many facts are not folded into the counters yet."""
    with connect(database_url) as connection:
        return _number(connection, "SELECT count(*) FROM participation_statevent")


def find_early_endings(database_url: str) -> list[str]:
    """Return the attempts that the clock has ended although their time is not over, by PostgreSQL's own clock."""
    with connect(database_url) as connection:
        rows = connection.execute(
            "SELECT uuid::text FROM attempts_attempt WHERE state = 'expired' AND clock_timestamp() < deadline_at"
        ).fetchall()
    return [f"attempt {uuid} expired before its deadline" for (uuid,) in rows]


def count_results(database_url: str, uuids: Sequence[str]) -> int:
    """Return how many of these attempts have a result."""
    with connect(database_url) as connection:
        return _number(
            connection,
            "SELECT count(DISTINCT r.attempt_id) FROM results_result r JOIN attempts_attempt a ON a.id = r.attempt_id"
            " WHERE a.uuid = ANY(%s::uuid[])",
            [list(uuids)],
        )


def backends(database_url: str, *, name: str) -> list[int]:
    """Return the process ids of the connections whose application name begins with `name`."""
    with connect(database_url) as connection:
        rows = connection.execute(
            "SELECT pid FROM pg_stat_activity WHERE application_name LIKE %s AND pid <> pg_backend_pid()", [f"{name}%"]
        ).fetchall()
    return [pid for (pid,) in rows]


def first_question(database_url: str, contest_uuid: str, *, kind: str = "single") -> dict[str, Any]:
    """Return the first question of this kind in a contest's pool as the incident room names it."""
    with connect(database_url) as connection:
        row = connection.execute(
            "SELECT q.uuid::text, v.number FROM contests_contest c JOIN contests_round r ON r.contest_id = c.id"
            " JOIN contests_roundquestion p ON p.round_id = r.id"
            " JOIN questions_questionversion v ON v.id = p.version_id"
            " JOIN questions_question q ON q.id = v.question_id"
            " WHERE c.uuid = %s AND v.kind = %s ORDER BY v.id LIMIT 1",
            [contest_uuid, kind],
        ).fetchone()
    assert row is not None
    return {"question": row[0], "version": row[1]}


def corrected_keys(database_url: str, contest_uuid: str) -> dict[int, frozenset[int]]:
    """Return, by question version with options, the one key that regrades have put in force."""
    corrected = _corrected(database_url, contest_uuid)
    return {version_id: frozenset(keys[0]) for version_id, keys in corrected.items() if isinstance(keys[0][0], int)}


def load_words(database_url: str, contest_uuid: str) -> Words:
    """Return the contest's questions that are answered in words, with the texts that are right now."""
    with connect(database_url) as connection:
        found = connection.execute(
            "SELECT DISTINCT v.id, v.kind, v.accepted FROM questions_questionversion v"
            " JOIN contests_roundquestion p ON p.version_id = v.id JOIN contests_round r ON r.id = p.round_id"
            " JOIN contests_contest c ON c.id = r.contest_id WHERE c.uuid = %s",
            [contest_uuid],
        ).fetchall()
    accepted = {version_id: tuple(texts) for version_id, kind, texts in found if kind == "short_text"}
    for version_id, texts in _corrected(database_url, contest_uuid).items():
        if version_id in accepted:
            accepted[version_id] = tuple(text for (text,) in texts)
    return Words(accepted, frozenset(version_id for version_id, kind, _ in found if kind == "essay"))


def _corrected(database_url: str, contest_uuid: str) -> dict[int, list[Any]]:
    """Return what the latest applied regrade of each question version says: sets of options, or texts one by one."""
    with connect(database_url) as connection:
        return dict(
            connection.execute(
                "SELECT DISTINCT ON (h.version_id) h.version_id, h.keys FROM results_regradechange h"
                " JOIN results_regrade g ON g.id = h.regrade_id JOIN contests_contest c ON c.id = g.contest_id"
                " WHERE c.uuid = %s AND g.state = 'applied' ORDER BY h.version_id, g.target_key_version DESC",
                [contest_uuid],
            ).fetchall()
        )


def count_cancelled_results(database_url: str) -> int:
    """Return how many results of cancelled regrades are still there."""
    with connect(database_url) as connection:
        return _number(
            connection,
            "SELECT count(*) FROM results_result r JOIN results_regrade g ON g.contest_id = r.contest_id"
            " AND g.target_key_version = r.key_version WHERE g.state = 'cancelled'",
        )


def _number(connection: "psycopg.Connection[Any]", query: str, values: Sequence[Any] = ()) -> int:
    row = connection.execute(query, values).fetchone()  # type: ignore[call-overload]
    return int(row[0])
