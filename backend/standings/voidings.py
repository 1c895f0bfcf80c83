"""Assemble voidings as organizers see them: names masked, what would happen said before it happens."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from backend.accounts.models import Person
from backend.attempts.enums import AttemptState
from backend.attempts.models import Attempt
from backend.contests.models import Contest, Round
from backend.contests.queries import rulebook_of
from backend.core.errors import NotFound
from backend.core.text import mask_name
from backend.infra.reading import one_snapshot
from backend.participation.models import Participant
from backend.results.checks import can_move
from backend.results.enums import VoidingMove
from backend.results.models import Result, VoidedAttempt, Voiding, VoidingStep
from backend.results.queries import entry_of
from backend.standings.awards import find_stake, unit_prizes_without
from backend.standings.desk import staff_name
from backend.standings.queries import is_final
from backend.units.enums import Facet

PAGE = 20
# Ranks of a million lines may have to be counted, round by round.
TIMEOUT_S = 55


def look_up(contest: Contest, *, receipt: str | None, attempt: UUID | None, now: datetime) -> dict[str, Any]:
    """Return the ended attempts of the person behind a receipt or an attempt, and what voiding each would do.

    With each attempt stands what the person may receive in its round, and which units' prizes would fall otherwise if
    they left it.

    There is no list of people to look through: who asks has the receipt, or came from a flagged attempt. Raises
    NotFound.
    """
    ended = Attempt.objects.filter(contest=contest).exclude(state=AttemptState.OPEN)
    found = ended.filter(Q(receipt=_spelled(receipt)) if receipt else Q(uuid=attempt)).first()
    if found is None:
        raise NotFound
    attempts = list(ended.filter(person=found.person_id).order_by("round__number", "number"))
    with one_snapshot(timeout_s=TIMEOUT_S):
        at_stake = {
            one.pk: _at_stake(one, person_id=found.person_id, now=now)
            for one in contest.rounds.select_related("contest").filter(pk__in={one.round_id for one in attempts})
        }
    return {
        "asked_for": found.uuid,
        "person": _person_shape(found),
        "attempts": [
            {**shape, **at_stake[one.round_id]}
            for one, shape in zip(attempts, _attempt_shapes(contest, attempts), strict=True)
        ],
    }


def _at_stake(one: Round, *, person_id: int, now: datetime) -> dict[str, Any]:
    """Return what of a round's prizes hangs on a person; nothing where they count no longer."""
    rows = Participant.objects.filter(round=one, key_version=one.contest.key_version, person=person_id)
    counted_in = rows.values_list(*(f"{facet}_id" for facet in Facet.values)).first()
    units = dict(zip(Facet.values, counted_in, strict=True)) if counted_in else {}
    return {
        "prize": find_stake(one, final=is_final(one, now=now), person_id=person_id),
        "unit_prizes": unit_prizes_without(one, unit_ids=units),
    }


def attempts_from(contest: Contest, uuids: Iterable[UUID]) -> list[Attempt]:
    """Return the contest's attempts of these names. Raises NotFound where one is none of its."""
    wanted = set(uuids)
    found = list(Attempt.objects.filter(contest=contest, uuid__in=wanted).order_by("pk"))
    if len(found) != len(wanted):
        raise NotFound
    return found


def get_voiding(*, contest: Contest, uuid: UUID) -> Voiding:
    """Return one voiding with all that is shown of it. Raises NotFound."""
    found = _voidings(contest).filter(uuid=uuid).first()
    if found is None:
        raise NotFound
    return found


def list_voidings(contest: Contest, *, person: Person, after: UUID | None) -> dict[str, Any]:
    """Return a page of the contest's voidings, newest first, and the last one's name where more follow."""
    rows = _voidings(contest)
    if after is not None:
        rows = rows.filter(pk__lt=get_voiding(contest=contest, uuid=after).pk)
    page = list(rows[: PAGE + 1])
    shown = page[:PAGE]
    items = [item.attempt for voiding in shown for item in voiding.attempts.all()]
    lines = {line["uuid"]: line for line in _attempt_shapes(contest, items)}
    return {
        "results": [_shape(voiding, lines, person=person) for voiding in shown],
        "next": shown[-1].uuid if len(page) > PAGE else None,
    }


def describe_voiding(voiding: Voiding, contest: Contest, *, person: Person) -> dict[str, Any]:
    """Return a voiding as the desk shows it."""
    lines = _attempt_shapes(contest, [item.attempt for item in voiding.attempts.all()])
    return _shape(voiding, {line["uuid"]: line for line in lines}, person=person)


def _spelled(receipt: str) -> str:
    """Write a receipt as it is stored: people leave the dashes out, and read an O for a zero, an I or L for a one."""
    code = "".join(sign for sign in receipt.upper() if sign.isalnum()).translate(str.maketrans("OIL", "011"))
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def _voidings(contest: Contest) -> QuerySet[Voiding]:
    items = VoidedAttempt.objects.select_related("attempt__person__profile", "attempt__territory", "attempt__round")
    steps = VoidingStep.objects.select_related("actor__profile")
    names = [f"{role}__profile" for role in ("author", "approver", "back_author", "back_approver")]
    rows = Voiding.objects.filter(contest=contest).select_related(*names)
    return rows.prefetch_related(
        Prefetch("attempts", queryset=items.order_by("pk")), Prefetch("steps", queryset=steps)
    ).order_by("-pk")


def _shape(voiding: Voiding, lines: dict[UUID, dict[str, Any]], *, person: Person) -> dict[str, Any]:
    attempts = [item.attempt for item in voiding.attempts.all()]
    # Of a person who was erased it is kept that and when it was decided, and shown to nobody why.
    is_told = attempts[0].person.erased_at is None
    asked_by = {VoidingMove.APPROVE: voiding.author_id, VoidingMove.REINSTATE: voiding.back_author_id}
    return {
        "uuid": voiding.uuid,
        "state": voiding.state,
        "reason": voiding.reason if is_told else "",
        "author": staff_name(voiding.author),
        "approver": staff_name(voiding.approver),
        "back_author": staff_name(voiding.back_author),
        "back_approver": staff_name(voiding.back_approver),
        "created_at": voiding.created_at,
        "voided_at": voiding.voided_at,
        "lifted_at": voiding.lifted_at,
        "person": _person_shape(attempts[0]),
        "attempts": [lines[attempt.uuid] for attempt in attempts],
        "steps": [
            {
                "move": step.move,
                "actor": staff_name(step.actor),
                "reason": step.reason if is_told else "",
                "at": step.at,
            }
            for step in voiding.steps.all()
        ],
        "can": {
            move.value: can_move(
                state=voiding.state,
                move=move,
                asked_by=asked_by.get(move),
                person_id=person.pk,
                subject_id=voiding.person_id,
            )
            for move in VoidingMove
            if move != VoidingMove.PROPOSE
        },
    }


def _person_shape(attempt: Attempt) -> dict[str, Any]:
    profile = getattr(attempt.person, "profile", None)
    return {
        "name": mask_name(profile.display_name if profile else ""),
        "unit_name": attempt.territory.name if attempt.territory else "",
    }


def _attempt_shapes(contest: Contest, attempts: Sequence[Attempt]) -> list[dict[str, Any]]:
    """Return attempts with their results under the keys in force, and what voiding each of them alone would do."""
    by_round = _results_by_round(contest, {attempt.person_id for attempt in attempts})
    open_voidings = dict(
        VoidedAttempt.objects.filter(attempt__in=attempts, is_open=True).values_list("attempt_id", "voiding__uuid")
    )
    void = set(
        VoidedAttempt.objects.filter(attempt__in=attempts, is_in_force=True).values_list("attempt_id", flat=True)
    )
    titles = dict(contest.rounds.values_list("pk", "title"))
    shapes = []
    for attempt in attempts:
        results, counted = by_round[attempt.person_id, attempt.round_id]
        own = results[attempt.pk]
        is_line = bool(counted) and counted[0] == own
        others = [result for result in counted if result != own]
        shapes.append(
            {
                "uuid": attempt.uuid,
                "round_title": titles[attempt.round_id],
                "number": attempt.number,
                "state": attempt.state,
                "submitted_at": attempt.submitted_at,
                "used_ms": own.used_ms,
                "correct_count": own.correct_count,
                "item_count": own.item_count,
                "is_voided": attempt.pk in void,
                "voiding": open_voidings.get(attempt.pk),
                "is_line": is_line,
                "next": _score(others[0]) if is_line and others else None,
                "is_only": attempt.pk not in void and not others,
            }
        )
    return shapes


_ByRound = dict[tuple[int, int], tuple[dict[int, Result], list[Result]]]


def _results_by_round(contest: Contest, person_ids: set[int]) -> _ByRound:
    """Return, by person and round, all results by attempt, and those that count, the one on the board first."""
    rows = Result.objects.filter(contest=contest, key_version=contest.key_version, person__in=person_ids)
    counted_ids = set(rows.counted().values_list("pk", flat=True))
    first = rulebook_of(contest).counting.first
    found: _ByRound = {}
    for result in sorted(rows.select_related("attempt"), key=lambda one: first(entry_of(one))):
        results, counted = found.setdefault((result.person_id, result.round_id), ({}, []))
        results[result.attempt_id] = result
        if result.pk in counted_ids:
            counted.append(result)
    return found


def _score(result: Result) -> dict[str, int]:
    return {"correct_count": result.correct_count, "item_count": result.item_count}
