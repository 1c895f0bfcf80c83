"""Papers drawn ahead: seed, questions and option orders wait in a table, and each start takes one out.

Drawing costs most of a start. An empty pool costs time, never a paper: `take_paper` then draws on the spot.
"""

import json
import secrets
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import Count

from backend.attempts.models import PreparedPaper
from backend.contests.models import Round
from backend.contests.queries import blueprint_of, candidates_of_round, rulebook_of

# Papers of a round are drawn from this long before it opens; by then its pool of questions is laid out.
AHEAD = timedelta(days=2)
BATCH = 500  # a transaction of half a second at most: starts wait for none of it
# DELETE takes each paper once; SKIP LOCKED lets starts that run side by side take different ones.
TAKE = """
DELETE FROM attempts_preparedpaper WHERE id IN (
    SELECT id FROM attempts_preparedpaper WHERE round_id = %s ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED)
RETURNING seed, paper
"""


class DrawnPaper(NamedTuple):
    """`paper` is what `Attempt.paper` stores: [question version id, option order] by place."""

    seed: int
    paper: list[Any]


def draw_paper(one: Round, *, seed: int | None = None) -> DrawnPaper:
    """Draw a paper of the round; the same seed draws the same paper."""
    seed = secrets.randbits(63) if seed is None else seed
    rules = rulebook_of(one.contest)
    items = rules.paper_rule.compose(seed, blueprint_of(one), candidates_of_round(one.pk), rules.essay_count)
    return DrawnPaper(seed, [[item.version_id, list(item.order)] for item in items])


def take_paper(one: Round) -> DrawnPaper:
    """Take a paper out of the pool, or draw one where it is empty. Runs in the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [one.pk, 1])
        row = cursor.fetchone()
    if row is None:
        return draw_paper(one)
    seed, paper = row
    # Under Django's connections psycopg leaves jsonb as text.
    return DrawnPaper(seed, json.loads(paper) if isinstance(paper, str) else paper)


def build_papers(*, now: datetime, ahead_count: int, most: int | None = None) -> int:
    """Fill the pools of rounds that are open or open soon to `ahead_count` papers each; return how many were drawn.

    At most `most` are drawn, those of the round that opens first come first. What closed rounds left over is deleted.
    """
    PreparedPaper.objects.filter(round__closes_at__lte=now).delete()
    due = Round.objects.select_related("contest").filter(
        opens_at__lte=now + AHEAD, closes_at__gt=now, contest__frozen_at__isnull=False
    )
    drawn_count = 0
    for one in due.order_by("opens_at", "id"):
        while most is None or drawn_count < most:
            limit = BATCH if most is None else min(BATCH, most - drawn_count)
            added = _build_batch(one, ahead_count=ahead_count, limit=limit)
            if not added:
                break
            drawn_count += added
    return drawn_count


@transaction.atomic
def _build_batch(one: Round, *, ahead_count: int, limit: int) -> int:
    # Two who build for one round take turns, so that neither draws what the other has drawn.
    Round.objects.select_for_update(no_key=True).get(pk=one.pk)
    missing = ahead_count - PreparedPaper.objects.filter(round=one).aggregate(count=Count("id"))["count"]
    drawn = [draw_paper(one) for _ in range(max(0, min(missing, limit)))]
    PreparedPaper.objects.bulk_create(PreparedPaper(round=one, seed=seed, paper=paper) for seed, paper in drawn)
    return len(drawn)
