"""Hand essays out to markers. Blind: a sheet's name tells nothing of whose it is.

One look through all essays finds a page of them, which the process keeps for the marker. So what is handed out may have
been marked meanwhile: it is held first, then asked whether it still waits.
"""

import time
from collections import OrderedDict
from collections.abc import Collection, Hashable
from datetime import datetime, timedelta
from threading import Lock
from typing import Any
from uuid import uuid4

from django.db import connection, transaction

from backend.accounts.models import Person
from backend.contests.models import Contest
from backend.core.errors import UserError
from backend.core.rules.essays import Essay, waits_for
from backend.results.models import EssaySheet
from backend.results.services.marks import check_can_mark, latest_marks, rule_of
from backend.results.sheets import find_candidates

# An essay: attempt id, item.
Place = tuple[int, int]

# For so long nobody else is given a sheet that somebody has in hand. Whoever takes longer may still mark it.
HELD_FOR = timedelta(minutes=15)
_TRIES = 5
# For so long what one look through all essays found is handed out, next first. An essay that waits for a second person
# meanwhile is not put before them.
_KEPT_S = 120
_PAGES_MOST = 500
_HOLD = """
INSERT INTO results_essaysheet AS s (uuid, attempt_id, item, holder_id, held_until)
VALUES (%(uuid)s, %(attempt)s, %(item)s, %(holder)s, %(until)s)
ON CONFLICT (attempt_id, item) DO UPDATE SET holder_id = excluded.holder_id, held_until = excluded.held_until
WHERE s.held_until IS NULL OR s.held_until <= %(now)s OR s.holder_id = %(holder)s
RETURNING id
"""


class Pages:
    """What was found for markers and is not handed out yet, in this process. Losing a page costs a look more."""

    def __init__(self) -> None:
        self._pages: OrderedDict[Hashable, tuple[list[Place], float]] = OrderedDict()
        self._lock = Lock()

    def take(self, asked: Hashable) -> list[Place]:
        """Return a page and forget it."""
        with self._lock:
            places, until = self._pages.pop(asked, ([], 0.0))
        return places if time.monotonic() < until else []

    def keep(self, asked: Hashable, places: list[Place]) -> None:
        with self._lock:
            self._pages[asked] = places, time.monotonic() + _KEPT_S
            while len(self._pages) > _PAGES_MOST:
                self._pages.popitem(last=False)


_pages = Pages()


def hand_out(
    *, contest: Contest, marker: Person, rounds: Collection[int], best_first: bool, now: datetime
) -> tuple[EssaySheet | None, bool]:
    """Give a marker the next essay of these closed rounds to mark, the one they have in hand before any other.

    Return the sheet, None where there is none, and whether others have in hand what is left then.
    """
    essay = rule_of(contest)
    asked = (contest.pk, contest.key_version, marker.pk, tuple(sorted(rounds)), best_first)
    in_hand = EssaySheet.objects.filter(holder=marker, held_until__gt=now, attempt__round__in=list(rounds))
    begun = list(in_hand.order_by("pk").values_list("attempt_id", "item"))
    places = [*begun, *_pages.take(asked)]
    for _ in range(_TRIES):
        for index, place in enumerate(places):
            sheet = _take(place, essay, marker=marker, now=now)
            if sheet is not None:
                _pages.keep(asked, [other for other in places[index + 1 :] if other not in begun])
                return sheet, False
        found = find_candidates(contest, essay, marker_id=marker.pk, rounds=rounds, best_first=best_first, now=now)
        places = [(one.attempt_id, one.item) for one in found if not one.is_held]
        if not places:
            return None, found != []
    return None, True


def _take(place: Place, essay: Essay, *, marker: Person, now: datetime) -> EssaySheet | None:
    """Put an essay into a marker's hands; None where another has it, or it waits for this marker no longer."""
    attempt_id, item = place
    values: dict[str, Any] = {
        "uuid": uuid4(),
        "attempt": attempt_id,
        "item": item,
        "holder": marker.pk,
        "until": now + HELD_FOR,
        "now": now,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_HOLD, values)
        row = cursor.fetchone()
        if row is None:
            return None
        sheet = EssaySheet.objects.select_related("attempt__contest", "attempt__round").get(pk=row[0])
        # Who gives a mark holds the sheet: what was given before is seen now, and nothing is given beside this.
        if _still_waits(sheet, essay, marker=marker, now=now):
            return sheet
        EssaySheet.objects.filter(pk=sheet.pk).update(holder=None, held_until=None)
    return None


def _still_waits(sheet: EssaySheet, essay: Essay, *, marker: Person, now: datetime) -> bool:
    try:
        check_can_mark(sheet=sheet, marker=marker, now=now)
    except UserError:
        return False
    marks = latest_marks(sheet).values()
    is_new = marker.pk not in {mark.marker_id for mark in marks}
    return is_new and waits_for([mark.points for mark in marks], essay) is not None
