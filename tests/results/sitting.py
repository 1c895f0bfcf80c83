"""Attempts played to their end, and regrades walked through their states."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from backend.accounts.models import Person
from backend.attempts.models import Answer, Attempt
from backend.attempts.services import start_attempt, submit_attempt
from backend.contests.models import Contest, Round
from backend.participation.models import ContestParticipant, Participant
from backend.participation.queries import Scope, count_by_unit
from backend.participation.recounting import recount
from backend.questions.models import QuestionVersion
from backend.questions.queries import get_version_keys
from backend.results import services
from backend.results.enums import ChangeKind
from backend.results.models import Regrade, Result
from backend.results.queries import differences
from backend.results.services import ChangePlan
from backend.standings.models import Standing
from backend.standings.services import rebuild_standings
from tests.factories import NOON, make_person

Choices = Mapping[int, Collection[int]]


def sit(
    one: Round, person: Person, *, choices: Choices | None = None, at: datetime = NOON, skipped: Collection[int] = ()
) -> Attempt:
    """Play an attempt: every question by the bank's key, but for `choices` (canonical options by version id)."""
    attempt = start_attempt(person=person, round=one, now=at)[0]
    answer(attempt, choices=choices, skipped=skipped)
    return submit_attempt(attempt=attempt, prediction=None, received_at=at + timedelta(seconds=90))


def answer(attempt: Attempt, *, choices: Choices | None = None, skipped: Collection[int] = ()) -> None:
    wanted: dict[int, Collection[int]] = {
        **get_version_keys(version_id for version_id, _ in attempt.paper), **(choices or {})
    }  # fmt: skip
    Answer.objects.bulk_create(
        Answer(
            attempt=attempt,
            round_id=attempt.round_id,
            item=place,
            seq=place,
            choice=[at for at, option in enumerate(order, start=1) if option in wanted[version_id]],
            received_at=NOON,
        )
        for place, (version_id, order) in enumerate(attempt.paper, start=1)
        if version_id not in skipped
    )


def pool_of(contest: Contest) -> list[QuestionVersion]:
    rows = QuestionVersion.objects.filter(round_uses__round__contest=contest)
    return list(rows.order_by("pk").distinct())


def propose(contest: Contest, *plans: ChangePlan, author: Person | None = None, **fields: Any) -> Regrade:
    return services.propose_regrade(
        contest=contest, changes=plans, author=author or make_person(), reason="Đáp án sai", now=NOON, **fields
    )


def correct(version: QuestionVersion, *key: int) -> ChangePlan:
    return ChangePlan(version, ChangeKind.CORRECT_KEY, (frozenset(key),))


def compute(regrade: Regrade) -> Regrade:
    services.start_computing(regrade=regrade, actor=regrade.author, now=NOON)
    assert services.advance_regrades(budget_s=60, now=NOON)
    regrade.refresh_from_db()
    return regrade


def apply(regrade: Regrade) -> Regrade:
    services.approve_regrade(regrade=regrade, actor=make_person(), now=NOON)
    services.apply_regrade(regrade=regrade, actor=regrade.author, now=NOON)
    regrade.refresh_from_db()
    regrade.contest.refresh_from_db()
    return regrade


def correct_counts(contest: Contest, key_version: int) -> dict[int, int]:
    """Return what every attempt is worth under a version of the keys."""
    rows = Result.objects.filter(contest=contest, key_version=key_version)
    return dict(rows.values_list("attempt_id", "correct_count"))


def assert_exact() -> None:
    """Every projection, under every version of the keys, equals a recomputation from the rows."""
    assert list(differences()) == []
    assert rebuild_standings(apply=False).mismatch_count == 0
    outcome = recount()
    assert (outcome.differences, outcome.attempts_without_result) == ((), 0)


def stored_under(contest: Contest, key_version: int) -> dict[str, Any]:
    """Return all that is stored under a version of the keys, in comparable form."""
    return {
        "results": sorted(
            Result.objects.filter(contest=contest, key_version=key_version).values_list(
                "attempt_id", "correct_count", "item_count", "is_all_correct", "used_ms", "territory_id"
            )
        ),
        "standings": sorted(
            Standing.objects.filter(round__contest=contest, key_version=key_version).values_list(
                "round_id", "person_id", "attempt_id", "correct_count", "result__key_version"
            )
        ),
        "participants": sorted(
            Participant.objects.filter(round__contest=contest, key_version=key_version).values_list(
                "round_id", "person_id", "first_result__attempt_id", "is_all_correct", "territory_id"
            )
        ),
        "contest_participants": sorted(
            ContestParticipant.objects.filter(contest=contest, key_version=key_version).values_list(
                "person_id", "first_result__attempt_id", "is_all_correct"
            )
        ),
        "counts": {
            one: count_by_unit(Scope(contest.pk, one, key_version), facet="territory")
            for one in [None, *contest.rounds.values_list("pk", flat=True)]
        },
    }
