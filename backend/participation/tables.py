"""Assemble the table of participation: one line a unit, rolled up its tree, small cells hidden from the public."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language

from backend.contests.models import Contest, Round
from backend.contests.queries import is_result_shown
from backend.core.errors import NotFound
from backend.infra import ticks, valkey
from backend.infra.kept import Kept
from backend.infra.reading import one_snapshot
from backend.participation.queries import Counts, Scope, count_all, count_by_hour, count_by_unit
from backend.participation.suppression import hidden_cells
from backend.units.models import Headcount, Unit
from backend.units.queries import valid_on
from backend.units.shapes import UnitShape, unit_outputs

# What each figure means, in the words the pages print beside it.
DEFINITIONS = {
    "vi": {
        "entries": "Lượt: số lượt thi đã kết thúc, do bấm nộp hoặc hết giờ.",
        "people": "Người: số người khác nhau có ít nhất một lượt thi đã kết thúc.",
        "all_correct": "Đúng hết: số người khác nhau có ít nhất một lượt thi trả lời đúng tất cả các câu.",
    },
    "en": {
        "entries": "Entries: attempts that ended, submitted or by the clock.",
        "people": "People: distinct persons with at least one entry.",
        "all_correct": "All correct: distinct persons with at least one entry in which every answer was right.",
    },
}


@dataclass(frozen=True, slots=True)
class Tree:
    """The units of one facet with their counts rolled up: a person has one unit of a facet, so children add up."""

    units: Mapping[int, Unit]
    counts: Mapping[str, Counts]

    def children(self, parent: Unit | None) -> list[Unit]:
        """Return the units right below a parent, or the roots, in dictionary order."""
        prefix, depth = (str(parent.path), parent.depth + 1) if parent else ("", 1)
        found = [unit for unit in self.units.values() if unit.depth == depth and str(unit.path).startswith(prefix)]
        return sorted(found, key=lambda unit: (unit.sort_key, unit.pk))

    def of(self, unit: Unit) -> Counts:
        """Return the counts of a unit with everything below it."""
        return self.counts.get(str(unit.path), Counts())

    def hidden(self, parent: Unit | None) -> frozenset[int]:
        """Return the children to hide from the public; all of them where the parent itself is hidden."""
        people = {unit.pk: self.of(unit).people for unit in self.children(parent)}
        return hidden_cells(people, hide_all=parent is not None and self.is_hidden(parent))

    def is_hidden(self, unit: Unit) -> bool:
        """Tell whether a unit is hidden in the table of its own siblings."""
        parent_path = str(unit.path)[: -Unit.steplen]
        parent = next((one for one in self.units.values() if str(one.path) == parent_path), None)
        return unit.pk in self.hidden(parent)


def read_table(
    subject: Round | Contest, *, facet: str, parent_uuid: UUID | None, is_exact: bool, now: datetime
) -> dict[str, Any]:
    """Return the table of a round or a contest as the contract shows it. Raises NotFound for the parent.

    `is_exact` is for board and organizers; without it cells under five people are hidden with their complement, and
    who got everything right is not told before the rules let results be seen.
    """
    scope = Scope.of(subject)
    on = timezone.localdate(now)
    with one_snapshot() as stamp:
        epoch = ticks.epoch(scope.key_version, valkey.life_or_none())
        read = _kept.get((scope, facet, parent_uuid, on, epoch), stamp, lambda: _read(scope, facet, parent_uuid, on))
    tree, parent, hours, total, rows, shapes, headcounts = read
    hidden = frozenset() if is_exact else tree.hidden(parent)
    is_told = is_exact or is_result_shown(subject, now=now)
    is_total_hidden = not is_exact and parent is not None and tree.is_hidden(parent)
    return {
        "facet": facet,
        "parent": shapes[parent.pk] if parent else None,
        "epoch": epoch,
        "version": stamp.version,
        "as_of": min(stamp.as_of, now),
        "definitions": DEFINITIONS["en" if (get_language() or "vi").startswith("en") else "vi"],
        "totals": _blank() if is_total_hidden else _shown(total, is_told=is_told),
        "hours": _hour_shapes(hours, is_exact=is_exact, is_hidden=is_total_hidden),
        "results": [
            {
                "unit": {**shapes[unit.pk], **_place(unit)},
                **(_blank() if unit.pk in hidden else _shown(tree.of(unit), is_told=is_told)),
                "headcount": headcounts.get(unit.pk),
                "share": None if unit.pk in hidden else _share(tree.of(unit), headcounts.get(unit.pk)),
                "suppressed": unit.pk in hidden,
            }
            for unit in rows
        ],
    }


class Read(NamedTuple):
    """What the tables of a parent show, before anything is hidden from anybody."""

    tree: Tree
    parent: Unit | None
    hours: list[tuple[datetime, Counts]]
    total: Counts
    rows: list[Unit]
    shapes: dict[int, UnitShape]
    headcounts: dict[int, dict[str, Any]]


# A table of a province is some hundred units.
_kept = Kept[Read](most=32)


def _read(scope: Scope, facet: str, parent_uuid: UUID | None, on: date) -> Read:
    """Read a table in the caller's snapshot. Raises NotFound for the parent."""
    tree = _read_tree(scope, facet=facet, on=on)
    parent = next((unit for unit in tree.units.values() if unit.uuid == parent_uuid), None)
    if parent_uuid is not None and parent is None:
        raise NotFound
    below = None if parent is None else _ids_below(tree, parent)
    rows = tree.children(parent)
    return Read(
        tree=tree,
        parent=parent,
        hours=count_by_hour(scope, facet=facet if parent else "all", units=below),
        total=tree.of(parent) if parent else count_all(scope),
        rows=rows,
        shapes=unit_outputs([*rows, *([parent] if parent else [])]),
        headcounts=_latest_headcounts([unit.pk for unit in rows], on=on),
    )


def _read_tree(scope: Scope, *, facet: str, on: date) -> Tree:
    own = count_by_unit(scope, facet=facet)
    # A unit dissolved since then keeps its line as long as it has counts.
    told = [pk for pk in own if pk is not None]
    units = {unit.pk: unit for unit in Unit.objects.filter(valid_on(on) | Q(pk__in=told), facet=facet)}
    counts: dict[str, Counts] = {}
    for unit_id in told:
        path = str(units[unit_id].path)
        for end in range(Unit.steplen, len(path) + 1, Unit.steplen):
            counts[path[:end]] = counts.get(path[:end], Counts()) + own[unit_id]
    return Tree(units, counts)


def _ids_below(tree: Tree, parent: Unit) -> list[int]:
    return [unit.pk for unit in tree.units.values() if str(unit.path).startswith(str(parent.path))]


def _latest_headcounts(unit_ids: list[int], *, on: date) -> dict[int, dict[str, Any]]:
    stated = Headcount.objects.filter(unit__in=unit_ids, as_of__lte=on)
    rows = stated.order_by("unit_id", "-as_of").distinct("unit_id")
    return {row.unit_id: {"count": row.count, "as_of": row.as_of, "source": row.source} for row in rows}


def _share(counts: Counts, headcount: dict[str, Any] | None) -> float | None:
    return round(counts.people / headcount["count"], 4) if headcount and headcount["count"] else None


def _place(unit: Unit) -> dict[str, Any]:
    has_tile = unit.tile_col is not None and unit.tile_row is not None
    return {
        "tile": {"col": unit.tile_col, "row": unit.tile_row} if has_tile else None,
        "area_km2": unit.area_km2,
        "has_children": unit.numchild > 0,
    }


def _hour_shapes(hours: list[tuple[datetime, Counts]], *, is_exact: bool, is_hidden: bool) -> list[dict[str, Any]]:
    people = {index: counts.people for index, (_, counts) in enumerate(hours)}
    hidden = frozenset() if is_exact else hidden_cells(people, hide_all=is_hidden)
    return [
        {
            "hour": hour,
            "entries": None if index in hidden else counts.entries,
            "people": None if index in hidden else counts.people,
        }
        for index, (hour, counts) in enumerate(hours)
    ]


def _shown(counts: Counts, *, is_told: bool) -> dict[str, int | None]:
    return {
        "people": counts.people,
        "entries": counts.entries,
        "all_correct": counts.all_correct if is_told else None,
    }


def _blank() -> dict[str, int | None]:
    return {"people": None, "entries": None, "all_correct": None}
