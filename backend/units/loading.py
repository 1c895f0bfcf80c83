"""Bring the database in line with the unit files: one read, one comparison, bulk writes for what differs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

from django.db import connection, transaction

from backend.core.text import fold
from backend.units.catalogue import Key, UnitRow
from backend.units.models import Unit, UnitAlias

_LOCK = 0x756E6974  # "unit": one loader at a time, or two would hand out the same tree paths
_COLUMNS = [field.name for field in fields(UnitRow) if field.name not in {"parent", "aliases"}]


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What a load did. A second load of the same files changes nothing."""

    total_count: int
    created_count: int
    updated_count: int
    aliases_added_count: int
    aliases_removed_count: int


@transaction.atomic
def load_units(rows: Sequence[UnitRow]) -> LoadReport:
    """Create and correct units and their other names. Units that the files do not name are left alone."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    existing = {_key(unit): unit for unit in Unit.objects.all()}
    _refuse_moves(rows, existing)
    created = _create([row for row in rows if row.key not in existing], existing)
    updated = [existing[row.key] for row in rows if _copy(row, existing[row.key])]
    Unit.objects.bulk_update(updated, _COLUMNS)
    added, removed = _sync_aliases(rows, existing)
    return LoadReport(len(rows), created, len(updated), added, removed)


def _key(unit: Unit) -> Key:
    return (unit.facet, unit.code, unit.valid_from)


def _copy(row: UnitRow, unit: Unit) -> bool:
    """Copy the row's values onto the unit and tell whether any differed."""
    changed = [name for name in _COLUMNS if getattr(unit, name) != getattr(row, name)]
    for name in changed:
        setattr(unit, name, getattr(row, name))
    return bool(changed)


def _refuse_moves(rows: Iterable[UnitRow], existing: dict[Key, Unit]) -> None:
    """A unit under another parent is another unit: counts were published under the old one. Raises ValueError."""
    for row in rows:
        unit = existing.get(row.key)
        parent_path = str(unit.path)[: -Unit.steplen] if unit else ""
        parent = existing.get(row.parent) if row.parent else None
        if unit and parent_path != (parent.path if parent else ""):
            raise ValueError(f"unit {row.code} of {row.facet} changed its parent: give it a new code or valid_from")


def _create(rows: Sequence[UnitRow], existing: dict[Key, Unit]) -> int:
    """Insert new nodes at the ends of their parents, all at once, and keep `existing` and `numchild` current."""
    last_step: dict[str, int] = {}
    for unit in existing.values():
        base, step = str(unit.path)[: -Unit.steplen], int(str(unit.path)[-Unit.steplen :], len(Unit.alphabet))
        last_step[base] = max(last_step.get(base, 0), step)
    fresh: list[Unit] = []
    grown: dict[Key, Unit] = {}
    for row in rows:
        parent = existing[row.parent] if row.parent else None
        base = parent.path if parent else ""
        last_step[base] = last_step.get(base, 0) + 1
        depth = parent.depth + 1 if parent else 1
        path = Unit._get_path(base, depth, last_step[base])
        unit = Unit(path=path, depth=depth, **{name: getattr(row, name) for name in _COLUMNS})
        existing[row.key] = unit
        fresh.append(unit)
        if parent and row.parent:
            parent.numchild += 1
            grown[row.parent] = parent
    Unit.objects.bulk_create(fresh)
    Unit.objects.bulk_update(grown.values(), ["numchild"])
    return len(fresh)


def _sync_aliases(rows: Iterable[UnitRow], units: dict[Key, Unit]) -> tuple[int, int]:
    wanted = {(units[row.key].pk, name) for row in rows for name in row.aliases}
    ours = {units[row.key].pk for row in rows}
    held = {(unit_id, name): pk for pk, unit_id, name in UnitAlias.objects.values_list("pk", "unit_id", "name")}
    extra = [pk for pair, pk in held.items() if pair[0] in ours and pair not in wanted]
    missing = sorted(wanted - held.keys())
    UnitAlias.objects.bulk_create(UnitAlias(unit_id=pk, name=name, search_key=fold(name)) for pk, name in missing)
    UnitAlias.objects.filter(pk__in=extra).delete()
    return len(missing), len(extra)
