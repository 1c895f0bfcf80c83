"""Answers lie in the partition of their round: made with the round, and alone touched by writes and reads."""

from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from backend.attempts.models import Answer, Attempt
from backend.attempts.queries import count_answers, list_saved
from backend.attempts.services import AnswerWrite, ensure_partitions, start_attempt
from backend.attempts.services.partitioning import DEFAULT, PARENT, partition_of
from backend.attempts.services.statement import write_answers
from backend.attempts.socket.admission import Seat, load_attempts
from backend.contests.events import RoundsLaidOut
from backend.contests.models import Contest, Round
from backend.infra import clock, events
from backend.infra.group_commit import ReservedConnection
from backend.infra.group_commit.reserved import Connection
from backend.results.queries import review_items
from backend.results.scoring import score_attempts
from tests.factories import NOON, make_contest, make_person, make_unit

pytestmark = pytest.mark.django_db(transaction=True)

# Every table of the answers, or index of one, that the transaction has touched: planning locks what it may read.
TOUCHED = f"""
SELECT DISTINCT coalesce(i.indrelid, l.relation)::regclass::text
  FROM pg_locks l LEFT JOIN pg_index i ON i.indexrelid = l.relation
 WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation'
   AND coalesce(i.indrelid, l.relation)::regclass::text LIKE '{PARENT}%'
"""


@pytest.fixture(autouse=True)
def _drop_partitions(transactional_db: None) -> Iterator[None]:
    """Leave no partition behind: the flush after a test empties tables, and keeps them."""
    before = partitions()
    yield
    with connection.cursor() as cursor:
        for name in partitions() - before:
            cursor.execute(f"DROP TABLE {name}")


@pytest.fixture
def contest() -> Contest:
    """Three rounds, each with its partition; the first is open."""
    made = make_contest(now=clock.now(), rounds=3)
    ensure_partitions(round_ids=made.rounds.values_list("pk", flat=True))
    return made


@pytest.fixture
def first(contest: Contest) -> Round:
    return contest.rounds.get(number=1)


@pytest.fixture
def attempt(first: Round) -> Attempt:
    return start_attempt(person=make_person(territory=make_unit()), round=first, now=clock.now())[0]


def partitions() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = %s::regclass", [PARENT])
        return {name for (name,) in cursor.fetchall()}


def rows_of(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ONLY {table}")
        return int(cursor.fetchone()[0])


def touched_by(read: Callable[[], object]) -> set[str]:
    with transaction.atomic(), connection.cursor() as cursor:
        read()
        cursor.execute(TOUCHED)
        return {name for (name,) in cursor.fetchall()} - {PARENT}


def touched_on_reserved(work: Callable[[Connection], Awaitable[Any]], *, times: int = 8) -> list[set[str]]:
    """Run prepared work often enough for PostgreSQL to settle on a plan, and look each time."""

    async def run() -> list[set[str]]:
        reserved = ReservedConnection("partition test")
        seen: list[set[str]] = []

        async def once(line: Connection) -> None:
            async with line.transaction():
                await work(line)
                cursor = await line.execute(TOUCHED.encode())
                seen.append({str(name) for (name,) in await cursor.fetchall()} - {PARENT})

        try:
            for _ in range(times):
                await reserved.call(once)
        finally:
            await reserved.close()
        return seen

    return async_to_sync(run)()


def record(attempt: Attempt, *seqs: int) -> None:
    async def once() -> None:
        reserved = ReservedConnection("partition test")
        writes = [AnswerWrite(attempt.pk, item, seq, (1,), attempt.started_at) for item, seq in enumerate(seqs, 1)]
        try:
            await reserved.call(lambda line: write_answers(line, writes))
        finally:
            await reserved.close()

    async_to_sync(once)()


def test_rounds_get_their_partitions_in_the_transaction_that_lays_them_out():
    ids = tuple(make_contest(rounds=2).rounds.values_list("pk", flat=True))
    wanted = {partition_of(pk) for pk in ids}

    with transaction.atomic():
        events.publish(RoundsLaidOut(ids))
        within = partitions() & wanted
        transaction.set_rollback(True)
    undone = partitions() & wanted
    for _ in range(2):
        with transaction.atomic():
            events.publish(RoundsLaidOut(ids))

    assert (within, undone, partitions() & wanted) == (wanted, set(), wanted)


def test_a_round_without_a_partition_loses_nothing_and_the_command_moves_its_answers():
    attempt = start_attempt(
        person=make_person(territory=make_unit()), round=make_contest(now=clock.now()).rounds.get(), now=clock.now()
    )[0]
    record(attempt, 1, 2)
    before = list(Answer.objects.order_by("item").values_list("item", "seq", "choice"))
    strays = rows_of(DEFAULT)

    said = StringIO()
    call_command("ensure_partitions", stdout=said)
    call_command("ensure_partitions", stdout=said)
    record(attempt, 1, 3)

    assert (before, strays) == ([(1, 1, [1]), (2, 2, [1])], 2)
    assert said.getvalue().splitlines() == ["1 partitions made", "0 partitions made"]
    assert (rows_of(DEFAULT), rows_of(partition_of(attempt.round_id))) == (0, 2)
    assert list(Answer.objects.order_by("item").values_list("item", "seq")) == [(1, 1), (2, 3)]


def test_writing_touches_one_partition_on_every_run(attempt: Attempt):
    fresh = iter(range(10, 100))

    async def answer(line: Connection) -> None:
        seq = next(fresh)
        await write_answers(line, [AnswerWrite(attempt.pk, item, seq, (1,), attempt.started_at) for item in (1, 2)])

    assert touched_on_reserved(answer) == [{partition_of(attempt.round_id)}] * 8


def test_a_repeated_write_reads_back_from_one_partition_on_every_run(attempt: Attempt):
    record(attempt, 5, 6)

    async def repeat(line: Connection) -> None:
        await write_answers(line, [AnswerWrite(attempt.pk, 1, 5, (1,), attempt.started_at)])

    assert touched_on_reserved(repeat) == [{partition_of(attempt.round_id)}] * 8


def test_opening_a_socket_reads_one_partition_on_every_run(attempt: Attempt):
    record(attempt, 5)

    async def load(line: Connection) -> None:
        (found,) = await load_attempts(line, [Seat(attempt.uuid, attempt.person_id)])
        assert found
        assert found.saved == [{"item": 1, "seq": 5, "choice": [1]}]

    assert touched_on_reserved(load) == [{partition_of(attempt.round_id)}] * 8


def test_readers_touch_one_partition(attempt: Attempt, first: Round, contest: Contest):
    record(attempt, 5, 6, 7)
    Attempt.objects.filter(pk=attempt.pk).update(state="submitted", submitted_at=attempt.started_at)
    attempt.refresh_from_db()
    reads: dict[str, Callable[[], object]] = {
        "saved": lambda: list_saved(attempt),
        "count": lambda: count_answers(first),
        "scoring": lambda: score_attempts([attempt], contest_id=contest.pk, key_version=1),
        "review": lambda: review_items(attempt, now=first.keys_release_at + timedelta(weeks=9)),
    }

    touched = {name: touched_by(read) for name, read in reads.items()}

    assert touched == {name: {partition_of(first.pk)} for name in reads}


def test_an_answer_cannot_lie_in_another_round_than_its_attempt(attempt: Attempt, contest: Contest):
    elsewhere = contest.rounds.get(number=2)

    with pytest.raises(IntegrityError, match="answer_of_its_attempt"), transaction.atomic():
        Answer.objects.create(attempt=attempt, round=elsewhere, item=1, seq=1, choice=[1], received_at=NOON)


def test_partitions_leave_room_for_changes_in_place(first: Round):
    with connection.cursor() as cursor:
        cursor.execute("SELECT reloptions FROM pg_class WHERE oid = %s::regclass", [partition_of(first.pk)])
        (options,) = cursor.fetchone()

    assert options == [
        "fillfactor=80",
        "autovacuum_vacuum_scale_factor=0.02",
        "autovacuum_vacuum_insert_scale_factor=0.05",
        "autovacuum_analyze_scale_factor=0.02",
    ]
