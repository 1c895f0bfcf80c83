"""The one statement on a real server: what it stores, what it says, and that it agrees with the pure rules."""

import asyncio
from datetime import datetime, timedelta

import pytest
from asgiref.sync import async_to_sync
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.attempts.models import Answer, Attempt
from backend.attempts.services import AnswerOutcome, AnswerWrite, start_attempt
from backend.attempts.services.statement import CLOSED, write_answers
from backend.contests.models import Round
from backend.core.merging import Choice, Verdict, judge, merge
from backend.core.timing import GRACE
from backend.infra import clock
from backend.infra.group_commit import Failure, GroupCommit, ReservedConnection
from tests.factories import make_person, make_unit

pytestmark = pytest.mark.django_db(transaction=True)


def write(*writes: AnswerWrite) -> list[AnswerOutcome | None]:
    async def once() -> list[AnswerOutcome | None]:
        reserved = ReservedConnection("statement test")
        try:
            return await reserved.call(lambda connection: write_answers(connection, writes))
        finally:
            await reserved.close()

    return async_to_sync(once)()


def one(attempt: Attempt, item: int, seq: int, *choice: int, at: datetime | None = None) -> AnswerWrite:
    return AnswerWrite(attempt.pk, item, seq, choice, at or attempt.started_at)


def stored() -> dict[tuple[int, int], Choice]:
    rows = Answer.objects.values_list("attempt_id", "item", "seq", "choice")
    return {(attempt_id, item): Choice(seq, tuple(choice)) for attempt_id, item, seq, choice in rows}


def test_a_batch_keeps_the_highest_seq_of_each_place(open_attempt: Attempt):
    outcomes = write(
        one(open_attempt, 1, 3, 2), one(open_attempt, 1, 5, 4), one(open_attempt, 2, 4, 1), one(open_attempt, 1, 5, 3)
    )

    assert outcomes == [
        AnswerOutcome(Verdict.SUPERSEDED, 5, (4,)),
        AnswerOutcome(Verdict.SAVED, 5, (4,)),
        AnswerOutcome(Verdict.SAVED, 4, (1,)),
        AnswerOutcome(Verdict.SEQ_CONFLICT, 5, (4,)),
    ]
    assert stored() == {(open_attempt.pk, 1): Choice(5, (4,)), (open_attempt.pk, 2): Choice(4, (1,))}


def test_writing_the_same_again_changes_nothing(open_attempt: Attempt):
    first = write(one(open_attempt, 1, 3, 2))

    assert write(one(open_attempt, 1, 3, 2)) == first == [AnswerOutcome(Verdict.SAVED, 3, (2,))]


def test_deadline_and_grace_are_the_pure_predicate_to_the_microsecond(open_attempt: Attempt):
    last = open_attempt.deadline_at + GRACE

    outcomes = write(
        one(open_attempt, 1, 1, 1, at=last), one(open_attempt, 1, 2, 2, at=last + timedelta(microseconds=1))
    )

    assert outcomes == [AnswerOutcome(Verdict.SAVED, 1, (1,)), CLOSED]
    assert stored() == {(open_attempt.pk, 1): Choice(1, (1,))}


def test_one_closed_attempt_in_a_batch_costs_the_others_nothing(open_attempt: Attempt, open_round: Round):
    other = start_attempt(person=make_person(territory=make_unit()), round=open_round, now=clock.now())[0]
    Attempt.objects.filter(pk=other.pk).update(state="submitted", submitted_at=clock.now())

    outcomes = write(one(other, 1, 1, 1), one(open_attempt, 1, 1, 1), AnswerWrite(2**40, 1, 1, (1,), clock.now()))

    assert outcomes == [CLOSED, AnswerOutcome(Verdict.SAVED, 1, (1,)), CLOSED]
    assert stored() == {(open_attempt.pk, 1): Choice(1, (1,))}


def test_a_value_the_column_cannot_hold_is_refused_alone(open_attempt: Attempt):
    async def record() -> list[AnswerOutcome | Failure]:

        commit = GroupCommit[AnswerWrite, AnswerOutcome](name="poison test", write=write_answers)
        task = asyncio.create_task(commit.run())
        writes = [one(open_attempt, item, 2**40 if item == 2 else item, 1) for item in (1, 2, 3)]
        outcomes = await asyncio.gather(*(commit.commit(each) for each in writes))
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return outcomes

    assert async_to_sync(record)() == [
        AnswerOutcome(Verdict.SAVED, 1, (1,)),
        Failure.REFUSED,
        AnswerOutcome(Verdict.SAVED, 3, (1,)),
    ]


Arrival = tuple[int, int, int]
BATCHES = st.lists(
    st.lists(st.tuples(st.integers(1, 2), st.integers(1, 4), st.integers(1, 3)), min_size=1, max_size=6), max_size=4
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=BATCHES)
def test_the_statement_stores_and_says_what_the_pure_rule_does(open_attempt: Attempt, batches: list[list[Arrival]]):
    Answer.objects.all().delete()
    model: dict[tuple[int, int], Choice] = {}

    for batch in batches:
        outcomes = write(*(one(open_attempt, item, seq, choice) for item, seq, choice in batch))

        # A batch commits as a whole, so its outcomes are judged against what it leaves behind; of one place and seq
        # the first arrival stands, and the highest seq is merged first.
        for item, seq, choice in sorted(batch, key=lambda arrival: -arrival[1]):
            place = (open_attempt.pk, item)
            model[place] = merge(model.get(place), Choice(seq, (choice,)))
        expected = [
            AnswerOutcome(
                judge(model[open_attempt.pk, item], Choice(seq, (choice,))),
                model[open_attempt.pk, item].seq,
                model[open_attempt.pk, item].choice,
            )
            for item, seq, choice in batch
        ]
        assert outcomes == expected
        assert stored() == model
