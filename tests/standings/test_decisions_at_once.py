"""Voiding, reinstating and freezing while people submit, a regrade is computed and counters are drained."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest

from backend.attempts.services import start_attempt, submit_attempt
from backend.contests.queries import get_round
from backend.participation.services import drain, drain_all
from backend.results import services
from backend.results.errors import VoidingStateRefused
from backend.results.models import Result, Voiding
from backend.results.services.computing import compute_batch
from backend.standings.boards import Asked, read_board
from backend.standings.models import Edition, Standing
from backend.standings.services import (
    edition_differences,
    fill_editions,
    freeze_standings,
    unfreeze_standings,
)
from tests.factories import NOON, make_contest, make_person, make_unit
from tests.results.sitting import answer, assert_exact, correct, pool_of, propose, sit
from tests.results.voiding import ask_to_void
from tests.standings.test_regrade_at_once import in_thread, until_done

pytestmark = pytest.mark.django_db(transaction=True)


def test_everything_at_once_stays_exact():
    """Half of the people have a second attempt in hand while their first is voided, and some get it back."""
    contest = make_contest(question_count=3, pool_size=3, rules={"attempts_per_round": 2})
    one, wrong, ward = contest.rounds.get(), pool_of(contest)[0], make_unit()
    people = [make_person(territory=ward) for _ in range(12)]
    first = [sit(one, person, choices={wrong.pk: {4}}) for person in people]
    late = [start_attempt(person=person, round=one, now=NOON + timedelta(minutes=5))[0] for person in people[::2]]
    for attempt in late:
        answer(attempt)
    asked = [ask_to_void(attempt) for attempt in first[:8]]
    regrade = propose(contest, correct(wrong, 4))
    second = make_person()
    over = Event()
    seen: list[tuple[int, int]] = []

    def submit() -> None:
        for attempt in late:
            until_done(
                lambda attempt=attempt: submit_attempt(
                    attempt=attempt, prediction=None, received_at=NOON + timedelta(minutes=7)
                )
            )

    def decide() -> None:
        for voiding in asked:
            until_done(lambda voiding=voiding: services.approve_voiding(voiding=voiding, actor=second, now=NOON))
        for voiding in asked[::2]:
            until_done(
                lambda voiding=voiding: services.ask_reinstatement(
                    voiding=voiding, actor=voiding.author, now=NOON, reason="Nhầm người"
                )
            )
            until_done(lambda voiding=voiding: services.approve_reinstatement(voiding=voiding, actor=second, now=NOON))

    def regrade_it() -> None:
        until_done(lambda: services.start_computing(regrade=regrade, actor=regrade.author, now=NOON))
        while until_done(lambda: compute_batch(regrade_id=regrade.pk, now=NOON, limit=1)):
            drain()
        until_done(lambda: services.approve_regrade(regrade=regrade, actor=second, now=NOON))
        until_done(lambda: services.apply_regrade(regrade=regrade, actor=second, now=NOON))

    def freeze() -> None:
        for number in range(4):
            until_done(lambda number=number: freeze_standings(of=one, actor=second, now=NOON))
            if number < 3:
                until_done(lambda: unfreeze_standings(of=one, actor=second, now=NOON))

    def read() -> None:
        while not over.is_set():
            board = read_board(get_round(uuid=one.uuid), asked=Asked(limit=100), person=None, now=NOON)
            totals = board["totals"]
            all_correct = sum(line["correct_count"] == 3 for line in board["results"])
            seen.append((len(board["results"]) - totals["people"], all_correct - totals["all_correct"]))
            drain(limit=3)

    with ThreadPoolExecutor(max_workers=5) as pool:
        reader = pool.submit(in_thread, read)
        others = [pool.submit(in_thread, work) for work in (submit, decide, regrade_it, freeze)]
        for other in others:
            other.result(timeout=90)
        over.set()
        reader.result(timeout=60)

    # Whatever a reader saw, lines and counts were of one state.
    assert set(seen) == {(0, 0)}
    assert Edition.objects.filter(lifted_at=None, ready_at__isnull=False).count() == 1
    assert edition_differences() == []
    drain_all()
    assert_exact()
    assert sorted(Voiding.objects.values_list("state", flat=True)) == ["in_force"] * 4 + ["lifted"] * 4
    assert Result.objects.filter(key_version=2).count() == 18
    kept = {attempt.pk for attempt in [first[0], first[2], first[4], first[6], *first[8:]]} | {one.pk for one in late}
    counted = set(Standing.objects.filter(key_version=2).values_list("attempt_id", flat=True))
    assert counted <= kept
    assert Standing.objects.filter(key_version=2).count() == 8


def test_two_approvals_at_once_void_an_attempt_once():
    contest = make_contest(question_count=3, pool_size=3)
    attempt = sit(contest.rounds.get(), make_person(territory=make_unit()))
    voiding = ask_to_void(attempt)
    people = [make_person() for _ in range(3)]

    def approve(person):
        try:
            return services.approve_voiding(voiding=voiding, actor=person, now=NOON).state
        except VoidingStateRefused:
            return "refused"

    with ThreadPoolExecutor(max_workers=3) as pool:
        work = [pool.submit(in_thread, lambda person=person: until_done(lambda: approve(person))) for person in people]
        ends = sorted(one.result(timeout=60) for one in work)

    assert ends == ["in_force", "refused", "refused"]
    assert fill_editions(now=NOON) == 0
    assert_exact()
