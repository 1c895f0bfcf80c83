"""The one statement on a real server: what it stores, what it says, and that it agrees with the pure rules."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
from asgiref.sync import async_to_sync
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.attempts.models import Answer, Attempt, Flag
from backend.attempts.services import AnswerOutcome, AnswerWrite, TextWrite, start_attempt, statement
from backend.attempts.services.statement import CLOSED, write_answers
from backend.contests.models import Round
from backend.core.merging import Choice, Verdict, judge, merge
from backend.core.timing import GRACE
from backend.infra import clock
from backend.infra.group_commit import Failure, GroupCommit, ReservedConnection
from tests.factories import make_person, make_unit

pytestmark = pytest.mark.django_db(transaction=True)


def write(*writes: AnswerWrite | TextWrite) -> list[AnswerOutcome | None]:
    async def once() -> list[AnswerOutcome | None]:
        reserved = ReservedConnection("statement test")
        try:
            return await reserved.call(lambda connection: write_answers(connection, writes))
        finally:
            await reserved.close()

    return async_to_sync(once)()


def one(attempt: Attempt, item: int, seq: int, *choice: int, at: datetime | None = None) -> AnswerWrite:
    return AnswerWrite(attempt.pk, item, seq, choice, at or attempt.started_at)


def words(attempt: Attempt, item: int, seq: int, text: str, *, at: datetime | None = None) -> TextWrite:
    return TextWrite(attempt.pk, item, seq, text, at or attempt.started_at)


def stored() -> dict[tuple[int, int], Choice]:
    rows = Answer.objects.values_list("attempt_id", "item", "seq", "choice", "text")
    return {(attempt_id, item): Choice(seq, tuple(choice), text) for attempt_id, item, seq, choice, text in rows}


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


def test_texts_and_choices_of_one_batch_are_each_told_and_stored_as_they_are(open_attempt: Attempt):
    text = 'Dòng một\n{"2"} \\ \' " %s 🌾 <b>&amp;'

    outcomes = write(
        words(open_attempt, 2, 3, "thay"),
        one(open_attempt, 1, 4, 2),
        words(open_attempt, 2, 5, text),
        words(open_attempt, 3, 6, ""),
        words(open_attempt, 2, 5, "khác"),
    )

    assert outcomes == [
        AnswerOutcome(Verdict.SUPERSEDED, 5, text=text),
        AnswerOutcome(Verdict.SAVED, 4, (2,)),
        AnswerOutcome(Verdict.SAVED, 5, text=text),
        AnswerOutcome(Verdict.SAVED, 6, text=""),
        AnswerOutcome(Verdict.SEQ_CONFLICT, 5, text=text),
    ]
    assert stored() == {
        (open_attempt.pk, 1): Choice(4, (2,)),
        (open_attempt.pk, 2): Choice(5, text=text),
        (open_attempt.pk, 3): Choice(6, text=""),
    }


def test_a_flag_of_two_texts_keeps_how_long_they_are_and_no_word_of_them(open_attempt: Attempt):
    write(words(open_attempt, 2, 5, "Hồ Gươm"), words(open_attempt, 2, 5, "Hồ Tây"))

    assert Flag.objects.get().detail == {"item": 2, "seq": 5, "stored_length": 7, "sent_length": 6}


def test_no_trace_of_a_write_or_its_outcome_shows_a_text(open_attempt: Attempt):
    sent = words(open_attempt, 2, 5, "Hồ Gươm")

    seen = [repr(sent), str(sent), repr(write(sent)), repr(Choice(5, text="Hồ Gươm"))]

    assert [text for text in seen if "Gươm" in text] == []
    assert repr(sent) == f"TextWrite(attempt_id={open_attempt.pk}, item=2, seq=5, length=7)"


def test_a_text_the_column_cannot_hold_is_refused_alone_and_not_logged(
    open_attempt: Attempt, caplog: pytest.LogCaptureFixture
):
    async def record() -> list[AnswerOutcome | Failure]:
        commit = GroupCommit[AnswerWrite | TextWrite, AnswerOutcome](name="poison test", write=write_answers)
        task = asyncio.create_task(commit.run())
        writes: list[AnswerWrite | TextWrite] = [
            one(open_attempt, 1, 1, 1),
            words(open_attempt, 2, 2, "Hồ\x00Gươm"),
            words(open_attempt, 3, 3, "Hồ\ud800Tây"),
            words(open_attempt, 4, 4, "Hồ Tây"),
        ]
        outcomes = await asyncio.gather(*(commit.commit(each) for each in writes))
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return outcomes

    assert async_to_sync(record)() == [
        AnswerOutcome(Verdict.SAVED, 1, (1,)),
        Failure.REFUSED,
        Failure.REFUSED,
        AnswerOutcome(Verdict.SAVED, 4, text="Hồ Tây"),
    ]
    assert stored() == {(open_attempt.pk, 1): Choice(1, (1,)), (open_attempt.pk, 4): Choice(4, text="Hồ Tây")}
    assert "group_commit_poison" in caplog.text
    assert [word for word in ("Hồ", "Gươm", "Tây", "\\u1ed3") if word in caplog.text] == []


def test_an_outage_between_the_two_statements_of_a_batch_loses_neither(
    open_attempt: Attempt, monkeypatch: pytest.MonkeyPatch
):
    write_one, outages = statement._write, [psycopg.OperationalError("gone")]

    async def write_or_fail(connection: Any, form: Any, writes: Any) -> Any:
        if form is statement._TEXTS and outages:
            raise outages.pop()
        return await write_one(connection, form, writes)

    monkeypatch.setattr(statement, "_write", write_or_fail)

    async def record() -> list[AnswerOutcome | Failure]:
        commit = GroupCommit[AnswerWrite | TextWrite, AnswerOutcome](name="outage test", write=write_answers)
        task = asyncio.create_task(commit.run())
        writes: list[AnswerWrite | TextWrite] = [one(open_attempt, 1, 1, 2), words(open_attempt, 2, 2, "Hồ Gươm")]
        outcomes = await asyncio.gather(*(commit.commit(each) for each in writes))
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return outcomes

    told = async_to_sync(record)()

    # Told once, after the commit that holds both; the choice was written twice and is stored once.
    assert outages == []
    assert told == [AnswerOutcome(Verdict.SAVED, 1, (2,)), AnswerOutcome(Verdict.SAVED, 2, text="Hồ Gươm")]
    assert stored() == {(open_attempt.pk, 1): Choice(1, (2,)), (open_attempt.pk, 2): Choice(2, text="Hồ Gươm")}
    assert not Flag.objects.exists()


Arrival = tuple[int, int, int]
BATCHES = st.lists(
    st.lists(st.tuples(st.integers(1, 4), st.integers(1, 4), st.integers(0, 3)), min_size=1, max_size=6), max_size=4
)
TEXTS = ("", "a", "á", "a\u0301")  # the last two look the same and are two texts


def arrived(item: int, seq: int, value: int) -> Choice:
    """Places 1 and 2 have options, 3 and 4 want words."""
    return Choice(seq, (value,) if value else ()) if item <= 2 else Choice(seq, text=TEXTS[value])


def sent(attempt: Attempt, item: int, seq: int, value: int) -> AnswerWrite | TextWrite:
    choice = arrived(item, seq, value)
    return one(attempt, item, seq, *choice.choice) if choice.text is None else words(attempt, item, seq, choice.text)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=BATCHES)
def test_the_statement_stores_and_says_what_the_pure_rule_does(open_attempt: Attempt, batches: list[list[Arrival]]):
    Answer.objects.all().delete()
    model: dict[tuple[int, int], Choice] = {}

    for batch in batches:
        outcomes = write(*(sent(open_attempt, *arrival) for arrival in batch))

        # A batch commits as a whole, so its outcomes are judged against what it leaves behind; of one place and seq
        # the first arrival stands, and the highest seq is merged first.
        for item, seq, value in sorted(batch, key=lambda arrival: -arrival[1]):
            place = (open_attempt.pk, item)
            model[place] = merge(model.get(place), arrived(item, seq, value))
        expected = []
        for item, seq, value in batch:
            held = model[open_attempt.pk, item]
            expected.append(AnswerOutcome(judge(held, arrived(item, seq, value)), held.seq, held.choice, held.text))
        assert outcomes == expected
        assert stored() == model
