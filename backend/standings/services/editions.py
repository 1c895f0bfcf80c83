"""Keep the boards of a round as they stood at one instant: cut while nobody records, filled from the rows afterwards.

An edition says which results it was made from, so filling it later, or proving it, gives the same lines and counts.
"""

from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from backend.contests.models import Round
from backend.contests.queries import rulebook_in_play
from backend.participation.folding import facts, fold
from backend.results.models import VoidedAttempt
from backend.standings.enums import EditionKind
from backend.standings.models import Edition, EditionCount, EditionLine
from backend.standings.services.ladders import drop_ladder_of_edition
from backend.standings.services.lines import counted_lines

# Some million lines are copied; only the organizers who asked for it wait.
TIMEOUT_S = 55

# Of whatever contest: one sequence gives them all out, so what is recorded later is beyond it.
_LAST = "SELECT coalesce(max(id), 0) FROM results_result"
_THEN = """r.contest_id = ANY(%(contests)s) AND r.round_id = %(round)s AND r.key_version = %(key_version)s
AND r.id <= %(last)s AND r.attempt_id <> ALL(%(voided)s::bigint[])"""
_LINE = (
    "person_id, attempt_id, correct_count, points, item_count, used_ms, submitted_at, prediction, "
    "territory_id, party_id, workplace_id"
)
_COUNT = "facet, unit_id, entries, people, all_correct"
_COUNTS = f"""
SELECT facet, unit_id, sum(entries)::bigint AS entries, sum(people)::bigint AS people,
       sum(all_correct)::bigint AS all_correct
FROM (WITH fact AS ({facts(_THEN)}) {fold("fact")}) AS folded
WHERE round_id IS NOT NULL GROUP BY facet, unit_id
"""  # noqa: S608  # built from constants alone


def cut_edition(one: Round, *, kind: EditionKind, key_version: int, is_final: bool, now: datetime) -> Edition:
    """Fix which results an edition is made of. The caller holds the contest's pointer alone: nobody is recording."""
    highest = Edition.objects.filter(round=one, kind=kind).aggregate(highest=Max("number"))["highest"]
    voided = VoidedAttempt.objects.filter(attempt__round=one, is_in_force=True).order_by("attempt_id")
    with connection.cursor() as cursor:
        cursor.execute(_LAST)
        last_result_id = cursor.fetchone()[0]
    return Edition.objects.create(
        round=one,
        kind=kind,
        number=(highest or 0) + 1,
        key_version=key_version,
        last_result_id=last_result_id,
        voided_attempts=list(voided.values_list("attempt_id", flat=True)),
        is_final=is_final,
        cut_at=now,
    )


@transaction.atomic
def fill_edition(*, edition_id: int, now: datetime) -> bool:
    """Write the lines and counts of an edition that was cut; return whether it was this call that did."""
    edition = Edition.objects.select_for_update().get(pk=edition_id)
    if edition.ready_at is not None or edition.lifted_at is not None:
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [f"{TIMEOUT_S}s"])
        for table, columns, recomputed in _parts(edition):
            cursor.execute(
                f"INSERT INTO {table} (edition_id, {columns}) SELECT %(edition)s, made.* FROM ({recomputed}) AS made",  # noqa: S608
                _values(edition),
            )
    edition.ready_at = now
    edition.save(update_fields=["ready_at"])
    return True


def empty_edition(edition: Edition) -> None:
    """Delete what was shown while a board was frozen; what was frozen, when and by whom stays."""
    drop_ladder_of_edition(edition)
    EditionLine.objects.filter(edition=edition)._raw_delete(using="default")
    EditionCount.objects.filter(edition=edition)._raw_delete(using="default")


@transaction.atomic
def edition_differences() -> list[str]:
    """Recompute every edition that is shown or was published from results, and say what does not agree."""
    found: list[str] = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [f"{TIMEOUT_S}s"])
        for edition in (
            Edition.objects.filter(ready_at__isnull=False, lifted_at=None).select_related("round").order_by("pk")
        ):
            for table, columns, recomputed in _parts(edition):
                stored = f"SELECT {columns} FROM {table} WHERE edition_id = %(edition)s"  # noqa: S608
                sides = [f"(({one}) EXCEPT ({other}))" for one, other in ((stored, recomputed), (recomputed, stored))]
                cursor.execute(f"SELECT count(*) FROM ({' UNION ALL '.join(sides)}) AS side", _values(edition))  # noqa: S608
                if count := cursor.fetchone()[0]:
                    found.append(f"{edition}: {count} rows of {table} differ")
    return found


def _parts(edition: Edition) -> tuple[tuple[str, str, str], ...]:
    """Return what an edition consists of: the table, its columns, and the query that tells them from the results."""
    rule = rulebook_in_play(edition.round.contest_id).counts
    lines = f"SELECT {_LINE} FROM ({counted_lines(rule, _THEN)}) AS counted"  # noqa: S608  # built from constants alone
    return ("standings_editionline", _LINE, lines), ("standings_editioncount", _COUNT, _COUNTS)


def _values(edition: Edition) -> dict[str, Any]:
    return {
        "edition": edition.pk,
        "contests": [edition.round.contest_id],
        "round": edition.round_id,
        "key_version": edition.key_version,
        "last": edition.last_result_id,
        "voided": edition.voided_attempts,
    }
