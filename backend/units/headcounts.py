"""State how many people units had on a day, from a table that the organizers were given, and who says so.

A statement is dated and has its source; a later one stands beside it and changes no share of a day before it.
"""

import csv
import io
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from backend.core.text import fold
from backend.units.enums import Facet
from backend.units.models import Headcount, Unit
from backend.units.queries import valid_on

COLUMNS = ("facet", "unit", "count")
MOST_ROWS = 20_000
_MOST_PEOPLE = 100_000_000
_MOST_DIGITS = len(str(_MOST_PEOPLE))


class HeadcountsRefused(Exception):
    """The table cannot be taken as it stands; `problems` says what is wrong, by line from 1, every one of them."""

    def __init__(self, problems: list[tuple[int, str]]) -> None:
        self.problems = problems
        super().__init__(f"{len(problems)} problems")


@dataclass(frozen=True, slots=True)
class Statement:
    """One line of the table: what is stated of a unit, and what was stated of the same day before (None: nothing)."""

    unit: Unit
    count: int
    before: int | None


def read_headcounts(text: str, *, as_of: date) -> list[Statement]:
    """Read a CSV table with the columns of `COLUMNS`; a unit is named by its code, or by its name where one has it.

    Raises HeadcountsRefused with every problem found.
    """
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    try:
        return _read_rows(rows, as_of=as_of)
    except csv.Error as error:
        problem = "Không đọc được dòng này: ô quá dài, hoặc dấu xuống dòng không phải LF hay CRLF."
        raise HeadcountsRefused([(rows.line_num + 1, problem)]) from error


def _read_rows(rows: "csv.DictReader[str]", *, as_of: date) -> list[Statement]:
    if tuple(name.strip().lower() for name in rows.fieldnames or ()) != COLUMNS:
        raise HeadcountsRefused([(1, f"Dòng đầu phải là: {','.join(COLUMNS)}")])
    rows.fieldnames = COLUMNS
    units, problems = _units_on(as_of), list[tuple[int, str]]()
    stated: dict[int, tuple[int, Unit, int]] = {}
    for row in rows:
        line = rows.line_num
        if line > MOST_ROWS:
            problems.append((line, f"Bảng dài quá {MOST_ROWS} dòng."))
            break
        found = _read(row, units)
        if isinstance(found, str):
            problems.append((line, found))
        elif found[0].pk in stated:
            problems.append((line, f"Đơn vị này đã có ở dòng {stated[found[0].pk][0]}."))
        else:
            stated[found[0].pk] = (line, *found)
    if problems or not stated:
        raise HeadcountsRefused(problems or [(1, "Bảng không có dòng nào.")])
    before = dict(Headcount.objects.filter(unit__in=stated, as_of=as_of).values_list("unit_id", "count"))
    return [Statement(unit, count, before.get(unit.pk)) for _, unit, count in stated.values()]


@transaction.atomic
def state_headcounts(statements: list[Statement], *, as_of: date, source: str) -> None:
    """Store what was read; what the same day was said to be before is replaced."""
    Headcount.objects.bulk_create(
        [Headcount(unit=one.unit, count=one.count, as_of=as_of, source=source) for one in statements],
        update_conflicts=True,
        unique_fields=["unit", "as_of"],
        update_fields=["count", "source"],
    )


_Found = dict[tuple[str, str], list[Unit]]


def _units_on(day: date) -> _Found:
    """Return the units of a day by facet and code, and by facet and folded name."""
    found: defaultdict[tuple[str, str], list[Unit]] = defaultdict(list)
    for unit in Unit.objects.filter(valid_on(day)):
        for name in {unit.code, fold(unit.name)}:
            found[unit.facet, name].append(unit)
    return found


def _read(row: Mapping[str | None, object], units: _Found) -> tuple[Unit, int] | str:
    """Return unit and count of a line, or what is wrong with it."""
    if None in row or None in row.values():
        return f"Dòng phải có đúng {len(COLUMNS)} cột."
    facet, name, number = (str(row[column]).strip() for column in COLUMNS)
    if facet not in Facet.values:
        return f"“facet” phải là một trong: {', '.join(Facet.values)}."
    is_number = number.isascii() and number.isdecimal() and len(number) <= _MOST_DIGITS
    if not (is_number and 1 <= int(number) <= _MOST_PEOPLE):
        return "“count” phải là số nguyên từ 1, viết liền, không dấu chấm."
    found = units.get((facet, name)) or units.get((facet, fold(name))) or []
    if len(found) != 1:
        return "Không có đơn vị này." if not found else "Nhiều đơn vị cùng tên: hãy ghi mã đơn vị."
    return found[0], int(number)
