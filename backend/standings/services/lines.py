"""Keep each person's counted line, in the transaction that recorded the result."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from backend.infra.arrays import array_text
from backend.results.counting import COUNTED
from backend.standings.counting import KEYS, all_contests_by_rule, contests_by_rule, counting_key
from backend.standings.services.ladders import drop_ladders, noted

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


def counted_lines(rule: str, where: str) -> str:
    """Return the query of the results that count by a rule, one of each person. `where` says which results may."""
    return f"""
    SELECT DISTINCT ON ({_KEY}) {_KEY}, attempt_id, id AS result_id, correct_count, points, item_count, used_ms,
           submitted_at, prediction, territory_id, party_id, workplace_id
    FROM results_result AS r WHERE contest_id = ANY(%(contests)s) AND {where}
    ORDER BY {_KEY}, {counting_key(rule, row="r")}
    """  # noqa: S608  # built from constants alone


def _insert(rule: str, where: str) -> str:
    """Return the statement that writes the lines of persons who have none."""
    return f"INSERT INTO standings_standing AS s ({_KEY}, {_COLUMNS}) {counted_lines(rule, where)}"


def _upsert(rule: str, where: str) -> str:
    """Return the statement that lets results take the lines before which they come by the rule."""
    return f"""
    {_insert(rule, where)}
    ON CONFLICT ({_KEY}) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in _FIELDS)}
    WHERE ({counting_key(rule, row="excluded")}) < ({counting_key(rule, row="s")})
    """


def _wrong(rule: str) -> str:
    """Return the query of the lines that are not what the results say."""
    return f"""
    SELECT coalesce(b.round_id, s.round_id), coalesce(b.key_version, s.key_version), coalesce(b.person_id, s.person_id)
    FROM ({counted_lines(rule, COUNTED)}) AS b
    FULL JOIN (SELECT * FROM standings_standing WHERE round_id IN
               (SELECT id FROM contests_round WHERE contest_id = ANY(%(contests)s))) AS s
      ON s.round_id = b.round_id AND s.key_version = b.key_version AND s.person_id = b.person_id
    WHERE ({", ".join(f"b.{name}" for name in _FIELDS)})
       IS DISTINCT FROM ({", ".join(f"s.{name}" for name in _FIELDS)})
    """  # noqa: S608  # built from constants alone


_THESE = f"({_KEY}) IN (SELECT * FROM unnest(%(rounds)s::bigint[], %(versions)s::bigint[], %(persons)s::bigint[]))"  # noqa: S608
_OF_IDS = "id = ANY(%(ids)s::bigint[])"
_RECORD = {rule: noted(_upsert(rule, _OF_IDS)) for rule in KEYS}
# A line that may be there already costs more: it is looked for first, and its insertion is confirmed afterwards.
# Where persons are new to a version it is not in force yet, and has no ladder.
_RECORD_NEW = {rule: _insert(rule, _OF_IDS) for rule in KEYS}
_REWRITE = {rule: _upsert(rule, f"{_THESE} AND {COUNTED}") for rule in KEYS}
_WRONG = {rule: _wrong(rule) for rule in KEYS}


@transaction.atomic
def record_standings(*, result_ids: Sequence[int], contest_ids: Iterable[int], are_new: bool) -> None:
    """Let results written in this very transaction take their persons' lines where they come first by the rules.

    `are_new` tells that these persons have no lines yet. Raises IntegrityError where one has.
    """
    statements = _RECORD_NEW if are_new else _RECORD
    with connection.cursor() as cursor:
        for rule, contests in contests_by_rule(contest_ids).items():
            cursor.execute(statements[rule], {"ids": array_text(result_ids), "contests": contests})


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
        mismatch_count = sum(
            _compare(cursor, rule, contests, apply=apply) for rule, contests in all_contests_by_rule().items()
        )
    return Rebuild(mismatch_count=mismatch_count, is_applied=mismatch_count > 0 and apply)


def _compare(cursor: CursorWrapper, rule: str, contests: list[int], *, apply: bool) -> int:
    """Count the wrong lines of contests that count by a rule; where `apply`, write them anew."""
    cursor.execute(_WRONG[rule], {"contests": contests})
    wrong = cursor.fetchall()
    if wrong and apply:
        _write_anew(cursor, rule, contests, wrong)
    return len(wrong)


@transaction.atomic
def correct_standings(*, contest_id: int, attempt_ids: Sequence[int]) -> None:
    """Write the lines of these attempts' persons anew, under every version of the keys: what counts has changed."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT {_KEY} FROM results_result WHERE attempt_id = ANY(%s)", [list(attempt_ids)])  # noqa: S608
        lines = cursor.fetchall()
        for rule, contests in contests_by_rule([contest_id]).items():
            _write_anew(cursor, rule, contests, lines)


def _write_anew(cursor: CursorWrapper, rule: str, contests: list[int], lines: Sequence[tuple[int, ...]]) -> None:
    rounds, versions, persons = (list(column) for column in zip(*lines, strict=True))
    values = {"rounds": rounds, "versions": versions, "persons": persons, "contests": contests}
    # Whoever was about to take a line has done so once we hold it; the next statement sees their results.
    cursor.execute(f"SELECT 1 FROM standings_standing WHERE {_THESE} FOR UPDATE", values)  # noqa: S608
    cursor.execute(f"DELETE FROM standings_standing WHERE {_THESE}", values)  # noqa: S608
    cursor.execute(_REWRITE[rule], values)
    # Nobody notes what this changes: ranks are counted from the lines until the next ladder is built.
    drop_ladders(round_ids=rounds)


_FORGET = """
DELETE FROM standings_standing WHERE key_version = %(key_version)s AND person_id <= %(upto)s
   AND round_id IN (SELECT id FROM contests_round WHERE contest_id = %(contest)s)
"""


@transaction.atomic
def forget_standings(*, contest_id: int, key_version: int, upto_person: int) -> None:
    """Delete the lines of persons, up to an id, under a version of the keys that was never in force."""
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, {"contest": contest_id, "key_version": key_version, "upto": upto_person})


def analyze_lines() -> None:
    """Let the planner know of a version of the keys that has just been computed.

    It would take the version's lines for none at all until its own round, and sort a million of them for the first
    board after the flip.
    """
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE standings_standing")
