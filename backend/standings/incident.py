"""Assemble a regrade as the incident room shows it. Everything here may hold keys: for the staff addresses alone."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from backend.accounts.models import Person
from backend.accounts.queries import list_organizers
from backend.contests.models import Contest, Round
from backend.contests.queries import rulebook_of
from backend.core.errors import NotFound
from backend.core.rules.prizes import TO_PERSON, TO_UNIT
from backend.infra.reading import one_snapshot
from backend.participation.enums import CountedFacet
from backend.participation.queries import Counts, Scope, count_all, count_by_unit
from backend.questions.models import QuestionVersion
from backend.results.checks import can_apply, can_approve, can_cancel, can_compute
from backend.results.enums import RegradeState
from backend.results.errors import RegradeRefused
from backend.results.essays import count_entered
from backend.results.keys import EffectiveKey, effective_keys
from backend.results.models import Regrade, RegradeChange, RegradeStep
from backend.results.services import ENTER_MARKS, ChangePlan
from backend.standings.desk import staff_name
from backend.standings.marking import describe_entering
from backend.standings.moves import compare_round
from backend.standings.queries import is_final
from backend.units.models import Unit
from backend.units.shapes import unit_outputs

_HAS_PREVIEW = {RegradeState.COMPUTED, RegradeState.APPROVED, RegradeState.APPLIED}
# A million lines are ranked twice; people wait for it knowingly.
TIMEOUT_S = 55
UNITS_SHOWN = 200


def get_regrade(*, contest: Contest, uuid: UUID) -> Regrade:
    """Return one set with all that is shown of it. Raises NotFound."""
    found = _regrades(contest).filter(uuid=uuid).first()
    if found is None:
        raise NotFound
    return found


def list_regrades(contest: Contest, *, person: Person) -> dict[str, Any]:
    """Return the contest's sets, newest first, without their previews, and the version of the keys in force."""
    organizers = list_organizers()
    found = [_shape(one, contest, person=person, organizers=organizers) for one in _regrades(contest)]
    return {"key_version": contest.key_version, "results": found}


def describe_regrade(regrade: Regrade, contest: Contest, *, person: Person, now: datetime) -> dict[str, Any]:
    """Return a set with its preview once it is computed, as of one snapshot."""
    with one_snapshot(timeout_s=TIMEOUT_S) as stamp:
        shape = _shape(regrade, contest, person=person, organizers=list_organizers())
        if regrade.state not in _HAS_PREVIEW:
            return {**shape, "preview": None}
        preview = _preview(regrade, contest, now=now)
    return {**shape, "preview": {"as_of": min(stamp.as_of, now), **preview}}


def plans_from(given: Iterable[dict[str, Any]], *, enters_marks: bool) -> list[ChangePlan]:
    """Return plans from changes that name questions by uuid and version number. Raises RegradeRefused."""
    changes = list(given)
    rows = QuestionVersion.objects.filter(question__uuid__in=[one["question"] for one in changes])
    versions = {(row.question.uuid, row.number): row for row in rows.select_related("question")}
    missing = [i for i, one in enumerate(changes) if (one["question"], one["version"]) not in versions]
    if missing:
        raise RegradeRefused(fields={f"changes.{index}.question": "Không có câu hỏi này." for index in missing})
    plans = [
        ChangePlan(
            versions[one["question"], one["version"]],
            one["kind"],
            tuple(frozenset(key) for key in one["keys"]),
            tuple(one["texts"]),
        )
        for one in changes
    ]
    return [*plans, *([ENTER_MARKS] if enters_marks else [])]


def _regrades(contest: Contest) -> QuerySet[Regrade]:
    changes = RegradeChange.objects.select_related("version__question").order_by("pk")
    steps = RegradeStep.objects.select_related("actor__profile")
    rows = Regrade.objects.filter(contest=contest).select_related("author__profile", "approver__profile")
    return rows.prefetch_related(Prefetch("changes", queryset=changes), Prefetch("steps", queryset=steps)).order_by(
        "-pk"
    )


def _shape(regrade: Regrade, contest: Contest, *, person: Person, organizers: list[Person]) -> dict[str, Any]:
    changes = [(change, change.version) for change in regrade.changes.all() if change.version is not None]
    has_marks = len(changes) < len(regrade.changes.all())
    old = effective_keys(
        contest_id=contest.pk,
        key_version=regrade.base_key_version,
        version_ids=[version.pk for _, version in changes],
    )
    state = regrade.state
    return {
        "uuid": regrade.uuid,
        "contest": contest.key,
        "state": state,
        "reason": regrade.reason,
        "author": staff_name(regrade.author),
        "approver": staff_name(regrade.approver),
        "base_key_version": regrade.base_key_version,
        "target_key_version": regrade.target_key_version,
        "progress": {"done": regrade.done_count, "total": max(regrade.total_count, regrade.done_count)},
        "changes": [_change_shape(change, version, old[version.pk]) for change, version in changes],
        "entered_essays": count_entered(regrade) if has_marks else None,
        "steps": [
            {"move": step.move, "actor": staff_name(step.actor), "reason": step.reason, "at": step.at}
            for step in regrade.steps.all()
        ],
        "approvers": [name for one in organizers if one.pk != regrade.author_id and (name := staff_name(one))],
        "can": {
            "compute": can_compute(state=state),
            "approve": can_approve(state=state, author_id=regrade.author_id, person_id=person.pk),
            "apply": can_apply(state=state, base_key_version=regrade.base_key_version, key_version=contest.key_version),
            "cancel": can_cancel(state=state),
        },
    }


def _change_shape(change: RegradeChange, version: QuestionVersion, old: EffectiveKey) -> dict[str, Any]:
    new = old.changed(change.kind, change.keys)
    return {
        "question": version.question.uuid,
        "key": version.question.key,
        "version": version.number,
        "stem": version.stem,
        "options": [{"option": number, "text": text} for number, text in enumerate(version.options, start=1)],
        "kind": change.kind,
        "old_keys": sorted(sorted(key) for key in old.accepted),
        "new_keys": sorted(sorted(key) for key in new.accepted),
        "old_texts": old.texts or (),
        "new_texts": new.texts or (),
    }


def _preview(regrade: Regrade, contest: Contest, *, now: datetime) -> dict[str, Any]:
    base, target = regrade.base_key_version, regrade.target_key_version
    rounds = list(Round.objects.filter(contest=contest).select_related("contest").order_by("number"))
    before, after = (count_all(Scope(contest.pk, None, number)) for number in (base, target))
    prizes = rulebook_of(contest).prizes
    return {
        "people": {"before": before.people, "after": after.people},
        "entries": {"before": before.entries, "after": after.entries},
        "essays": describe_entering(regrade),
        "all_correct": {"before": before.all_correct, "after": after.all_correct},
        **{f"{to}_prizes": [prize.name for prize in prizes if prize.to == to] for to in (TO_PERSON, TO_UNIT)},
        "rounds": [compare_round(one, base=base, target=target, final=is_final(one, now=now)) for one in rounds],
        "units": _changed_units(contest, base=base, target=target),
    }


def _changed_units(contest: Contest, *, base: int, target: int) -> list[dict[str, Any]]:
    """Return the units whose number of all-correct people changes over the contest, largest change first."""
    found: list[tuple[int, int, int]] = []
    for facet in (CountedFacet.TERRITORY, CountedFacet.PARTY, CountedFacet.WORKPLACE):
        old, new = (count_by_unit(Scope(contest.pk, None, number), facet=facet) for number in (base, target))
        for unit_id in old.keys() | new.keys():
            before, after = (side.get(unit_id, Counts()).all_correct for side in (old, new))
            if unit_id is not None and before != after:
                found.append((unit_id, before, after))
    shown = sorted(found, key=lambda one: (-abs(one[2] - one[1]), one[0]))[:UNITS_SHOWN]
    units = Unit.objects.in_bulk([unit_id for unit_id, _, _ in shown])
    shapes = unit_outputs(list(units.values()))
    return [{"unit": shapes[unit_id], "before": before, "after": after} for unit_id, before, after in shown]
