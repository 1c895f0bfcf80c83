"""No hot statement reads more rows than it is about: what PostgreSQL really did, at some ten thousand of each.

A plan that is wrong costs nothing on the few rows of other tests, and everything in a crowd: a hash table of all
consents for each start, a crowd compared all with all. Here the product runs as always, on fresh statistics and with
every kind of scan allowed, and `auto_explain` tells what each statement did. Rows are counted, never time.
"""

import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from asgiref.sync import async_to_sync
from django.db import connection, connections

from backend.attempts.models import Attempt
from backend.attempts.services import AnswerWrite
from backend.attempts.services.crowd import StartWrite, write_starts
from backend.attempts.services.ending import expire_overdue
from backend.attempts.services.standing import read_standings
from backend.attempts.services.statement import write_answers
from backend.attempts.services.submitting import Submission, submit_attempts
from backend.contests.models import Round
from backend.contests.queries import candidates_of_round
from backend.infra import clock
from backend.participation.queries import Scope, count_all
from backend.participation.services import drain_all
from backend.results.models import Result
from backend.standings.models import Ladder
from backend.standings.queries import board_of, find_line, list_lines
from backend.standings.services import build_ladders, fold_rungs
from tests.factories import make_contest, make_unit
from tests.load import crowd
from tests.results_at_hand import tell

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = 20_000
BATCH = 300  # where hashing a whole table begins to look cheap
SWEPT = 40
# What one row of a batch may lead to: answers, memberships, a look at a parent; and what any statement may read.
PER_ROW, ALWAYS = 20, 200
BIG = {
    "accounts_consent",
    "accounts_person",
    "accounts_profile",
    "attempts_attempt",
    "participation_contestparticipant",
    "participation_participant",
    "results_result",
    "standings_standing",
    "units_membership",
}
_EXPLAIN = """
LOAD 'auto_explain';
SET auto_explain.log_min_duration = 0; SET auto_explain.log_analyze = on; SET auto_explain.log_timing = off;
SET auto_explain.log_format = json; SET auto_explain.log_level = notice
"""
# Nine in ten have handed in, one in twenty sits, one in twenty has not begun.
_ATTEMPTS = """
INSERT INTO attempts_attempt (uuid, person_id, contest_id, round_id, number, state, seed, paper, started_at,
                              deadline_at, submitted_at, receipt, territory_id)
SELECT gen_random_uuid(), m.person_id, %(contest)s, %(round)s, 1, told.state, 1, %(paper)s, %(now)s, %(deadline)s,
       CASE WHEN told.state <> 'open' THEN %(now)s::timestamptz + make_interval(secs => m.person_id %% 900) END,
       'R-' || m.person_id, m.unit_id
FROM units_membership AS m
CROSS JOIN LATERAL (SELECT CASE WHEN m.person_id %% 20 = 1 THEN 'open' ELSE 'submitted' END AS state) AS told
WHERE m.person_id %% 20 > 0
"""
_ANSWERS = """
INSERT INTO attempts_answer (attempt_id, round_id, item, seq, choice, received_at)
SELECT a.id, a.round_id, item, item, ARRAY[1]::smallint[], a.started_at
FROM attempts_attempt AS a CROSS JOIN generate_series(1, 3) AS item
"""
_RESULTS = """
INSERT INTO results_result (attempt_id, key_version, person_id, contest_id, round_id, submitted_at, territory_id,
                            used_ms, correct_count, item_count, is_all_correct)
SELECT a.id, 1, a.person_id, a.contest_id, a.round_id, a.submitted_at, a.territory_id, 1000 + a.person_id %% 60000,
       a.person_id %% 4, 3, a.person_id %% 4 = 3
FROM attempts_attempt AS a WHERE a.state <> 'open'
"""


@pytest.fixture
def one() -> Round:
    """A round in the middle of its day, with a ladder; everybody belongs to one of twenty wards."""
    now = clock.now()
    for _ in range(20):
        make_unit()
    found = make_contest(now=now).rounds.select_related("contest").get()
    crowd.make_people("plans", PEOPLE, now=now)
    paper = [[candidate.version_id, [1, 2, 3, 4]] for candidate in candidates_of_round(found.pk)[:3]]
    values = {
        "contest": found.contest_id,
        "round": found.pk,
        "paper": json.dumps(paper),
        "now": now,
        "deadline": now + timedelta(minutes=15),
    }
    with connection.cursor() as cursor:
        for statement in (_ATTEMPTS, _ANSWERS, _RESULTS):
            cursor.execute(statement, values)
    tell(list(Result.objects.order_by("pk")))
    drain_all()
    assert build_ladders(now=now, from_lines=1) == 1
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return found


class Watch:
    """What the statements of a stretch did, as PostgreSQL told it."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.count = 0
        self.found: list[str] = []

    def hear(self, said: psycopg.errors.Diagnostic) -> None:
        _, mark, plan = (said.message_primary or "").partition("plan:\n")
        if not mark:
            return
        told = json.loads(plan)
        self.count += 1
        for node in _nodes(told["Plan"]):
            rows = _rows_read(node)
            if node.get("Relation Name") in BIG and rows > self.most:
                self.found.append(f"{node['Node Type']} of {node['Relation Name']}: {rows} rows\n{told['Query Text']}")


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for below in node.get("Plans", ()):
        yield from _nodes(below)


def _rows_read(node: dict[str, Any]) -> float:
    """Return how many rows a scan has looked at: what it gave and what it threw away, over all its turns."""
    removed = (node.get(f"Rows Removed by {why}", 0) for why in ("Filter", "Index Recheck"))
    return float((node.get("Actual Rows", 0) + sum(removed)) * node.get("Actual Loops", 1))


@contextmanager
def watching(most: int) -> Iterator[Watch]:
    """Hear what Django's connection does, and refuse a statement that reads more than `most` rows of a large table."""
    watch = Watch(most)
    with connection.cursor() as cursor:
        cursor.execute(_EXPLAIN)
    raw = connection.connection
    raw.add_notice_handler(watch.hear)
    try:
        yield watch
    finally:
        raw.remove_notice_handler(watch.hear)
        connection.close()
    assert watch.count > 0
    assert watch.found == []


def watched(most: int, work: Callable[[Any], Awaitable[Any]]) -> Any:
    """Do the same for work on a reserved connection, which here may scan what it likes."""
    watch = Watch(most)

    async def run() -> Any:
        parts = connections["default"].settings_dict
        raw = await psycopg.AsyncConnection.connect(
            dbname=parts["NAME"],
            user=parts["USER"],
            password=parts["PASSWORD"],
            host=parts["HOST"],
            port=parts["PORT"],
            autocommit=True,
            prepare_threshold=0,
        )
        try:
            await raw.execute(_EXPLAIN, prepare=False)
            raw.add_notice_handler(watch.hear)
            return await work(raw)
        finally:
            await raw.close()

    told = async_to_sync(run)()
    assert watch.count > 0
    assert watch.found == []
    return told


def _people(remainder: int, count: int) -> list[int]:
    from backend.accounts.models import Person

    ids = Person.objects.order_by("pk").values_list("pk", flat=True)
    return [pk for pk in ids if pk % 20 == remainder][:count]


def _answers(one: Round, at: datetime) -> list[AnswerWrite]:
    ids = Attempt.objects.filter(round=one, state="open").order_by("pk").values_list("pk", flat=True)[:BATCH]
    return [AnswerWrite(pk, item, 9, (2,), at) for pk in ids for item in (1, 2)]


def test_hot_statements_read_what_they_are_about(one: Round):
    now = clock.now()
    most = BATCH * PER_ROW + ALWAYS

    def answering() -> None:
        writes = _answers(one, now)
        outcomes = watched(most, lambda raw: write_answers(raw, writes))
        assert all(outcome.verdict == "saved" for outcome in outcomes)

    def asking() -> None:
        asked = [(pk, one) for pk in _people(0, BATCH)]
        told = watched(most, lambda raw: read_standings(raw, asked))
        assert [standing.has_consent for standing in told] == [True] * BATCH

    def starting() -> None:
        writes = [StartWrite(pk, one, uuid4()) for pk in _people(0, BATCH)]
        outcomes = watched(most, lambda raw: write_starts(raw, writes))
        assert all(outcome.attempt for outcome in outcomes)

    def submitting() -> None:
        ids = Attempt.objects.filter(round=one, state="open").order_by("pk").values_list("pk", flat=True)[:BATCH]
        with watching(most):
            ended = submit_attempts([Submission(pk, None, now) for pk in ids])
        assert len(ended) == BATCH

    def sweeping() -> None:
        with watching(most):
            # Few among many: of a large part of a table it is right to read the whole.
            assert expire_overdue(now=now + timedelta(hours=1), limit=SWEPT) == SWEPT

    def draining() -> None:
        with watching(most):
            assert drain_all().row_count > 0
            assert fold_rungs() > 0

    def ranking() -> None:
        person_id = _people(5, 1)[0]
        with watching(most) as watch:
            board = board_of(one, final=False)
            assert find_line(board, person_id=person_id).rank > 1
            assert list_lines(board, limit=20).next
            assert count_all(Scope.of(one)).people > 0
        assert watch.count >= 4

    for step in (answering, asking, starting, submitting, sweeping, draining, ranking):
        step()

    # The guard is awake: without its ladder a board is read to where the person stands.
    Ladder.objects.all().delete()
    with pytest.raises(AssertionError, match="rows"), watching(most):
        find_line(board_of(one, final=False), person_id=_people(4, PEOPLE)[-1])
