"""A regrade while people submit and boards are read: nothing lost, nothing doubled, never a mix of two versions."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from django.db import OperationalError, connection, connections, transaction

from backend.attempts.models import Attempt
from backend.attempts.services import start_attempt, submit_attempt
from backend.contests.queries import get_contest, get_round
from backend.infra import outbox
from backend.participation.overview import describe_contests
from backend.participation.services import drain
from backend.results import services
from backend.results.models import Regrade, Result
from backend.results.pointers import hold_part, hold_pointers
from backend.results.services import advancing, proposing, recording
from backend.results.services.advancing import ADVANCE_LOCK
from backend.results.services.computing import compute_batch
from backend.standings.boards import Asked, read_board
from backend.standings.outcome import describe_result
from tests.factories import NOON, make_contest, make_person, make_unit
from tests.results.sitting import answer, assert_exact, correct, pool_of, propose, sit

pytestmark = pytest.mark.django_db(transaction=True)


def in_thread(work: Callable[[], Any]) -> Any:
    try:
        return work()
    finally:
        connections.close_all()


def until_done(work: Callable[[], Any]) -> Any:
    """Ask again after a lock timeout, as clients do and as beat does."""
    for _ in range(20):
        try:
            return work()
        except OperationalError:
            continue
    raise AssertionError("never let through")


def split_into_parts(monkeypatch) -> None:
    """Let a few results be as many parts as a million are."""
    monkeypatch.setattr(proposing, "PART_MIN", 1)


def test_submissions_and_readers_beside_a_regrade(monkeypatch):
    """Everybody answers so that the wrong key gives 2 of 3 and the corrected one 3 of 3: any mix would show."""
    split_into_parts(monkeypatch)
    real = recording.mark_sheets

    def mark_slowly(*args: Any, **values: Any) -> Any:
        # Between the reading of the pointer and the commit there is time for a batch or the flip, if it were let in.
        time.sleep(0.03)
        return real(*args, **values)

    monkeypatch.setattr(recording, "mark_sheets", mark_slowly)
    contest = make_contest(question_count=3, pool_size=3)
    one, wrong = contest.rounds.get(), pool_of(contest)[0]
    ward = make_unit()
    choices = {wrong.pk: {4}}
    # In turn, so that the cursor passes persons whose attempts are still open.
    people = [make_person(territory=ward) for _ in range(36)]
    early = [sit(one, person, choices=choices) for person in people[::3]]
    late = [start_attempt(person=person, round=one, now=NOON)[0] for person in people[1::3] + people[2::3]]
    for attempt in late:
        answer(attempt, choices=choices)
    regrade = propose(contest, correct(wrong, 4))
    approver = make_person()
    over = Event()
    seen: list[tuple[Any, ...]] = []

    def submit(attempts: list[Attempt]) -> None:
        for attempt in attempts:
            until_done(
                lambda attempt=attempt: submit_attempt(
                    attempt=attempt, prediction=None, received_at=NOON + timedelta(minutes=2)
                )
            )

    def compute() -> None:
        while until_done(lambda: compute_batch(regrade_id=regrade.pk, now=NOON, limit=2)):
            drain()

    def regrade_it() -> None:
        until_done(lambda: services.start_computing(regrade=regrade, actor=regrade.author, now=NOON))
        with ThreadPoolExecutor(2) as hands:
            for hand in [hands.submit(in_thread, compute) for _ in range(2)]:
                hand.result(timeout=60)
        assert [part.cursor_person_id for part in regrade.parts.all()] == [
            part.upto_person_id for part in regrade.parts.all()
        ]
        assert regrade.parts.count() == 4
        until_done(lambda: services.approve_regrade(regrade=regrade, actor=approver, now=NOON))
        until_done(lambda: services.apply_regrade(regrade=regrade, actor=approver, now=NOON))

    def read() -> None:
        while not over.is_set():
            board = read_board(get_round(uuid=one.uuid), asked=Asked(limit=100), person=None, now=NOON)
            counts = {line["correct_count"] for line in board["results"]}
            everybody = board["totals"]["all_correct"] in {0, board["totals"]["people"]}
            seen.append(("board", board["epoch"].split(".")[0], tuple(counts), everybody))
            shown = describe_contests([get_contest(key=contest.key)], person=early[0].person, now=NOON)[0]
            same = shown["totals"].all_correct == shown["rounds"][0]["totals"].all_correct
            mine = shown["rounds"][0]["mine"]["best"]["correct_count"]
            seen.append(("contest", mine, shown["totals"].all_correct > 0, same))
            result = describe_result(Attempt.objects.get(pk=early[0].pk), now=NOON)
            seen.append(
                ("result", result["epoch"].split(".")[0], result["correct_count"], result["ranks"]["round"]["rank"])
            )

    with ThreadPoolExecutor(max_workers=5) as pool:
        reader = pool.submit(in_thread, read)
        others = [pool.submit(in_thread, lambda part=part: submit(late[part::3])) for part in range(3)]
        others.append(pool.submit(in_thread, regrade_it))
        for other in others:
            other.result(timeout=60)
        over.set()
        reader.result(timeout=60)

    assert {one for one in seen if one[0] == "board"} <= {("board", "1", (2,), True), ("board", "2", (3,), True)}
    assert {one for one in seen if one[0] == "contest"} <= {("contest", 2, False, True), ("contest", 3, True, True)}
    assert {one for one in seen if one[0] == "result"} <= {("result", "1", 2, 1), ("result", "2", 3, 1)}
    assert Regrade.objects.get().state == "applied"
    ended = sorted(Attempt.objects.exclude(state="open").values_list("pk", flat=True))
    assert (len(ended), sorted(Result.objects.filter(key_version=2).values_list("attempt_id", flat=True))) == (
        36,
        ended,
    )
    assert_exact()


def test_workers_at_one_regrade_take_everybody_over_once(monkeypatch):
    split_into_parts(monkeypatch)
    contest = make_contest(question_count=3, pool_size=3)
    one, wrong = contest.rounds.get(), pool_of(contest)[0]
    ward = make_unit()
    for _ in range(15):
        sit(one, make_person(territory=ward), choices={wrong.pk: {4}})
    regrade = propose(contest, correct(wrong, 4))
    services.start_computing(regrade=regrade, actor=regrade.author, now=NOON)

    def work() -> None:
        while until_done(lambda: compute_batch(regrade_id=regrade.pk, now=NOON, limit=2)):
            pass

    with ThreadPoolExecutor(max_workers=3) as pool:
        for worker in [pool.submit(in_thread, work) for _ in range(3)]:
            worker.result(timeout=60)
        # Two hands of one task, as the worker has them, find that all is done.
        assert pool.submit(in_thread, lambda: services.advance_regrades(budget_s=30, now=NOON, hands=2)).result(60)

    regrade.refresh_from_db()
    assert (regrade.state, regrade.done_count, regrade.steps.count()) == ("computed", 15, 3)
    assert_exact()


def known_versions() -> str:
    """Return the versions of the keys that the planner knows to have lines."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT most_common_vals::text FROM pg_stats "
            "WHERE tablename = 'standings_standing' AND attname = 'key_version'"
        )
        return str(cursor.fetchone()[0])


def test_two_hands_do_a_regrade_side_by_side(monkeypatch):
    split_into_parts(monkeypatch)
    contest = make_contest(question_count=3, pool_size=3)
    one, wrong = contest.rounds.get(), pool_of(contest)[0]
    ward = make_unit()
    for _ in range(9):
        sit(one, make_person(territory=ward), choices={wrong.pk: {4}})
    regrade = propose(contest, correct(wrong, 4))
    services.start_computing(regrade=regrade, actor=regrade.author, now=NOON)

    with transaction.atomic():
        # One part is in somebody's hands: the others are done, and nothing is said to be computed.
        held = regrade.parts.select_for_update().get(number=2)
        with ThreadPoolExecutor(1) as pool:
            pool.submit(in_thread, lambda: services.advance_regrades(budget_s=30, now=NOON, hands=2)).result(timeout=60)
        regrade.refresh_from_db()
        undone = [part.number for part in regrade.parts.all() if part.cursor_person_id < part.upto_person_id]
        found = regrade.state, undone, regrade.done_count
    missing = Result.objects.filter(person_id__gt=held.after_person_id, person_id__lte=held.upto_person_id)
    assert found == ("computing", [2], 9 - missing.filter(key_version=1).count())
    assert missing.filter(key_version=2).count() == 0
    assert services.advance_regrades(budget_s=30, now=NOON, hands=2)

    regrade.refresh_from_db()
    assert (regrade.state, regrade.done_count, regrade.steps.count()) == ("computed", 9, 3)
    assert known_versions() == "{1,2}"
    assert_exact()


def test_a_worker_that_finds_another_at_it_leaves_at_once_and_comes_back_later(monkeypatch):
    """Though parts are free: a regrade takes one of a worker's threads, never all of them."""
    split_into_parts(monkeypatch)
    contest = make_contest(question_count=3, pool_size=3)
    one, wrong = contest.rounds.get(), pool_of(contest)[0]
    for _ in range(4):
        sit(one, make_person(territory=make_unit()), choices={wrong.pk: {4}})
    regrade = propose(contest, correct(wrong, 4))
    services.start_computing(regrade=regrade, actor=regrade.author, now=NOON)

    with ThreadPoolExecutor(1) as beside, transaction.atomic():
        assert outbox.try_lock(ADVANCE_LOCK)
        is_done = beside.submit(in_thread, lambda: services.advance_regrades(budget_s=30, now=NOON, hands=2))
        found = is_done.result(timeout=60), Regrade.objects.get().state, regrade.done_count
    services.advance_regrades(budget_s=30, now=NOON, hands=2)

    regrade.refresh_from_db()
    assert found == (True, "computing", 0)
    assert (regrade.state, regrade.done_count) == ("computed", 4)


def test_a_task_that_is_overtaken_between_two_batches_leaves_with_all_its_hands(monkeypatch):
    split_into_parts(monkeypatch)
    contest = make_contest(question_count=3, pool_size=3)
    one, wrong = contest.rounds.get(), pool_of(contest)[0]
    for _ in range(8):
        sit(one, make_person(territory=make_unit()), choices={wrong.pk: {4}})
    regrade = propose(contest, correct(wrong, 4))
    services.start_computing(regrade=regrade, actor=regrade.author, now=NOON)
    over = Event()

    with transaction.atomic():
        assert outbox.try_lock(ADVANCE_LOCK)
        with ThreadPoolExecutor(1) as pool:
            took_s = pool.submit(in_thread, lambda: advancing._lead_batch(NOON, over, regrade.pk, 2)).result(timeout=60)
    assert (took_s, over.is_set(), regrade.done_count) == (None, True, 0)
    assert advancing._compute(lambda pk, limit: 0.1, time.monotonic() + 30, over)
    assert regrade.done_count == 0


def test_batches_that_run_out_of_time_are_tried_again_smaller(monkeypatch):
    contest = make_contest(question_count=3, pool_size=3)
    one, wrong = contest.rounds.get(), pool_of(contest)[0]
    sit(one, make_person(territory=make_unit()), choices={wrong.pk: {4}})
    regrade = propose(contest, correct(wrong, 4))
    services.start_computing(regrade=regrade, actor=regrade.author, now=NOON)
    real, asked = advancing.compute_batch, []

    def starved(*, regrade_id: int, now: Any, limit: int) -> float | None:
        asked.append(limit)
        if limit > 300:
            raise OperationalError("canceling statement due to statement timeout")
        return real(regrade_id=regrade_id, now=now, limit=limit)

    monkeypatch.setattr(advancing, "compute_batch", starved)
    assert services.advance_regrades(budget_s=30, now=NOON)
    regrade.refresh_from_db()
    assert (asked[:3], regrade.state) == ([1_000, 500, 250], "computed")


def test_who_records_waits_for_their_own_part_alone(monkeypatch):
    split_into_parts(monkeypatch)
    contest = make_contest(question_count=3, pool_size=3)
    one, wrong = contest.rounds.get(), pool_of(contest)[0]
    people = [make_person(territory=make_unit()) for _ in range(4)]
    for person in people:
        sit(one, person, choices={wrong.pk: {4}})
    regrade = propose(contest, correct(wrong, 4))
    services.start_computing(regrade=regrade, actor=regrade.author, now=NOON)
    held = regrade.parts.get(number=1)

    def hold(person_id: int) -> str:
        try:
            with transaction.atomic():
                hold_pointers([(contest.pk, person_id)])
        except OperationalError:
            return "kept waiting"
        return "let through"

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        hold_part(contest.pk, number=held.number)
        found = [
            pool.submit(in_thread, lambda pk=pk: hold(pk)).result(timeout=60) for pk in (people[0].pk, people[-1].pk)
        ]
    assert held.upto_person_id < people[-1].pk
    assert found == ["kept waiting", "let through"]


def test_cancelling_while_it_is_computed_and_drained_leaves_nothing():
    contest = make_contest(question_count=3, pool_size=3)
    one, wrong = contest.rounds.get(), pool_of(contest)[0]
    ward = make_unit()
    for _ in range(12):
        sit(one, make_person(territory=ward), choices={wrong.pk: {4}})
    regrade = propose(contest, correct(wrong, 4))
    services.start_computing(regrade=regrade, actor=regrade.author, now=NOON)
    over = Event()

    def compute() -> None:
        while until_done(lambda: compute_batch(regrade_id=regrade.pk, now=NOON, limit=2)):
            pass

    def cancel() -> None:
        until_done(lambda: services.cancel_regrade(regrade=regrade, actor=regrade.author, now=NOON))
        until_done(lambda: services.advance_regrades(budget_s=30, now=NOON))

    def drain_on() -> None:
        while not over.is_set():
            drain(limit=3)

    with ThreadPoolExecutor(max_workers=3) as pool:
        drainer = pool.submit(in_thread, drain_on)
        for work in [pool.submit(in_thread, compute), pool.submit(in_thread, cancel)]:
            work.result(timeout=60)
        over.set()
        drainer.result(timeout=60)

    regrade.refresh_from_db()
    assert (regrade.state, regrade.cleared_at, Result.objects.filter(key_version=2).count()) == ("cancelled", NOON, 0)
    assert_exact()
