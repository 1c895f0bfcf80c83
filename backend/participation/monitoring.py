"""What is going on in a round right now: attempts by state, answers saved, attempts submitted each minute."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from backend.attempts.queries import count_answers, count_by_state
from backend.contests.enums import RoundState
from backend.contests.models import Contest, Round
from backend.contests.queries import round_state
from backend.core.errors import NotFound
from backend.infra.reading import one_snapshot
from backend.participation.overview import describe_contests

MINUTES = 30
_PER_MINUTE = """
SELECT minute, count(a.id)
FROM generate_series(%(first)s::timestamptz, %(last)s::timestamptz, interval '1 minute') AS minute
LEFT JOIN attempts_attempt AS a
  ON a.round_id = %(round)s AND a.state = 'submitted'
 AND a.submitted_at >= minute AND a.submitted_at < minute + interval '1 minute'
GROUP BY minute ORDER BY minute
"""


def describe_monitor(contest: Contest, *, now: datetime) -> dict[str, Any]:
    """Return the monitor of the contest's current round as the contract shows it. Raises NotFound without rounds."""
    one = current_round(contest, now=now)
    with one_snapshot() as stamp:
        described = describe_contests([contest], person=None, now=now, is_staff=True)[0]
        figures = monitor_figures(one, now=now)
    shape = next(shape for shape in described["rounds"] if shape["uuid"] == one.uuid)
    return {"as_of": min(stamp.as_of, now), "round": shape, **figures}


def current_round(contest: Contest, *, now: datetime) -> Round:
    """Return the open round, else the one that closed last, else the first. Raises NotFound where there is none."""
    rounds = sorted(contest.rounds.all(), key=lambda one: one.opens_at)
    if not rounds:
        raise NotFound
    begun = [one for one in rounds if round_state(one, now=now) is not RoundState.UPCOMING]
    return begun[-1] if begun else rounds[0]


def monitor_figures(one: Round, *, now: datetime) -> dict[str, Any]:
    """Return the figures that the `monitor:` topic ticks, in the caller's snapshot."""
    last = now.replace(second=0, microsecond=0)
    with connection.cursor() as cursor:
        cursor.execute(_PER_MINUTE, {"round": one.pk, "first": last - timedelta(minutes=MINUTES - 1), "last": last})
        minutes = [{"minute": minute, "count": count} for minute, count in cursor.fetchall()]
    return {**count_by_state(one), "answers_saved": count_answers(one), "submitted_per_minute": minutes}
