"""Keep each person's counted line, in the transaction that recorded the result."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from backend.results.counting import COUNTED
from backend.standings.counting import counting_key

_FIELDS = (
    "attempt_id",
    "result_id",
    "correct_count",
    "points",
    "item_count",
    "used_ms",
    "submitted_at",
    "prediction",
    "territory_id",
    "party_id",
    "workplace_id",
)
_COLUMNS = ", ".join(_FIELDS)
_KEY = "round_id, key_version, person_id"
# Of a line that stands already; only where a person has a second attempt.
_RULE_OF_LINE = (
    "(SELECT c.rulebook ->> 'counts' FROM contests_contest AS c JOIN contests_round AS o ON o.contest_id = c.id "
    "WHERE o.id = s.round_id)"
)
# One result of each person, by the rules: fill in which results may.
COUNTED_LINES = f"""
SELECT DISTINCT ON ({_KEY}) {_KEY}, attempt_id, id AS result_id, correct_count, points, item_count, used_ms,
       submitted_at, prediction, territory_id, party_id, workplace_id
FROM (SELECT a.*, c.rulebook ->> 'counts' AS rule
      FROM results_result AS a JOIN contests_contest AS c ON c.id = a.contest_id) AS r
WHERE {{condition}} ORDER BY {_KEY}, {counting_key("rule", row="r")}
"""  # noqa: S608  # built from constants alone
_UPSERT = f"""
INSERT INTO standings_standing AS s ({_KEY}, {_COLUMNS}) {{counted}}
ON CONFLICT ({_KEY}) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in _FIELDS)}
WHERE {counting_key(_RULE_OF_LINE, row="excluded")} < {counting_key(_RULE_OF_LINE, row="s")}
"""  # built from constants alone
_RECORD = _UPSERT.format(counted=COUNTED_LINES.format(condition="id = ANY(%s)"))
_WRONG = f"""
SELECT coalesce(b.round_id, s.round_id), coalesce(b.key_version, s.key_version), coalesce(b.person_id, s.person_id)
FROM ({COUNTED_LINES.format(condition=COUNTED)}) AS b
FULL JOIN standings_standing AS s
  ON s.round_id = b.round_id AND s.key_version = b.key_version AND s.person_id = b.person_id
WHERE ({", ".join(f"b.{name}" for name in _FIELDS)}) IS DISTINCT FROM ({", ".join(f"s.{name}" for name in _FIELDS)})
"""  # noqa: S608  # built from constants alone
_THESE = f"({_KEY}) IN (SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]))"  # noqa: S608


@transaction.atomic
def record_standings(*, result_ids: Sequence[int]) -> None:
    """Let results written in this very transaction take their persons' lines where they come first by the rules."""
    with connection.cursor() as cursor:
        cursor.execute(_RECORD, [list(result_ids)])


@dataclass(frozen=True, slots=True)
class Rebuild:
    """How many lines differed from the results, and whether they were written anew."""

    mismatch_count: int
    is_applied: bool


@transaction.atomic
def rebuild_standings(*, apply: bool) -> Rebuild:
    """Compare every line with the results; where `apply`, write the wrong ones anew while others go on recording."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '55s'")
        cursor.execute(_WRONG)
        wrong = cursor.fetchall()
        if wrong and apply:
            _write_anew(cursor, wrong)
    return Rebuild(mismatch_count=len(wrong), is_applied=bool(wrong) and apply)


@transaction.atomic
def correct_standings(*, attempt_ids: Sequence[int]) -> None:
    """Write the lines of these attempts' persons anew, under every version of the keys: what counts has changed."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT {_KEY} FROM results_result WHERE attempt_id = ANY(%s)", [list(attempt_ids)])  # noqa: S608
        _write_anew(cursor, cursor.fetchall())


def _write_anew(cursor: CursorWrapper, lines: Sequence[tuple[int, ...]]) -> None:
    columns = [list(column) for column in zip(*lines, strict=True)]
    # Whoever was about to take a line has done so once we hold it; the next statement sees their results.
    cursor.execute(f"SELECT 1 FROM standings_standing WHERE {_THESE} FOR UPDATE", columns)  # noqa: S608
    cursor.execute(f"DELETE FROM standings_standing WHERE {_THESE}", columns)  # noqa: S608
    cursor.execute(_UPSERT.format(counted=COUNTED_LINES.format(condition=f"{_THESE} AND {COUNTED}")), columns)


_FORGET = """
DELETE FROM standings_standing WHERE key_version = %(key_version)s AND person_id <= %(upto)s
   AND round_id IN (SELECT id FROM contests_round WHERE contest_id = %(contest)s)
"""


@transaction.atomic
def forget_standings(*, contest_id: int, key_version: int, upto_person: int) -> None:
    """Delete the lines of persons, up to an id, under a version of the keys that was never in force."""
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, {"contest": contest_id, "key_version": key_version, "upto": upto_person})
