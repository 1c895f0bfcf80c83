"""What the units that compete for prizes brought together in a round: people by unit, and the headcounts stated."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from types import MappingProxyType

from backend.core.rules.prizes import Turnout
from backend.participation.queries import Scope, count_by_unit
from backend.standings.models import Edition, EditionCount
from backend.units.models import Headcount, Unit

# Where those stand who belong to no unit of a facet, to none of ours, or to one that the tree names by its kind alone
# ("primary schools"): nobody to hand a prize to. So are the units called "other", by their code.
NO_RECEIVERS = frozenset({"outside", "free", "school", "company", "ward_office"})
OTHER = "-khac"
# The Fatherland Front: a roof over associations that compete for themselves.
ROOFS = frozenset({"front"})


def list_turnouts(
    scope: Scope,
    *,
    groups: Collection[str],
    on: date,
    edition: Edition | None = None,
    without: Mapping[str, int | None] = MappingProxyType({}),
) -> list[Turnout]:
    """Return the turnouts of the units that took part, `unit` their id; people of an edition as they stood.

    A unit competes with everything below it; headings, which nobody belongs to directly, and roofs leave that to those
    below. Headcounts are the last ones stated of a day up to `on`, so that a later one does not decide again.
    `without` leaves one person out, by the units that they are counted in.
    """
    found: list[Turnout] = []
    for group in sorted(groups):
        own = _people(scope, group, edition)
        leaving = without.get(group)
        if leaving in own:
            own[leaving] -= 1
        people = _rolled_up(own)
        headcounts = _headcounts(people, on)
        found += [Turnout(str(pk), count, headcounts.get(pk), group) for pk, count in sorted(people.items())]
    return found


def _people(scope: Scope, facet: str, edition: Edition | None) -> dict[int, int]:
    if edition is not None:
        rows = EditionCount.objects.filter(edition=edition, facet=facet, unit__isnull=False)
        return {row.unit_id: row.people for row in rows if row.unit_id is not None}
    counts = count_by_unit(scope, facet=facet)
    return {pk: one.people for pk, one in counts.items() if pk is not None}


def _rolled_up(people: Mapping[int, int]) -> dict[int, int]:
    """Return the people by id of the unit that competes for them: the topmost one that people can belong to."""
    paths = {pk: str(path) for pk, path in Unit.objects.filter(pk__in=people).values_list("pk", "path")}
    lineage = {path[:end] for path in paths.values() for end in _ends(path)}
    rows = Unit.objects.filter(path__in=lineage, is_choosable=True).values_list("path", "pk", "type", "code")
    choosable = {str(path): (pk, kind, code) for path, pk, kind, code in rows}
    summed: defaultdict[int, int] = defaultdict(int)
    for pk, path in paths.items():
        above = [choosable[path[:end]] for end in _ends(path) if path[:end] in choosable]
        # Who belongs to the roof itself is counted for it.
        top = next((one for one in above if one[1] not in ROOFS), above[-1] if above else None)
        if top is not None and top[1] not in NO_RECEIVERS and not top[2].endswith(OTHER):
            summed[top[0]] += people[pk]
    return dict(summed)


def _ends(path: str) -> range:
    return range(Unit.steplen, len(path) + 1, Unit.steplen)


def _headcounts(unit_ids: Iterable[int], on: date) -> dict[int, int]:
    """Return the headcounts stated last of a day up to `on`, by unit."""
    stated = Headcount.objects.filter(unit__in=list(unit_ids), as_of__lte=on)
    rows = stated.order_by("unit_id", "-as_of").distinct("unit_id")
    return dict(rows.values_list("unit_id", "count"))
