"""What the units that compete for prizes brought together in a round: people by unit, and the headcounts stated."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType

from backend.core.rules.prizes import Turnout
from backend.participation.queries import Scope, count_by_unit
from backend.standings.models import Edition, EditionCount
from backend.units.models import Headcount, Unit

# Where those stand who belong to no unit of a facet, or to none of ours: nobody to hand a prize to.
NO_RECEIVERS = frozenset({"outside", "free"})


def list_turnouts(
    scope: Scope,
    *,
    groups: Collection[str],
    edition: Edition | None = None,
    without: Mapping[str, int | None] = MappingProxyType({}),
) -> list[Turnout]:
    """Return the turnouts of the units that took part, `unit` their id; of an edition as they stood.

    A unit competes with everything below it; headings, which nobody belongs to directly, leave that to those below.
    `without` leaves one person out, by the units that they are counted in.
    """
    found: list[Turnout] = []
    for group in sorted(groups):
        own = _people(scope, group, edition)
        leaving = without.get(group)
        if leaving in own:
            own[leaving] -= 1
        people = _rolled_up(own)
        headcounts = _headcounts(people)
        found += [Turnout(str(pk), count, headcounts.get(pk), group) for pk, count in sorted(people.items())]
    return found


def _people(scope: Scope, facet: str, edition: Edition | None) -> dict[int, int]:
    if edition is not None:
        rows = EditionCount.objects.filter(edition=edition, facet=facet, unit__isnull=False)
        return {row.unit_id: row.people for row in rows if row.unit_id is not None}
    counts = count_by_unit(scope, facet=facet)
    return {pk: one.people for pk, one in counts.items() if pk is not None}


def _rolled_up(people: Mapping[int, int]) -> dict[int, int]:
    """Return the people by id of the topmost unit above them that people can belong to."""
    paths = {pk: str(path) for pk, path in Unit.objects.filter(pk__in=people).values_list("pk", "path")}
    lineage = {path[:end] for path in paths.values() for end in _ends(path)}
    rows = Unit.objects.filter(path__in=lineage, is_choosable=True).values_list("path", "pk", "type")
    choosable = {str(path): (pk, kind) for path, pk, kind in rows}
    summed: defaultdict[int, int] = defaultdict(int)
    for pk, path in paths.items():
        top = next((choosable[path[:end]] for end in _ends(path) if path[:end] in choosable), None)
        if top is not None and top[1] not in NO_RECEIVERS:
            summed[top[0]] += people[pk]
    return dict(summed)


def _ends(path: str) -> range:
    return range(Unit.steplen, len(path) + 1, Unit.steplen)


def _headcounts(unit_ids: Iterable[int]) -> dict[int, int]:
    """Return the headcounts stated last, by unit."""
    rows = Headcount.objects.filter(unit__in=list(unit_ids)).order_by("unit_id", "-as_of").distinct("unit_id")
    return dict(rows.values_list("unit_id", "count"))
