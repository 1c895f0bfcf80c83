"""Rounds with their contests, kept in this process's memory, and everything warmed that a first start would pay for."""

import time
from datetime import datetime, timedelta
from uuid import UUID

from asgiref.sync import sync_to_async
from django.db import close_old_connections
from django.db.models import prefetch_related_objects

from backend.attempts import papers
from backend.contests.models import Round
from backend.contests.queries import blueprint_of, candidates_of_round, get_round, rulebook_of
from backend.core.errors import NotFound

# Rulebook and pool are frozen; times may be moved by hand, and a start may be a second behind.
_FRESH_S = 1.0
# What opens within the hour is read ahead.
_SOON = timedelta(hours=1)


class RoundBook:
    """The rounds of one event loop. Unknown addresses are not remembered: memory holds what exists."""

    def __init__(self) -> None:
        self._rounds: dict[UUID, tuple[float, Round]] = {}

    async def get(self, uuid: UUID) -> Round | None:
        """Return a round as it was at most a second ago, or None where there is none."""
        kept = self._rounds.get(uuid)
        if kept is not None and time.monotonic() - kept[0] < _FRESH_S:
            return kept[1]
        found = await sync_to_async(_read, thread_sensitive=False)(uuid)
        if found is not None:
            self._rounds[uuid] = (time.monotonic(), found)
        return found


def _read(uuid: UUID) -> Round | None:
    try:
        found = get_round(uuid=uuid)
        # When the contest closes is asked of its rounds, where no query can be made.
        prefetch_related_objects([found.contest], "rounds")
        return found
    except NotFound:
        return None
    finally:
        close_old_connections()


def warm_rounds(now: datetime) -> None:
    """Read rules, pools and question texts of the rounds that are open or open soon."""
    try:
        due = Round.objects.select_related("contest").filter(opens_at__lte=now + _SOON, closes_at__gt=now)
        for one in due.order_by("opens_at"):
            rulebook_of(one.contest)
            blueprint_of(one)
            papers.warm(candidate.version_id for candidate in candidates_of_round(one.pk))
    finally:
        close_old_connections()
