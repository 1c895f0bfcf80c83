"""Whatever the order of recording, voiding, reinstating, regrading, freezing, draining and crashes: all projections
equal a recomputation, and a frozen board stays what it was."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.participation.queries import Counts, Scope, count_all
from backend.participation.recounting import recount
from backend.participation.services import drain, drain_all
from backend.results import services
from backend.results.enums import ACTIVE, RegradeState, VoidingState
from backend.results.models import Regrade, Result, VoidedAttempt, Voiding
from backend.results.pointers import hold_pointers
from backend.results.services.computing import compute_batch
from backend.standings.boards import Asked, read_board
from backend.standings.models import BoardState, Standing
from backend.standings.services import (
    edition_differences,
    fill_editions,
    freeze_standings,
    rebuild_standings,
    unfreeze_standings,
)
from tests.factories import NOON, make_contest, make_person, make_unit
from tests.results.sitting import correct, pool_of, propose
from tests.results.voiding import ask_to_void, reinstate
from tests.results_at_hand import make_result, tell

pytestmark = pytest.mark.django_db


class Crash(Exception):
    """The process dies before its commit."""


# What makes the others possible comes oftener.
KINDS = (
    *("record",) * 3, *("void",) * 2, *("batch",) * 2,
    "reinstate", "regrade", "apply", "cancel", "clear", "freeze", "unfreeze", "drain",
)  # fmt: skip
steps = st.tuples(st.sampled_from(KINDS), st.integers(0, 7), st.booleans())


class World:
    """Two rounds, three people, and what the public was shown when a board was frozen."""

    def __init__(self) -> None:
        self.contest = make_contest(rounds=2)
        self.rounds = list(self.contest.rounds.all())
        self.people = [make_person() for _ in range(3)]
        self.units = [make_unit(), make_unit(), None]
        self.author, self.second = make_person(), make_person()
        self.version = pool_of(self.contest)[0]
        self.shown: dict[int, object] = {}

    def do(self, kind: str, number: int) -> None:
        getattr(self, kind)(number)

    def record(self, number: int) -> None:
        """As `record_results` does: under every version that covers the person."""
        person, one = self.people[number % 3], self.rounds[number % 2]
        one.contest.refresh_from_db()
        pointers = hold_pointers([(one.contest_id, person.pk)])
        first = make_result(person=person, round=one, correct=number % 4, territory=self.units[number % 3])
        made = [first]
        for pointer in pointers:
            if pointer.key_version != first.key_version and pointer.covers(
                contest_id=one.contest_id, person_id=person.pk
            ):
                made.append(Result.objects.get(pk=first.pk))
                made[-1].pk, made[-1].key_version = None, pointer.key_version
                made[-1].save(force_insert=True)
        tell(made)

    def void(self, number: int) -> None:
        taken = VoidedAttempt.objects.filter(is_open=True).values("attempt")
        results = Result.objects.exclude(attempt__in=taken).order_by("attempt_id")
        attempts = list(dict.fromkeys(result.attempt for result in results.select_related("attempt__contest")))
        if attempts:
            chosen = attempts[number % len(attempts)]
            with_it = [one for one in attempts if one.person_id == chosen.person_id] if number > 5 else [chosen]
            services.approve_voiding(voiding=ask_to_void(*with_it, author=self.author), actor=self.second, now=NOON)

    def reinstate(self, number: int) -> None:
        found = list(Voiding.objects.filter(state=VoidingState.IN_FORCE).order_by("pk"))
        if found:
            reinstate(found[number % len(found)])

    def regrade(self, number: int) -> None:
        if not Regrade.objects.filter(state__in=ACTIVE).exists():
            self.contest.refresh_from_db()
            made = propose(self.contest, correct(self.version, 1 + (self.contest.key_version % 2) * 2))
            services.start_computing(regrade=made, actor=made.author, now=NOON)

    def batch(self, number: int) -> None:
        for regrade in Regrade.objects.filter(state=RegradeState.COMPUTING):
            compute_batch(regrade_id=regrade.pk, now=NOON, limit=1 + number)

    def apply(self, number: int) -> None:
        for regrade in Regrade.objects.filter(state=RegradeState.COMPUTED):
            services.approve_regrade(regrade=regrade, actor=self.second, now=NOON)
            services.apply_regrade(regrade=regrade, actor=self.second, now=NOON)

    def cancel(self, number: int) -> None:
        for regrade in Regrade.objects.filter(state__in=ACTIVE):
            services.cancel_regrade(regrade=regrade, actor=self.second, now=NOON)

    def clear(self, number: int) -> None:
        for regrade in Regrade.objects.filter(state=RegradeState.CANCELLED, cleared_at=None):
            services.clear_cancelled(regrade_id=regrade.pk, now=NOON, limit=1 + number)

    def freeze(self, number: int) -> None:
        one = self.rounds[number % 2]
        if not BoardState.objects.filter(round=one, frozen__isnull=False).exists():
            live = self.board(one)
            freeze_standings(of=one, actor=self.second, now=NOON)
            self.shown[one.pk] = live

    def unfreeze(self, number: int) -> None:
        for state in BoardState.objects.filter(frozen__isnull=False):
            unfreeze_standings(of=state.round, actor=self.second, now=NOON)
            self.shown.pop(state.round_id, None)

    def drain(self, number: int) -> None:
        drain(limit=1 + number)

    def board(self, one):
        one.contest.refresh_from_db()
        board = read_board(one, asked=Asked(limit=50), person=None, now=NOON)
        return board["totals"], board["results"]

    def check(self) -> None:
        assert recount().is_exact
        assert rebuild_standings(apply=False).mismatch_count == 0
        assert edition_differences() == []
        for one in self.rounds:
            if one.pk in self.shown:
                assert self.board(one) == self.shown[one.pk]
        self.check_by_hand()

    def check_by_hand(self) -> None:
        """The same counts and lines, found without any SQL of ours."""
        void = {item.attempt_id for item in VoidedAttempt.objects.filter(is_in_force=True)}
        gone = set(Regrade.objects.filter(state=RegradeState.CANCELLED).values_list("target_key_version", flat=True))
        results = [one for one in Result.objects.order_by("pk") if one.attempt_id not in void]
        lines = {}
        for one in sorted(results, key=lambda one: (-one.correct_count, one.submitted_at, one.attempt_id)):
            lines.setdefault((one.round_id, one.key_version, one.person_id), one.attempt_id)
        stored = Standing.objects.values_list("round_id", "key_version", "person_id", "attempt_id")
        assert {row[:3]: row[3] for row in stored} == lines
        for key_version in {one.key_version for one in results} - gone:
            for scope in (None, *(one.pk for one in self.rounds)):
                own = [one for one in results if one.key_version == key_version and scope in (None, one.round_id)]
                correct = {one.person_id for one in own if one.is_all_correct}
                assert count_all(Scope(self.contest.pk, scope, key_version)) == Counts(
                    entries=len(own), people=len({one.person_id for one in own}), all_correct=len(correct)
                )


@pytest.fixture
def world(db):
    return World()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plan=st.lists(steps, max_size=14))
def test_every_projection_stays_equal_to_a_recomputation(world, plan):
    point = transaction.savepoint()
    world.shown = {}
    try:
        for kind, number, dies in plan:
            try:
                with transaction.atomic():
                    before = dict(world.shown)
                    world.do(kind, number)
                    if dies and kind != "freeze":
                        raise Crash
            except Crash:
                world.shown = before
            world.check()
        drain_all()
        assert fill_editions(now=NOON) == 0
        world.check()
    finally:
        transaction.savepoint_rollback(point)
