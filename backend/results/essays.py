"""What essays are worth under each version of the keys: marks enter with a version and count from it on.

Only what has ended is marked, so an attempt that is just ending has no marks, and whoever records results need not ask.
A contest without essays costs no query.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db import connection
from django.db.models import Count

from backend.attempts.models import Answer, Attempt
from backend.contests.queries import rulebook_in_play
from backend.core.rules.essays import APART, Essay, Turn, worth_of
from backend.infra.reading import widen_timeout
from backend.results.enums import ChangeKind
from backend.results.models import EssayMark, Regrade, RegradeChange

# All essays are looked through, some eight seconds for a million; people wait for it knowingly.
TIMEOUT_S = 30
# By attempt: right answers and points, as a regrade moves them.
Deltas = dict[int, tuple[int, int]]

VOID = "EXISTS (SELECT 1 FROM results_voidedattempt AS v WHERE v.attempt_id = {attempt} AND v.is_in_force)"
# The marks that stand, those that have entered and those that wait: each person's latest, in the order of persons.
# `waits` repeats `core.rules.essays.waits_for`; a test holds them together.
STANDING = f"""
SELECT m.attempt_id, m.item, bool_or(m.from_key_version IS NULL) AS is_new,
       array_agg(m.marker_id ORDER BY m.turn) AS markers, array_agg(m.points ORDER BY m.turn) AS points,
       CASE WHEN %(markers)s = 1 OR count(*) > 2 THEN NULL
            WHEN count(*) = 1 THEN '{Turn.SECOND}'
            WHEN (max(m.points) - min(m.points)) * {APART} > %(most)s THEN '{Turn.THIRD}'
       END AS waits
FROM (
    SELECT DISTINCT ON (attempt_id, item, turn) attempt_id, item, turn, marker_id, points, from_key_version
    FROM results_essaymark WHERE contest_id = %(contest)s AND replaced_at IS NULL
    ORDER BY attempt_id, item, turn, id DESC
) AS m
GROUP BY m.attempt_id, m.item
"""  # noqa: S608  # built from constants alone
# From the persons of a batch to their marks, one by one, by key: LIMIT keeps it from being turned round, where every
# batch would read all the marks that enter.
_TOUCHED = """
SELECT r.attempt_id
FROM results_result AS r CROSS JOIN LATERAL (
    SELECT 1 FROM results_essaymark AS m
    WHERE m.attempt_id = r.attempt_id AND m.from_key_version = %(target)s LIMIT 1
) AS marked
WHERE r.contest_id = %(contest)s AND r.key_version = %(base)s
  AND r.person_id > %(after)s AND r.person_id <= %(upto)s
"""
_COMPLETE = f"""
SELECT count(DISTINCT (t.attempt_id, t.item)) FROM results_essaymark AS t
WHERE t.contest_id = %(contest)s AND t.from_key_version <= %(target)s AND NOT {VOID.format(attempt="t.attempt_id")}
"""  # noqa: S608  # built from constants alone


@dataclass(frozen=True, slots=True)
class OwnEssays:
    """A paper's essays as their author may know them. `points` None: nothing has entered; `most` for all of them."""

    is_entered: bool
    points: int | None
    most: int


def standing_values(contest_id: int, essay: Essay) -> dict[str, int]:
    """Return what STANDING refers to."""
    return {"contest": contest_id, "markers": essay.markers, "most": essay.most}


def essay_points(*, contest_id: int, key_version: int, attempt_ids: Collection[int]) -> dict[int, int]:
    """Return, by attempt, what its essays are worth under a version of the keys; who has no marks is left out.

    In units of `core.scoring.POINTS_PER_ITEM`.
    """
    essay = rulebook_in_play(contest_id).essay
    if essay is None:
        return {}
    points: defaultdict[int, int] = defaultdict(int)
    for (attempt_id, _), worth in _entered(essay, key_version, attempt_ids).items():
        points[attempt_id] += worth
    return dict(points)


def add_essays(deltas: Deltas, regrade: Regrade, *, after: int, upto: int) -> Deltas:
    """Return the deltas with what the marks that enter with a regrade bring to these persons, by id: beyond, up to."""
    contest_id, target = regrade.contest_id, regrade.target_key_version
    if rulebook_in_play(contest_id).essay is None or not has_marks(regrade):
        return deltas
    widen_timeout(TIMEOUT_S)
    values = {"contest": contest_id, "base": regrade.base_key_version, "target": target, "after": after, "upto": upto}
    with connection.cursor() as cursor:
        cursor.execute(_TOUCHED, values)
        ids = [row[0] for row in cursor.fetchall()]
    old, new = (
        essay_points(contest_id=contest_id, key_version=number, attempt_ids=ids)
        for number in (regrade.base_key_version, target)
    )
    found = dict(deltas)
    for attempt_id in ids:
        correct, points = found.get(attempt_id, (0, 0))
        found[attempt_id] = (correct, points + new.get(attempt_id, 0) - old.get(attempt_id, 0))
    return found


def has_marks(regrade: Regrade) -> bool:
    """Tell whether marks enter with a set of changes."""
    return RegradeChange.objects.filter(regrade=regrade, kind=ChangeKind.ENTER_MARKS).exists()


def count_entered(regrade: Regrade) -> int:
    """Count the essays whose marks enter with a set; none where it was given up."""
    marks = EssayMark.objects.filter(contest=regrade.contest_id, from_key_version=regrade.target_key_version)
    return marks.values("attempt_id", "item").distinct().count()


def count_complete(regrade: Regrade) -> int:
    """Count the essays that have their marks with a set: those that enter with it, and those that had before.

    Voided attempts are left out. Only as long as the marks have been entered and not been given up.
    """
    with connection.cursor() as cursor:
        cursor.execute(_COMPLETE, {"contest": regrade.contest_id, "target": regrade.target_key_version})
        return int(cursor.fetchone()[0])


def count_by_marker(regrade: Regrade) -> dict[int, int]:
    """Return how many of the marks that enter with a set each person gave, by person id."""
    marks = EssayMark.objects.filter(contest=regrade.contest_id, from_key_version=regrade.target_key_version)
    return dict(marks.order_by().values_list("marker").annotate(count=Count("pk")))


def find_own_essays(attempt: Attempt, *, key_version: int) -> OwnEssays | None:
    """Return how it stands with an ended attempt's essays; None where the rules ask for none.

    What was left empty waits for nobody.
    """
    essay = rulebook_in_play(attempt.contest_id).essay
    if essay is None:
        return None
    entered = _entered(essay, key_version, [attempt.pk])
    texts = Answer.objects.filter(round_id=attempt.round_id, attempt=attempt, item__in=essay_places(attempt, essay))
    written = set(texts.filter(text__regex=r"\S").values_list("item", flat=True))
    is_entered = written <= {item for _, item in entered}
    points = sum(entered.values()) if entered or is_entered else None
    return OwnEssays(is_entered=is_entered, points=points, most=essay.most * essay.count)


def points_by_place(attempt: Attempt, *, key_version: int) -> dict[int, int]:
    """Return what each essay of an attempt is worth under a version of the keys, by place; unmarked ones are left out.

    In units of `core.scoring.POINTS_PER_ITEM`.
    """
    essay = rulebook_in_play(attempt.contest_id).essay
    if essay is None:
        return {}
    return {item: points for (_, item), points in _entered(essay, key_version, [attempt.pk]).items()}


def essay_places(attempt: Attempt, essay: Essay) -> Iterable[int]:
    """Return the places of the essays on a paper, which they close."""
    return range(len(attempt.paper) - essay.count + 1, len(attempt.paper) + 1)


def _entered(essay: Essay, key_version: int, attempt_ids: Collection[int]) -> Mapping[tuple[int, int], int]:
    """Return what has entered by this version, by attempt and place. What has entered waits for nobody.

    Only marks of applied versions, and of this one, have a version so low: giving a set up takes it off its marks.
    """
    rows = EssayMark.objects.filter(attempt_id__in=list(attempt_ids), from_key_version__lte=key_version)
    marks: defaultdict[tuple[int, int], dict[int, int]] = defaultdict(dict)
    for attempt_id, item, turn, points in rows.order_by("turn", "pk").values_list(
        "attempt_id", "item", "turn", "points"
    ):
        marks[attempt_id, item][turn] = points
    return {place: worth_of(list(turns.values()), essay) for place, turns in marks.items()}
