"""Find units by what people type: without diacritics, by former names, in the order people look things up."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict
from uuid import UUID

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from backend.core.text import fold
from backend.units.enums import Facet
from backend.units.errors import UnknownUnit
from backend.units.models import Unit, UnitAlias
from backend.units.queries import valid_on

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class _Ranked(TypedDict):
        rank: int


# "hoan kiem" is the beginning of "Phường Hoàn Kiếm" to whoever looks for it.
_KINDS = ("phuong ", "xa ", "thi tran ", "dang bo ", "dang bo phuong ", "dang bo xa ", "so ", "truong ", "hoi ")
_PREFIX, _WORD, _INSIDE = range(3)


@dataclass(frozen=True, slots=True)
class Match:
    """A unit, and the other name by which it was found where its own name did not match as well."""

    unit: Unit
    matched_alias: str | None


class _Hit(NamedTuple):
    rank: int
    unit: Unit
    alias: str | None


def search_units(*, facet: Facet, text: str, parent: UUID | None, limit: int, on: date) -> list[Match]:
    """Return the units of a day that match, names that begin so first. Raises UnknownUnit for a parent of no facet.

    Two queries at most besides the parent's, however many match.
    """
    units: QuerySet[Any] = Unit.objects.filter(valid_on(on), facet=facet)
    # Headings belong to nobody: they are met on the way down the tree, never offered as a choice.
    units = units.filter(is_choosable=True) if parent is None else _children(units, parent=parent, facet=facet)
    if not text:
        return [Match(unit, None) for unit in units.order_by("sort_key", "code")[:limit]]
    folded = fold(text)
    if not folded:
        return []
    by_name = units.filter(search_key__contains=folded).annotate(rank=_rank(folded))
    found = {unit.pk: _Hit(unit.rank, unit, None) for unit in by_name.order_by("rank", "sort_key")[:limit]}
    for alias in _best_aliases(units, folded):
        held = found.get(alias.unit_id)
        if held is None or alias.rank < held.rank:
            found[alias.unit_id] = _Hit(alias.rank, alias.unit, alias.name)
    ordered = sorted(found.values(), key=lambda hit: (hit.rank, hit.alias is not None, hit.unit.sort_key))
    return [Match(hit.unit, hit.alias) for hit in ordered[:limit]]


def _children(units: QuerySet[Any], *, parent: UUID, facet: Facet) -> QuerySet[Any]:
    above = Unit.objects.filter(uuid=parent, facet=facet).first()
    if above is None:
        raise UnknownUnit
    return units.filter(path__startswith=above.path, depth=above.depth + 1)


def _best_aliases(units: QuerySet[Any], folded: str) -> "QuerySet[WithAnnotations[UnitAlias, _Ranked]]":
    """One alias for each unit, the best one."""
    matching = UnitAlias.objects.filter(unit__in=units, search_key__contains=folded).annotate(rank=_rank(folded))
    return matching.select_related("unit").order_by("unit_id", "rank", "name").distinct("unit_id")


def _rank(folded: str) -> Case:
    begins = Q(search_key__startswith=folded)
    for kind in _KINDS:
        begins |= Q(search_key__startswith=kind + folded)
    return Case(
        When(begins, then=Value(_PREFIX)),
        When(search_key__contains=f" {folded}", then=Value(_WORD)),
        default=Value(_INSIDE),
        output_field=IntegerField(),
    )
