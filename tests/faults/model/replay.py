"""A trace of the model played on real PostgreSQL through the product's services."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from backend.accounts.services import erase_withdrawn, withdraw_consent
from backend.attempts.errors import AttemptClosed
from backend.attempts.models import Attempt
from backend.attempts.services import record_journal, start_attempt, submit_attempt, sweep
from backend.contests.models import Round
from backend.core.errors import UserError
from backend.participation.services import drain
from backend.results import services
from backend.results.enums import ChangeKind
from backend.results.errors import RegradeActive, RegradeRefused, RegradeStateRefused
from backend.results.models import Regrade
from backend.results.services import ChangePlan
from backend.results.services.computing import compute_batch
from tests.factories import make_contest, make_person, make_unit
from tests.faults.model import state
from tests.faults.model.engine import Crash
from tests.faults.model.walk import Step
from tests.results.sitting import pool_of


class Died(Exception):
    """The process dies before its commit."""


class Replay:
    """A contest of its own for one trace. `play` returns what was told at each step, as the model would."""

    def __init__(self) -> None:
        rules = dict(state.OTHER_RULES)
        self.contest = make_contest(now=state.NOON, question_count=state.ITEMS, pool_size=state.ITEMS, rules=rules)
        Round.objects.filter(contest=self.contest).update(closes_at=state.CLOSES_AT)
        self.round = Round.objects.select_related("contest").get(contest=self.contest)
        wards = [make_unit() for _ in range(state.WARD_COUNT)]
        self.wards = {ward.pk: number for number, ward in enumerate(wards)}
        self.people = [make_person(territory=wards[state.ward_of(n)]) for n in range(state.PEOPLE)]
        self.pool = pool_of(self.contest)
        self.attempts: list[int] = []
        self._author, self._approver = make_person(), make_person()

    def play(self, step: Step) -> Any:
        """Do one step. A process that dies before its commit has done nothing; one that dies after tells nobody."""
        name, second, crash, _, *arguments = step
        now = state.NOON + timedelta(seconds=second)
        do: Callable[..., Any] = getattr(self, f"_{name}")
        if crash == Crash.BEFORE:
            # Answers go over a connection of their own; tests of the failpoints kill a process in that transaction.
            if name != "answer":
                self._die(lambda: do(now, *arguments))
            return None
        told = do(now, *arguments)
        return None if crash == Crash.AFTER else told

    def _die(self, do: Callable[[], Any]) -> None:
        known = len(self.attempts)
        try:
            with transaction.atomic():
                do()
                raise Died
        except Died:
            del self.attempts[known:]

    def _start(self, now: datetime, person: int) -> int:
        try:
            attempt, is_new = start_attempt(person=self.people[person], round=self.round, now=now)
        except UserError:
            return 0
        if is_new:
            self.attempts.append(attempt.pk)
        return 1 + self.attempts.index(attempt.pk)

    def _answer(self, now: datetime, number: int, frames: Iterable[list[Any]]) -> list[str]:
        attempt = self._attempt(number)
        sent = [
            {"item": item, "seq": seq, "choice": [self._order(attempt, item).index(option) + 1 for option in choice]}
            for item, seq, choice in frames
        ]
        try:
            told = record_journal(attempt=attempt, answers=sent, received_at=now)
        except AttemptClosed:
            return ["closed"] * len(sent)
        assert {one["code"] for one in told.refused} <= {"seq_conflict"}
        saved, conflicts = iter(told.saved), [(one["item"], one["seq"]) for one in told.refused]
        return [self._verdict(one, saved, conflicts, attempt) for one in sent]

    def _verdict(self, one: dict[str, Any], saved: Any, conflicts: list[Any], attempt: Attempt) -> str:
        """Outcomes come in the order of the answers, the refused ones apart."""
        stored = dict(attempt.answers.filter(item=one["item"]).values_list("seq", "choice"))
        if (one["item"], one["seq"]) in conflicts and stored.get(one["seq"]) != one["choice"]:
            return "seq_conflict"
        line = next(saved)
        assert line["item"] == one["item"]
        return "saved" if line["seq"] == one["seq"] else "superseded"

    def _submit(self, now: datetime, number: int, prediction: int) -> str:
        ended = submit_attempt(attempt=self._attempt(number), prediction=prediction, received_at=now)
        return str(ended.state)

    def _sweep(self, now: datetime) -> int:
        return sweep(now=now)

    def _withdraw(self, now: datetime, person: int) -> None:
        withdraw_consent(person=self.people[person], at=now)

    def _erase(self, now: datetime, most: int) -> int:
        return erase_withdrawn(now=now, after=state.ERASE_AFTER, most=most)

    def _drain(self, now: datetime, limit: int) -> None:
        drain(limit=limit)

    def _propose(self, now: datetime, item: int, key: int) -> bool:
        plan = ChangePlan(self.pool[item - 1], ChangeKind.CORRECT_KEY, (frozenset({key}),))
        try:
            services.propose_regrade(
                contest=self.contest, changes=[plan], reason="Đáp án sai", author=self._author, now=now
            )
        except (RegradeRefused, RegradeActive):
            return False
        return True

    def _compute(self, now: datetime) -> str:
        regrade = self._regrade()
        if regrade.state == "draft":
            services.start_computing(regrade=regrade, actor=self._author, now=now)
        elif regrade.state == "computing":
            compute_batch(regrade_id=regrade.pk, now=now, limit=1)
            if all(part.cursor_person_id == part.upto_person_id for part in regrade.parts.all()):
                # The model ends with its only part; here that is a step of its own, whoever finds no part left.
                compute_batch(regrade_id=regrade.pk, now=now, limit=1)
        regrade.refresh_from_db()
        return str(regrade.state)

    def _decide(self, now: datetime, is_applied: bool) -> str:
        regrade = self._regrade()
        try:
            if is_applied:
                services.approve_regrade(regrade=regrade, actor=self._approver, now=now)
                services.apply_regrade(regrade=regrade, actor=self._author, now=now)
            else:
                services.cancel_regrade(regrade=regrade, actor=self._author, now=now)
                services.advance_regrades(budget_s=30, now=now)
        except RegradeStateRefused:
            return "none"
        regrade.refresh_from_db()
        return str(regrade.state)

    def _attempt(self, number: int) -> Attempt:
        return Attempt.objects.get(pk=self.attempts[number - 1])

    def _regrade(self) -> Regrade:
        return Regrade.objects.filter(contest=self.contest).latest("pk")

    @staticmethod
    def _order(attempt: Attempt, item: int) -> list[int]:
        return list(attempt.paper[item - 1][1])
