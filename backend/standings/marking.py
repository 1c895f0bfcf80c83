"""Assemble what people who mark essays see. Blind: nothing names an author, a unit, an attempt or an hour of theirs."""

from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from backend.accounts.models import Person
from backend.attempts.models import Answer
from backend.contests.models import Contest
from backend.contests.queries import rulebook_of
from backend.core.errors import NotFound
from backend.core.rules.essays import MARK_STEP, Essay
from backend.infra.lately import Lately
from backend.infra.reading import one_snapshot
from backend.questions.queries import get_version_contents, get_version_explanations
from backend.results import services
from backend.results.enums import ACTIVE
from backend.results.essays import TIMEOUT_S, count_by_marker
from backend.results.models import EssayMark, EssaySheet, Regrade
from backend.results.services import check_can_mark
from backend.results.sheets import EssayCounts, closed_rounds, count_essays
from backend.standings.desk import staff_name

RECENT = 5
# Counting looks through all essays of a contest: a twentieth of the time at most, in each process.
_counts: Lately[tuple[datetime, dict[int, EssayCounts]]] = Lately(times=20, from_s=0.25, most_s=60)


def list_marked_contests() -> list[dict[str, str]]:
    """Return the contests whose rules ask for essays, newest first."""
    rows = Contest.objects.exclude(rulebook__essay=None).order_by("-created_at", "-id")
    return [{"key": one.key, "title": one.title} for one in rows if rulebook_of(one).essay is not None]


def get_sheet(contest: Contest, uuid: UUID) -> EssaySheet:
    """Return a sheet of the contest with its attempt. Raises NotFound."""
    rows = EssaySheet.objects.select_related("attempt__contest", "attempt__round")
    found = rows.filter(attempt__contest=contest, uuid=uuid).first()
    if found is None:
        raise NotFound
    return found


def describe_marking(contest: Contest, *, marker: Person, now: datetime) -> dict[str, Any]:
    """Return how the contest's essays stand, round by round, and the marker's own last marks. Raises NotFound.

    The counts are those of `as_of`: where there are many essays they are counted seldom.
    """
    essay = essay_of(contest)
    as_of, counts = _counts.get(contest.pk, lambda: _count(contest, essay, now=now))
    with one_snapshot():
        waiting = Regrade.objects.filter(contest=contest, state__in=ACTIVE).first()
        return {
            "as_of": as_of,
            "rule": {"count": essay.count, "most": essay.most, "step": MARK_STEP, "markers": essay.markers},
            "rounds": [
                {
                    "round": one.uuid,
                    "number": one.number,
                    "title": one.title,
                    "closes_at": one.closes_at,
                    "counts": asdict(counts[one.pk]) if one.pk in counts else None,
                }
                for one in contest.rounds.all()
            ],
            "regrade": waiting.uuid if waiting else None,
            "recent": _recent(contest, marker),
        }


def _count(contest: Contest, essay: Essay, *, now: datetime) -> tuple[datetime, dict[int, EssayCounts]]:
    with one_snapshot(timeout_s=TIMEOUT_S) as stamp:
        return min(stamp.as_of, now), count_essays(contest, essay, now=now)


def describe_entering(regrade: Regrade) -> dict[str, Any] | None:
    """Return how many essays had been written, had all their marks or had not, when a set was proposed, and who gave
    those that enter with it; None where none do. Nothing that happens afterwards changes it."""
    written, marked = regrade.essays_written, regrade.essays_marked
    if written is None or marked is None:
        return None
    return {"written": written, "marked": marked, "unmarked": written - marked, "markers": _who_marked(regrade)}


def _who_marked(regrade: Regrade) -> list[dict[str, Any]]:
    """Return who gave the marks that enter with a set, and how many, most first."""
    counts = count_by_marker(regrade)
    people = Person.objects.filter(pk__in=counts).select_related("profile")
    found = [{"name": staff_name(one) or "", "count": counts[one.pk]} for one in people]
    return sorted(found, key=lambda one: (-one["count"], one["name"]))


def next_sheet(
    contest: Contest, *, marker: Person, round_uuid: UUID | None, best_first: bool, now: datetime
) -> dict[str, Any]:
    """Hand the marker an essay, of one round or of any that has closed. Raises NotFound."""
    essay = essay_of(contest)
    rounds = closed_rounds(contest, now=now)
    if round_uuid is not None:
        rounds = [one for one in rounds if one.uuid == round_uuid]
        if not rounds:
            raise NotFound
    sheet, is_held = services.hand_out(
        contest=contest, marker=marker, rounds=[one.pk for one in rounds], best_first=best_first, now=now
    )
    return {"sheet": _shape(sheet, essay, marker) if sheet else None, "others_have_the_rest": is_held}


def describe_sheet(contest: Contest, uuid: UUID, *, marker: Person, now: datetime) -> dict[str, Any]:
    """Return an essay to mark, or to mark again. Raises NotFound, OwnEssay, EssayNotMarkable."""
    sheet = get_sheet(contest, uuid)
    check_can_mark(sheet=sheet, marker=marker, now=now)
    return _shape(sheet, essay_of(contest), marker)


def essay_of(contest: Contest) -> Essay:
    """Return the rule. Raises NotFound where the rules ask for no essay."""
    essay = rulebook_of(contest).essay
    if essay is None:
        raise NotFound
    return essay


def _shape(sheet: EssaySheet, essay: Essay, marker: Person) -> dict[str, Any]:
    attempt = sheet.attempt
    version_id = attempt.paper[sheet.item - 1][0]
    text = Answer.objects.values_list("text", flat=True).get(
        round_id=attempt.round_id, attempt=attempt, item=sheet.item
    )
    marks = list(EssayMark.objects.filter(attempt=attempt, item=sheet.item, replaced_at=None).order_by("turn", "pk"))
    own = [mark for mark in marks if mark.marker_id == marker.pk]
    turns = {mark.turn for mark in marks}
    proof = get_version_explanations([version_id])[version_id]
    return {
        "sheet": sheet.uuid,
        "stem": get_version_contents([version_id])[version_id].stem,
        "guide": proof.explanation,
        "citations": proof.citations,
        "text": text,
        "most": essay.most,
        "step": MARK_STEP,
        # Two people have marked it far apart; whoever is asked now decides.
        "is_deciding": (own[-1].turn if own else len(turns) + 1) > 2,
        "mine": {"points": own[-1].points, "remark": own[-1].remark, "is_entered": _entered(own[-1])} if own else None,
    }


def _recent(contest: Contest, marker: Person) -> list[dict[str, Any]]:
    marks = list(EssayMark.objects.filter(contest=contest, marker=marker, replaced_at=None).order_by("-pk")[:RECENT])
    sheets = EssaySheet.objects.filter(attempt__in=[mark.attempt_id for mark in marks])
    names = {(one.attempt_id, one.item): one.uuid for one in sheets}
    return [
        {
            "sheet": names[mark.attempt_id, mark.item],
            "points": mark.points,
            "at": mark.at,
            "is_entered": _entered(mark),
        }
        for mark in marks
    ]


def _entered(mark: EssayMark) -> bool:
    """Tell whether a set holds the mark: a new one will wait for the next."""
    return mark.from_key_version is not None
