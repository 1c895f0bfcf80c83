"""What the database holds, read with plain SQL in one snapshot: the checks trust none of the platform's own queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

import psycopg
from psycopg.rows import class_row, dict_row

from backend.rehearsal.journal import Reply

UNIT_COLUMNS = ("territory_id", "party_id", "workplace_id")


class AttemptRow(NamedTuple):
    """One sitting. `paper` is a list of [question version id, option order]."""

    id: int
    uuid: str
    person_id: int
    round_id: int
    state: str
    started_at: datetime
    deadline_at: datetime
    submitted_at: datetime | None
    prediction: int | None
    paper: list[Any]
    territory_id: int | None
    party_id: int | None
    workplace_id: int | None


class ResultRow(NamedTuple):
    """What an attempt was found to be worth."""

    id: int
    attempt_id: int
    key_version: int
    person_id: int
    round_id: int
    correct_count: int
    item_count: int
    is_all_correct: bool
    used_ms: int
    prediction: int | None
    submitted_at: datetime
    territory_id: int | None
    party_id: int | None
    workplace_id: int | None
    points: int | None = None


class StandingRow(NamedTuple):
    """A person's counted line in a round."""

    round_id: int
    key_version: int
    person_id: int
    attempt_id: int
    correct_count: int
    used_ms: int
    submitted_at: datetime
    prediction: int | None
    territory_id: int | None
    party_id: int | None
    workplace_id: int | None
    points: int | None = None


class CountRow(NamedTuple):
    """One cell of the counts. `round_id` None is the whole contest."""

    round_id: int | None
    key_version: int
    facet: str
    unit_id: int | None
    hour: datetime
    entries: int
    people: int
    all_correct: int


class PendingRow(NamedTuple):
    """A fact that is not yet folded into the counts."""

    round_id: int
    key_version: int
    territory_id: int | None
    party_id: int | None
    workplace_id: int | None
    hour: datetime
    entries: int
    people: int
    all_correct: int
    contest_people: int
    contest_all_correct: int


class UnitRow(NamedTuple):
    """A unit that somebody belongs to; those below it have paths that begin with its own."""

    uuid: str
    path: str


@dataclass(slots=True)
class Snapshot:
    """Everything of one contest as of one instant. `keys` maps question version to its right options."""

    key_version: int
    ranking: tuple[str, ...]
    attempts: list[AttemptRow] = field(default_factory=list)
    answers: dict[int, dict[int, tuple[int, Reply]]] = field(default_factory=dict)
    results: list[ResultRow] = field(default_factory=list)
    standings: list[StandingRow] = field(default_factory=list)
    counts: list[CountRow] = field(default_factory=list)
    pending: list[PendingRow] = field(default_factory=list)
    keys: dict[int, frozenset[int]] = field(default_factory=dict)
    round_uuids: dict[int, str] = field(default_factory=dict)
    units: dict[int, UnitRow] = field(default_factory=dict)
    counts_rule: str = "best_then_earliest"

    @property
    def results_in_force(self) -> list[ResultRow]:
        """Return the results under the keys in force."""
        return [result for result in self.results if result.key_version == self.key_version]


class WrongDatabase(Exception):
    """The database does not hold the contest that was played."""


R = TypeVar("R", bound=NamedTuple)
_BACKLOG = """
SELECT (SELECT count(*) FROM participation_statevent)
     + (SELECT count(*) FROM attempts_attempt WHERE state = 'open' AND uuid = ANY(%s::uuid[]))
"""


def count_backlog(database_url: str, attempt_uuids: Sequence[str]) -> int:
    """Return how much still has to settle: facts not folded, and our attempts not ended."""
    with psycopg.connect(database_url, autocommit=True, connect_timeout=5) as connection:
        row = connection.execute(_BACKLOG, [list(attempt_uuids)]).fetchone()
    return int(row[0]) if row else 0


def load_snapshot(database_url: str, *, contest_uuid: str) -> Snapshot:
    """Read a contest whole. Raises WrongDatabase where it is not there."""
    with psycopg.connect(database_url, connect_timeout=5) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        with connection.cursor(row_factory=dict_row) as cursor:
            cursor.execute("SELECT id, key_version, rulebook FROM contests_contest WHERE uuid = %s", [contest_uuid])
            contest = cursor.fetchone()
        if contest is None:
            raise WrongDatabase
        return _load(connection, contest)


def _load(connection: psycopg.Connection[Any], contest: Mapping[str, Any]) -> Snapshot:
    def rows(kind: type[R], table: str, order: str) -> list[R]:
        columns = ", ".join("uuid::text AS uuid" if name == "uuid" else name for name in kind._fields)
        with connection.cursor(row_factory=class_row(kind)) as cursor:
            cursor.execute(
                f"SELECT {columns} FROM {table} WHERE contest_id = %s ORDER BY {order}",  # noqa: S608  # constants
                [contest["id"]],
            )
            return cursor.fetchall()

    def pairs(query: str) -> list[tuple[Any, ...]]:
        return connection.execute(query, [contest["id"]]).fetchall()

    rulebook = contest["rulebook"]
    snapshot = Snapshot(contest["key_version"], tuple(rulebook["ranking"]), counts_rule=rulebook["counts"])
    snapshot.attempts = rows(AttemptRow, "attempts_attempt", "id")
    snapshot.results = rows(ResultRow, "results_result", "id")
    lines = "(SELECT s.*, r.contest_id FROM standings_standing s JOIN contests_round r ON r.id = s.round_id) AS s"
    snapshot.standings = rows(StandingRow, lines, "round_id, person_id")
    snapshot.counts = rows(CountRow, "participation_counter", "id")
    snapshot.pending = rows(PendingRow, "participation_statevent", "id")
    for attempt_id, item, seq, choice, text in pairs(
        "SELECT n.attempt_id, n.item, n.seq, n.choice, n.text FROM attempts_answer n "
        "WHERE n.round_id = ANY(ARRAY(SELECT id FROM contests_round WHERE contest_id = %s))"
    ):
        snapshot.answers.setdefault(attempt_id, {})[item] = (seq, tuple(choice) if text is None else text)
    snapshot.keys = {
        version_id: frozenset(key)
        for version_id, key in pairs(
            "SELECT DISTINCT v.id, v.key FROM questions_questionversion v JOIN contests_roundquestion q "
            "ON q.version_id = v.id JOIN contests_round r ON r.id = q.round_id WHERE r.contest_id = %s"
        )
    }
    snapshot.round_uuids = dict(pairs("SELECT id, uuid::text FROM contests_round WHERE contest_id = %s"))
    snapshot.units = {
        unit_id: UnitRow(uuid, path)
        for unit_id, uuid, path in pairs(
            "SELECT DISTINCT u.id, u.uuid::text, u.path FROM units_unit u JOIN attempts_attempt a "
            "ON u.id IN (a.territory_id, a.workplace_id) WHERE a.contest_id = %s"
        )
    }
    return snapshot
